"""A small checkout in which tests run the plugin, and a mock server as its target."""

from __future__ import annotations

import importlib
import json
import shutil
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import settings as hypothesis_settings

from tuningfork import apis, cli
from tuningfork.mock.app import Environ, Mock, StartResponse
from tuningfork.mock.server import Server
from tuningfork.pytest_plugin import configure  # noqa: F401 - see below

for load in (apis.profile, apis.mock, apis.patches):
    load("soundcloud")  # imported once, not again by each run in this process
for name in cli.NAMES:  # likewise: an error would be of a class that an earlier import does not know
    importlib.import_module(f"tuningfork.cli.{name}_command")

REPOSITORY = Path(__file__).parents[2]
IMPORTS = "from tuningfork import ExpectationFailed, claim, not_verified\n"


@dataclass
class Checkout:
    """A folder like this repository, with a few claims of SoundCloud and the suites that a test writes."""

    pytester: pytest.Pytester

    @property
    def path(self) -> Path:
        return self.pytester.path

    @property
    def claims(self) -> Path:
        return self.path / "specs/soundcloud/claims.toml"

    @property
    def document(self) -> Path:
        return self.path / "specs/soundcloud/openapi.yaml"

    def suite(self, text: str, name: str = "test_small") -> None:
        """Write a module of the suite; replace an earlier one of this name."""
        file = self.path / f"suites/soundcloud/{name}.py"
        file.write_text(IMPORTS + textwrap.dedent(text), encoding="utf-8")

    def target(self, settings: dict[str, Any], name: str = "served", **options: Any) -> None:
        """Write tuningfork.toml with one target."""
        table = {"writes": True, "rate": "100000/s", "timeout": 30, "settle": 0, **options}
        text = tomli_w.dumps({"targets": {name: {**table, "soundcloud": settings}}})
        (self.path / "tuningfork.toml").write_text(text, encoding="utf-8")

    def run(self, *options: str) -> pytest.RunResult:
        """Run pytest in this process."""
        return self.pytester.runpytest_inprocess("-p", "no:cacheprovider", *options)

    def expect_error(self, *options: str, code: int = 4) -> str:
        """Run pytest, expect this exit code and one line on standard error; return the line."""
        result = self.run(*options)
        lines = [line for line in result.errlines if line.strip()]
        assert "Traceback" not in f"{result.stdout}{result.stderr}"
        assert "INTERNALERROR" not in f"{result.stdout}{result.stderr}"
        assert (result.ret, len(lines)) == (code, 1), result.errlines
        return lines[0]

    def results(self) -> dict[str, Any]:
        """Return the results.json of the last run."""
        text = (self.path / "reports/results.json").read_text(encoding="utf-8")
        return dict(json.loads(text))

    def verdicts(self) -> dict[str, str]:
        """Return the verdict of each claim in the last run."""
        return {claim["id"]: claim["verdict"] for claim in self.results()["claims"]}

    def reasons(self) -> dict[str, str]:
        """Return the reasons of the last run, by claim; claims without a reason are left out."""
        return {claim["id"]: claim["reason"] for claim in self.results()["claims"] if claim["reason"]}


@dataclass
class Served:
    """A mock on a socket, and the method and path of each request that it received."""

    mock: Mock
    settings: dict[str, Any] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)

    def count(self, method: str, path: str) -> int:
        """Return the number of requests with this method and path."""
        return self.requests.count((method, path))

    def log_requests(self) -> None:
        """Add each request from now on to `requests`."""
        original = self.mock.wsgi

        def logging(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            self.requests.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
            return original(environ, start_response)

        self.mock.wsgi = logging  # type: ignore[method-assign]  # as faults do


@pytest.fixture(autouse=True)
def _outside_of_github(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the variables by which a run adds its results to a job of GitHub Actions."""
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def checkout(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Iterator[Checkout]:
    """A small checkout; the test's working folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(pytester.path / ".state"))
    shutil.copytree(Path(__file__).parent / "small", pytester.path, dirs_exist_ok=True)
    shutil.copy(REPOSITORY / "pyproject.toml", pytester.path)
    pytester.path.joinpath("suites/soundcloud").mkdir(parents=True)
    profile = hypothesis_settings.get_current_profile_name()
    yield Checkout(pytester)
    hypothesis_settings.load_profile(profile)


@pytest.fixture
def served() -> Iterator[Served]:
    """A mock of SoundCloud on a socket."""
    served = Served(apis.mock("soundcloud"))
    served.log_requests()
    with Server(served.mock) as server:
        served.settings = served.mock.settings(server.base_url)
        yield served


@pytest.fixture
def real_checkout(checkout: Checkout) -> Checkout:
    """The small checkout with the real specs/ and suites/ of this repository."""
    for name in ("specs", "suites"):
        shutil.rmtree(checkout.path / name)
        (checkout.path / name).symlink_to(REPOSITORY / name)
    return checkout
