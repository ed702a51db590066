"""The way of every request to a target: paced, timed, recorded, and written into the ledger."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from tuningfork.model import Exchange, Headers, Request, Response, Unmet
from tuningfork.target.care import Care
from tuningfork.target.journal import Journal
from tuningfork.target.throttle import Throttle

IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST_PAUSE = 60
"""Seconds of Retry-After that are waited for; a longer one is the answer."""


class NoAnswer(Unmet):
    """A request was left without an answer."""


@dataclass(slots=True)
class Wire:
    """What all sessions to one API of a target share.

    `care` sees to what changes something; None for requests that tidy up.
    `lost` hears of each request that was left without an answer.
    """

    adapter: BaseAdapter
    base_url: str
    hosts: frozenset[str]
    timeout: float
    throttle: Throttle
    journal: Journal
    lost: Callable[[Request, str], None]
    care: Care | None = None
    is_replay: bool = False
    patient: bool = True

    def is_own(self, url: str) -> bool:
        """Whether a URL is on the target's own host."""
        return origin(url) in self.hosts

    def before(self, holder: str | None, request: Request, is_browser: bool = False) -> None:
        """What is done before any request is sent, in whatever way; it may end the test as not verified."""
        if self.care is not None:
            self.care.before(holder, request, self.path_below_base(request.url), is_browser)

    def path_below_base(self, url: str) -> str | None:
        """The path of a URL below the base URL; None if it is elsewhere."""
        root, path = urlsplit(self.base_url).path.rstrip("/"), urlsplit(url).path
        if origin(url) != origin(self.base_url) or not path.startswith(root + "/"):
            return None
        return path[len(root) :]


def origin(url: str) -> str:
    """Scheme, host and port of a URL (RFC 6454 4); a default port is left out."""
    parts = urlsplit(url)
    port = "" if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{parts.hostname}{port}"


class Transport(BaseAdapter):
    """Mounted in a session, it sends for one holder of credentials (None: for nobody).

    `is_browser` is true of a session that follows a consent page.
    """

    def __init__(self, wire: Wire, holder: str | None, is_browser: bool = False) -> None:
        super().__init__()
        self._is_browser = is_browser
        self._wire = wire
        self._holder = holder

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
            Unmet: the URL is not the target's; credentials never go elsewhere.
            NoAnswer: no whole answer came within the target's timeout.
        """
        wire = self._wire
        if not wire.is_own(str(request.url)):
            raise Unmet(f"a URL on the API's own host, {origin(wire.base_url)}", str(request.url))
        response = self._send_once(request)
        for _ in range(2):
            pause = _retry_after(response)
            if not wire.patient or pause is None:
                break
            wire.throttle.pause(pause)
            response = self._send_once(request)
        return response

    def close(self) -> None:
        """The adapter is shared; whoever made it closes it."""

    def _send_once(self, request: requests.PreparedRequest) -> requests.Response:
        wire = self._wire
        sent = request_of(request)
        wire.before(self._holder, sent, self._is_browser)
        wire.throttle.wait()
        start = time.perf_counter()
        try:
            response = self._answer_to(request, start + wire.timeout)
        except (requests.RequestException, OSError) as failed:
            reason = no_answer(failed, wire.timeout)
            wire.lost(sent, reason)
            raise NoAnswer(f"an answer to {sent.method} {sent.path}", reason) from None
        self.keep(Exchange(sent, response_of(response), time.perf_counter() - start))
        return response

    def _answer_to(self, request: requests.PreparedRequest, deadline: float) -> requests.Response:
        """The whole answer; an idle connection that the server closed is no failure (RFC 9112 9.3.1)."""
        wire = self._wire
        try:
            response = wire.adapter.send(request, stream=True, timeout=wire.timeout, verify=True)
        except requests.ConnectionError as failed:
            if isinstance(failed, requests.Timeout) or request.method not in IDEMPOTENT:
                raise
            response = wire.adapter.send(request, stream=True, timeout=wire.timeout, verify=True)
        _read_whole(response, deadline)
        return response

    def keep(self, exchange: Exchange) -> None:
        """Record an exchange, and what it created or removed."""
        wire = self._wire
        if wire.care is not None:
            wire.care.after(exchange, wire.path_below_base(exchange.request.url))
        wire.journal.record(exchange)


def request_of(request: requests.PreparedRequest) -> Request:
    """A prepared request as a value; a body that is streamed is not kept."""
    body = request.body or b""
    if isinstance(body, str):
        body = body.encode()
    headers = [(_text(name), _text(value)) for name, value in request.headers.items()]
    return Request(
        str(request.method), str(request.url), Headers(headers), body if isinstance(body, bytes) else b""
    )


def response_of(response: requests.Response) -> Response:
    """A response as a value, repeated header fields kept apart."""
    pairs = [(str(name), str(value)) for name, value in response.raw.headers.items()]
    return Response(response.status_code, response.reason or "", Headers(pairs), response.content)


def no_answer(failed: Exception, timeout: float) -> str:
    """Why there was no answer, in a phrase."""
    if isinstance(failed, requests.Timeout):
        return f"none within {timeout:g} seconds"
    if isinstance(failed, requests.exceptions.SSLError):
        return "a TLS connection that can't be trusted"
    return f"the connection broke ({type(failed).__name__})"


def _read_whole(response: requests.Response, deadline: float) -> None:
    """Read the body, but not beyond the deadline, however slowly it trickles."""
    chunks = []
    for chunk in response.iter_content(65536):
        chunks.append(chunk)
        if time.perf_counter() > deadline:
            raise requests.Timeout
    response._content = b"".join(chunks)  # as requests itself does in .content


def _retry_after(response: requests.Response) -> float | None:
    """Seconds that a 429 asks to wait, if they are few; it says how many, or until when (RFC 9110 10.2.3)."""
    if response.status_code != 429:
        return None
    asked = response.headers.get("Retry-After", "").strip()
    seconds = float(asked) if asked.isdecimal() else _seconds_until(asked)
    return None if seconds is None or seconds > LONGEST_PAUSE else max(seconds, 0.0)


def _seconds_until(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
