"""The configuration of a run: its target, its APIs and its seed, fixed before tests are collected."""

from __future__ import annotations

import contextlib
import fnmatch
import functools
import hashlib
import operator
import os
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from tuningfork import apis
from tuningfork.apis import ApiHome
from tuningfork.client.config import (
    BUILT_IN_TARGETS,
    FILE_NAME,
    ConfigurationError,
    Options,
    Target,
    load_target,
    read_targets,
)
from tuningfork.client.reservation import RUN_ID
from tuningfork.client.run_budget import RunBudget
from tuningfork.client.shared_journal import writable_journal
from tuningfork.contract.errors import ContractError
from tuningfork.contract.openapi import Contract, load_promises
from tuningfork.contract.several import load_contracts
from tuningfork.depth.choice import Depth
from tuningfork.depth.matrix import Matrix, MatrixError
from tuningfork.model import Claim
from tuningfork.pytest_plugin.api_selection import choose_apis
from tuningfork.pytest_plugin.commit import read_commit, source_folders
from tuningfork.pytest_plugin.first_failures import choose_failed_before, ends_at_failure
from tuningfork.pytest_plugin.required_claims import requirements_of
from tuningfork.pytest_plugin.run_arguments import read_shard, values_of
from tuningfork.pytest_plugin.run_limits import choose_depth, choose_slice, make_budget, make_scratch
from tuningfork.pytest_plugin.secrets import SecretMasker
from tuningfork.pytest_plugin.session import is_listing_only, is_worker, working_folder
from tuningfork.redaction import Disclosure, SecretLocations
from tuningfork.report.deviations import Deviation, DeviationError, load_deviations
from tuningfork.report.results import Requirements, Shard

MOCK, CASSETTE = BUILT_IN_TARGETS
UNLIMITED = Options(writes=True, rate="1000000/s", timeout=30, settle=0)
MAX_SEED = 2**31
LOCAL_WORKER = re.compile(r"(\d+\*)?popen(//.*)?")
"""What `--tx` of pytest-xdist has for processes of this machine: "popen", "2*popen//python=python3.12"."""


@dataclass
class RunConfig:
    """What every part of the plugin knows about the run.

    Args:
        root: the folder that test ids and paths of suites are relative to.
        target: the server under test.
        homes: the folders of each API of the run, by name.
        contracts: the contract of each API of the run, by name.
        patterns: the globs of `--claim`; without one every claim is judged.
        seed: of random choices.
        read_only: whether `--read-only` was given.
        record: whether cassettes are written.
        sockets: whether the mock is served on a socket.
        faults: the ids of `--fault`.
        reports: the folder of the reports.
        deviations: the known deviations of the target.
        state: the folder of what later runs need: tokens, created resources.
        folder: the folder where the run was started; cassettes are recorded there.
        started: when the run was started.
        run_id: what the workers and the shards of this run share.
        journal: a file or folder outside the runner where the run also journals what it creates.
        is_main: whether this is the main process of the run, not a worker.
        deletes_leftovers: whether a session first deletes what killed jobs left.
        recordings: the folder of recordings that are only compared with the cassettes: each test is recorded,
            also one that fails, and none is deleted; None for a run whose recordings are the new cassettes.
        notes: sentences for the header of the run.
        requirements: what the run has to verify.
        shard: the part of the tests that this run has; None for all.
        depth: how many of the tests run.
        slice: which slice of the other tests runs at `smoke`, from 1.
        budget: what the run may send; None without a limit.
        matrices: what the tests of each API are known to cost and to find; None without a matrix.
        scratch: the folder that the processes of the run share until its end.
        ends_at_failure: whether the run ends at its first failure.
        failed_before: the tests that failed in the last run, if this one ends at a failure.
        is_rehearsal: whether the mock is treated like a server of others, to measure what a run costs there.
        has_evidence: whether the results of tests have exchanges and commands; an audit reads none.
        workers: the number of processes that run tests, as far as they are workers of pytest-xdist.
    """

    root: Path
    target: Target
    homes: Mapping[str, ApiHome]
    contracts: dict[str, Contract]
    patterns: list[str]
    seed: int
    read_only: bool
    record: bool
    sockets: bool
    faults: list[str]
    reports: Path
    deviations: list[Deviation]
    state: Path
    folder: Path
    started: datetime
    run_id: str
    journal: Path | None = None
    is_main: bool = True
    deletes_leftovers: bool = True
    recordings: Path | None = None
    notes: list[str] = field(default_factory=list)
    requirements: Requirements = field(default_factory=Requirements)
    shard: Shard | None = None
    depth: Depth = "full"
    slice: int | None = None
    budget: RunBudget | None = None
    scratch: Path = Path()
    matrices: Mapping[str, Matrix | None] = field(default_factory=dict)
    ends_at_failure: bool = False
    failed_before: tuple[str, ...] = ()
    is_rehearsal: bool = False
    has_evidence: bool = True
    workers: int = 1
    secrets: SecretMasker = field(default_factory=SecretMasker)

    @property
    def disclosure(self) -> Disclosure:
        """Redacts texts that do not belong to a single API."""
        locations = [apis.profile(name).secret_locations for name in self.contracts]
        return Disclosure(functools.reduce(operator.or_, locations, SecretLocations()), self.secrets)

    @property
    def is_mock(self) -> bool:
        """Whether the target is the built-in mock."""
        return self.target.name == MOCK

    @property
    def spares_nothing(self) -> bool:
        """Whether nothing on the target belongs to others, so that clean-up need not read what it deletes."""
        return self.is_mock and not self.is_rehearsal

    @property
    def is_replay(self) -> bool:
        """Whether the target is recorded traffic."""
        return self.target.name == CASSETTE

    @property
    def repeats_doubtful(self) -> bool:
        """Whether a test runs again, alone, if other tests or requests may have caused its result.

        Shards do not: one machine does not see whether the tests of another one use the target.
        """
        has_requests_at_once = self.workers > 1 or self.target.options.in_flight > 1
        return has_requests_at_once and self.shard is None and not self.is_repeatable

    @property
    def is_repeatable(self) -> bool:
        """Whether every run sends the same texts: on the mock, in a replay, and while it is recorded."""
        return self.record or self.is_replay or self.is_mock

    @property
    def writes(self) -> bool:
        """Whether tests may create, change and delete resources."""
        return self.target.options.writes and not self.read_only

    def cassettes(self, api: str) -> Path:
        """Return the folder of an API's cassettes: where the run records them, else where it finds them."""
        if self.recordings is not None:
            return self.recordings / api
        return self.folder / "cassettes" / api if self.record else self.recorded_cassettes(api)

    def recorded_cassettes(self, api: str) -> Path:
        """Return the folder of an API's earlier cassettes: below that of the run, else beside its suite."""
        folder = self.folder / "cassettes" / api
        return folder if folder.is_dir() else self.homes[api].cassettes

    def claims(self) -> list[Claim]:
        """Return the claims that the run judges, by API and in the order of their file."""
        return [
            claim
            for contract in self.contracts.values()
            for claim in contract.claims.values()
            if self.wants(claim.id)
        ]

    def wants(self, claim: str) -> bool:
        """Return whether the run judges a claim: `--claim` was not given, or matches its id."""
        return not self.patterns or any(fnmatch.fnmatchcase(claim, pattern) for pattern in self.patterns)

    def waives(self, claim: str) -> bool:
        """Return whether a deviation that has not expired allows the target to break a claim."""
        return any(
            deviation.claim == claim and not deviation.is_expired(date.today())
            for deviation in self.deviations
        )

    def contract_of(self, claim: str) -> Contract | None:
        """Return the contract that contains a claim; None if no API of the run has it."""
        return next((contract for contract in self.contracts.values() if claim in contract.claims), None)


RUN_CONFIG = pytest.StashKey[RunConfig]()


def run_of(config: pytest.Config) -> RunConfig:
    """Return the configuration of the run of a pytest session."""
    return config.stash[RUN_CONFIG]


def prepare(config: pytest.Config) -> RunConfig:
    """Read the options, choose target and APIs, load the contracts.

    Raises:
        ConfigurationError: an option, a file or a table is wrong.
        tuningfork.contract.errors.ContractError: a contract cannot be read.
    """
    option = config.option
    _require_paths(config)
    homes = apis.discover(working_folder(config))
    target = _target(config)
    names, notes = choose_apis(option.api, homes, target, is_listing=is_listing_only(config))
    _require_compatible(config, target)
    _require_local_workers(config, target)
    shard = _shard(config, [homes[name] for name in names])
    if option.seed is None:
        option.seed = 0 if target.name in BUILT_IN_TARGETS else _new_seed(shard)
    state = config.invocation_params.dir / ".tuningfork" / target.name
    depth, scratch = choose_depth(config, target), make_scratch(config)
    run = RunConfig(
        root=config.rootpath,
        target=target,
        homes={name: homes[name] for name in names},
        contracts=load_contracts({name: homes[name].specs for name in names}),
        patterns=option.claim,
        seed=option.seed,
        read_only=option.read_only,
        record=option.record,
        sockets=option.sockets or option.record,
        faults=option.fault,
        reports=reports_of(config),
        deviations=_deviations(config, target.name),
        state=state,
        folder=config.invocation_params.dir,
        started=datetime.now(UTC),
        run_id=run_id_of(config),
        journal=_journal(config),
        is_main=not is_worker(config),
        notes=notes,
        shard=shard,
        depth=depth,
        slice=choose_slice(config, depth, config.invocation_params.dir, state),
        budget=make_budget(config, target, scratch, shards=shard.count if shard else 1),
        scratch=scratch,
        ends_at_failure=ends_at_failure(config),
        failed_before=choose_failed_before(config, reports_of(config), target.name),
        workers=getattr(config, "workerinput", {}).get("workercount", 1),
    )
    run.matrices = {name: _matrix(run, name) for name in names}
    _require_known_rules(run)
    _require_matching_claims(run)
    run.requirements = requirements_of(config, target, [claim.id for claim in run.claims()])
    return run


def _shard(config: pytest.Config, homes: Collection[ApiHome]) -> Shard | None:
    """Return the shard of `--shard`; None for a run of all tests."""
    text: str | None = config.option.shard
    if text is None:
        return None
    index, count = read_shard(text)
    commit = read_commit(config.invocation_params.dir, source_folders(config.rootpath, homes))
    return Shard(index=index, count=count, commit=commit)


def _new_seed(shard: Shard | None) -> int:
    """Return a seed: the same for all shards of a commit, else a new one."""
    if shard is None:
        return secrets.randbelow(MAX_SEED)
    return int(hashlib.sha256(shard.commit.encode()).hexdigest(), 16) % MAX_SEED


def _matrix(run: RunConfig, api: str) -> Matrix | None:
    """Return the matrix of an API; a whole run does without one that can't be read, any other needs it."""
    try:
        return Matrix.load(run.homes[api].specs)
    except MatrixError as error:
        if run.depth != "full" or run.budget is not None:
            raise ConfigurationError(str(error)) from None
        return None


def reports_of(config: pytest.Config) -> Path:
    """Return the folder of the reports."""
    return Path(config.invocation_params.dir / config.option.report_dir)


def run_id_of(config: pytest.Config) -> str:
    """Return the id that the shards and the workers of a run share."""
    worker: dict[str, str] = getattr(config, "workerinput", {})
    return os.environ.get(RUN_ID) or worker.get("testrunuid") or uuid4().hex


def _journal(config: pytest.Config) -> Path | None:
    """Return the file or folder of `--journal`; raise ConfigurationError if it cannot be written."""
    path: Path | None = config.option.journal
    return None if path is None else writable_journal(config.invocation_params.dir / path)


def _require_paths(config: pytest.Config) -> None:
    """Refuse an argument that is not an existing file or folder, before workers start."""
    for argument in config.args if not config.option.pyargs else ():
        path = config.invocation_params.dir / str(argument).partition("[")[0].partition("::")[0]
        try:
            exists = path.exists()
        except (OSError, ValueError):  # too long, or not a path
            exists = False
        if not exists:
            raise ConfigurationError(
                f"{argument}: there is no such file or folder; name one of suites/, a test of it, or nothing."
            )


def _require_compatible(config: pytest.Config, target: Target) -> None:
    """Raise ConfigurationError for `--fault` or `--record` with a target that does not allow it."""
    option = config.option
    if option.fault and target.name != MOCK:
        raise ConfigurationError("--fault is for the mock; leave out --target.")
    if target.name == CASSETTE and (option.depth or option.max_requests or option.max_minutes):
        raise ConfigurationError("--depth, --max-requests and --max-minutes: a cassette costs no request.")
    if option.record and (target.name == CASSETTE or getattr(option, "numprocesses", None)):
        raise ConfigurationError("--record needs a target other than cassette and one process; use -n 0.")


def _require_local_workers(config: pytest.Config, target: Target) -> None:
    """Raise ConfigurationError for workers of pytest-xdist on another machine that use the same server."""
    if target.name in BUILT_IN_TARGETS:
        return
    given = values_of("--tx", list(map(str, config.invocation_params.args)))  # -n replaces the option
    for spec in (*map(str, config.option.tx or ()), *given):
        if not LOCAL_WORKER.fullmatch(spec) or "//via=" in spec:
            raise ConfigurationError(
                f"--tx {spec}: workers on other machines do not share the rate, the tokens and the locks of "
                "a target; split the run with --shard (docs/shards.md)."
            )


def _require_known_rules(run: RunConfig) -> None:
    """Refuse a profile that names an unknown claim, which would silently leave out tests."""
    for name, contract in run.contracts.items():
        if run.homes[name].overrides is not None:
            continue  # the contract is not the one that the profile was written for
        for rule, claim in apis.profile(name).rules.items():
            if claim not in contract.claims:
                file = contract.folder / "claims.toml"
                raise ConfigurationError(
                    f"{name}: the rule {rule} names the claim {claim!r}; correct it or add it to {file}."
                )


def _require_matching_claims(run: RunConfig) -> None:
    """Raise ConfigurationError for a value of `--claim` that matches no claim of the run."""
    for pattern in run.patterns:
        if not any(
            fnmatch.fnmatchcase(claim, pattern)
            for contract in run.contracts.values()
            for claim in contract.claims
        ):
            raise ConfigurationError(f"--claim {pattern}: no claim of {', '.join(run.contracts)} matches.")


def _target(config: pytest.Config) -> Target:
    """Return the target of `--target`: a built-in one, or a table of tuningfork.toml."""
    name = config.option.target
    file = _file(config)
    if name not in BUILT_IN_TARGETS:
        return load_target(file, name)
    if name in _named(file):
        raise ConfigurationError(
            f"{file}: targets.{name}: {name!r} is built in; give your target another name."
        )
    return Target(name=name, options=UNLIMITED, tables={}, file=Path(FILE_NAME))


def _named(file: Path) -> Collection[str]:
    """Return the names of all targets of tuningfork.toml; empty if the file cannot be read."""
    try:
        return read_targets(file).keys()
    except ConfigurationError:
        return ()


def _file(config: pytest.Config) -> Path:
    """Return tuningfork.toml of the folder where the command was started, else of the working folder."""
    started, folder = config.invocation_params.dir / FILE_NAME, working_folder(config) / FILE_NAME
    return folder if folder.is_file() and not started.exists() else started


def known_claims() -> frozenset[str]:
    """Return the ids of the claims of all known APIs, those that a run does not judge included."""
    return frozenset().union(*(_claim_ids(home) for home in apis.homes().values()))


def _claim_ids(home: ApiHome) -> frozenset[str]:
    """Return the ids of an API's claims; none if its files have an error."""
    with contextlib.suppress(ContractError):
        claim_file, declaration = load_promises(home.specs)
        known = {claim.id: claim for claim in claim_file.claims}
        return frozenset([*known, *(claim.id for claim in declaration.claims(known))])
    return frozenset()


def _deviations(config: pytest.Config, target: str) -> list[Deviation]:
    """Return the target's deviations; none if deviations.toml is missing and no other file was given."""
    option: Path | None = config.option.deviations
    file = config.invocation_params.dir / (option or "deviations.toml")
    if option is None and not file.exists():
        return []
    try:
        named = _named(_file(config))
        targets = {*BUILT_IN_TARGETS, *named} if named else None  # without a file all names are allowed
        return load_deviations(file, target, known_claims(), targets)
    except DeviationError as error:
        raise ConfigurationError(str(error)) from None
