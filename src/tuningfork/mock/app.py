"""The server that every mock is: one WSGI application, in memory, one request at a time."""

from __future__ import annotations

import io
import string
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from tuningfork.mock.clock import Clock
from tuningfork.mock.controls import PATH, Controls, Outage
from tuningfork.mock.errors import Refusal
from tuningfork.mock.parsing import whole_number

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Handler = Callable[..., Response]
MEBIBYTE = 2**20


class Mock(ABC):
    """A stateful server of one API.

    Its parts are plain attributes and are called through the mock at each request, so that any method
    of any part can be replaced from outside while it runs.

    Args:
        name: of the Flask application.
    """

    body_limit: int | None = None
    """Bytes that a request's body may have; a longer one is not read."""

    def __init__(self, name: str) -> None:
        self.app = Flask(name, static_folder=None)
        self.app.config.update(
            PROVIDE_AUTOMATIC_OPTIONS=False,
            MAX_CONTENT_LENGTH=self.body_limit,
            MAX_FORM_MEMORY_SIZE=32 * MEBIBYTE,
            MAX_FORM_PARTS=10_000,
        )
        self.app.url_map.merge_slashes = False
        self.clock = Clock()
        self.outage = Outage()
        self.controls = Controls(self, self.app)
        self.lock = threading.RLock()
        self.handlers: dict[str, Handler] = {}
        self.app.before_request(self._before)
        self.app.after_request(self._after)
        self.app.register_error_handler(HTTPException, self._refused_by_http)
        self.app.register_error_handler(Refusal, self.refuse)

    def serve(self, operations: Mapping[str, Handler]) -> None:
        """Answer these operations, named as in a contract; `handlers` says by what, at each request anew.

        A handler gets the mock, what `admit` left in `g.call`, and the ids of the path.
        """
        self.handlers = dict(operations)
        for operation in self.handlers:
            method, _, path = operation.partition(" ")
            rule = path.replace("{", "<").replace("}", ">")
            self.app.add_url_rule(rule, operation, self._handled(operation), methods=[method])

    def wsgi(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """The application (PEP 3333). The body is read before the lock is taken: a slow one stops nobody."""
        try:
            environ["QUERY_STRING"] = quote(environ["QUERY_STRING"].encode("latin-1"), safe=string.printable)
            if self.has_json_form(environ["PATH_INFO"]):
                environ["PATH_INFO"] = environ["PATH_INFO"].removesuffix(".json")
            self._take_body(environ)
        except (OSError, ValueError, OverflowError):
            return self.refusal(400)(environ, start_response)
        with self.lock:
            return self.app.wsgi_app(environ, start_response)

    def refusal(self, status: int) -> Response:
        """The answer to what HTTP itself refuses, before or without the application."""
        with self.lock:
            return self._dated(self.refuse(Refusal(status)))

    def reset(self) -> None:
        """Back to the initial state, the clock and the counters too."""
        self.clock.reset()
        self.outage.reset()
        self.restore()

    @abstractmethod
    def settings(self, base_url: str) -> dict[str, Any]:
        """The target's table of tuningfork.toml, for this mock at `base_url`."""

    @abstractmethod
    def restore(self) -> None:
        """Put the API's own state back to what it was at first, in place."""

    @abstractmethod
    def refuse(self, refusal: Refusal) -> Response:
        """An error as the API words it."""

    @abstractmethod
    def admit(self) -> Response | None:
        """Judge a request before its handler; an answer ends it."""

    def preflight(self) -> Response | None:
        """The answer to a CORS preflight, if the request is one."""
        return None

    def finish(self, response: Response) -> Response:
        """The last touch to every answer."""
        return response

    def has_json_form(self, path: str) -> bool:
        """Whether a path that ends in `.json` is served as the path without it."""
        return False

    def set_quota(self, bucket: str, used: int) -> None:
        """Set the counter of a rate limit, for every app; ValueError for an unknown one."""
        raise NotImplementedError

    def disable(self, kind: str, value: str) -> None:
        """Make a credential stop working; ValueError for an unknown kind."""
        raise NotImplementedError

    def number(self, text: str) -> int | None:
        """The id that a path names; None where it is no id, written as ids are."""
        number = whole_number(text)
        return number if str(number) == text else None

    def _handled(self, operation: str) -> Handler:
        def handle(**ids: str) -> Response:
            return self.handlers[operation](self, g.call, **ids)

        return handle

    def _before(self) -> Response | None:
        if request.path.startswith(f"{PATH}/"):
            return None
        if preflight := self.preflight():
            return preflight
        if status := self.outage.take():
            raise Refusal(status)
        if request.environ["REQUEST_METHOD"] != request.method:
            raise Refusal(405)  # methods are case-sensitive (RFC 9110, 9.1)
        return self.admit()

    def _after(self, response: Response) -> Response:
        return self._dated(self.finish(response))

    def _dated(self, response: Response) -> Response:
        response.headers["Date"] = self.clock.date()
        if not response.is_streamed and not response.get_data():
            response.headers.pop("Content-Type", None)  # no content, no type of it (RFC 9110, 8.3)
        return response

    def _refused_by_http(self, error: HTTPException) -> Response:
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        return self.refuse(Refusal(error.code or 500, headers={"Allow": allowed} if allowed else {}))

    def _take_body(self, environ: Environ) -> None:
        length = _announced(environ)
        if self.body_limit is not None and length is not None and length > self.body_limit:
            environ["wsgi.input"] = io.BytesIO()
            return
        body = _read(environ, length, self.body_limit)
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))


def _announced(environ: Environ) -> int | None:
    """The Content-Length; None where it is missing or no number; ValueError for thousands of digits."""
    text = environ.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdigit() else None


def _read(environ: Environ, length: int | None, limit: int | None) -> bytes:
    """The body to its announced length, or to its end (a byte over the limit) where the server knows it."""
    if length is not None:
        return bytes(environ["wsgi.input"].read(length))
    if environ.get("wsgi.input_terminated"):
        return bytes(environ["wsgi.input"].read(-1 if limit is None else limit + 1))
    return b""
