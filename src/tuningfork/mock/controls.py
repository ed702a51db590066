"""The test hooks of a mock, below `/_controls` (docs/mocks.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from flask import Flask, Response, jsonify, request

from tuningfork.mock.clock import Clock
from tuningfork.mock.parsing import read_json

PATH = "/_controls"
Hook = Callable[[Mapping[str, Any]], None]


class Outage:
    """A simulated outage: the next requests get a server error."""

    def __init__(self) -> None:
        self._status = 503
        self._left = 0

    def start(self, status: int, count: int) -> None:
        """Let the next `count` requests fail with `status`."""
        self._status, self._left = status, count

    def take(self) -> int | None:
        """Count a request; return the status with which it must fail, None if it must not fail."""
        if not self._left:
            return None
        self._left -= 1
        return self._status

    def reset(self) -> None:
        """End the outage."""
        self._left = 0


class Controllable(Protocol):
    """The interface of a mock that the test hooks use."""

    clock: Clock
    outage: Outage

    def set_quota(self, bucket: str, used: int) -> None:
        """Set the counter of a rate limit; raise ValueError for an unknown bucket."""

    def disable(self, kind: str, value: str) -> None:
        """Disable a credential; raise ValueError for an unknown kind."""

    def reset(self) -> None:
        """Restore the initial state."""


class ControlsApp:
    """The endpoints of the test hooks.

    POST with JSON returns 204; 404 for a hook that the mock does not offer; 400 for an invalid body.

    Args:
        mock: the mock that the hooks change.
        app: the Flask application to which the endpoints are added.
    """

    def __init__(self, mock: Controllable, app: Flask) -> None:
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
        """Run the hook that the path names and return the response."""
        if hook not in self.hooks:
            return self._error(404, f"there is no control {hook!r}")
        try:
            self.hooks[hook](self._body())
        except NotImplementedError:
            return self._error(404, f"{hook} is not offered")
        except ValueError as error:
            return self._error(400, str(error))
        return Response(status=204)

    def clock(self, body: Mapping[str, Any]) -> None:
        """Run /clock with `{"advance": seconds}`."""
        self.mock.clock.advance(_number(body, "advance"))

    def outage(self, body: Mapping[str, Any]) -> None:
        """Run /outage with `{"status": 503, "count": 3}`."""
        status, count = _integer(body, "status"), _integer(body, "count")
        if status not in range(500, 600):
            raise ValueError("status is not a server error, 500 to 599")
        self.mock.outage.start(status, count)

    def quota(self, body: Mapping[str, Any]) -> None:
        """Run /quota with `{"bucket": "plays", "used": 15000}`."""
        self.mock.set_quota(_string(body, "bucket"), _integer(body, "used"))

    def disable(self, body: Mapping[str, Any]) -> None:
        """Run /disable with `{"kind": "token", "value": "…"}`."""
        self.mock.disable(_string(body, "kind"), _string(body, "value"))

    def reset(self, body: Mapping[str, Any]) -> None:
        """Run /reset with `{}`."""
        if body:
            raise ValueError("reset takes no properties")
        self.mock.reset()

    def _body(self) -> Mapping[str, Any]:
        """Return the JSON object in the body, empty for no body; raise ValueError for any other body."""
        body = read_json(request.get_data() or b"{}")
        if not isinstance(body, dict):
            raise ValueError("the body is not a JSON object")
        return body

    def _error(self, status: int, message: str) -> Response:
        """Return a JSON response with this status and the property `error`."""
        response = jsonify(error=message)
        response.status_code = status
        return response


def _number(body: Mapping[str, Any], name: str) -> float:
    """Return a property of the body; raise ValueError unless it is a number."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} is not a number")
    return value


def _integer(body: Mapping[str, Any], name: str) -> int:
    """Return a property of the body; raise ValueError unless it is an integer of 0 or more."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{name} is not an integer from 0")
    return value


def _string(body: Mapping[str, Any], name: str) -> str:
    """Return a property of the body; raise ValueError unless it is a string that is not empty."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} is not a string, or empty")
    return value
