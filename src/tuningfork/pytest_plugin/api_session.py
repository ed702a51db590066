"""One API of the target in this process: connects settings, transport, tokens, checks and clean-up."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from requests.adapters import BaseAdapter
from requests.auth import AuthBase

from tuningfork import apis, not_verified
from tuningfork.auth.oauth2 import AuthError
from tuningfork.client.client import Client
from tuningfork.client.config import Settings
from tuningfork.client.controls import ControlsClient
from tuningfork.client.created_entry import Entry
from tuningfork.client.created_resources import CreatedResources
from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.client.lists_before_run import ListsBeforeRun
from tuningfork.client.marks import Marks, mark_key, run_digits
from tuningfork.client.rate_limit import NoRateLimit
from tuningfork.client.request_gate import RequestGate
from tuningfork.client.request_safety import RequestSafety
from tuningfork.client.response import Response
from tuningfork.client.shared_cache import SharedCache
from tuningfork.client.target_health import TargetHealth
from tuningfork.client.target_lock import TargetLock
from tuningfork.client.tokens import Tokens, TokenStore
from tuningfork.client.transport import TransportContext
from tuningfork.client.write_guard import WriteGuard
from tuningfork.contract.openapi import Contract
from tuningfork.contract.operation import Operation
from tuningfork.conventions.auth import Auth
from tuningfork.model import Exchange, Request
from tuningfork.origin import origin
from tuningfork.pytest_plugin.cleanup import Cleanup
from tuningfork.pytest_plugin.exchange_judge import ExchangeJudge
from tuningfork.pytest_plugin.leftovers import Leftovers
from tuningfork.pytest_plugin.marked_items import MarkedItems
from tuningfork.pytest_plugin.new_secrets import NewSecrets
from tuningfork.pytest_plugin.principal_tokens import PrincipalTokens
from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.pytest_plugin.secrets import find_secrets
from tuningfork.pytest_plugin.state_folder import StateFolder
from tuningfork.pytest_plugin.target_hooks import TargetHooks
from tuningfork.pytest_plugin.target_loss import TargetLoss
from tuningfork.pytest_plugin.unique_texts import UniqueTexts
from tuningfork.redaction import Disclosure
from tuningfork.testing.refusal import refuses_token

if TYPE_CHECKING:
    from tuningfork.mock.app import Mock  # Flask takes long to import


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
        self.violation_counts: Counter[str] = Counter()
        """How many violations of each claim this process has found."""
        self.claims_with_exchange: set[str] = set()
        """The claims for which the report has an exchange."""
        self._options = run.target.options_for(settings)
        run.secrets.keep_from(self._options)
        self.disclosure = Disclosure(self.profile.secret_locations, run.secrets)
        self._state = StateFolder(name, run, settings)
        self.target_lock = TargetLock(self._state.path)
        self.token_file = self._state.file("tokens.json")
        """Where the tokens of the principals are stored; None for a target in this process."""
        self._token_store = TokenStore(self.token_file)
        self.judge = ExchangeJudge(
            self.profile,
            self.contract,
            self.find_operation,
            is_excused=lambda response: self.transport.is_rate_limited(response),
        )
        self.exchange_log = ExchangeLog(self.judge.judge)
        self.collect_new_secrets = NewSecrets(
            self.exchange_log, self.profile.secret_locations, run.secrets
        ).collect
        self._journal = self._state.journal()
        self.created_resources = CreatedResources(self._state.file("ledger"), self._journal)
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
        self.gate = RequestGate(run.budget)
        self.transport = self._make_transport(adapter, health)
        self._unchecked = _without_checks(self.transport)
        self.new_text = UniqueTexts(self.marks, self.seed, run.started, self._target_time).text
        self._hooks = self._make_hooks()
        self.credentials = self.profile.credentials(settings, self.unchecked_client(None).new_session)
        self.tokens = self._make_tokens()
        self.leftovers = self._make_leftovers()
        self.notices: list[str] = []
        """A line for each item of a killed job that this session deleted, and for what may still be left."""
        self.left: list[Entry] = []
        """The created resources that are not deleted when the session is closed."""
        if self.leftovers is not None and run.writes and run.deletes_leftovers:
            self.notices += self.leftovers.delete(is_main=run.is_main)

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
        try:
            return self._client_of(principal, transport or self.transport)
        except AuthError as error:
            not_verified(f"the target issues no token for {principal!r}: {error}")

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
        self.cleanup.now = guard.clock.time
        return guard

    def issued_token(self, client: Client) -> str:
        """Return the access token of a client; empty if it has none, or one from tuningfork.toml."""
        is_configured = any(secret == client.token for _, secret in find_secrets(self.settings, ""))
        return "" if is_configured else client.token

    def discard_token(self, principal: str, access_token: str) -> None:
        """Fetch other tokens before the next use, after the target has refused this one."""
        self._token_store.discard(principal, access_token)

    def find_operation(self, exchange: Exchange) -> Operation | None:
        """Return the documented operation of an exchange; None if its path is undocumented."""
        path = self.transport.path_below_base(exchange.request.url)
        return None if path is None else self.contract.find(exchange.request.method, path)

    def refuses_token(self, exchange: Exchange) -> bool:
        """Return whether a response may refuse the token of its request: it has expired, or was ended."""
        operation = self.find_operation(exchange)
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
        return self._hooks.open(self.settings.controls)

    def release(self) -> None:
        """Undo, after a test, what its test hooks changed, and delete what it created."""
        hooks = self._hooks.close()
        try:
            if self.run.is_replay or self.loss.reason:
                return  # the next run deletes what the ledger lists
            if hooks is not None:
                self._hooks.undo(hooks)
            with self.exchange_log.uncounted():
                self.cleanup.delete_all()
        finally:
            self.target_lock.release_state()

    def settle_loss(self) -> None:
        """Find out, after a phase of a test, whether missing responses mean that the target is lost."""
        self.loss.settle(self.exchange_log)

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
            is_busy=lambda: self._hooks.are_used,
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
            outlives_run=self._state.path is not None,
        )

    def _make_transport(self, adapter: BaseAdapter, health: TargetHealth | None) -> TransportContext:
        """Return what all clients of the session share: connection, limits, log of exchanges, write guard."""
        run, options = self.run, self._options
        excuses_gateways = health is not None and not self.contract.declaration.is_empty
        return TransportContext(
            adapter=adapter,
            base_url=self.settings.base_url,
            origins=frozenset(map(origin, self.settings.all_base_urls())),
            timeout=options.timeout,
            rate_limiter=self._state.rate_limiter(options.rate) or self._without_limit(),
            exchange_log=self.exchange_log,
            on_lost=self._on_unanswered,
            write_guard=None if run.is_replay else self.new_write_guard(),
            is_replay=run.is_replay,
            max_body=options.max_body,
            target_health=health,
            in_flight=options.in_flight if run.repeats_doubtful else 1,
            login_origins=self.settings.login_origins,
            excuses_gateways=excuses_gateways,
            avoids_caches=excuses_gateways,
            marks=self.marks,
            gate=self.gate,
        )

    def _without_limit(self) -> NoRateLimit:
        """Return what spaces no requests; a server in this process has a clock to advance instead."""
        return NoRateLimit() if self.mock is None else NoRateLimit(self.mock.clock.advance)

    def _make_hooks(self) -> TargetHooks:
        """Return the test hooks of the target."""

        def forget() -> None:
            """Forget what a reset has deleted."""
            self._token_store.clear()
            self.created_resources.clear()
            self.shared.discard_temporary()

        return TargetHooks(self.contract, self.transport, self.judge, forget, self._token_store.expire_all)

    def _make_lists_before_run(self) -> ListsBeforeRun:
        """Return what lists had before the run; several workers share it."""
        is_shared = self.run.repeats_doubtful
        return ListsBeforeRun(self.run.scratch / f"lists-{self.name}.json" if is_shared else None)

    def _on_unanswered(self, request: Request, reason: str) -> None:
        """Report a request without a response as a violation, and as a sign that the target may be lost."""
        self.exchange_log.add_unanswered(self.judge.judge_unanswered(request, reason), request)
        self.loss.add_unanswered()

    def _client_of(self, principal: str | None, transport: TransportContext) -> Client:
        """Return a client that sends the credentials of a principal, or none, over this transport."""
        tokens: Tokens = {} if principal is None else self._tokens_of(principal)
        return Client(
            transport,
            self.profile.paginator,
            principal=principal,
            auth=None if principal is None else self.credentials.auth(principal, tokens),
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
        return guard.clock.time() if guard is not None and guard.clock.is_known else time.time()

    def _make_leftovers(self) -> Leftovers | None:
        """Return what killed jobs left on the target; None for a target in this process."""
        ledger = self._state.file("ledger")
        if ledger is None:
            return None
        marks = self.marks or Marks(mark_key(self.settings))
        marked = MarkedItems(self.profile, marks, self.cleanup.view, self.settings, self.contract.declaration)
        return Leftovers(ledger, self._journal, self.cleanup, marked)


def _without_checks(transport: TransportContext) -> TransportContext:
    """Return the transport of logins and clean-up, whose exchanges are not part of a test."""
    return replace(
        transport,
        exchange_log=ExchangeLog(lambda _: (None, ())),
        write_guard=None,
        on_lost=lambda *_: None,
        is_recorded=False,
    )
