"""Runs the real suites against mocks with a fault or a variant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from tuningfork import apis
from tuningfork.audit.fault import MockPatch
from tuningfork.pytest_plugin import configure  # noqa: F401 - imported once, not again by each run in this process

REPOSITORY = Path(__file__).parents[2]


@dataclass
class Audit:
    """Runs parts of the suites in this process."""

    pytester: pytest.Pytester

    def run(self, *options: str) -> pytest.RunResult:
        """Run pytest on the repository; it writes into the test's own folder."""
        defaults = ("-c", str(REPOSITORY / "pyproject.toml"), "-p", "no:cacheprovider", "-p", "no:randomly")
        return self.pytester.runpytest_inprocess(*defaults, "--report-dir", "reports", *options)

    def verdicts(self, api: str, suites: list[str], claims: list[str], *options: str) -> dict[str, str]:
        """Run modules of an API's suite; return the verdict of each of these claims."""
        folder = REPOSITORY / "suites" / api
        chosen = [f"--claim={claim}" for claim in claims]
        self.run(f"--api={api}", *chosen, *options, *(str(folder / f"{name}.py") for name in suites))
        results = json.loads((self.pytester.path / "reports" / "results.json").read_text(encoding="utf-8"))
        return {claim["id"]: claim["verdict"] for claim in results["claims"]}


@pytest.fixture
def audit(pytester: pytest.Pytester) -> Iterator[Audit]:
    """Runs the suites in a folder of its own."""
    profile = hypothesis_settings.get_current_profile_name()
    yield Audit(pytester)
    hypothesis_settings.load_profile(profile)


@pytest.fixture(scope="session")
def patches() -> dict[str, MockPatch]:
    """All faults and variants, by id."""
    return {patch.id: patch for name in apis.names() for patch in apis.patches(name)}
