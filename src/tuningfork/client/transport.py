"""What all sessions for one API of a target share: the connection, its limits, and what is checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from requests.adapters import BaseAdapter

from tuningfork import not_verified
from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.client.gateway import GATEWAY_FAILURES, is_from_cache
from tuningfork.client.marks import Marks
from tuningfork.client.rate_limit import RateLimiter
from tuningfork.client.request_gate import RequestGate
from tuningfork.client.retry_after import retry_after
from tuningfork.client.route import MAX_BODY_BYTES
from tuningfork.client.target_health import TargetHealth
from tuningfork.client.write_guard import WriteGuard
from tuningfork.model import Exchange, Request, Response
from tuningfork.origin import origin

IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
"""Methods that are sent again after the server closed an idle connection."""
MIN_PAUSE_S = 1
"""Shortest pause before a request is repeated after a 429, even if Retry-After is shorter."""
MAX_RETRIES = 2
"""How often a request is repeated if the server is in this process or sends no Retry-After."""


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
        pause = retry_after(response)
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

    def may_pass(self, status: int, method: str | None) -> bool:
        """Return whether a failure may be gone at once: the request is sent again before it is judged.

        A gateway's failure says that it reached no server; it is not judged.
        """
        is_passing = status in GATEWAY_FAILURES or (status == 500 and method in IDEMPOTENT_METHODS)
        return self.excuses_gateways and is_passing

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

    def record(self, exchange: Exchange, principal: str | None, *, is_judged: bool = True) -> None:
        """Log an exchange and journal what it created or deleted; the checks see it if it is judged."""
        if self.write_guard is not None:
            self.write_guard.note_response(exchange, self.path_below_base(exchange.request.url), principal)
        add = self.exchange_log.add if is_judged else self.exchange_log.add_unchecked
        add(exchange)

    def path_below_base(self, url: str) -> str | None:
        """Return the path of a URL below the base URL; None for a URL outside the base URL."""
        if origin(url) != origin(self.base_url):
            return None
        root, path = urlsplit(self.base_url).path.rstrip("/"), urlsplit(url).path
        return path[len(root) :] if path.startswith(root + "/") else None
