"""Requests that HTTP libraries refuse to send: invalid methods, targets and headers, incomplete bodies."""

from __future__ import annotations

import contextlib
import http.client
import io
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import DecodeError

from tuningfork import not_verified
from tuningfork.client.inprocess import WsgiAdapter, call_application, wsgi_environ
from tuningfork.client.limits import RequestBudget, apply_budget
from tuningfork.client.network import FinalResponse, NetworkAdapter
from tuningfork.client.no_response import CONNECTION_ERRORS, NoResponse, describe_failure
from tuningfork.client.transport import TransportContext
from tuningfork.model import Exchange, Headers, Request, Response

HeaderList = list[tuple[str, str]]
REFUSAL_TIMEOUT_S = 5
"""Time within which a server must reject a body of which only the headers were sent."""
BODILESS_STATUSES = frozenset({204, 304})
"""Statuses of responses that end with their headers (RFC 9112 6.3)."""
CLOSE_TIMEOUT_S = 2
"""Time to wait for bytes that a server sends after a response without a body."""


def send_raw(
    transport: TransportContext,
    method: str,
    target: str,
    headers: HeaderList,
    body: bytes,
    principal: str | None = None,
) -> Exchange:
    """Send a request line, headers and a body unchanged (latin-1).

    Args:
        transport: what all sessions to the API share.
        method: the request method, any text.
        target: the request target below the base URL, with its query.
        headers: the headers; Host, Content-Length and Connection are added if they are missing.
        body: the body.
        principal: whose credentials the headers contain; None for no credentials.

    Raises:
        NoResponse: the connection broke, or no complete response arrived in time.
    """
    base = urlsplit(transport.base_url)
    target = base.path.rstrip("/") + target
    header_names = {name.lower() for name, _ in headers}
    if body and not header_names & {"content-length", "transfer-encoding"}:
        headers = [*headers, ("Content-Length", str(len(body)))]
    request = Request(method, f"{base.scheme}://{base.netloc}{target}", Headers(headers), body)
    return _exchange(transport, principal, request, lambda: _send_or_report(transport, request, target))


def send_headers_only(
    transport: TransportContext,
    method: str,
    url: str,
    headers: HeaderList,
    content_length: int,
    body_start: bytes,
    principal: str | None = None,
) -> Exchange | None:
    """Announce a body of `content_length` bytes and send only `body_start`.

    Returns:
        The exchange; None if the server closed the connection without a response.

    Raises:
        NoResponse: the server waits for the rest of the body.
    """
    parts = urlsplit(url)
    headers = [*headers, ("Content-Length", str(content_length))]
    request = Request(method, url, Headers(headers), body_start)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    timeout = min(REFUSAL_TIMEOUT_S, transport.timeout)
    try:
        return _exchange(transport, principal, request, lambda: _send(transport, request, target, timeout))
    except ConnectionRefusedError as error:
        reason = describe_failure(error, timeout)
        raise NoResponse("a rejection of the announced body", reason, request) from None
    except (ConnectionError, http.client.BadStatusLine):
        return None
    except CONNECTION_ERRORS as error:
        reason = describe_failure(error, timeout)
        raise NoResponse("a rejection of the announced body", reason, request) from None


def _exchange(
    transport: TransportContext, principal: str | None, request: Request, send: Callable[[], Response]
) -> Exchange:
    """Check and count a request, and call `send`; return the exchange with its duration."""
    if transport.is_replay:
        not_verified("a raw request can't be replayed from a cassette")
    transport.require_target()
    transport.check_request(principal, request)
    transport.rate_limiter.wait()
    transport.gate.let_pass()
    transport.exchange_log.count_request()
    start = time.perf_counter()
    response = send()
    if transport.target_health is not None:
        transport.target_health.add_response()
    return Exchange(request, response, time.perf_counter() - start)


def _send_or_report(transport: TransportContext, request: Request, target: str) -> Response:
    """Send a request; without a response, report the request as lost and raise NoResponse."""
    start = time.perf_counter()
    try:
        return _send(transport, request, target, transport.timeout)
    except CONNECTION_ERRORS as error:
        reason = describe_failure(error, transport.timeout)
        transport.report_lost(request, reason, time.perf_counter() - start)
        raise NoResponse(f"a response to {request.method} {request.path}", reason, request) from None


def _send(transport: TransportContext, request: Request, target: str, timeout: float) -> Response:
    """Send a request to the mock in this process or on a new connection; raise one of CONNECTION_ERRORS."""
    if isinstance(transport.adapter, WsgiAdapter):
        return _send_in_process(transport.adapter, request)
    network = transport.adapter
    assert isinstance(network, NetworkAdapter), "the adapter is a NetworkAdapter or a WsgiAdapter"
    with apply_budget(network.new_budget(timeout)) as budget:
        try:
            return _send_on_socket(network, budget, request, target)
        except CONNECTION_ERRORS as error:
            raise budget.limit_error() or error from None


def _send_in_process(adapter: WsgiAdapter, request: Request) -> Response:
    """Return the response of the WSGI application, which gets the request unchanged."""
    environ = wsgi_environ(request.method, request.url, request.headers.pairs, request.body)
    response = call_application(adapter.application, environ)
    return Response(
        response.status, response.reason or "", Headers(response.headers.items()), response.read()
    )


def _send_on_socket(
    network: NetworkAdapter, budget: RequestBudget, request: Request, target: str
) -> Response:
    """Send a request on a new connection, and return the response within `budget`."""
    parts = urlsplit(request.url)
    request_target = (
        f"{parts.scheme}://{parts.netloc}{target}" if network.is_forwarded(parts.scheme) else target
    )
    headers = network.forward_headers(parts.scheme)
    with contextlib.ExitStack() as stack:
        connection = network.open_connection(parts.scheme, str(parts.hostname), parts.port)
        stack.callback(connection.close)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            # the server may respond before it has read the whole request
            connection.sock.sendall(
                _request_head(request, request_target, parts.netloc, headers) + request.body
            )
        response = FinalResponse(connection.sock, method=request.method)
        stack.callback(response.close)  # it has a file of the socket, which stays open without this
        response.begin()
        pairs = response.getheaders()
        body = (
            _read_surplus(response, budget)
            if response.status in BODILESS_STATUSES
            else _read_body(response, pairs, request, budget)
        )
        return Response(response.status, response.reason, Headers(pairs), body)


def _read_body(
    response: FinalResponse, headers: HeaderList, request: Request, budget: RequestBudget
) -> bytes:
    """Return the body of a response with its content coding decoded; `budget` limits its size."""
    raw = HTTPResponse(
        response,
        HTTPHeaderDict(headers),
        response.status,
        preload_content=False,
        original_response=response,
        request_method=request.method,
    )
    return _decode(headers, budget.read_body(raw, decoded=False), budget)


def _read_surplus(response: FinalResponse, budget: RequestBudget) -> bytes:
    """Return the bytes that follow a response without a body; empty if none arrive in CLOSE_TIMEOUT_S."""
    with apply_budget(budget.limited_to(CLOSE_TIMEOUT_S)), contextlib.suppress(OSError):
        return bytes(response.fp.read1(65536))
    return b""


def _decode(headers: HeaderList, body: bytes, budget: RequestBudget) -> bytes:
    """Return the body with its content coding decoded, or unchanged if it can't be decoded."""
    headers = [(name, value) for name, value in headers if name.lower() == "content-encoding"]
    if not headers:
        return body
    try:
        return budget.read_body(
            HTTPResponse(io.BytesIO(body), HTTPHeaderDict(headers), preload_content=False)
        )
    except DecodeError:
        return body


def _request_head(request: Request, target: str, host: str, proxy_headers: HeaderList) -> bytes:
    """Return the request line and headers in latin-1, with Host added if it is missing."""
    has_host = any(name.lower() == "host" for name, _ in request.headers.pairs)
    host_header = [] if has_host else [("Host", host)]
    lines = [f"{request.method} {target} HTTP/1.1"]
    headers = [*host_header, *request.headers.pairs, *proxy_headers, ("Connection", "close")]
    lines += [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
