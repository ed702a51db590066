"""The configuration of a run: its target, its APIs and its seed, fixed before tests are collected."""

from __future__ import annotations

import fnmatch
import functools
import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pytest

from tuningfork import apis
from tuningfork.apis import ApiHome
from tuningfork.client.config import BUILT_IN_TARGETS, Target
from tuningfork.client.run_budget import RunBudget
from tuningfork.contract.openapi import Contract
from tuningfork.depth.choice import Depth
from tuningfork.depth.matrix import Matrix
from tuningfork.model import Claim
from tuningfork.pytest_plugin.secrets import SecretMasker
from tuningfork.redaction import Disclosure, SecretLocations
from tuningfork.report.deviations import Deviation
from tuningfork.report.results import Requirements, Shard

MOCK, CASSETTE = BUILT_IN_TARGETS


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
