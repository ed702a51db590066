"""A mock on a real socket of this machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.wsgi import Server as CherootServer

from tuningfork.mock.app import Environ, Mock, StartResponse

HOST = "127.0.0.1"
BEAT = 0.2
"""Seconds between two looks at whether the server is idle."""


class Request(HTTPRequest):
    """Refuses as the mock does, invites no body that it would not read, never blames itself for bad input."""

    def read_request_line(self) -> bool:
        """Read the first line; what can't be split is refused, not a crash."""
        try:
            read: bool = super().read_request_line()  # type: ignore[no-untyped-call]  # cheroot has no type here
            return read
        except ValueError:
            self.simple_response("400 Bad Request")
            return False

    def read_request_headers(self) -> bool:
        """Read the header; `100 Continue` is only sent for a body that will be read (RFC 9110, 10.1.1)."""
        read = self.header_reader
        expected: list[bytes] = []

        def without_expect(rfile: Any, headers: dict[bytes, bytes]) -> dict[bytes, bytes]:
            read(rfile, headers)
            expected.append(headers.pop(b"Expect", b""))
            return headers

        self.header_reader = without_expect
        if not super().read_request_headers():  # type: ignore[no-untyped-call]  # cheroot has no type here
            return False
        if expected[0].lower() == b"100-continue" and self._fits():
            self.conn.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return True

    def respond(self) -> None:
        """Answer; a body that is too long stays unread, and its connection ends."""
        if not self._fits():
            self.close_connection = True
        super().respond()

    def simple_response(self, status: str, msg: str = "") -> None:
        """Answer what never reaches the application; bad input is the client's fault, never a 5xx."""
        code = int(str(status)[:3])
        answer = self.server.mock.refusal(code if code < 500 else 400)
        head = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
        content = b"" if getattr(self, "method", b"") == b"HEAD" else answer.get_data()  # RFC 9110, 9.3.2
        self.close_connection = True
        self.conn.wfile.write(
            f"HTTP/1.1 {answer.status}\r\n{head}Connection: close\r\n\r\n".encode("latin-1") + content
        )

    def _fits(self) -> bool:
        limit = self.server.mock.body_limit
        return limit is None or int(self.inheaders.get(b"Content-Length", 0)) <= limit


class Connection(HTTPConnection):
    """A connection that reads such requests."""

    RequestHandlerClass = Request


class Serving(CherootServer):
    """cheroot's server, with the mock that it serves."""

    ConnectionClass = Connection

    def __init__(self, mock: Mock, port: int) -> None:
        self.mock = mock
        self.last_asked = time.monotonic()
        super().__init__((HOST, port), self._application, numthreads=16, request_queue_size=128, timeout=30)
        self.keep_alive_conn_limit = 100

    def _application(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self.last_asked = time.monotonic()
        return self.mock.wsgi(environ, start_response)


class Server:
    """Serves a mock on 127.0.0.1 while it is entered, or between `start` and `stop`.

    Args:
        mock: what is served.
        port: 0 picks a free one.
        idle: seconds without a request after which it stops by itself; None for never.
    """

    def __init__(self, mock: Mock, port: int = 0, idle: float | None = None) -> None:
        self._serving = Serving(mock, port)
        self._idle = idle
        self._over = threading.Event()
        self._stopping = threading.Lock()
        self._threads: list[threading.Thread] = []

    @property
    def base_url(self) -> str:
        """Where the mock is, once started."""
        return f"http://{HOST}:{self._serving.bind_addr[1]}"

    def start(self) -> Self:
        """Bind the port and serve in the background.

        Raises:
            OSError: the port is taken.
        """
        self._serving.prepare()
        self._serving.last_asked = time.monotonic()
        self._threads = [threading.Thread(target=self._serving.serve, daemon=True)]
        if self._idle is not None:
            self._threads.append(threading.Thread(target=self._watch, args=(self._idle,), daemon=True))
        for thread in self._threads:
            thread.start()
        return self

    def wait(self) -> None:
        """Block until the server has stopped."""
        self._over.wait()

    def stop(self) -> None:
        """Close the port and wait for the requests in hand."""
        with self._stopping:
            if not self._over.is_set():
                self._serving.stop()
                self._over.set()

    def _watch(self, idle: float) -> None:
        while not self._over.wait(BEAT):
            if time.monotonic() - self._serving.last_asked > idle:
                self.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
