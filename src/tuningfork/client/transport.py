"""The way of every request to a target: paced, timed, recorded, and written into the ledger."""

from __future__ import annotations

import contextlib
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from tuningfork.client.limits import RequestBudget, TooLargeError
from tuningfork.client.rate_limit import RateLimiter
from tuningfork.client.route import MAX_BODY_BYTES
from tuningfork.client.target_health import TargetHealth
from tuningfork.client.write_guard import WriteGuard
from tuningfork.model import Exchange, ExpectationFailed, Headers, Request, Response
from tuningfork.origin import origin

IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
MAX_PAUSE_S = 60
"""Seconds of Retry-After that are waited for; a longer one is the answer."""
CONNECTION_ERRORS = (requests.RequestException, HTTPError, HTTPException, OSError)
"""What an adapter raises where there is no answer that can be read."""
MIN_PAUSE_S = 1
"""Seconds after which a target is asked again, though its 429 ask for less."""
MAX_RETRIES = 2
"""How often a server in this process is asked again; nobody waits for its clock."""


class NoResponse(ExpectationFailed):
    """A request was left without an answer."""


@dataclass(slots=True)
class TransportContext:
    """What all sessions to one API of a target share.

    `care` sees to what changes something; None for requests that tidy up.
    `lost` hears of each request that was left without an answer.
    Without `patience` the target is in this process, where nothing is waited for.
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
    login_origins: frozenset[str] = frozenset()
    """Origins, beside the target's own, where a user's password may be sent."""
    was_recorded: Callable[[Request], bool] | None = None
    """In the replay of a recording of somebody's target: whether a request was sent while it was recorded."""

    def require_target(self) -> None:
        """End the test as not verified if the target counts as lost."""
        if self.target_health is not None and self.target_health.lost_reason:
            not_verified(f"the target is lost: {self.target_health.lost_reason}")

    def report_lost(self, request: Request, reason: str, seconds: float) -> None:
        """Tell of a request that was left without an answer for so long."""
        if self.target_health is not None:
            self.target_health.add_unanswered(seconds)
        self.on_lost(request, reason)

    def is_rate_limited(self, response: Response) -> bool:
        """Whether an answer says only that there were too many requests, of this run or of others.

        No claim is broken by it, but where a test is about that (RFC 6585 4).
        """
        return response.status == 429 and self.obeys_retry_after and self.target_health is not None

    def wait_to_retry(self, response: Response, tries: int) -> bool:
        """Wait as long as a 429 asks: whether its request is to be sent again.

        A server in this process is asked again twice, any other as long as its patience lasts. If it asks for
        too long a pause, or again and again for one of unknown length, the test ends as not verified.
        """
        if response.status != 429 or not self.obeys_retry_after:
            return False
        pause = _retry_after(response)
        if self.target_health is None:
            if pause is None or tries == MAX_RETRIES:
                return False
        else:
            if pause is None and "retry-after" not in response.headers and tries < MAX_RETRIES:
                pause = float(MIN_PAUSE_S << tries)
            if pause is None:
                not_verified("the target answers 429: there were too many requests")
            pause = max(pause, MIN_PAUSE_S)
            self.target_health.add_wait(pause)
            self.require_target()
        self.rate_limiter.pause(pause)
        return True

    def is_own(self, url: str) -> bool:
        """Whether a URL is on the target's own host."""
        return origin(url) in self.origins

    def check_request(self, holder: str | None, request: Request, is_browser: bool = False) -> None:
        """What is done before any request is sent, in whatever way; it may end the test as not verified."""
        if self.write_guard is not None:
            self.write_guard.check_request(holder, request, self.path_below_base(request.url), is_browser)

    def path_below_base(self, url: str) -> str | None:
        """The path of a URL below the base URL; None if it is elsewhere."""
        if origin(url) != origin(self.base_url):
            return None
        root, path = urlsplit(self.base_url).path.rstrip("/"), urlsplit(url).path
        return path[len(root) :] if path.startswith(root + "/") else None


class RecordingAdapter(BaseAdapter):
    """Mounted in a session, it sends for one holder of credentials (None: for nobody).

    Args:
        wire: the way to the target.
        holder: whose credentials the session shows.
        roams: whether it may go to other origins, as a consent page does, with nothing that is secret.
    """

    def __init__(
        self, wire: TransportContext, principal: str | None, allows_other_origins: bool = False
    ) -> None:
        super().__init__()
        self._wire = wire
        self._holder = principal
        self._roams = allows_other_origins

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send one request, wait for the whole answer, record the exchange.

        Raises:
            ExpectationFailed: the URL is not the target's; credentials never go elsewhere.
            NoAnswer: no whole answer came within the target's timeout.
        """
        if not self._wire.is_own(str(request.url)):
            return self._send_elsewhere(request)
        response = self._send_once(request)
        tries = 0
        while response.status_code == 429 and self._wire.wait_to_retry(to_response(response), tries):
            response = self._send_once(request)
            tries += 1
        return response

    def _send_elsewhere(self, request: requests.PreparedRequest) -> requests.Response:
        """To another origin, whose answer is none of the API's; it is neither recorded nor judged."""
        wire, at = self._wire, origin(str(request.url))
        is_bare = not request.body and "Authorization" not in request.headers
        if not (self._roams and (is_bare or at in wire.login_origins)):
            raise ExpectationFailed(f"a URL on the API's own host, {origin(wire.base_url)}", str(request.url))
        try:
            return self._answer_to(request, time.perf_counter() + wire.timeout)
        except CONNECTION_ERRORS as failed:
            raise NoResponse(f"an answer of {at}", describe_failure(failed, wire.timeout)) from None

    def close(self) -> None:
        """The adapter is shared; whoever made it closes it."""

    def _send_once(self, request: requests.PreparedRequest) -> requests.Response:
        wire = self._wire
        wire.require_target()
        sent = to_request(request)
        wire.check_request(self._holder, sent, self._roams)
        wire.rate_limiter.wait()
        wire.exchange_log.count_request()
        start = time.perf_counter()
        try:
            with contextlib.nullcontext() if wire.is_recorded else cassette_disabled():
                response = self._answer_to(request, start + wire.timeout)
        except CONNECTION_ERRORS as failed:
            reason = describe_failure(failed, wire.timeout)
            wire.report_lost(sent, reason, time.perf_counter() - start)
            raise NoResponse(f"an answer to {sent.method} {sent.path}", reason) from None
        if wire.target_health is not None:
            wire.target_health.add_response()
        self.record(Exchange(sent, to_response(response), time.perf_counter() - start))
        return response

    def _answer_to(self, request: requests.PreparedRequest, deadline: float) -> requests.Response:
        """The whole answer; an idle connection that the server closed is no failure (RFC 9112 9.3.1)."""
        wire = self._wire
        try:
            response = wire.adapter.send(request, stream=True, timeout=wire.timeout, verify=True)
        except requests.ConnectionError as failed:
            left = deadline - time.perf_counter()
            if isinstance(failed, requests.Timeout) or request.method not in IDEMPOTENT_METHODS or left <= 0:
                raise
            response = wire.adapter.send(request, stream=True, timeout=left, verify=True)
        _read_whole(response, wire.max_body)
        return response

    def record(self, exchange: Exchange) -> None:
        """Record an exchange, and what it created or removed."""
        wire = self._wire
        if wire.write_guard is not None:
            wire.write_guard.note_response(exchange, wire.path_below_base(exchange.request.url))
        wire.exchange_log.add(exchange)


def to_request(request: requests.PreparedRequest) -> Request:
    """A prepared request as a value; a body that is streamed is not kept."""
    body = request.body or b""
    if isinstance(body, str):
        body = body.encode()
    headers = [(_text(name), _text(value)) for name, value in request.headers.items()]
    return Request(
        str(request.method), str(request.url), Headers(headers), body if isinstance(body, bytes) else b""
    )


def to_response(response: requests.Response) -> Response:
    """A response as a value, repeated header fields kept apart."""
    pairs = [(str(name), str(value)) for name, value in response.raw.headers.items()]
    return Response(response.status_code, response.reason or "", Headers(pairs), response.content)


def describe_failure(failed: Exception, timeout: float) -> str:
    """Why there was no answer, in a phrase."""
    if isinstance(failed, TooLargeError):
        return str(failed)
    if isinstance(failed, (requests.Timeout, TimeoutError)):
        return f"none within {timeout:g} seconds"
    if isinstance(failed, (requests.exceptions.SSLError, UntrustedError, ssl.SSLError)):
        return "a TLS connection that can't be trusted"
    if isinstance(failed, (requests.exceptions.ContentDecodingError, DecodeError)):
        return "a content coding that can't be removed"
    return f"the connection broke ({type(failed).__name__})"


def _read_whole(response: requests.Response, max_body: int) -> None:
    """Read the body where the adapter has not."""
    if response._content is False:  # type: ignore[comparison-overlap]  # as requests asks in .content
        response._content = RequestBudget(0, max_body).read_body(response.raw)


def _retry_after(response: Response) -> float | None:
    """Seconds that a 429 asks to wait, if they are few; it says how many, or until when (RFC 9110 10.2.3)."""
    asked = response.headers.get("retry-after", "").strip()
    seconds = float(asked) if asked.isdecimal() else _seconds_until(asked, response.headers.get("date", ""))
    return None if seconds is None or seconds > MAX_PAUSE_S else max(seconds, 0.0)


def _seconds_until(date: str, now: str) -> float | None:
    """The time between two dates of one clock, the target's; ours stands for a date that it has not sent."""
    until = _moment(date)
    since = _moment(now)
    return None if until is None else until - (time.time() if since is None else since)


def _moment(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return None


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
