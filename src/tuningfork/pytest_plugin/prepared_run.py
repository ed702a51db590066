"""Reads the configuration of a run before tests are collected."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from tuningfork import apis
from tuningfork.apis import ApiHome
from tuningfork.client.config import BUILT_IN_TARGETS, ConfigurationError
from tuningfork.client.reservation import RUN_ID
from tuningfork.client.shared_journal import writable_journal
from tuningfork.contract.several import load_contracts
from tuningfork.depth.matrix import Matrix, MatrixError
from tuningfork.pytest_plugin.api_selection import choose_apis
from tuningfork.pytest_plugin.chosen_target import chosen_target, named_targets
from tuningfork.pytest_plugin.commit import read_commit, source_folders
from tuningfork.pytest_plugin.first_failures import choose_failed_before, ends_at_failure
from tuningfork.pytest_plugin.known_claims import known_claims
from tuningfork.pytest_plugin.refused_options import (
    require_compatible,
    require_known_rules,
    require_local_workers,
    require_matching_claims,
    require_paths,
)
from tuningfork.pytest_plugin.required_claims import requirements_of
from tuningfork.pytest_plugin.run_arguments import read_shard
from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.pytest_plugin.run_limits import choose_depth, choose_slice, make_budget, make_scratch
from tuningfork.pytest_plugin.session import is_listing_only, is_worker, working_folder
from tuningfork.report.deviations import Deviation, DeviationError, load_deviations
from tuningfork.report.results import Shard

MAX_SEED = 2**31


def prepare(config: pytest.Config) -> RunConfig:
    """Read the options, choose target and APIs, load the contracts.

    Raises:
        ConfigurationError: an option, a file or a table is wrong.
        tuningfork.contract.errors.ContractError: a contract cannot be read.
    """
    option = config.option
    require_paths(config)
    homes = apis.discover(working_folder(config))
    target = chosen_target(config)
    names, notes = choose_apis(option.api, homes, target, is_listing=is_listing_only(config))
    require_compatible(config, target)
    require_local_workers(config, target)
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
    require_known_rules(run)
    require_matching_claims(run)
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


def _deviations(config: pytest.Config, target: str) -> list[Deviation]:
    """Return the target's deviations; none if deviations.toml is missing and no other file was given."""
    option: Path | None = config.option.deviations
    file = config.invocation_params.dir / (option or "deviations.toml")
    if option is None and not file.exists():
        return []
    try:
        named = named_targets(config)
        targets = {*BUILT_IN_TARGETS, *named} if named else None  # without a file all names are allowed
        return load_deviations(file, target, known_claims(), targets)
    except DeviationError as error:
        raise ConfigurationError(str(error)) from None
