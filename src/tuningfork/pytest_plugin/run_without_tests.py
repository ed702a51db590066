"""The configuration of a command that uses a target like a run, and runs no test."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from tuningfork import apis
from tuningfork.client.config import BUILT_IN_TARGETS, FILE_NAME, ConfigurationError, load_target
from tuningfork.client.shared_journal import writable_journal
from tuningfork.contract.openapi import Contract
from tuningfork.pytest_plugin.api_selection import choose_apis
from tuningfork.pytest_plugin.known_claims import known_claims
from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.report.deviations import Deviation, DeviationError, load_deviations


def configure(
    target_name: str,
    names: Sequence[str],
    *,
    read_only: bool = False,
    seed: int = 0,
    reports: Path = Path("reports"),
    journal: Path | None = None,
) -> RunConfig:
    """Return the configuration for a target of tuningfork.toml in the current directory.

    Args:
        target_name: the target; it is not a built-in one.
        names: the APIs; empty for all of the target.
        read_only: whether nothing is created, changed or deleted.
        seed: of random choices.
        reports: the folder of the reports.
        journal: a file or folder outside the runner with what was created.

    Raises:
        ConfigurationError: the target or an API is unknown, or a table is wrong.
        tuningfork.contract.errors.ContractError: a contract cannot be read.
    """
    if target_name in BUILT_IN_TARGETS:
        raise ConfigurationError(
            f"--target {target_name}: it is built in and keeps nothing; name a target of {FILE_NAME}."
        )
    folder = Path.cwd()
    target, homes = load_target(folder / FILE_NAME, target_name), apis.discover(folder)
    chosen, _ = choose_apis(names, homes, target)
    return RunConfig(
        root=folder,
        target=target,
        homes={name: homes[name] for name in chosen},
        contracts={name: Contract.load(homes[name].specs) for name in chosen},
        patterns=[],
        seed=seed,
        read_only=read_only,
        record=False,
        sockets=False,
        faults=[],
        reports=folder / reports,
        deviations=[],
        state=folder / ".tuningfork" / target.name,
        folder=folder,
        started=datetime.now(UTC),
        run_id=uuid4().hex,
        journal=None if journal is None else writable_journal(folder / journal),
        deletes_leftovers=False,
    )


def read_deviations(run: RunConfig) -> list[Deviation]:
    """Return the target's deviations in deviations.toml of the run's folder; none without the file.

    Raises:
        ConfigurationError: the file is wrong.
    """
    file = run.folder / "deviations.toml"
    if not file.exists():
        return []
    try:
        return load_deviations(file, run.target.name, known_claims())
    except DeviationError as error:
        raise ConfigurationError(str(error)) from None
