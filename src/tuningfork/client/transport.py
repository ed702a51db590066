"""The path of every request to a target: checked, rate-limited, timed, logged and journalled."""

from __future__ import annotations

import contextlib
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from urllib3.exceptions import DecodeError, HTTPError
from urllib3.exceptions import SSLError as UntrustedError

from tuningfork import not_verified
from tuningfork.client.cassette_filters import cassette_disabled
from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.client.failure_causes import refusal_of
from tuningfork.client.gateway import GATEWAY_FAILURES, is_from_cache
from tuningfork.client.limits import RequestBudget, TooLargeError
from tuningfork.client.marks import Marks
from tuningfork.client.rate_limit import RateLimiter
from tuningfork.client.request_gate import RequestGate
from tuningfork.client.route import MAX_BODY_BYTES
from tuningfork.client.session import prepared_again
from tuningfork.client.target_health import TargetHealth
from tuningfork.client.write_guard import WriteGuard
from tuningfork.model import EVIDENCE, Exchange, ExpectationFailed, Headers, Request, Response
from tuningfork.origin import origin

IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
"""Methods that are sent again after the server closed an idle connection."""
MAX_PAUSE_S = 60
"""Longest Retry-After that is waited for; a 429 with a longer one is returned to the test."""
CONNECTION_ERRORS = (requests.RequestException, HTTPError, HTTPException, OSError)
"""Raised by an adapter if it receives no valid response."""
MIN_PAUSE_S = 1
"""Shortest pause before a request is repeated after a 429, even if Retry-After is shorter."""
MAX_RETRIES = 2
"""How often a request is repeated if the server is in this process or sends no Retry-After."""


class NoResponse(ExpectationFailed):
    """A request got no response.

    Args:
        expected: the response that the test requires, as a phrase.
        reason: why no response arrived, as a phrase.
        request: the request; None for the call of a test hook.
    """

    def __init__(self, expected: str, reason: str, request: Request | None = None) -> None:
        exchange = None if request is None else Exchange(request, Response(0, "no response"))
        super().__init__(expected, reason, exchange=exchange)


@dataclass(slots=True)
class TransportContext:
    """What all sessions for one API of a target share.

    Args:
        adapter: sends the requests.
        base_url: the base URL of the API.
        origins: the origins to which credentials may be sent.
        timeout: the time limit of one exchange, in seconds.
        rate_limiter: spaces the requests.
        exchange_log: stores the exchanges.
        on_lost: called with each request that gets no response, and the reason.
        write_guard: checks requests that may change data; None for clean-up requests.
        is_replay: whether a cassette responds instead of a target.
        obeys_retry_after: whether a 429 is waited for and its request sent again.
        is_recorded: whether the exchanges become part of the cassette.
        max_body: the longest response body, in bytes.
        target_health: decides when the target counts as lost; None for a target in this process.
        in_flight: how many requests may be in flight at once, of those whose order does not matter.
    """

    adapter: BaseAdapter
    base_url: str
    origins: frozenset[str]
    timeout: float
    rate_limiter: RateLimiter
    exchange_log: ExchangeLog
    on_lost: Callable[[Request, str], None]
    write_guard: WriteGuard | None = None
    is_replay: bool = False
    obeys_retry_after: bool = True
    is_recorded: bool = True
    max_body: int = MAX_BODY_BYTES
    target_health: TargetHealth | None = None
    in_flight: int = 1
    login_origins: frozenset[str] = frozenset()
    """Origins, in addition to the target's, to which a user's password may be sent."""
    excuses_gateways: bool = False
    """Whether a request is sent once more after the error of a gateway."""
    avoids_caches: bool = False
    """Whether a GET is sent once more, to the server itself, after the response of a cache."""
    marks: Marks | None = None
    """Marks what tests create; None where every run sends the same texts."""
    gate: RequestGate = field(default_factory=RequestGate)
    """Counts the requests, also those of logins and clean-up, and ends a test that may send no more."""
    was_recorded: Callable[[Request], bool] | None = None
    """Returns whether a request is in the replayed cassette; None if the cassette is of a mock."""

    def require_target(self) -> None:
        """End the test as not verified if the target counts as lost."""
        if self.target_health is not None and self.target_health.lost_reason:
            not_verified(f"the target is lost: {self.target_health.lost_reason}")

    def report_lost(self, request: Request, reason: str, seconds: float) -> None:
        """Report a request that got no response within `seconds`."""
        if self.target_health is not None:
            self.target_health.add_unanswered(seconds)
        self.on_lost(request, reason)

    def is_rate_limited(self, response: Response) -> bool:
        """Return whether a response says only that this run or another client sent too many requests.

        Such a response violates no claim, unless the test is about rate limits (RFC 6585 4).
        """
        return response.status == 429 and self.obeys_retry_after and self.target_health is not None

    def wait_to_retry(self, response: Response, retries: int) -> bool:
        """Wait as long as a 429 response requires; return whether to send its request again.

        A server in this process gets two retries, any other one as many as the waiting time allows. The test
        ends as not verified if the pause is too long or, after two retries, still unknown.
        """
        if response.status != 429 or not self.obeys_retry_after:
            return False
        pause = _retry_after(response)
        if self.target_health is None:
            if pause is None or retries == MAX_RETRIES:
                return False
        else:
            if pause is None and "retry-after" not in response.headers and retries < MAX_RETRIES:
                pause = float(MIN_PAUSE_S << retries)
            if pause is None:
                not_verified("the target returns 429: too many requests were sent")
            pause = max(pause, MIN_PAUSE_S)
            self.target_health.add_pause(pause)
            self.require_target()
        self.rate_limiter.pause(pause)
        return True

    def is_gateway_failure(self, status: int) -> bool:
        """Return whether a status says that a gateway reached no server; such a response is not judged."""
        return self.excuses_gateways and status in GATEWAY_FAILURES

    def may_pass(self, status: int, method: str | None) -> bool:
        """Return whether a failure may be gone at once: the request is sent again before it is judged."""
        is_repeatable = self.excuses_gateways and method in IDEMPOTENT_METHODS
        return self.is_gateway_failure(status) or (is_repeatable and status == 500)

    def is_stale(self, response: Response, method: str | None) -> bool:
        """Return whether a response is that of a cache: the request is sent again, to the server itself."""
        return self.avoids_caches and method == "GET" and is_from_cache(response)

    def is_own(self, url: str) -> bool:
        """Return whether a URL is on one of the target's origins."""
        return origin(url) in self.origins

    def check_request(self, principal: str | None, request: Request, is_browser: bool = False) -> None:
        """Check a request before it is sent; the write guard may end the test as not verified."""
        if self.write_guard is not None:
            self.write_guard.check_request(principal, request, self.path_below_base(request.url), is_browser)

    def path_below_base(self, url: str) -> str | None:
        """Return the path of a URL below the base URL; None for a URL outside the base URL."""
        if origin(url) != origin(self.base_url):
            return None
        root, path = urlsplit(self.base_url).path.rstrip("/"), urlsplit(url).path
        return path[len(root) :] if path.startswith(root + "/") else None


class RecordingAdapter(BaseAdapter):
    """Sends the requests of one principal's session and logs each exchange.

    Args:
        transport: what all sessions to the API share.
        principal: whose credentials the session has; None for no credentials.
        allows_other_origins: whether requests without secrets may go to other origins, as on a consent page.
    """

    def __init__(
        self, transport: TransportContext, principal: str | None, allows_other_origins: bool = False
    ) -> None:
        super().__init__()
        self._transport = transport
        self._principal = principal
        self._allows_other_origins = allows_other_origins

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send a request, wait for the whole response and log the exchange.

        Raises:
            ExpectationFailed: the URL is on another origin, to which this request must not be sent.
            NoResponse: no complete response arrived within the target's timeout.
        """
        if not self._transport.is_own(str(request.url)):
            return self._send_to_other_origin(request)
        response = self._send_past_gateway(request)
        retries = 0
        while response.status_code == 429 and self._transport.wait_to_retry(to_response(response), retries):
            response = self._send_past_gateway(prepared_again(request))
            retries += 1
        return response

    def _send_past_gateway(self, request: requests.PreparedRequest) -> requests.Response:
        """Send a request; send it once more if the response is that of a gateway or a cache.

        A request that is not idempotent is not sent again, because it may have had its effect.
        """
        transport, method = self._transport, request.method
        response = self._send_once(
            request,
            is_judged=lambda first: (
                not (transport.may_pass(first.status, method) or transport.is_stale(first, method))
            ),
        )
        if transport.may_pass(response.status_code, method):
            if method not in IDEMPOTENT_METHODS:
                not_verified(f"the response to {method} is {response.status_code} of a gateway")
            transport.rate_limiter.pause(MIN_PAUSE_S)
            return self._send_once(prepared_again(request))
        if transport.is_stale(to_response(response), method):
            return self._send_once(prepared_again(request, {"Cache-Control": "no-cache"}))
        return response

    def _send_to_other_origin(self, request: requests.PreparedRequest) -> requests.Response:
        """Send a request to another origin; the exchange is not checked."""
        transport, host = self._transport, origin(str(request.url))
        has_no_secret = not request.body and "Authorization" not in request.headers
        if not (self._allows_other_origins and (has_no_secret or host in transport.login_origins)):
            raise ExpectationFailed(
                f"a URL on the host of the API, {origin(transport.base_url)}", str(request.url)
            )
        try:
            response = self._fetch(request, time.perf_counter() + transport.timeout)
        except CONNECTION_ERRORS as error:
            reason = describe_failure(error, transport.timeout)
            raise NoResponse(f"a response from {host}", reason, to_request(request)) from None
        transport.exchange_log.add_unchecked(Exchange(to_request(request), to_response(response)))
        return response

    def close(self) -> None:
        """Do nothing: the adapter is shared and is closed by its owner."""

    def _send_once(
        self, request: requests.PreparedRequest, is_judged: Callable[[Response], bool] = lambda _: True
    ) -> requests.Response:
        """Send a request to the target without retries after a 429, and log the exchange.

        Args:
            request: the request.
            is_judged: whether the checks see the response.
        """
        transport = self._transport
        transport.require_target()
        sent_request = to_request(request)
        transport.check_request(self._principal, sent_request, self._allows_other_origins)
        transport.rate_limiter.wait()
        transport.gate.let_pass()  # the time that is left counts after the wait
        transport.exchange_log.count_request()
        start = time.perf_counter()
        try:
            with contextlib.nullcontext() if transport.is_recorded else cassette_disabled():
                response = self._fetch(request, start + transport.timeout)
        except CONNECTION_ERRORS as error:
            reason = describe_failure(error, transport.timeout)
            transport.report_lost(sent_request, reason, time.perf_counter() - start)
            expected = f"a response to {sent_request.method} {sent_request.path}"
            raise NoResponse(expected, reason, sent_request) from None
        if transport.target_health is not None:
            transport.target_health.add_response()
        exchange = Exchange(sent_request, to_response(response), time.perf_counter() - start)
        self.record(exchange, is_judged=is_judged(exchange.response))
        if self._allows_other_origins:  # a login reads the bare response
            EVIDENCE.add(exchange)
        response.exchange = exchange  # type: ignore[attr-defined]  # the client returns what was logged
        return response

    def _fetch(self, request: requests.PreparedRequest, deadline: float) -> requests.Response:
        """Return the whole response; retry if the server closed an idle connection (RFC 9112 9.3.1)."""
        transport = self._transport
        try:
            response = transport.adapter.send(request, stream=True, timeout=transport.timeout, verify=True)
        except requests.ConnectionError as error:
            remaining = deadline - time.perf_counter()
            if (
                isinstance(error, requests.Timeout)
                or request.method not in IDEMPOTENT_METHODS
                or remaining <= 0
            ):
                raise
            response = transport.adapter.send(request, stream=True, timeout=remaining, verify=True)
        _read_body(response, transport.max_body)
        return response

    def record(self, exchange: Exchange, *, is_judged: bool = True) -> None:
        """Log an exchange and journal what it created or deleted; the checks see it if it is judged."""
        transport = self._transport
        if transport.write_guard is not None:
            path = transport.path_below_base(exchange.request.url)
            transport.write_guard.note_response(exchange, path, self._principal)
        add = transport.exchange_log.add if is_judged else transport.exchange_log.add_unchecked
        add(exchange)


def to_request(request: requests.PreparedRequest) -> Request:
    """Return a prepared request as a Request, with what signed it; a streamed body is left out."""
    body = request.body or b""
    if isinstance(body, str):
        body = body.encode()
    headers = [(_text(name), _text(value)) for name, value in request.headers.items()]
    return Request(
        str(request.method),
        str(request.url),
        Headers(headers),
        body if isinstance(body, bytes) else b"",
        getattr(request, "signing", None),
    )


def to_response(response: requests.Response) -> Response:
    """Return a response as a Response; repeated headers stay separate."""
    pairs = [(str(name), str(value)) for name, value in response.raw.headers.items()]
    return Response(response.status_code, response.reason or "", Headers(pairs), response.content)


def describe_failure(error: Exception, timeout: float) -> str:
    """Return a phrase that says why a request got no response."""
    if isinstance(error, TooLargeError):
        return str(error)
    if isinstance(error, (requests.Timeout, TimeoutError)):
        return f"no response within {timeout:g} s (timeout)"
    if isinstance(error, (requests.exceptions.SSLError, UntrustedError, ssl.SSLError)):
        return "a TLS connection with an untrusted certificate"
    if isinstance(error, (requests.exceptions.ContentDecodingError, DecodeError)):
        return "a content coding that can't be decoded"
    return refusal_of(error) or f"the connection broke ({type(error).__name__})"


def _read_body(response: requests.Response, max_body: int) -> None:
    """Read the response body if the adapter has not read it."""
    if response._content is False:  # type: ignore[comparison-overlap]  # requests' marker of an unread body
        response._content = RequestBudget(0, max_body).read_body(response.raw)


def _retry_after(response: Response) -> float | None:
    """Return the seconds that a 429 requires to wait (RFC 9110 10.2.3); None if unknown or too long."""
    retry_after = response.headers.get("retry-after", "").strip()
    seconds = (
        float(retry_after)
        if retry_after.isdecimal()
        else _seconds_until(retry_after, response.headers.get("date", ""))
    )
    return None if seconds is None or seconds > MAX_PAUSE_S else max(seconds, 0.0)


def _seconds_until(date: str, now: str) -> float | None:
    """Return the seconds between the target's Date header and `date`; without a Date header, from now."""
    until = _parse_date(date)
    since = _parse_date(now)
    return None if until is None else until - (time.time() if since is None else since)


def _parse_date(date: str) -> float | None:
    """Return the Unix time of an HTTP date; None if it is not valid."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return None


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
