"""One run: its target, its APIs, its seed, decided before anything is collected."""

from __future__ import annotations

import fnmatch
import functools
import operator
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tuningfork import apis
from tuningfork.client.config import (
    BUILT_IN_TARGETS,
    FILE_NAME,
    ConfigurationError,
    Options,
    Target,
    did_you_mean,
    load_target,
    read_targets,
)
from tuningfork.contract.claims import load_claims
from tuningfork.contract.openapi import Contract
from tuningfork.model import Claim
from tuningfork.pytest_plugin.secrets import SecretMasker
from tuningfork.redaction import Disclosure, SecretLocations
from tuningfork.report.deviations import Deviation, DeviationError, load_deviations

MOCK, CASSETTE = BUILT_IN_TARGETS
UNLIMITED = Options(writes=True, rate="1000000/s", timeout=30, settle=0)  # type: ignore[arg-type]  # read as text


@dataclass
class RunConfig:
    """What all parts of the plugin know of the run."""

    root: Path
    target: Target
    contracts: dict[str, Contract]
    all_claims: dict[str, frozenset[str]]
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
    secrets: SecretMasker = field(default_factory=SecretMasker)

    @property
    def disclosure(self) -> Disclosure:
        """Makes texts that belong to no single API."""
        places = [apis.profile(name).places for name in self.contracts]
        return Disclosure(functools.reduce(operator.or_, places, SecretLocations()), self.secrets)

    @property
    def is_mock(self) -> bool:
        """Whether the built-in servers are judged."""
        return self.target.name == MOCK

    @property
    def is_replay(self) -> bool:
        """Whether recorded traffic is judged."""
        return self.target.name == CASSETTE

    @property
    def writes(self) -> bool:
        """Whether anything may be created, changed or deleted."""
        return self.target.options.writes and not self.read_only

    def cassettes(self, api: str) -> Path:
        """The folder of an API's cassettes: in the working folder, or where that has none beside the suites.

        A recording goes to the working folder.
        """
        own = self.folder / "cassettes" / api
        return own if self.record or own.is_dir() else self.root / "cassettes" / api

    def claims(self) -> list[Claim]:
        """The claims that this run was asked for, by API in the order of their documents."""
        return [
            claim
            for contract in self.contracts.values()
            for claim in contract.claims.values()
            if self.wants(claim.id)
        ]

    def wants(self, claim: str) -> bool:
        """Whether a claim was asked for."""
        return not self.patterns or any(fnmatch.fnmatchcase(claim, pattern) for pattern in self.patterns)

    def waives(self, claim: str) -> bool:
        """Whether somebody answers for that the target breaks a claim."""
        return any(one.claim == claim and not one.is_expired(date.today()) for one in self.deviations)

    def contract_of(self, claim: str) -> Contract | None:
        """The contract that a claim belongs to."""
        return next((one for one in self.contracts.values() if claim in one.claims), None)


RUN_CONFIG = pytest.StashKey[RunConfig]()


def run_of(config: pytest.Config) -> RunConfig:
    """The run of a pytest session that judges APIs."""
    return config.stash[RUN_CONFIG]


def prepare(config: pytest.Config) -> RunConfig:
    """Choose the target, load the contracts.

    Raises:
        ConfigurationError: an option, a file or a table is wrong.
        tuningfork.contract.ContractError: a contract can't be read.
    """
    option = config.option
    _need_paths(config)
    target = _target(config)
    known = _known_apis(config.rootpath)
    chosen = _chosen(option.api, known, target)
    if option.fault and target.name != MOCK:
        raise ConfigurationError("--fault is for the mock; leave out --target.")
    if option.record and (target.name == CASSETTE or getattr(option, "numprocesses", None)):
        raise ConfigurationError("--record takes one test after another, of a target that answers; use -n 0.")
    if option.seed is None:
        option.seed = 0 if target.name in (MOCK, CASSETTE) else secrets.randbelow(2**31)
    all_claims = {name: _ids(config.rootpath / "specs" / name) for name in known}
    run = RunConfig(
        root=config.rootpath,
        target=target,
        contracts={name: Contract.load(config.rootpath / "specs" / name) for name in chosen},
        all_claims=all_claims,
        patterns=option.claim,
        seed=option.seed,
        read_only=option.read_only,
        record=option.record,
        sockets=option.sockets or option.record,
        faults=option.fault,
        reports=reports_of(config),
        deviations=_deviations(config, target.name, frozenset().union(*all_claims.values())),
        state=config.invocation_params.dir / ".tuningfork" / target.name,
        folder=config.invocation_params.dir,
        started=datetime.now(UTC),
    )
    for pattern in run.patterns:
        if not any(
            fnmatch.fnmatchcase(claim, pattern) for one in run.contracts.values() for claim in one.claims
        ):
            raise ConfigurationError(
                f"--claim {pattern}: no claim of {', '.join(run.contracts)} is like this."
            )
    return run


def _need_paths(config: pytest.Config) -> None:
    """Refuse a file or folder that is not there, before any worker is told of it."""
    for argument in config.args if not config.option.pyargs else ():
        path = config.invocation_params.dir / str(argument).partition("[")[0].partition("::")[0]
        try:
            is_there = path.exists()
        except (OSError, ValueError):  # it is too long, or can't be a path
            is_there = False
        if not is_there:
            raise ConfigurationError(
                f"{argument}: there is no such file or folder; name one of suites/, a test of it, or nothing."
            )


def _target(config: pytest.Config) -> Target:
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
    """The names of all targets; none if the file can't be read, since a built-in target needs no file."""
    try:
        return read_targets(file).keys()
    except ConfigurationError:
        return ()


def _file(config: pytest.Config) -> Path:
    """tuningfork.toml of the folder where the command was given, else of the checkout."""
    here = config.invocation_params.dir / FILE_NAME
    return (
        here if here.exists() or not (config.rootpath / FILE_NAME).is_file() else config.rootpath / FILE_NAME
    )


def _known_apis(root: Path) -> list[str]:
    specified = {folder.name for folder in (root / "specs").iterdir() if (folder / "claims.toml").is_file()}
    return sorted(specified & set(apis.names()))


def _chosen(asked: list[str], known: list[str], target: Target) -> list[str]:
    for name in asked:
        if name not in known:
            raise ConfigurationError(
                f"--api {name}: there is no such API{did_you_mean(name, known)}; "
                f"choose one of: {', '.join(known)}."
            )
    if target.name in (MOCK, CASSETTE):
        return [name for name in known if name in (asked or known)]
    for name in target.tables:
        if name not in known:
            raise ConfigurationError(
                f"{target.file}: targets.{target.name}.{name}: there is no such API or field"
                f"{did_you_mean(name, [*known, *Options.model_fields])}; "
                f"the APIs are: {', '.join(known)}."
            )
    for name in asked:
        if name not in target.tables:
            raise ConfigurationError(
                f"{target.file}: target {target.name!r} has no table for {name}; "
                f"add [targets.{target.name}.{name}] or leave out --api {name}."
            )
    chosen = [name for name in known if name in (asked or target.tables) and name in target.tables]
    if not chosen:
        raise ConfigurationError(
            f"{target.file}: target {target.name!r} names no API; add a table like "
            f"[targets.{target.name}.{known[0]}] with its base_url."
        )
    return chosen


def _ids(folder: Path) -> frozenset[str]:
    return frozenset(claim.id for claim in load_claims(folder / "claims.toml"))


def _deviations(config: pytest.Config, target: str, known: frozenset[str]) -> list[Deviation]:
    asked: Path | None = config.option.deviations
    file = config.invocation_params.dir / (asked or "deviations.toml")
    if asked is None and not file.exists():
        return []
    try:
        named = _named(_file(config))
        targets = {*BUILT_IN_TARGETS, *named} if named else None  # without a file nobody knows them
        return load_deviations(file, target, known, targets)
    except DeviationError as wrong:
        raise ConfigurationError(str(wrong)) from None


def reports_of(config: pytest.Config) -> Path:
    """The folder of the reports."""
    return Path(config.invocation_params.dir / config.option.report_dir)
