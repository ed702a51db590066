"""A proxy in front of a server that keeps its promises: everything it does is allowed, and tiresome."""

from __future__ import annotations

import gzip
import io
import time
from collections.abc import Callable, Iterable
from typing import Any

from tuningfork.mock.app import Mock

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Message = tuple[str, list[tuple[str, str]], bytes]
SKEW_S = 90
LAG_S = 1.0
FOREIGN_WRITE_S = 0.05
MAX_BODY = 64 * 1024
EVERY_RATE_LIMITED, EVERY_UNREACHABLE = 40, 200
MAX_FOREIGN = 4


class TiresomeProxy:
    """Shows lists late, writes as another user, compresses, limits, fails and refuses long bodies.

    Args:
        mock: the server behind the proxy.
        lists: the paths of lists, which show the state of a second ago.
        foreign: the method, path, JSON body and headers of a write that another client makes.
        delete_path: the path of an item, with {id}, that the other client deletes again.
    """

    def __init__(
        self,
        mock: Mock,
        lists: Iterable[str],
        foreign: tuple[str, str, bytes, dict[str, str]] | None,
        delete_path: str,
    ) -> None:
        self._wsgi = mock.wsgi
        self._lists = frozenset(lists)
        self._foreign = foreign
        self._delete_path = delete_path
        self._count = 0
        self._last_write = 0.0
        self._last_foreign_write = 0.0
        self._seen: dict[tuple[str, ...], tuple[float, Message]] = {}
        self._foreign_ids: list[str] = []
        mock.clock.advance(SKEW_S)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Respond to a request as WSGI (PEP 3333)."""
        if environ["PATH_INFO"].startswith("/_controls"):
            return self._wsgi(environ, start_response)
        self._count += 1
        self._write_as_other_user()
        status, headers, body = self._refused(environ) or self._response(environ)
        start_response(status, headers)
        return [body]

    def _refused(self, environ: Environ) -> Message | None:
        """Return the proxy's own response; None if the request reaches the server."""
        if int(environ.get("CONTENT_LENGTH") or 0) > MAX_BODY:
            return self._page("413 Content Too Large", [])
        if self._count % EVERY_UNREACHABLE == 0:
            return self._page("502 Bad Gateway", [])
        if self._count % EVERY_RATE_LIMITED == 0:
            return self._page("429 Too Many Requests", [("Retry-After", "0")])
        return None

    def _page(self, status: str, headers: list[tuple[str, str]]) -> Message:
        """Return an HTML page of the proxy."""
        body = f"<html><h1>{status}</h1></html>".encode()
        return status, [("Content-Type", "text/html"), ("Server", "nginx"), *headers], body

    def _response(self, environ: Environ) -> Message:
        """Return the server's response; that to a list is the one of a second ago after a write."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            self._last_write = time.monotonic()
            return self._compressed(environ, self._send(environ))
        if environ["PATH_INFO"] not in self._lists:
            return self._compressed(environ, self._send(environ))
        key = (
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"],
            environ["QUERY_STRING"],
            environ.get("HTTP_AUTHORIZATION", ""),
        )
        seen_at, message = self._seen.get(key, (0.0, None))
        if message is not None and seen_at < self._last_write and time.monotonic() - self._last_write < LAG_S:
            return self._compressed(environ, message)
        message = self._send(environ)
        self._seen[key] = time.monotonic(), message
        return self._compressed(environ, message)

    def _send(self, environ: Environ) -> Message:
        """Return the server's own response."""
        started: list[Any] = []
        chunks = self._wsgi(environ, lambda status, headers, *_: started.extend((status, headers)))
        body = b"".join(chunks)
        return started[0], list(started[1]), body

    def _compressed(self, environ: Environ, message: Message) -> Message:
        """Return a response with gzip and the suffix of its ETag, as Apache sends it."""
        status, headers, body = message
        if "gzip" not in environ.get("HTTP_ACCEPT_ENCODING", "") or not body:
            return message
        names = {name.lower(): value for name, value in headers}
        kept = [pair for pair in headers if pair[0].lower() not in ("content-length", "etag")]
        if "etag" in names:
            kept.append(("ETag", names["etag"].removesuffix('"') + '-gzip"'))
        packed = gzip.compress(body)
        return (
            status,
            [*kept, ("Content-Encoding", "gzip"), ("Content-Length", str(len(packed)))],
            packed if environ["REQUEST_METHOD"] != "HEAD" else b"",
        )

    def _write_as_other_user(self) -> None:
        """Create, and later delete, what another client owns."""
        if self._foreign is None or time.monotonic() - self._last_foreign_write < FOREIGN_WRITE_S:
            return
        self._last_foreign_write = time.monotonic()
        method, path, body, headers = self._foreign
        if len(self._foreign_ids) >= MAX_FOREIGN:
            deleted = self._delete_path.replace("{id}", self._foreign_ids.pop(0))
            self._send(_environ("DELETE", deleted, b"", headers))
            return
        _, _, answer = self._send(_environ(method, path, body, headers))
        found = answer.partition(b'"id": ')[2].partition(b",")[0].strip(b'}" ')
        if found:
            self._foreign_ids.append(found.decode())


def _environ(method: str, path: str, body: bytes, headers: dict[str, str]) -> Environ:
    """Return the WSGI environment of a request."""
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/json",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SCRIPT_NAME": "",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    }
