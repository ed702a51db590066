"""The test hooks of a mock, below `/_controls` (docs/mocks.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request

from tuningfork.mock.parsing import read_json

if TYPE_CHECKING:
    from tuningfork.mock.app import Mock

PATH = "/_controls"
Hook = Callable[[Mapping[str, Any]], None]


class Outage:
    """An announced run of server errors."""

    def __init__(self) -> None:
        self._status = 503
        self._left = 0

    def start(self, status: int, count: int) -> None:
        """Answer the next `count` requests with `status`."""
        self._status, self._left = status, count

    def take(self) -> int | None:
        """The status that this request must get, if any; counts it."""
        if not self._left:
            return None
        self._left -= 1
        return self._status

    def reset(self) -> None:
        """No outage."""
        self._left = 0


class Controls:
    """POST with JSON, answered 204; 404 for a hook that is not offered; 400 for a body without sense."""

    def __init__(self, mock: Mock, app: Flask) -> None:
        self.mock = mock
        self.hooks: dict[str, Hook] = {
            "clock": self.clock,
            "outage": self.outage,
            "quota": self.quota,
            "disable": self.disable,
            "reset": self.reset,
        }
        app.add_url_rule(f"{PATH}/<hook>", "controls", self.call, methods=["POST"])

    def call(self, hook: str) -> Response:
        """Do what the hook does."""
        if hook not in self.hooks:
            return self._no(404, f"no control {hook!r}")
        try:
            self.hooks[hook](self._body())
        except NotImplementedError:
            return self._no(404, f"{hook} is not offered")
        except ValueError as problem:
            return self._no(400, str(problem))
        return Response(status=204)

    def clock(self, body: Mapping[str, Any]) -> None:
        """`{"advance": seconds}`."""
        self.mock.clock.advance(_number(body, "advance"))

    def outage(self, body: Mapping[str, Any]) -> None:
        """`{"status": 503, "count": 3}`."""
        status, count = _count(body, "status"), _count(body, "count")
        if status not in range(500, 600):
            raise ValueError("status is a server error, 500 to 599")
        self.mock.outage.start(status, count)

    def quota(self, body: Mapping[str, Any]) -> None:
        """`{"bucket": "plays", "used": 15000}`."""
        self.mock.set_quota(_text(body, "bucket"), _count(body, "used"))

    def disable(self, body: Mapping[str, Any]) -> None:
        """`{"kind": "token", "value": "…"}`."""
        self.mock.disable(_text(body, "kind"), _text(body, "value"))

    def reset(self, body: Mapping[str, Any]) -> None:
        """`{}`."""
        if body:
            raise ValueError("reset takes no member")
        self.mock.reset()

    def _body(self) -> Mapping[str, Any]:
        body = read_json(request.get_data() or b"{}")
        if not isinstance(body, dict):
            raise ValueError("the body is a JSON object")
        return body

    def _no(self, status: int, message: str) -> Response:
        answer = jsonify(error=message)
        answer.status_code = status
        return answer


def _number(body: Mapping[str, Any], name: str) -> float:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} is a number")
    return value


def _count(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{name} is a count")
    return value


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} is a text")
    return value
