"""Runs of the real suites against a mock with something put into it."""

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
    """Runs parts of a suite, in this process."""

    pytester: pytest.Pytester

    def run(self, *options: str) -> pytest.RunResult:
        """Run pytest in the repository; what it writes is in the test's own folder."""
        usual = ("-c", str(REPOSITORY / "pyproject.toml"), "-p", "no:cacheprovider", "-p", "no:randomly")
        return self.pytester.runpytest_inprocess(*usual, "--report-dir", "reports", *options)

    def verdicts(self, api: str, suites: list[str], claims: list[str], *options: str) -> dict[str, str]:
        """The verdict of each of these claims, by these modules of an API's suite."""
        folder = REPOSITORY / "suites" / api
        chosen = [f"--claim={claim}" for claim in claims]
        self.run(f"--api={api}", *chosen, *options, *(str(folder / f"{name}.py") for name in suites))
        results = json.loads((self.pytester.path / "reports" / "results.json").read_text(encoding="utf-8"))
        return {claim["id"]: claim["verdict"] for claim in results["claims"]}


@pytest.fixture
def audit(pytester: pytest.Pytester) -> Iterator[Audit]:
    """What runs suites, in a folder of its own."""
    profile = hypothesis_settings.get_current_profile_name()
    yield Audit(pytester)
    hypothesis_settings.load_profile(profile)


@pytest.fixture(scope="session")
def differences() -> dict[str, MockPatch]:
    """All that can be put into a mock, by its id."""
    return {difference.id: difference for name in apis.names() for difference in apis.patches(name)}
