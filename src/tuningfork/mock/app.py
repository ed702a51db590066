"""The base class of all mocks: a WSGI application in memory that handles one request at a time."""

from __future__ import annotations

import io
import string
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException as WerkzeugException

from tuningfork.mock.clock import Clock
from tuningfork.mock.controls import PATH, ControlsApp, Outage
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import parse_id

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Handler = Callable[..., Response]
MEBIBYTE = 2**20


class Mock(ABC):
    """A stateful server of one API.

    Its parts are plain attributes, and their methods are looked up at each request, so that any method of any
    part can be replaced from outside while the mock runs.

    Args:
        name: the name of the Flask application.

    Attributes:
        app: the Flask application.
        clock: the time of the server, which the control /clock advances.
        outage: the outage that the control /outage starts.
        controls: the endpoints of the test hooks, below /_controls.
        lock: held during each request.
        handlers: the function that processes an operation, by operation ("GET /tracks").
    """

    body_limit: int | None = None
    """Maximum bytes of a request's body; a longer one is not read."""

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
        self.controls = ControlsApp(self, self.app)
        self.lock = threading.RLock()
        self.handlers: dict[str, Handler] = {}
        self.app.before_request(self._before_request)
        self.app.after_request(self._after_request)
        self.app.register_error_handler(WerkzeugException, self._refuse_werkzeug_exception)
        self.app.register_error_handler(HttpError, self.refuse)

    def serve(self, operations: Mapping[str, Handler]) -> None:
        """Register the handlers of operations, which are named as in the contract.

        `handlers` is looked up at each request. A handler gets the mock, the object that `admit` stored in
        `g.context`, and the ids of the path.
        """
        self.handlers = dict(operations)
        for operation in self.handlers:
            method, _, path = operation.partition(" ")
            rule = path.replace("{", "<").replace("}", ">")
            self.app.add_url_rule(rule, operation, self._dispatcher(operation), methods=[method])

    def wsgi(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Run the application (PEP 3333); the body is read before the lock is acquired."""
        try:
            environ["QUERY_STRING"] = quote(environ["QUERY_STRING"].encode("latin-1"), safe=string.printable)
            if self.has_json_form(environ["PATH_INFO"]):
                environ["PATH_INFO"] = environ["PATH_INFO"].removesuffix(".json")
            self._buffer_body(environ)
        except (OSError, ValueError, OverflowError):
            return self.refusal(400)(environ, start_response)
        with self.lock:
            return self.app.wsgi_app(environ, start_response)

    def refusal(self, status: int) -> Response:
        """Return the API's error response with this status, for a request that Flask does not process."""
        with self.lock:
            return self._with_date(self.refuse(HttpError(status)))

    def reset(self) -> None:
        """Restore the initial state, clock and counters included."""
        self.clock.reset()
        self.outage.reset()
        self.restore()

    @abstractmethod
    def settings(self, base_url: str) -> dict[str, Any]:
        """Return the target's table of tuningfork.toml, for this mock at `base_url`."""

    @abstractmethod
    def restore(self) -> None:
        """Restore the initial state of the API's data, in place."""

    @abstractmethod
    def refuse(self, refusal: HttpError) -> Response:
        """Return the API's error response with the status, the headers and the message of `refusal`."""

    @abstractmethod
    def admit(self) -> Response | None:
        """Check a request before its handler runs; return a response to end the request, else None."""

    def preflight(self) -> Response | None:
        """Return the response to a CORS preflight; None if the request is not one."""
        return None

    def finish(self, response: Response) -> Response:
        """Return the response to send in place of `response`; called for every response."""
        return response

    def has_json_form(self, path: str) -> bool:
        """Return True if `path` is also served with the suffix `.json`."""
        return False

    def set_quota(self, bucket: str, used: int) -> None:
        """Set the counter of a rate limit, for every app; raise ValueError for an unknown bucket."""
        raise NotImplementedError

    def disable(self, kind: str, value: str) -> None:
        """Disable a credential; raise ValueError for an unknown kind."""
        raise NotImplementedError

    def number(self, text: str) -> int | None:
        """Return the id in a path segment; None if it is not the decimal form of an id."""
        return parse_id(text)

    def _dispatcher(self, operation: str) -> Handler:
        """Return the view function of an operation: it calls the handler that `handlers` has at that time."""

        def handle(**ids: str) -> Response:
            return self.handlers[operation](self, g.context, **ids)

        return handle

    def _before_request(self) -> Response | None:
        """Return the response that ends a request before its handler runs; None to run the handler."""
        if request.path.startswith(f"{PATH}/"):
            return None
        if preflight := self.preflight():
            return preflight
        if status := self.outage.take():
            raise HttpError(status)
        if request.environ["REQUEST_METHOD"] != request.method:
            raise HttpError(405)  # methods are case-sensitive (RFC 9110, 9.1)
        return self.admit()

    def _after_request(self, response: Response) -> Response:
        """Return what `finish` makes of a response, with a Date header."""
        return self._with_date(self.finish(response))

    def _with_date(self, response: Response) -> Response:
        """Set the Date of a response, and remove the Content-Type of an empty body; return the response."""
        response.headers["Date"] = self.clock.date()
        if not response.is_streamed and not response.get_data():
            response.headers.pop("Content-Type", None)  # no content, no Content-Type (RFC 9110, 8.3)
        return response

    def _refuse_werkzeug_exception(self, error: WerkzeugException) -> Response:
        """Return the API's error response for an exception of Werkzeug, such as 404 (unknown path)."""
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        return self.refuse(HttpError(error.code or 500, headers={"Allow": allowed} if allowed else {}))

    def _buffer_body(self, environ: Environ) -> None:
        """Read the whole body into memory; a body longer than `body_limit` becomes empty."""
        length = _content_length(environ)
        if self.body_limit is not None and length is not None and length > self.body_limit:
            environ["wsgi.input"] = io.BytesIO()
            return
        body = _read_body(environ, length, self.body_limit)
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))


def _content_length(environ: Environ) -> int | None:
    """Return the Content-Length; None if missing or not a number; ValueError if it has too many digits."""
    text = environ.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdigit() else None


def _read_body(environ: Environ, length: int | None, limit: int | None) -> bytes:
    """Return the body: `length` bytes, or all of it (at most `limit` + 1) if the server delimits it."""
    if length is not None:
        return bytes(environ["wsgi.input"].read(length))
    if environ.get("wsgi.input_terminated"):
        return bytes(environ["wsgi.input"].read(-1 if limit is None else limit + 1))
    return b""
