"""What no HTTP library would send: odd methods, targets and fields, bodies announced and not sent."""

from __future__ import annotations

import contextlib
import http.client
import io
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import DecodeError, HTTPError

from tuningfork import not_verified
from tuningfork.client.budget import Budget, spending
from tuningfork.client.inprocess import WsgiAdapter, call, environment
from tuningfork.client.network import Network, Reply
from tuningfork.client.transport import NoAnswer, Wire, no_answer
from tuningfork.model import Exchange, Headers, Request, Response

Fields = list[tuple[str, str]]
PATIENCE = 5
"""Seconds within which a server refuses a body that is only announced."""
BODILESS = frozenset({204, 304})
"""Statuses whose answers end with their header (RFC 9112 6.3)."""
FAILURES = (OSError, http.client.HTTPException, HTTPError)
"""What a connection raises where there is no answer that can be read."""
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
    except ConnectionRefusedError as failed:
        raise NoAnswer("a refusal of the announced body", no_answer(failed, patience)) from None
    except (ConnectionError, http.client.BadStatusLine):
        return None
    except FAILURES as failed:
        raise NoAnswer("a refusal of the announced body", no_answer(failed, patience)) from None


def _timed(wire: Wire, holder: str | None, request: Request, exchange: Callable[[], Response]) -> Exchange:
    if wire.is_replay:
        not_verified("a request that no library sends can't be replayed")
    wire.need_target()
    wire.before(holder, request)
    wire.throttle.wait()
    wire.journal.sending()
    start = time.perf_counter()
    response = exchange()
    if wire.patience is not None:
        wire.patience.answered()
    return Exchange(request, response, time.perf_counter() - start)


def _exchange(wire: Wire, request: Request, target: str) -> Response:
    start = time.perf_counter()
    try:
        return _answer(wire, request, target, wire.timeout)
    except FAILURES as failed:
        reason = no_answer(failed, wire.timeout)
        wire.lose(request, reason, time.perf_counter() - start)
        raise NoAnswer(f"an answer to {request.method} {request.path}", reason) from None


def _answer(wire: Wire, request: Request, target: str, patience: float) -> Response:
    if isinstance(wire.adapter, WsgiAdapter):
        return _in_process(wire.adapter, request)
    network = wire.adapter
    assert isinstance(network, Network), "there is no third way to a target"
    with spending(network.budget(patience)) as budget:
        try:
            return _on_a_socket(network, budget, request, target)
        except FAILURES as failed:
            raise budget.error() or failed from None


def _in_process(adapter: WsgiAdapter, request: Request) -> Response:
    environ = environment(request.method, request.url, request.headers.pairs, request.body)
    answer = call(adapter.application, environ)
    return Response(answer.status, answer.reason or "", Headers(answer.headers.items()), answer.read())


def _on_a_socket(network: Network, budget: Budget, request: Request, target: str) -> Response:
    parts = urlsplit(request.url)
    whole = f"{parts.scheme}://{parts.netloc}{target}" if network.is_forwarded(parts.scheme) else target
    fields = network.proxy_fields(parts.scheme)
    with contextlib.closing(network.connect(parts.scheme, str(parts.hostname), parts.port)) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            # it may answer before it has read all
            connection.sock.sendall(_head(request, whole, parts.netloc, fields) + request.body)
        answer = Reply(connection.sock, method=request.method)
        answer.begin()
        pairs = answer.getheaders()
        body = (
            _surplus(answer, budget) if answer.status in BODILESS else _body(answer, pairs, request, budget)
        )
        return Response(answer.status, answer.reason, Headers(pairs), body)


def _body(answer: Reply, fields: Fields, request: Request, budget: Budget) -> bytes:
    raw = HTTPResponse(
        answer,
        HTTPHeaderDict(fields),
        answer.status,
        preload_content=False,
        original_response=answer,
        request_method=request.method,
    )
    return _plain(fields, budget.read(raw, decoded=False), budget)


def _surplus(answer: Reply, budget: Budget) -> bytes:
    """What follows an answer that has ended, as it is; as much as comes at once."""
    with spending(budget.part(AFTERWARDS)), contextlib.suppress(OSError):
        return bytes(answer.fp.read1(65536))
    return b""


def _plain(fields: Fields, body: bytes, budget: Budget) -> bytes:
    """The body without its content coding; as it is where that can't be undone."""
    fields = [(name, value) for name, value in fields if name.lower() == "content-encoding"]
    if not fields:
        return body
    try:
        return budget.read(HTTPResponse(io.BytesIO(body), HTTPHeaderDict(fields), preload_content=False))
    except DecodeError:
        return body


def _head(request: Request, target: str, host: str, proxy: Fields) -> bytes:
    names = {name.lower() for name, _ in request.headers.pairs}
    extra = [("Host", host)] if "host" not in names else []
    lines = [f"{request.method} {target} HTTP/1.1"]
    fields = [*extra, *request.headers.pairs, *proxy, ("Connection", "close")]
    lines += [f"{name}: {value}" for name, value in fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
