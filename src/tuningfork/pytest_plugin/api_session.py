"""One API of the target, ready to be judged: where the engine's parts are put together."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import requests
from requests.adapters import BaseAdapter
from requests.auth import AuthBase

from tuningfork import apis, not_verified
from tuningfork.auth.oauth2 import AuthError, WrongCredentials
from tuningfork.checks.base import findings as findings_of
from tuningfork.client.client import Client
from tuningfork.client.config import CONNECTION_FIELDS, Settings
from tuningfork.client.controls import ControlsClient
from tuningfork.client.created_resources import CreatedResources, recover
from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.client.network import NetworkAdapter
from tuningfork.client.rate_limit import NoRateLimit, RateLimiter
from tuningfork.client.request_safety import RequestSafety
from tuningfork.client.route import Route
from tuningfork.client.session import IsolatedSession
from tuningfork.client.shared_cache import SharedCache
from tuningfork.client.target_health import TargetHealth
from tuningfork.client.target_lock import TargetLock
from tuningfork.client.tokens import Tokens, TokenStore
from tuningfork.client.transport import TransportContext, describe_failure
from tuningfork.client.write_guard import WriteGuard
from tuningfork.contract.openapi import Contract
from tuningfork.mock.app import Mock
from tuningfork.model import Exchange, Finding, Request
from tuningfork.origin import origin
from tuningfork.pytest_plugin.cleanup import Cleanup
from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.redaction import Disclosure, collect_secrets

RECENT = 200
"""Exchanges of a test in which secrets are looked for that the target has just issued."""


class UnreachableError(Exception):
    """The target can't be reached: one sentence with the address and the remedy."""


class ApiSession:
    """An API of the target with all that its tests share in this process."""

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
        self.expects_outage = False
        self.is_silent = False
        self._has_lost = False
        folder = self._folder()
        self.shown: set[str] = set()  # the claims that have an exchange in the report
        self.disclosure = Disclosure(self.profile.places, run.secrets)
        self.occupancy = TargetLock(folder)
        self._tokens = TokenStore(folder and folder / "tokens.json")
        self._proven: set[str] = set()
        self._learned: tuple[list[Exchange], int] = [], 0
        self._controls: ControlsClient | None = None
        self._date = ("", 0.0)
        self.journal = ExchangeLog(self._judge)
        self.ledger = CreatedResources(folder and folder / "ledger")
        self.shared = SharedCache(
            self.journal,
            is_persistent=not (run.record or run.is_replay),
            has_created=lambda: bool(self.ledger.pending()),
        )
        self.cleaning = Cleanup(
            self.profile,
            self.ledger,
            client=self._quiet_client,
            judged=self._judged_client,
            is_busy=lambda: self._controls is not None,
            verifies=not run.is_mock,
        )
        options = run.target.options_for(settings)
        run.secrets.learn(options)
        is_remote = not (run.is_mock or run.is_replay)
        self.wire = TransportContext(
            adapter=adapter,
            base_url=settings.base_url,
            origins=frozenset({origin(settings.base_url), *self._other_hosts()}),
            timeout=options.timeout,
            rate_limiter=NoRateLimit() if folder is None else RateLimiter(options.rate, folder / "turn"),
            exchange_log=self.journal,
            on_lost=self._lost,
            write_guard=None if run.is_replay else self._care(),
            is_replay=run.is_replay,
            max_body=options.max_body,
            target_health=TargetHealth(options.patience, options.max_lost) if is_remote else None,
            login_origins=settings.login_origins,
        )
        # What logs in and tidies up is the tool's own: no check judges it.
        self._quiet = replace(
            self.wire,
            exchange_log=ExchangeLog(lambda _: (None, ())),
            write_guard=None,
            on_lost=lambda *_: None,
            is_recorded=False,
        )
        self.credentials = self.profile.credentials(settings, self._own_client(None).new_session)
        if folder is not None and run.writes:
            self._remove_leftovers(folder / "ledger")

    def lacks(self, need: str) -> bool:
        """Whether the target does not offer what a claim needs."""
        is_change = need == "write" or need.startswith("control:")
        return (is_change and not self.run.writes) or self.settings.lacks(need)

    def client(self, holder: str | None) -> Client:
        """A client with a holder's credentials, or with none; not verified if the target gives none."""
        if holder is None:
            settle, headers = self.run.target.options.settle, self.profile.headers
            return Client(self.wire, self.profile.paginator, settle=settle, headers=headers)
        try:
            return self._client(holder, self._tokens_of(holder))
        except AuthError as refused:
            not_verified(f"the target gives no token to {holder!r}: {refused}")

    def prove(self, holder: str, paths: Sequence[str]) -> bool:
        """Have a holder get tokens, and show those that the target did not issue at the paths that they open.

        Returns:
            whether the target accepts them; where it answers 404 to all, it may be something else.

        Raises:
            WrongCredentials: the target says that what tuningfork.toml has is wrong.
            Refused, ExpectationFailed: it gives no token, or no response, for another reason.
        """
        client = self._own_client(self.credentials.auth(holder, self._tokens_of(holder)))
        statuses = {client.get(path).status for path in paths}
        if statuses == {401}:
            raise WrongCredentials(f"401 at {', '.join(paths)}", "token")
        return statuses != {404}

    def need_paths(self, holder: str) -> None:
        """See that a login or a path of the API is there, where no credentials were accepted.

        Raises:
            UnreachableError: all are answered as paths that do not exist are.
        """
        logins = sorted({login.partition(" ")[2] for login in self.profile.logins})
        try:
            auth = self.credentials.auth(holder, self._tokens_of(holder))
        except AuthError:
            auth = None
        client = self._own_client(auth)
        paths = [*logins, *self.profile.reachability_paths]
        answers = [client.get(path) for path in logins]
        answers += [client.options(path) for path in self.profile.reachability_paths]
        if all(answer.status in (401, 403, 404) for answer in answers):
            raise UnreachableError(
                f"{self.settings.base_url} has none of {', '.join(paths)}, "
                f"so it is not the {self.profile.title} API; correct base_url."
            )

    def controls(self) -> ControlsClient:
        """The target's test hooks, for a test that has the target to itself."""
        if not self.run.writes:
            not_verified("a control would change the target; the run is read only")
        if self.settings.controls is None:
            not_verified("the target offers no controls")
        session = IsolatedSession(self.wire.adapter)
        if self.wire.write_guard is not None:
            self._date = self.wire.write_guard.last_date
        self._controls = ControlsClient(
            str(self.settings.controls), session, self.wire.timeout, self._announced
        )
        self.wire.obeys_retry_after = not self._has_limits()
        return self._controls

    def release(self) -> None:
        """After a test: take back what its hooks did, remove what it created."""
        self.wire.obeys_retry_after = True
        self.expects_outage = False
        controls, self._controls = self._controls, None
        if self.run.is_replay:
            return
        if self.lost:
            return  # what the ledger names is left to the next run
        if controls is not None:
            controls.reset_after_test()
            if controls.was_reset:
                self._tokens.clear()
                self.ledger.clear()
                self.shared.discard_temporary()
                self._put_clock_back()
            elif controls.has_moved_clock:
                self._tokens.expire_all()
        with self.journal.uncounted():
            self.cleaning.remove_all()

    def _has_limits(self) -> bool:
        """Whether a 429 may be what a test with controls is about; else it is a gateway's."""
        return any(one.status == "429" for each in self.contract.operations for one in each.responses)

    def _put_clock_back(self) -> None:
        """The target's clock is what it was before the controls: what is made next is no older than that."""
        if self.wire.write_guard is not None:
            self.wire.write_guard.last_date = self._date

    @property
    def lost(self) -> str:
        """Why the target counts as lost; empty if it does not."""
        return "" if self.wire.target_health is None else self.wire.target_health.lost_reason

    def settle_silence(self) -> None:
        """After a phase of a test whose last requests were lost: see whether the target is there.

        If it is, the loss is its fault. If it is not until it counts as lost, its silence breaks no claim.
        """
        patience, has_lost = self.wire.target_health, self._has_lost
        self._has_lost = False
        if patience is None or not has_lost or not patience.unanswered_in_a_row:
            return
        while not (is_there := self._is_there()) and not patience.lost_reason:
            pass
        if not is_there:
            self.is_silent = True
            self.journal.violations = [one for one in self.journal.violations if one[1].response.status]

    def _is_there(self) -> bool:
        """Whether any probe path is answered; each that is not is one more lost request."""
        return any(self._answers(path) for path in self.profile.reachability_paths)

    def _answers(self, path: str) -> bool:
        start = time.monotonic()
        try:
            IsolatedSession(self.wire.adapter).get(
                self.settings.base_url.rstrip("/") + path, allow_redirects=False
            )
        except (requests.RequestException, OSError):
            if self.wire.target_health is not None:
                self.wire.target_health.add_unanswered(time.monotonic() - start)
            return False
        return True

    def learn(self) -> None:
        """Take in the secrets of the test's exchanges that were not looked at before."""
        exchanges = self.journal.exchanges
        earlier, looked_at = self._learned
        start = looked_at if earlier is exchanges else 0
        self._learned = exchanges, len(exchanges)
        for exchange in exchanges[start:][-RECENT:]:
            collect_secrets(exchange, self.profile.places, self.run.secrets)

    def close(self) -> None:
        """End this process's part of the run."""
        if not (self.run.is_replay or self.lost):
            self.cleaning.remove_all(again=True)
        self.ledger.close()

    def _judge(self, exchange: Exchange) -> tuple[str | None, Iterable[Finding]]:
        path = self.wire.path_below_base(exchange.request.url)
        operation = None if path is None else self.contract.find(exchange.request.method, path)
        is_judged = not self.wire.is_rate_limited(exchange.response)
        findings = list(findings_of(self.profile.checks, exchange, operation)) if is_judged else []
        if self.expects_outage:
            forgiven = self.profile.conventions.get("no server error")
            findings = [one for one in findings if one.claim != forgiven]
        return None if operation is None else operation.key, findings

    def _lost(self, request: Request, reason: str) -> None:
        claim = self.profile.conventions.get("no server error")
        self.journal.add_unanswered(
            Finding(claim, False, f"an answer to {request.method} {request.path}", reason), request
        )
        self._has_lost = True

    def _announced(self, hook: str) -> None:
        if hook == "outage":
            self.expects_outage = True

    def _care(self) -> WriteGuard:
        profile = self.profile
        guard = RequestSafety(
            self.contract, profile.creations, profile.relations, profile.logins, profile.unknown
        )
        has_writer = profile.write_as == "app" or not self.settings.lacks("user")
        care = WriteGuard(
            guard,
            self.ledger,
            self.cleaning,
            restorable=frozenset(profile.snapshots),
            unauthenticated_principal=profile.write_as if has_writer else None,
            may_write=self.run.writes,
            protects_existing=not self.run.is_mock,
        )
        self.cleaning.now = care.target_time
        return care

    def _quiet_client(self, holder: str) -> Client:
        return self._client(holder, self._tokens_of(holder), self._quiet)

    def _judged_client(self, holder: str) -> Client:
        return self._client(holder, self._tokens_of(holder))

    def _client(self, holder: str, tokens: Tokens, wire: TransportContext | None = None) -> Client:
        return Client(
            wire or self.wire,
            self.profile.paginator,
            principal=holder,
            auth=self.credentials.auth(holder, tokens),
            token=str(tokens.get("access_token", "")),
            settle=self.run.target.options.settle,
            headers=self.profile.headers,
        )

    def _own_client(self, auth: AuthBase | None) -> Client:
        """A client whose requests are not judged."""
        return Client(self._quiet, self.profile.paginator, auth=auth, headers=self.profile.headers)

    def _tokens_of(self, holder: str) -> Tokens:
        if self.run.is_replay:
            return {"access_token": f"REDACTED-{holder}"}
        with self.journal.uncounted():
            return self._proven_tokens_of(holder)

    def _proven_tokens_of(self, holder: str) -> Tokens:
        tokens = self._obtained(holder)
        if self._is_kept() and holder not in self._proven:
            self._proven.add(holder)
            client = self._own_client(self.credentials.auth(holder, tokens))
            if client.get(self.credentials.probe_path(holder)).status == 401:
                self._tokens.discard(holder)
                tokens = self._obtained(holder)
        return tokens

    def _obtained(self, holder: str) -> Tokens:
        credentials, journal = self.credentials, self._quiet.exchange_log
        journal.reset()
        tokens = self._tokens.fetch(
            holder, lambda: credentials.fetch(holder), lambda old: credentials.renew(holder, old)
        )
        self.run.secrets.learn(tokens)
        for exchange in journal.exchanges:  # a login has codes and cookies
            collect_secrets(exchange, self.profile.places, self.run.secrets)
        return tokens

    def _is_kept(self) -> bool:
        return self._folder() is not None

    def _folder(self) -> Path | None:
        if self.run.is_mock or self.run.is_replay:
            return None
        told = self.settings.model_dump_json(exclude={"controls", "given", *CONNECTION_FIELDS})
        whose = hashlib.sha256(told.encode()).hexdigest()[:8]  # tokens and ids mean nothing to another server
        folder = self.run.state / self.name / whose
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _other_hosts(self) -> set[str]:
        elsewhere = getattr(self.settings, "oembed_url", None)
        return {origin(elsewhere)} if elsewhere else set()

    def _remove_leftovers(self, folder: Path) -> None:
        for file, entries in recover(folder):
            self.cleaning.take_over(entries)
            file.unlink(missing_ok=True)


def probe(name: str, settings: Settings, route: Route) -> None:
    """See whether an API is there at all.

    Raises:
        UnreachableError: nobody answers, or somebody else does.
    """
    profile = apis.profile(name)
    with IsolatedSession(NetworkAdapter(route)) as session:
        answers = [_asked(session, settings.base_url, path, route) for path in profile.reachability_paths]
    if all(answer.status_code == 404 for answer in answers):
        raise UnreachableError(
            f"{settings.base_url} answers 404 at {', '.join(profile.reachability_paths)}, "
            f"so it is not the {profile.title} API; correct base_url."
        )
    pages = ["html" in answer.headers.get("content-type", "") for answer in answers]
    if all(pages) and all(answer.status_code not in (401, 429) for answer in answers):
        raise UnreachableError(
            f"{settings.base_url} answers HTML, not the {profile.title} API; correct base_url."
        )


def _asked(session: requests.Session, base_url: str, path: str, route: Route) -> requests.Response:
    try:
        return session.get(base_url.rstrip("/") + path, allow_redirects=False)
    except requests.exceptions.SSLError:
        reason = "its TLS certificate can't be trusted"
        remedy = "correct base_url, or name the certificate of its CA as `ca`"
    except (requests.RequestException, OSError) as failed:
        reason = f"no answer: {describe_failure(failed, route.timeout)}"
        remedy = "correct base_url or start the server"
    raise UnreachableError(f"{base_url} can't be reached ({reason}); {remedy}.")
