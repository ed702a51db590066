"""The load of one API, and a simulated user that repeats its scenarios."""

from __future__ import annotations

import contextlib
import itertools
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from tuningfork.client.route import Route
from tuningfork.load.load_log import LoadLog, OnExchange
from tuningfork.load.meeting_adapter import MeetingAdapter
from tuningfork.load.tally import BrokenExchange, Tally, count
from tuningfork.model import EVIDENCE, Exchange, ExpectationFailed, Finding
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.redaction import Disclosure, collect_secrets
from tuningfork.testing.load_scenario import LoadUser, Scenario, SharedState

MAX_FAILURES = 5
CLIENT_LIFETIME_S = 10
"""Seconds after which a user looks for renewed tokens."""
ATTEMPTS = 3
"""How often the user who is alone repeats a scenario that judges nothing."""
DISTURBED = "a request got no response, that of a gateway, a 5xx, or a refusal of a token of this run"
NO_BLOCK = "no claim was judged"


class ApiLoad:
    """What the simulated users of one API share.

    Args:
        session: of the API on the target.
        route: how the target is reached; each user has connections of its own.
        scenarios: what the users repeat.
        on_exchange: counts times and rates.
    """

    def __init__(
        self, session: ApiSession, route: Route, scenarios: Sequence[Scenario], on_exchange: OnExchange
    ) -> None:
        self.session = session
        self.route = route
        self.on_exchange = on_exchange
        self.tally = Tally()
        self.shared = SharedState(session.run.target.options.settle)
        self.scenarios = [each for each in scenarios if not session.unmet(each.needs)]
        self.all_scenarios = tuple(scenarios)
        self.failures: list[str] = []
        """Errors of this program, or of a scenario."""
        self._numbers = itertools.count()
        self._texts: set[str] = set()
        for each in scenarios:
            tally = self.tally.scenario(each.name)
            if missing := session.unmet(each.needs):
                count(tally.inconclusive, f"needs {', '.join(missing)}")

    @property
    def disclosure(self) -> Disclosure:
        """Redacts the texts of the API."""
        return self.session.disclosure

    @property
    def is_lost(self) -> bool:
        """Whether the target is lost."""
        return bool(self.session.loss.reason)

    def unique_name(self, word: str) -> str:
        """Return a marked text that no user has had."""
        while True:
            seed = f"load {self.session.name} {next(self._numbers)}"  # two APIs may share a server
            text = self.session.new_text(word, "", seed)
            if text not in self._texts:
                self._texts.add(text)
                return text

    def fail(self, failure: str) -> None:
        """Note an error of this program; the first ones are enough."""
        if len(self.failures) < MAX_FAILURES:
            self.failures.append(failure)

    def drop(self, scenario: Scenario) -> None:
        """Repeat a scenario no more, since the target lacks what it needs."""
        self.scenarios = [each for each in self.scenarios if each is not scenario]


class SimulatedUser:
    """Repeats the scenarios of an API in an order of its own.

    Args:
        load: of the API.
        number: of the user, from 0; -1 for the one that is alone.
    """

    def __init__(self, load: ApiLoad, number: int) -> None:
        self._load = load
        self._session = load.session
        self._random = random.Random(f"{load.session.seed} {number}")  # noqa: S311 - no secret depends on it
        self._log = LoadLog(self._check, load.session.refuses_token, load.tally, load.on_exchange)
        self._adapter = MeetingAdapter(load.route)
        self._transport = replace(
            load.session.transport,
            adapter=self._adapter,
            exchange_log=self._log,
            on_lost=self._log.add_lost,
            excuses_gateways=False,
            write_guard=load.session.new_write_guard(),  # each has a lock, which it holds while it reads
        )
        self._renewed_at = -math.inf
        self._queue: list[Scenario] = []
        self._disturbances_before = 0
        self._requests_before = 0
        self._has_judged = False

    @property
    def is_disturbed(self) -> bool:
        """Whether a response of the repetition says nothing about claims: its blocks then judge nothing."""
        return self._log.disturbances > self._disturbances_before

    @property
    def has_sent(self) -> bool:
        """Whether the repetition has sent a request: then a later one may find what it needs."""
        return self._log.total_requests > self._requests_before

    @property
    def is_logged_in(self) -> bool:
        """Whether the target has issued a token, if the user needs one, that it has not refused since."""
        return math.isfinite(self._renewed_at)

    def run_next(self) -> None:
        """Repeat the next scenario; each has its turn before the first one comes again."""
        if not self._queue:
            self._queue = self._random.sample(self._load.scenarios, len(self._load.scenarios))
        self.repeat(self._queue.pop())

    def repeat(self, scenario: Scenario, *, is_alone: bool = False) -> bool:
        """Repeat a scenario once; return whether it has judged something, or has no claims and has ended."""
        self._log.scenario = scenario.name
        self._disturbances_before, self._requests_before = self._log.disturbances, self._log.total_requests
        self._has_judged = not scenario.claims
        reason = self._run(scenario, is_alone)
        if reason is None and not self._has_judged:
            reason = DISTURBED if self.is_disturbed else NO_BLOCK
        self._load.tally.add_repetition(scenario.name, reason)
        EVIDENCE.reset()
        if self._log.is_token_refused:
            self._replace_token()
        return reason is None

    def _run(self, scenario: Scenario, is_alone: bool) -> str | None:
        """Run the steps of a scenario; return why they ended early, None if they did not."""
        try:
            scenario.steps(self._new_user(is_alone))
        except _Judged:
            return None
        except _Disturbed:
            return DISTURBED
        except pytest.skip.Exception as skipped:
            return str(skipped.msg)
        except ExpectationFailed as failure:
            return f"expected {failure.expected}; found {failure.found}"
        except Exception as error:  # a scenario of a user may raise anything
            self._load.fail(f"{scenario.name}: {type(error).__name__}: {error}")
            return type(error).__name__
        return None

    def _new_user(self, is_alone: bool) -> LoadUser:
        """Return the user for one repetition."""
        if time.monotonic() - self._renewed_at > CLIENT_LIFETIME_S:
            self._renew_clients()
        session = self._session
        return LoadUser(
            client=self._client,
            unauthenticated=self._unauthenticated,
            contract=session.contract,
            settings=session.settings,
            unique_name=self._load.unique_name,
            judging=self._judging,
            meeting=self._adapter.meeting,
            random=self._random,
            probe_path=session.credentials.probe_path(str(self._client.principal)),
            shared=self._load.shared,
            may_write=not session.lacks("write"),
            is_alone=is_alone,
        )

    def _renew_clients(self) -> None:
        """Make the clients of the user; tokens are renewed where they are stale."""
        principal = "app" if self._session.lacks("user") else self._session.profile.write_as
        with self._load.shared.sessions.walking():  # a login may end the session that another user judges
            self._client = self._session.client(principal, self._transport)
        self._unauthenticated = self._session.client(None, self._transport)
        self._log.token = self._session.issued_token(self._client)
        self._renewed_at = time.monotonic()

    def _replace_token(self) -> None:
        """Have the next repetition log in again, or use the token for which another user has done so."""
        self._session.discard_token(str(self._client.principal), self._log.token)
        self._log.is_token_refused = False
        self._renewed_at = -math.inf

    @contextlib.contextmanager
    def _judging(self, *claims: str) -> Iterator[None]:
        """Judge claims by what happens in the block; see `LoadUser.judging`."""
        tally = self._load.tally
        try:
            yield
        except ExpectationFailed as failure:
            if self.is_disturbed:
                raise _Disturbed from None
            if (exchange := self._log.find(failure.exchange)) is not None:
                self._collect_secrets(exchange)
            if not claims:
                raise
            self._has_judged = True
            for claim in claims:
                tally.violate(
                    claim,
                    BrokenExchange(self._log.scenario, failure.expected, failure.found, exchange),
                )
            raise _Judged from None
        for claim in () if self.is_disturbed else claims:
            self._has_judged = True
            tally.confirm(claim)

    def _check(self, exchange: Exchange) -> tuple[str | None, list[Finding]]:
        """Check an exchange as those of a run are checked; collect its secrets if it may be shown later.

        A token that is repeated in a report was issued by a request that is not a GET.
        """
        operation, findings = self._session.judge.judge(exchange)
        if exchange.request.method != "GET" or not all(finding.holds for finding in findings):
            self._collect_secrets(exchange)
        return operation, findings

    def _collect_secrets(self, exchange: Exchange) -> None:
        """Add the secrets of an exchange to the known ones, which no report shows."""
        collect_secrets(exchange, self._session.profile.secret_locations, self._session.run.secrets)


def repeat_alone(load: ApiLoad) -> None:
    """Repeat each scenario while no other user is active; drop those that the target cannot serve.

    A scenario that ends before its first request lacks a declaration or a setting, which no later one finds.
    """
    user = SimulatedUser(load, -1)
    for scenario in list(load.scenarios):
        for _ in range(ATTEMPTS):
            if load.is_lost or user.repeat(scenario, is_alone=True):
                break
            if user.is_logged_in and not user.has_sent:
                load.drop(scenario)
                break
        else:
            if not user.has_sent:  # more logins could lock the account
                load.drop(scenario)


class _Judged(Exception):
    """A block of a scenario has judged its claims as broken."""


class _Disturbed(Exception):
    """A response of the repetition says nothing about the claims of a block."""
