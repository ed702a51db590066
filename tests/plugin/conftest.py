"""A small checkout on which the plugin is tried from outside, and a server to hold it against."""

from __future__ import annotations

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

from tuningfork import apis
from tuningfork.mock.app import Environ, Mock, StartResponse
from tuningfork.mock.server import Server
from tuningfork.pytest_plugin import configure  # noqa: F401 - see below

for load in (apis.profile, apis.mock, apis.patches):
    load("soundcloud")  # what a run imports is imported here once, not again by each run in this process

REPOSITORY = Path(__file__).parents[2]
IMPORTS = "from tuningfork import ExpectationFailed, claim, not_verified\n"


@dataclass
class Checkout:
    """A folder like this repository, with a few claims and the suites that a test writes."""

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
        """Write a module of the suite, in place of an earlier one."""
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

    def refused(self, *options: str, code: int = 4) -> str:
        """The one sentence with which a run refuses, with this exit code and no traceback."""
        result = self.run(*options)
        said = [line for line in result.errlines if line.strip()]
        assert "Traceback" not in f"{result.stdout}{result.stderr}"
        assert "INTERNALERROR" not in f"{result.stdout}{result.stderr}"
        assert (result.ret, len(said)) == (code, 1), result.errlines
        return said[0]

    def results(self) -> dict[str, Any]:
        """What the last run has written."""
        text = (self.path / "reports/results.json").read_text(encoding="utf-8")
        return dict(json.loads(text))

    def verdicts(self) -> dict[str, str]:
        """The verdict of each claim."""
        return {claim["id"]: claim["verdict"] for claim in self.results()["claims"]}

    def reasons(self) -> dict[str, str]:
        """The reason of each claim that has one."""
        return {claim["id"]: claim["reason"] for claim in self.results()["claims"] if claim["reason"]}


@dataclass
class Served:
    """A mock on a socket, with what it was asked."""

    mock: Mock
    settings: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def count(self, method: str, path: str) -> int:
        """How often this was asked."""
        return self.asked.count((method, path))

    def listen(self) -> None:
        """From here on keep what is asked."""
        answer = self.mock.wsgi

        def heard(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            self.asked.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
            return answer(environ, start_response)

        self.mock.wsgi = heard  # type: ignore[method-assign]  # so are faults put in


@pytest.fixture
def checkout(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Iterator[Checkout]:
    """A small checkout, in which the test stands."""
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
    served.listen()
    with Server(served.mock) as server:
        served.settings = served.mock.settings(server.base_url)
        yield served


@pytest.fixture
def whole(checkout: Checkout) -> Checkout:
    """The small checkout with SoundCloud's real contract and suites in it."""
    for name in ("specs", "suites"):
        shutil.rmtree(checkout.path / name)
        (checkout.path / name).symlink_to(REPOSITORY / name)
    return checkout
