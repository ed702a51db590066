"""The pytest plugin of `tuningfork drift`: runs the tests that have a cassette and records them again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from tuningfork.client.cassette import CassetteError, read_header
from tuningfork.pytest_plugin.cassettes import api_of, cassette_path
from tuningfork.pytest_plugin.collection import claims_of
from tuningfork.pytest_plugin.run_config import RunConfig, run_of


@dataclass(frozen=True, slots=True)
class CassettePair:
    """The cassette of a test and the new recording of the same test.

    Args:
        test: the id of the test.
        api: the name of the API.
        claims: of the test.
        recorded: the cassette.
        recorded_at: when it was recorded.
        live: the new recording; missing if the test was not verified.
    """

    test: str
    api: str
    claims: tuple[str, ...]
    recorded: Path
    recorded_at: datetime
    live: Path


@dataclass(eq=False)
class DriftPlugin:
    """Selects the tests that have a cassette, and knows afterwards which were run.

    Args:
        recordings: the folder of the new recordings.
    """

    recordings: Path
    run: RunConfig | None = None
    pairs: list[CassettePair] = field(default_factory=list)
    orphans: list[Path] = field(default_factory=list)
    not_verified: dict[str, str] = field(default_factory=dict)
    """Why a test was not verified, by its id."""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Let the run record into the folder of this comparison."""
        self.run = run_of(config)
        self.run.recordings = self.recordings

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the tests that have a cassette; find the cassettes of no test."""
        run = run_of(config)
        paths = {item: cassette_path(item, run.recorded_cassettes(api_of(item, run))) for item in items}
        folders = [run.recorded_cassettes(api) for api in run.contracts]
        self.orphans = sorted(
            {file for each in folders for file in each.glob("*/*.yaml")} - {*paths.values()}
        )
        kept = [item for item in items if paths[item].is_file()]
        self.pairs = [self._pair(item, paths[item], run) for item in kept]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note why a test was not verified."""
        if report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self.not_verified[report.nodeid] = reason.removeprefix("Skipped: ")

    def _pair(self, item: pytest.Item, recorded: Path, run: RunConfig) -> CassettePair:
        """Return the cassette of a test, and where its new recording will be."""
        api = api_of(item, run)
        try:
            time = datetime.fromisoformat(read_header(recorded).recorded)
        except (CassetteError, ValueError) as error:
            raise pytest.UsageError(str(error)) from None
        live = cassette_path(item, run.cassettes(api))
        return CassettePair(item.nodeid, api, claims_of(item), recorded, time, live)
