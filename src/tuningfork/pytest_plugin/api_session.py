"""One API of the target in this process: connects settings, transport, tokens, checks and clean-up."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from requests.adapters import BaseAdapter
from requests.auth import AuthBase

from tuningfork import apis, not_verified
from tuningfork.apis import Rule
from tuningfork.auth.oauth2 import AuthError
from tuningfork.checks.base import findings as findings_of
from tuningfork.client.client import Client
from tuningfork.client.config import CONNECTION_FIELDS, Settings
from tuningfork.client.controls import ControlsClient
from tuningfork.client.created_entry import Entry
from tuningfork.client.created_resources import CreatedResources
from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.client.lists_before_run import ListsBeforeRun
from tuningfork.client.marks import Marks, mark_key, run_digits
from tuningfork.client.rate_limit import NoRateLimit, RateLimiter
from tuningfork.client.request_gate import RequestGate
from tuningfork.client.request_safety import RequestSafety
from tuningfork.client.response import Response
from tuningfork.client.session import IsolatedSession
from tuningfork.client.shared_cache import SharedCache
from tuningfork.client.shared_journal import SharedJournal
from tuningfork.client.target_health import TargetHealth
from tuningfork.client.target_lock import TargetLock
from tuningfork.client.tokens import Tokens, TokenStore
from tuningfork.client.transport import TransportContext
from tuningfork.client.write_guard import WriteGuard
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.conventions.auth import Auth
from tuningfork.model import Exchange, Finding, Request
from tuningfork.origin import origin
from tuningfork.pytest_plugin.cleanup import Cleanup
from tuningfork.pytest_plugin.leftovers import DEFAULT_AGE_S, Leftovers
from tuningfork.pytest_plugin.marked_items import MarkedItems
from tuningfork.pytest_plugin.operation_coverage import OperationCoverage
from tuningfork.pytest_plugin.principal_tokens import PrincipalTokens
from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.pytest_plugin.secrets import find_secrets
from tuningfork.pytest_plugin.target_loss import TargetLoss
from tuningfork.redaction import Disclosure, collect_secrets
from tuningfork.testing.refusal import refuses_token

if TYPE_CHECKING:
    from tuningfork.mock.app import Mock  # Flask takes long to import

MAX_SEARCHED_EXCHANGES = 200
"""The latest exchanges of a test that are searched for secrets which the target has issued."""


UNIQUE_LENGTH = 8
"""The hex digits of a unique text without a mark."""


class ApiSession:
    """One API of the target, with all that its tests share in this process.

    Args:
        name: the name of the API.
        run: the configuration of the run.
        mock: the server, if it is in this process.
        settings: the API's table of the target.
        adapter: the connection to the target.
        seed: the seed of the random choices; the seed of the run if not given.
    """

    def __init__(
        self,
        name: str,
        run: RunConfig,
        mock: Mock | None,
        settings: Settings,
        adapter: BaseAdapter,
        seed: int | None = None,
    ) -> None:
        self.name = name
        self.run = run
        self.seed = run.seed if seed is None else seed
        self.mock = mock
        self.settings = settings
        self.profile = apis.profile(name)
        self.contract: Contract = run.contracts[name]
        self._checks = apis.checks(self.contract)
        self.violation_counts: Counter[str] = Counter()
        """How many violations of each claim this process has found."""
        self.claims_with_exchange: set[str] = set()
        """The claims for which the report has an exchange."""
        self._expects_outage = False
        self._searched: tuple[list[Exchange], int] = [], 0
        """The exchanges of the running test, and how many of them were searched for secrets."""
        self._controls: ControlsClient | None = None
        self._date_before_controls = ("", 0.0)
        """The write guard's `last_date` before a test hook moved the target's clock."""
        self._options = run.target.options_for(settings)
        run.secrets.keep_from(self._options)
        self.disclosure = Disclosure(self.profile.secret_locations, run.secrets)
        self._folder = self._make_state_folder()
        self.target_lock = TargetLock(self._folder)
        self.token_file = self._folder and self._folder / "tokens.json"
        """Where the tokens of the principals are stored; None for a target in this process."""
        self._token_store = TokenStore(self.token_file)
        self.exchange_log = ExchangeLog(self.check_exchange)
        self.coverage = OperationCoverage()
        self._journal = self._make_journal()
        self.created_resources = CreatedResources(self._folder and self._folder / "ledger", self._journal)
        self.shared = SharedCache(
            self.exchange_log,
            is_persistent=not (run.record or run.is_replay),
            has_created=lambda: bool(self.created_resources.pending()),
        )
        self.cleanup = self._make_cleanup()
        self.marks = None if run.is_repeatable else Marks(mark_key(settings), run_digits(run.run_id))
        """Marks what tests create; None on the mock and in a cassette, where all runs send the same texts."""
        is_remote = not (run.is_mock or run.is_replay)
        health = TargetHealth(self._options.patience, self._options.max_lost) if is_remote else None
        root, paths = settings.base_url.rstrip("/"), self.profile.reachability_paths or ("",)
        self.loss = TargetLoss(health, adapter, [root + path for path in paths])
        self._excuses_gateways = health is not None and not self.contract.declaration.is_empty
        self.gate = RequestGate(run.budget)
        self.transport = self._make_transport(adapter, health)
        self._unchecked = _without_checks(self.transport)
        self.credentials = self.profile.credentials(settings, self.unchecked_client(None).new_session)
        self.tokens = self._make_tokens()
        self.leftovers = self._make_leftovers()
        self.notices: list[str] = []
        """A line for each item of a killed job that this session deleted, and for what may still be left."""
        self.left: list[Entry] = []
        """The created resources that are not deleted when the session is closed."""
        if self.leftovers is not None and run.writes and run.deletes_leftovers:
            self._delete_leftovers(self.leftovers)

    def lacks(self, need: str) -> bool:
        """Return whether the target does not offer what a claim needs."""
        return (need == "write" and not self.run.writes) or self.settings.lacks(need)

    def unmet(self, needs: Iterable[str]) -> list[str]:
        """Return the needs that the target does not meet; a test hook also needs "write"."""
        return self.settings.unmet(needs, writes=self.run.writes)

    def client(self, principal: str | None, transport: TransportContext | None = None) -> Client:
        """Return a client with the credentials of a principal, or with none.

        The test is not verified if the target issues no token.

        Args:
            principal: the principal; None for no credentials.
            transport: sends the requests; that of the session if not given.
        """
        transport = transport or self.transport
        if principal is None:
            settle, headers = self.run.target.options.settle, self.profile.headers
            return Client(transport, self.profile.paginator, settle=settle, headers=headers)
        try:
            return self._client_of(principal, transport)
        except AuthError as error:
            not_verified(f"the target issues no token for {principal!r}: {error}")

    def new_text(self, word: str, rest: str, seed: str) -> str:
        """Return a text that no other test uses: the word, a mark or eight hex digits, and the rest.

        Args:
            word: how the text starts.
            rest: how it ends.
            seed: what distinguishes the texts of a run.
        """
        if self.marks is not None:
            return self.marks.text(word, rest, f"{seed} {self.seed} {self.run.started}", self._target_time())
        salt = "" if self.run.is_repeatable else str(self.run.started)
        digits = hashlib.sha256(f"{seed} {self.seed} {salt}".encode()).hexdigest()[:UNIQUE_LENGTH]
        return f"{word} {digits}{rest}"

    def unchecked_client(self, auth: AuthBase | None) -> Client:
        """Return a client whose exchanges no check sees, for requests that are not part of a test."""
        return Client(self._unchecked, self.profile.paginator, auth=auth, headers=self.profile.headers)

    def new_write_guard(self) -> WriteGuard:
        """Return the guard that decides for each request whether it may change the target."""
        profile = self.profile
        safety = RequestSafety(
            self.contract, profile.creations, profile.relations, profile.logins, profile.unknown
        )
        has_writer = profile.write_as == "app" or not self.settings.lacks("user")
        guard = WriteGuard(
            safety,
            self.created_resources,
            self.cleanup,
            restorable=frozenset(profile.snapshots),
            unauthenticated_principal=profile.write_as if has_writer else None,
            may_write=self.run.writes,
            protects_existing=not self.run.spares_nothing,
            rules=profile.write_rules,
            lists_before_run=self._make_lists_before_run(),
        )
        self.cleanup.now = guard.target_time
        return guard

    def issued_token(self, client: Client) -> str:
        """Return the access token of a client; empty if it has none, or one from tuningfork.toml."""
        is_configured = any(secret == client.token for _, secret in find_secrets(self.settings, ""))
        return "" if is_configured else client.token

    def discard_token(self, principal: str, access_token: str) -> None:
        """Fetch other tokens before the next use, after the target has refused this one."""
        self._token_store.discard(principal, access_token)

    def refuses_token(self, exchange: Exchange) -> bool:
        """Return whether a response may refuse the token of its request: it has expired, or was ended."""
        path = self.transport.path_below_base(exchange.request.url)
        operation = None if path is None else self.contract.find(exchange.request.method, path)
        declaration = self.contract.declaration
        declared = declaration.of("auth", operation) or declaration.first("auth") or Auth()
        response = Response(exchange, self.profile.paginator)
        return refuses_token(response, declared, declaration, operation)

    def auth_of(self, principal: str) -> AuthBase | None:
        """Return what adds a principal's credentials to a request; AuthError if the target issues none."""
        return self.credentials.auth(principal, self._tokens_of(principal))

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other tests from the target during the block, and have one request in flight."""
        in_flight = self.transport.in_flight
        with self.target_lock.exclusive():
            self.transport.in_flight = 1
            try:
                yield
            finally:
                self.transport.in_flight = in_flight

    def controls(self) -> ControlsClient:
        """Return the client of the target's test hooks, for a test that has the target to itself."""
        if not self.run.writes:
            not_verified("a test hook would change the target; the run is read-only")
        if self.settings.controls is None:
            not_verified("the target has no test hooks (`controls`)")
        if self.run.repeats_doubtful and not self.target_lock.is_exclusive:
            not_verified("other tests use the target")  # so that the test runs again, alone
        session = IsolatedSession(self.transport.adapter)
        if self.transport.write_guard is not None:
            self._date_before_controls = self.transport.write_guard.last_date
        self._controls = ControlsClient(
            str(self.settings.controls),
            session,
            self.transport.timeout,
            self._on_hook,
            self.exchange_log.add_hook,
        )
        self.transport.obeys_retry_after = not self._documents_429()
        return self._controls

    def release(self) -> None:
        """Undo, after a test, what its test hooks changed, and delete what it created."""
        self.transport.obeys_retry_after = True
        self.transport.excuses_gateways = self._excuses_gateways
        self._expects_outage = False
        controls, self._controls = self._controls, None
        try:
            if self.run.is_replay or self.loss.reason:
                return  # the next run deletes what the ledger lists
            if controls is not None:
                self._undo_controls(controls)
            with self.exchange_log.uncounted():
                self.cleanup.delete_all()
        finally:
            self.target_lock.release_state()

    def settle_loss(self) -> None:
        """Find out, after a phase of a test, whether missing responses mean that the target is lost."""
        self.loss.settle(self.exchange_log)

    def collect_new_secrets(self) -> None:
        """Add the secrets of those exchanges of the test that were not searched before."""
        exchanges = self.exchange_log.exchanges
        searched, count = self._searched
        start = count if searched is exchanges else 0
        self._searched = exchanges, len(exchanges)
        for exchange in exchanges[start:][-MAX_SEARCHED_EXCHANGES:]:
            collect_secrets(exchange, self.profile.secret_locations, self.run.secrets)

    def close(self) -> None:
        """Delete what is left of this process's resources, and close the ledger."""
        if self.created_resources.pending() and not (self.run.is_replay or self.loss.reason):
            with self.target_lock.shared():  # another worker's test hook may have changed how it responds
                self.cleanup.delete_all()
                self.cleanup.delete_all(retry=True)
        self.left = self.created_resources.pending()
        self.created_resources.close()

    def _make_cleanup(self) -> Cleanup:
        """Return the clean-up of this session's created resources."""
        return Cleanup(
            self.profile,
            self.created_resources,
            new_client=lambda principal: self._client_of(principal, self._unchecked),
            new_checked_client=lambda principal: self._client_of(principal, self.transport),
            is_busy=lambda: self._controls is not None,
            before_change=self.target_lock.hold_state,
            verifies=not self.run.spares_nothing,
        )

    def _make_tokens(self) -> PrincipalTokens:
        """Return the token source of the principals; the checks do not see its requests."""
        return PrincipalTokens(
            self.credentials,
            self._token_store,
            self.unchecked_client,
            self._unchecked.exchange_log,
            self.run.secrets,
            self.profile.secret_locations,
            self.refuses_token,
            outlives_run=self._folder is not None,
        )

    def _make_transport(self, adapter: BaseAdapter, health: TargetHealth | None) -> TransportContext:
        """Return what all clients of the session share: connection, limits, log of exchanges, write guard."""
        run, options = self.run, self._options
        hosts = self.settings.all_base_urls()
        return TransportContext(
            adapter=adapter,
            base_url=self.settings.base_url,
            origins=frozenset(map(origin, hosts)),
            timeout=options.timeout,
            rate_limiter=self._make_rate_limiter(options.rate),
            exchange_log=self.exchange_log,
            on_lost=self._on_unanswered,
            write_guard=None if run.is_replay else self.new_write_guard(),
            is_replay=run.is_replay,
            max_body=options.max_body,
            target_health=health,
            in_flight=options.in_flight if run.repeats_doubtful else 1,
            login_origins=self.settings.login_origins,
            excuses_gateways=self._excuses_gateways,
            avoids_caches=self._excuses_gateways,
            marks=self.marks,
            gate=self.gate,
        )

    def _make_rate_limiter(self, rate: float) -> RateLimiter:
        """Return what spaces the requests; a server in this process has a clock to advance instead."""
        shard = self.run.shard
        if self._folder is not None and shard is not None:  # the other shards send the rest
            return RateLimiter(rate / shard.count, self._folder / f"turn-{shard.index}")
        if self._folder is not None:
            return RateLimiter(rate, self._folder / "turn")
        return NoRateLimit() if self.mock is None else NoRateLimit(self.mock.clock.advance)

    def _make_lists_before_run(self) -> ListsBeforeRun:
        """Return what lists had before the run; several workers share it."""
        is_shared = self.run.repeats_doubtful
        return ListsBeforeRun(self.run.scratch / f"lists-{self.name}.json" if is_shared else None)

    def find_operation(self, exchange: Exchange) -> Operation | None:
        """Return the documented operation of an exchange; None if its path is undocumented."""
        path = self.transport.path_below_base(exchange.request.url)
        return None if path is None else self.contract.find(exchange.request.method, path)

    def check_exchange(self, exchange: Exchange) -> tuple[str | None, list[Finding]]:
        """Return the key of an exchange's operation and the findings of the profile's checks."""
        operation = self.find_operation(exchange)
        is_checked = not self.transport.is_rate_limited(exchange.response)
        findings = list(findings_of(self._checks, exchange, operation)) if is_checked else []
        if self._expects_outage:
            expected = self._claims_without_outage()
            findings = [finding for finding in findings if finding.claim not in expected]
        if operation is None:
            return None, findings
        self.coverage.add(exchange, operation)
        return operation.key, findings

    def _claims_without_outage(self) -> set[str | None]:
        """Return the claims that an announced outage does not break."""
        declared = self.contract.declaration.own_ids("ERRORS-NO-5XX")
        return {self.profile.rules.get(Rule.NO_SERVER_ERROR), *declared} - {None}

    def _on_unanswered(self, request: Request, reason: str) -> None:
        """Report a request without a response as a violation, and as a sign that the target may be lost."""
        claim = self.profile.rules.get(Rule.NO_SERVER_ERROR)
        expected = f"a response to {request.method} {request.path}"
        self.exchange_log.add_unanswered(Finding(claim, False, expected, reason), request)
        self.loss.add_unanswered()

    def _on_hook(self, hook: str) -> None:
        """Expect server errors from now on if the test has called the hook `outage`."""
        if hook == "outage":
            if self.transport.write_guard is not None:
                self.transport.write_guard.verify_created()
            self._expects_outage = True
            self.transport.excuses_gateways = False  # the failures are those that the test wants

    def _undo_controls(self, controls: ControlsClient) -> None:
        """Reset a target whose test hooks were used; forget the tokens and resources that this deleted."""
        controls.reset_after_test()
        if controls.was_reset:
            self._token_store.clear()
            self.created_resources.clear()
            self.shared.discard_temporary()
            if self.transport.write_guard is not None:  # /reset restores the clock
                self.transport.write_guard.last_date = self._date_before_controls
        elif controls.has_moved_clock:
            self._token_store.expire_all()

    def _documents_429(self) -> bool:
        """Return whether the API documents 429, so that a test may expect it; else it is a gateway's."""
        return bool(self.contract.declaration.values("rate-limit")) or any(
            response.status == "429"
            for operation in self.contract.operations
            for response in operation.responses
        )

    def _client_of(self, principal: str, transport: TransportContext) -> Client:
        """Return a client that sends the credentials of a principal over this transport."""
        tokens = self._tokens_of(principal)
        return Client(
            transport,
            self.profile.paginator,
            principal=principal,
            auth=self.credentials.auth(principal, tokens),
            token=str(tokens.get("access_token", "")),
            settle=self.run.target.options.settle,
            headers=self.profile.headers,
        )

    def _tokens_of(self, principal: str) -> Tokens:
        """Return the tokens of a principal: redacted in a replay, otherwise stored or new ones."""
        if self.run.is_replay:
            return {"access_token": f"REDACTED-{principal}"}
        with self.exchange_log.uncounted():
            return self.tokens.get(principal)

    def _target_time(self) -> float:
        """Return the Unix time of the target's clock; that of this machine before the first response."""
        guard = self.transport.write_guard
        return guard.target_time() if guard is not None and guard.last_date[0] else time.time()

    def _make_state_folder(self) -> Path | None:
        """Create the folder for what a remote target's runs share: tokens, created resources, locks."""
        if self.run.is_mock or self.run.is_replay:
            return None
        identity = self.settings.model_dump_json(exclude={"controls", "given", *CONNECTION_FIELDS})
        digest = hashlib.sha256(identity.encode()).hexdigest()[:8]  # another server has other tokens and ids
        folder = self.run.state / self.name / digest
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _make_journal(self) -> SharedJournal | None:
        """Return the journal outside the runner; None without `--journal`, or on a mock in this process."""
        if self._folder is None or self.run.journal is None:
            return None
        return SharedJournal(self.run.journal, f"{self.name} {self._folder.name}")

    def _delete_leftovers(self, leftovers: Leftovers) -> None:
        """Delete what the journals of killed jobs list and, once for all workers, what carries a mark."""
        leftovers.delete_journalled(DEFAULT_AGE_S)
        if not self.run.is_main:
            return
        report = leftovers.delete_marked(DEFAULT_AGE_S)
        self.notices += [f"deleted, left by a killed job: {line}" for line in report.deleted]
        self.notices += [f"not deleted, left by a killed job: {line}" for line in report.failed]
        self.notices += [f"not searched for items of killed jobs: {line}" for line in report.unread]
        if report.deleted or report.failed:
            self.notices += [f"may be left: {line}" for line in leftovers.may_be_left()]

    def _make_leftovers(self) -> Leftovers | None:
        """Return what killed jobs left on the target; None for a target in this process."""
        if self._folder is None:
            return None
        marks = self.marks or Marks(mark_key(self.settings))
        marked = MarkedItems(self.profile, marks, self.cleanup, self.settings, self.contract.declaration)
        return Leftovers(self._folder / "ledger", self._journal, self.cleanup, marked)


def _without_checks(transport: TransportContext) -> TransportContext:
    """Return the transport of logins and clean-up, whose exchanges are not part of a test."""
    return replace(
        transport,
        exchange_log=ExchangeLog(lambda _: (None, ())),
        write_guard=None,
        on_lost=lambda *_: None,
        is_recorded=False,
    )
