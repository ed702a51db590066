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
from tuningfork.client.inprocess import WsgiAdapter, call_application, wsgi_environ
from tuningfork.client.limits import RequestBudget, apply_budget
from tuningfork.client.network import FinalResponse, NetworkAdapter
from tuningfork.client.transport import NoResponse, TransportContext, describe_failure
from tuningfork.model import Exchange, Headers, Request, Response

HeaderList = list[tuple[str, str]]
REFUSAL_TIMEOUT_S = 5
"""Seconds within which a server refuses a body that is only announced."""
BODILESS_STATUSES = frozenset({204, 304})
"""Statuses whose answers end with their header (RFC 9112 6.3)."""
CONNECTION_ERRORS = (OSError, http.client.HTTPException, HTTPError)
"""What a connection raises where there is no answer that can be read."""
CLOSE_TIMEOUT_S = 2
"""Seconds within which a server closes, or sends what it should not."""


def send_raw(
    wire: TransportContext,
    method: str,
    target: str,
    fields: HeaderList,
    body: bytes,
    holder: str | None = None,
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


def send_headers_only(
    wire: TransportContext,
    method: str,
    url: str,
    fields: HeaderList,
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
    patience = min(REFUSAL_TIMEOUT_S, wire.timeout)
    try:
        return _timed(wire, holder, request, lambda: _answer(wire, request, target, patience))
    except ConnectionRefusedError as failed:
        raise NoResponse("a refusal of the announced body", describe_failure(failed, patience)) from None
    except (ConnectionError, http.client.BadStatusLine):
        return None
    except CONNECTION_ERRORS as failed:
        raise NoResponse("a refusal of the announced body", describe_failure(failed, patience)) from None


def _timed(
    wire: TransportContext, holder: str | None, request: Request, exchange: Callable[[], Response]
) -> Exchange:
    if wire.is_replay:
        not_verified("a request that no library sends can't be replayed")
    wire.require_target()
    wire.check_request(holder, request)
    wire.rate_limiter.wait()
    wire.exchange_log.count_request()
    start = time.perf_counter()
    response = exchange()
    if wire.target_health is not None:
        wire.target_health.add_response()
    return Exchange(request, response, time.perf_counter() - start)


def _exchange(wire: TransportContext, request: Request, target: str) -> Response:
    start = time.perf_counter()
    try:
        return _answer(wire, request, target, wire.timeout)
    except CONNECTION_ERRORS as failed:
        reason = describe_failure(failed, wire.timeout)
        wire.report_lost(request, reason, time.perf_counter() - start)
        raise NoResponse(f"an answer to {request.method} {request.path}", reason) from None


def _answer(wire: TransportContext, request: Request, target: str, patience: float) -> Response:
    if isinstance(wire.adapter, WsgiAdapter):
        return _in_process(wire.adapter, request)
    network = wire.adapter
    assert isinstance(network, NetworkAdapter), "there is no third way to a target"
    with apply_budget(network.new_budget(patience)) as budget:
        try:
            return _on_a_socket(network, budget, request, target)
        except CONNECTION_ERRORS as failed:
            raise budget.limit_error() or failed from None


def _in_process(adapter: WsgiAdapter, request: Request) -> Response:
    environ = wsgi_environ(request.method, request.url, request.headers.pairs, request.body)
    answer = call_application(adapter.application, environ)
    return Response(answer.status, answer.reason or "", Headers(answer.headers.items()), answer.read())


def _on_a_socket(network: NetworkAdapter, budget: RequestBudget, request: Request, target: str) -> Response:
    parts = urlsplit(request.url)
    whole = f"{parts.scheme}://{parts.netloc}{target}" if network.is_forwarded(parts.scheme) else target
    fields = network.forward_headers(parts.scheme)
    with contextlib.closing(
        network.open_connection(parts.scheme, str(parts.hostname), parts.port)
    ) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            # it may answer before it has read all
            connection.sock.sendall(_head(request, whole, parts.netloc, fields) + request.body)
        answer = FinalResponse(connection.sock, method=request.method)
        answer.begin()
        pairs = answer.getheaders()
        body = (
            _surplus(answer, budget)
            if answer.status in BODILESS_STATUSES
            else _body(answer, pairs, request, budget)
        )
        return Response(answer.status, answer.reason, Headers(pairs), body)


def _body(answer: FinalResponse, fields: HeaderList, request: Request, budget: RequestBudget) -> bytes:
    raw = HTTPResponse(
        answer,
        HTTPHeaderDict(fields),
        answer.status,
        preload_content=False,
        original_response=answer,
        request_method=request.method,
    )
    return _plain(fields, budget.read_body(raw, decoded=False), budget)


def _surplus(answer: FinalResponse, budget: RequestBudget) -> bytes:
    """What follows an answer that has ended, as it is; as much as comes at once."""
    with apply_budget(budget.limited_to(CLOSE_TIMEOUT_S)), contextlib.suppress(OSError):
        return bytes(answer.fp.read1(65536))
    return b""


def _plain(fields: HeaderList, body: bytes, budget: RequestBudget) -> bytes:
    """The body without its content coding; as it is where that can't be undone."""
    fields = [(name, value) for name, value in fields if name.lower() == "content-encoding"]
    if not fields:
        return body
    try:
        return budget.read_body(HTTPResponse(io.BytesIO(body), HTTPHeaderDict(fields), preload_content=False))
    except DecodeError:
        return body


def _head(request: Request, target: str, host: str, proxy: HeaderList) -> bytes:
    names = {name.lower() for name, _ in request.headers.pairs}
    extra = [("Host", host)] if "host" not in names else []
    lines = [f"{request.method} {target} HTTP/1.1"]
    fields = [*extra, *request.headers.pairs, *proxy, ("Connection", "close")]
    lines += [f"{name}: {value}" for name, value in fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
