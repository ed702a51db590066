"""The exchanges of one simulated user: judged at once, counted, and not stored."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from urllib.parse import unquote

from tuningfork.client.exchange_log import ExchangeCheck, ExchangeLog
from tuningfork.client.gateway import GATEWAY_FAILURES, is_of_gateway
from tuningfork.load.tally import BrokenExchange, Tally
from tuningfork.model import Exchange, Request, Response

MAX_RECENT, MAX_RECENT_BODY_BYTES = 32, 2**17
"""The latest exchanges of a user, among which is the one that an expectation is about."""
REFUSED = "for an access token of this run"
UNDOCUMENTED = "(not in the document)"
OnExchange = Callable[[str, Exchange], None]
"""Called with the operation of each exchange, for times and rates."""


class LoadLog(ExchangeLog):
    """Judges the exchanges of one user by the checks of the API.

    `disturbances` counts the responses that say nothing about the claims of a scenario: none arrived, it was
    that of a gateway, it is a 5xx, which breaks the claims about server errors only, or it refuses the token
    of the user, which has expired or was ended by another login.

    Args:
        check: checks each exchange.
        refuses_token: returns whether a response may refuse the token of its request.
        tally: gets the findings.
        on_exchange: counts times and rates.
    """

    def __init__(
        self,
        check: ExchangeCheck,
        refuses_token: Callable[[Exchange], bool],
        tally: Tally,
        on_exchange: OnExchange,
    ) -> None:
        super().__init__(check)
        self._refuses_token = refuses_token
        self._tally = tally
        self._on_exchange = on_exchange
        self.scenario = ""
        """The scenario that sends the requests."""
        self.disturbances = 0
        self.token = ""
        """The access token of the user, issued to this run; empty for other credentials."""
        self.is_token_refused = False
        self.recent: deque[Exchange] = deque(maxlen=MAX_RECENT)
        self._long: deque[int] = deque(maxlen=MAX_RECENT)
        """The identities of the latest exchanges with long bodies, which are not stored here."""

    def add(self, exchange: Exchange) -> None:
        """Judge an exchange, unless it is that of a gateway."""
        if len(exchange.response.body) <= MAX_RECENT_BODY_BYTES:
            self.recent.append(exchange)
        else:
            self._long.append(id(exchange))
        status = exchange.response.status
        operation, findings = self._check(exchange)
        self._on_exchange(operation or f"{exchange.request.method} {UNDOCUMENTED}", exchange)
        self.disturbances += status >= 500
        if self._has_own_token(exchange.request) and self._refuses_token(exchange):
            self.disturbances += 1
            self.is_token_refused = True
            self._tally.add_error(f"{status} {REFUSED}")
        if _is_of_gateway(exchange.response):
            self.disturbances += 1
            self._tally.add_error(f"{status} of a gateway")
            return
        if status >= 500 and all(finding.holds for finding in findings):
            self._tally.add_error(f"{status}, which no claim forbids")
        for finding in findings:
            if finding.claim is not None and finding.holds:
                self._tally.confirm(finding.claim)
            elif finding.claim is not None:
                broken = BrokenExchange(self.scenario, finding.expected, finding.found, exchange)
                self._tally.violate(finding.claim, broken)

    def add_lost(self, request: Request, reason: str) -> None:
        """Count a request that got no response."""
        self.disturbances += 1
        self._tally.add_error(reason)

    def add_unchecked(self, exchange: Exchange) -> None:
        """Ignore an exchange with another origin."""

    def find(self, exchange: Exchange | None) -> Exchange | None:
        """Return the exchange if this user sent it, else the latest one of the user."""
        if id(exchange) in self._long or any(each is exchange for each in self.recent):
            return exchange
        return self.recent[-1] if self.recent else None

    def _has_own_token(self, request: Request) -> bool:
        """Return whether a request has the token of the user, which a URL has percent-encoded."""
        sent = (request.url, *(value for _, value in request.headers.pairs))
        return bool(self.token) and any(self.token in text for each in sent for text in (each, unquote(each)))


def _is_of_gateway(response: Response) -> bool:
    """Return whether a gateway responded; a 429 is obeyed, and an HTML page with a 500 may be of the API."""
    is_refusal = 400 <= response.status < 500 and response.status != 429
    return response.status in GATEWAY_FAILURES or (is_refusal and is_of_gateway(response))
