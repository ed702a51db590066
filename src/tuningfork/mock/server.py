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
IDLE_CHECK_INTERVAL_S = 0.2


class Request(HTTPRequest):
    """A request whose error responses the mock creates; malformed input never returns a 5xx."""

    def read_request_line(self) -> bool:
        """Read the request line; respond with 400 if it cannot be parsed."""
        try:
            is_read: bool = super().read_request_line()  # type: ignore[no-untyped-call]  # cheroot has no type here
            return is_read
        except ValueError:
            self.simple_response("400 Bad Request")
            return False

    def read_request_headers(self) -> bool:
        """Read the headers; send `100 Continue` only if the body will be read (RFC 9110, 10.1.1)."""
        read_headers = self.header_reader
        expect: list[bytes] = []

        def without_expect(rfile: Any, headers: dict[bytes, bytes]) -> dict[bytes, bytes]:
            """Read the headers as cheroot does, and move Expect from `headers` to `expect`."""
            read_headers(rfile, headers)
            expect.append(headers.pop(b"Expect", b""))
            return headers

        self.header_reader = without_expect
        if not super().read_request_headers():  # type: ignore[no-untyped-call]  # cheroot has no type here
            return False
        if expect[0].lower() == b"100-continue" and self._body_fits():
            self.conn.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return True

    def respond(self) -> None:
        """Respond to the request; close the connection if its body was too long to be read."""
        if not self._body_fits():
            self.close_connection = True
        super().respond()

    def simple_response(self, status: str, msg: str = "") -> None:
        """Respond to a request that does not reach the application; a 5xx of cheroot becomes a 400."""
        code = int(str(status)[:3])
        response = self.server.mock.refusal(code if code < 500 else 400)
        head = "".join(f"{name}: {value}\r\n" for name, value in response.headers.items())
        content = b"" if getattr(self, "method", b"") == b"HEAD" else response.get_data()  # RFC 9110, 9.3.2
        self.close_connection = True
        self.conn.wfile.write(
            f"HTTP/1.1 {response.status}\r\n{head}Connection: close\r\n\r\n".encode("latin-1") + content
        )

    def _body_fits(self) -> bool:
        """Return whether the Content-Length is within the body limit of the mock."""
        limit = self.server.mock.body_limit
        return limit is None or int(self.inheaders.get(b"Content-Length", 0)) <= limit


class Connection(HTTPConnection):
    """A connection whose requests are of the class `Request`."""

    RequestHandlerClass = Request


class CherootMockServer(CherootServer):
    """The cheroot server of a mock on 127.0.0.1; port 0 selects a free port."""

    ConnectionClass = Connection

    def __init__(self, mock: Mock, port: int) -> None:
        self.mock = mock
        self.last_request_at = time.monotonic()
        super().__init__((HOST, port), self._application, numthreads=16, request_queue_size=128, timeout=30)
        self.keep_alive_conn_limit = 100

    def _application(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Call the mock's WSGI application, and remember the time of the request."""
        self.last_request_at = time.monotonic()
        return self.mock.wsgi(environ, start_response)


class Server:
    """Serves a mock on 127.0.0.1 inside a `with` block, or between `start` and `stop`.

    Args:
        mock: the mock to serve.
        port: 0 for a free port.
        idle: seconds without a request after which the server stops; None for never.
    """

    def __init__(self, mock: Mock, port: int = 0, idle: float | None = None) -> None:
        self._serving = CherootMockServer(mock, port)
        self._idle = idle
        self._stopped = threading.Event()
        self._stopping = threading.Lock()
        self._threads: list[threading.Thread] = []

    @property
    def base_url(self) -> str:
        """The base URL of the mock, after the start."""
        return f"http://{HOST}:{self._serving.bind_addr[1]}"

    def start(self) -> Self:
        """Bind the port and serve in the background.

        Raises:
            OSError: the port is in use.
        """
        self._serving.prepare()
        self._serving.last_request_at = time.monotonic()
        self._threads = [threading.Thread(target=self._serving.serve, daemon=True)]
        if self._idle is not None:
            self._threads.append(threading.Thread(target=self._watch, args=(self._idle,), daemon=True))
        for thread in self._threads:
            thread.start()
        return self

    def wait(self) -> None:
        """Block until the server has stopped."""
        self._stopped.wait()

    def stop(self) -> None:
        """Close the port and wait for running requests."""
        with self._stopping:
            if not self._stopped.is_set():
                self._serving.stop()
                self._stopped.set()

    def _watch(self, idle: float) -> None:
        """Stop the server once no request has arrived for `idle` seconds."""
        while not self._stopped.wait(IDLE_CHECK_INTERVAL_S):
            if time.monotonic() - self._serving.last_request_at > idle:
                self.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
