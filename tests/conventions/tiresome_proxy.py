"""A difficult world around a server that conforms: all that happens is allowed."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tuningfork.audit.patching import wrap_method
from tuningfork.mock.reference import ReferenceServer
from tuningfork.mock.reference.items import Item
from tuningfork.mock.reference.resources import ResourcePart

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Message = tuple[str, list[tuple[str, str]], bytes]
SKEW_S = 90
LAG_S = 1.0
FOREIGN_WRITE_S = 0.05
PAUSE_S = 3.0
MAX_BODY = 64 * 1024
EVERY_RATE_LIMITED, EVERY_UNREACHABLE = 40, 200
MAX_FOREIGN = 4


class LateLists:
    """Lets the lists of a server show the items of a second ago, and gives the ids of deleted items again.

    Args:
        server: the server.
    """

    def __init__(self, server: ReferenceServer) -> None:
        self._part = server.get(ResourcePart)
        self._created: dict[int, float] = {}
        self._deleted: dict[int, float] = {}
        for name in ("store", "delete", "listed"):
            wrap_method(self._part, name, getattr(self, name))

    def store(self, original: Callable[..., Item], name: str, *arguments: Any) -> Item:
        """Store an item under the lowest free id, and remember when."""
        taken = {item.id for item in self._part.items[name] if not item.is_deleted}
        self._part.numbers = itertools.count(next(n for n in itertools.count(1) if n not in taken))
        item = original(name, *arguments)
        others = [each for each in self._part.items[name] if each.id != item.id]
        self._part.items[name] = [*others, item]
        self._created[id(item)] = time.monotonic()
        return item

    def delete(self, original: Callable[..., Any], *arguments: Any) -> Any:
        """Delete an item, and remember when."""
        response = original(*arguments)
        for items in self._part.items.values():
            for item in items:
                if item.is_deleted:
                    self._deleted.setdefault(id(item), time.monotonic())
        return response

    def listed(
        self, original: Callable[..., Any], call: Any, name: str, resource: Any, scope: tuple[str, ...]
    ) -> Iterator[Item]:
        """Yield the items that existed a second ago."""
        then = time.monotonic() - LAG_S
        for item in self._part.items[name]:
            is_late = self._created.get(id(item), 0.0) > then
            is_gone = item.is_deleted and self._deleted.get(id(item), 0.0) < then
            is_inside = not scope or item.scope == scope
            if is_inside and not is_late and not is_gone and self._part.may_see(call, resource, item):
                yield item


class TiresomeProxy:
    """Writes as another user, compresses, limits, fails, refuses long bodies, and has a wrong clock.

    Args:
        server: the server behind the proxy.
        foreign: the method, path, JSON body and headers of a write that another client makes.
        delete_path: the path of an item, with {id}, that the other client deletes again.
    """

    def __init__(
        self, server: ReferenceServer, foreign: tuple[str, str, bytes, dict[str, str]], delete_path: str
    ) -> None:
        self._wsgi = server.wsgi
        self._foreign = foreign
        self._delete_path = delete_path
        self._count = 0
        self._next_foreign_write = 0.0
        self._foreign_ids: list[str] = []
        server.clock.advance(SKEW_S)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Respond to a request as WSGI (PEP 3333)."""
        if environ["PATH_INFO"].startswith("/_controls"):
            self._next_foreign_write = time.monotonic() + PAUSE_S  # the owner who uses hooks is alone
            return self._wsgi(environ, start_response)
        self._count += 1
        self._write_as_other_user()
        status, headers, body = self._refused(environ) or self._compressed(environ, self._forward(environ))
        start_response(status, headers)
        return [body]

    def _refused(self, environ: Environ) -> Message | None:
        """Return the response of the proxy itself; None if it forwards the request to the server."""
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

    def _forward(self, environ: Environ) -> Message:
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
        if time.monotonic() < self._next_foreign_write:
            return
        self._next_foreign_write = time.monotonic() + FOREIGN_WRITE_S
        method, path, body, headers = self._foreign
        if len(self._foreign_ids) >= MAX_FOREIGN:
            deleted = self._delete_path.replace("{id}", self._foreign_ids.pop(0))
            if self._is_foreign(deleted):
                self._forward(_environ("DELETE", deleted, b"", headers))
            return
        _, _, response = self._forward(_environ(method, path, body, headers))
        found = response.partition(b'"id": ')[2].partition(b",")[0].strip(b'}" ')
        if found:
            self._foreign_ids.append(found.decode())

    def _is_foreign(self, path: str) -> bool:
        """Return whether an item is the other client's: its id may have been given again."""
        _, _, sent, headers = self._foreign
        status, _, shown = self._forward(_environ("GET", path, b"", headers))
        return status.startswith("200") and json.loads(sent).items() <= json.loads(shown).items()


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
