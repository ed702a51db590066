"""What no HTTP library would send: odd methods, targets and fields, bodies announced and not sent."""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import DecodeError

from tuningfork import not_verified
from tuningfork.model import Exchange, Headers, Request, Response
from tuningfork.target.inprocess import WsgiAdapter, call, environment
from tuningfork.target.transport import NoAnswer, Wire, no_answer

Fields = list[tuple[str, str]]
PATIENCE = 5
"""Seconds within which a server refuses a body that is only announced."""
BODILESS = frozenset({204, 304})
"""Statuses whose answers end with their header (RFC 9112 6.3)."""
AFTERWARDS = 2
"""Seconds within which a server closes, or sends what it should not."""


def send_raw(
    wire: Wire, method: str, target: str, fields: Fields, body: bytes, holder: str | None = None
) -> Exchange:
    """Send a request line, fields and a body exactly as they are (latin-1).

    Args:
        wire: the way to the target.
        method: any text.
        target: the request target below the base URL, with its query.
        fields: header fields; Host, Content-Length and Connection are added where they are missing.
        body: bytes.
        holder: whose credentials the fields hold; None for nobody's.

    Raises:
        NoAnswer: the connection broke, or no whole answer came in time.
    """
    base = urlsplit(wire.base_url)
    target = base.path.rstrip("/") + target
    names = {name.lower() for name, _ in fields}
    if body and not names & {"content-length", "transfer-encoding"}:
        fields = [*fields, ("Content-Length", str(len(body)))]
    request = Request(method, f"{base.scheme}://{base.netloc}{target}", Headers(fields), body)
    return _timed(wire, holder, request, lambda: _exchange(wire, request, target))


def announce(
    wire: Wire,
    method: str,
    url: str,
    fields: Fields,
    content_length: int,
    start: bytes,
    holder: str | None = None,
) -> Exchange | None:
    """Announce a body of so many bytes and send only its start.

    Returns:
        The exchange; None if the server closed the connection without an answer.

    Raises:
        NoAnswer: the server waits for the rest.
    """
    parts = urlsplit(url)
    fields = [*fields, ("Content-Length", str(content_length))]
    request = Request(method, url, Headers(fields), start)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    patience = min(PATIENCE, wire.timeout)
    try:
        return _timed(wire, holder, request, lambda: _answer(wire, request, target, patience))
    except (ConnectionError, http.client.BadStatusLine):
        return None
    except (OSError, http.client.HTTPException) as failed:
        raise NoAnswer("a refusal of the announced body", _why(failed, patience)) from None


def _timed(wire: Wire, holder: str | None, request: Request, exchange: Callable[[], Response]) -> Exchange:
    if wire.is_replay:
        not_verified("a request that no library sends can't be replayed")
    wire.before(holder, request)
    wire.throttle.wait()
    start = time.perf_counter()
    return Exchange(request, exchange(), time.perf_counter() - start)


def _exchange(wire: Wire, request: Request, target: str) -> Response:
    try:
        return _answer(wire, request, target, wire.timeout)
    except (OSError, http.client.HTTPException) as failed:
        reason = _why(failed, wire.timeout)
        wire.lost(request, reason)
        raise NoAnswer(f"an answer to {request.method} {request.path}", reason) from None


def _answer(wire: Wire, request: Request, target: str, patience: float) -> Response:
    if isinstance(wire.adapter, WsgiAdapter):
        return _in_process(wire.adapter, request)
    return _on_a_socket(request, target, patience)


def _why(failed: Exception, patience: float) -> str:
    if isinstance(failed, TimeoutError):
        return f"none within {patience:g} seconds"
    return no_answer(failed, patience)


def _in_process(adapter: WsgiAdapter, request: Request) -> Response:
    environ = environment(request.method, request.url, request.headers.pairs, request.body)
    answer = call(adapter.application, environ)
    return Response(answer.status, answer.reason or "", Headers(answer.headers.items()), answer.read())


def _on_a_socket(request: Request, target: str, patience: float) -> Response:
    parts = urlsplit(request.url)
    with _connection(parts.scheme, str(parts.hostname), parts.port, patience) as connection:
        with contextlib.suppress(
            BrokenPipeError, ConnectionResetError
        ):  # it may answer before it has read all
            connection.sendall(_head(request, target, parts.netloc) + request.body)
        answer = http.client.HTTPResponse(connection, method=request.method)
        answer.begin()
        fields = answer.getheaders()
        body = _surplus(answer, connection) if answer.status in BODILESS else _plain(fields, answer.read())
        return Response(answer.status, answer.reason, Headers(fields), body)


def _surplus(answer: http.client.HTTPResponse, connection: socket.socket) -> bytes:
    """What follows an answer that has ended, as it is; as much as comes at once."""
    connection.settimeout(AFTERWARDS)
    try:
        return answer.fp.read1(65536)
    except OSError:
        return b""


def _plain(fields: Fields, body: bytes) -> bytes:
    """The body without its content coding; as it is where that can't be undone."""
    try:
        return HTTPResponse(body=io.BytesIO(body), headers=HTTPHeaderDict(fields)).data
    except DecodeError:
        return body


def _connection(scheme: str, host: str, port: int | None, patience: float) -> socket.socket:
    plain = socket.create_connection((host, port or (443 if scheme == "https" else 80)), patience)
    if scheme == "http":
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _head(request: Request, target: str, host: str) -> bytes:
    names = {name.lower() for name, _ in request.headers.pairs}
    extra = [("Host", host)] if "host" not in names else []
    lines = [f"{request.method} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in [*extra, *request.headers.pairs, ("Connection", "close")]]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
