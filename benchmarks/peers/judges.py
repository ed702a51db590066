"""The judges that are compared: for each, its command against a served mock, and what it reports."""

from __future__ import annotations

import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from pathlib import Path

import tomli_w
from benchmarks.peers.access import Access
from benchmarks.peers.postman import Workshop, sign
from benchmarks.served_mocks import ServedMock

ROOT = Path(__file__).parents[2]
SEED = "1"
EXAMPLES = "50"
PHASES = "examples,coverage,fuzzing,stateful"
SIGNED_ALWAYS = "ignored_auth"
"""A check of Schemathesis that leaves out the credentials, which it can't where a hook signs each request."""
TARGET = {"writes": True, "rate": "1000000/s", "timeout": 30, "settle": 0}
BROKEN = ("failed", "warned", "info")
"""The verdicts of broken claims: those of MUST, SHOULD and MAY."""
FLOOR_PATHS = {"audiosocket": "/tracks", "audioboo": "/audio_clips", "soundcloud": "/tracks?limit=50"}


class Judge(ABC):
    """A tool that sends requests and reports failures.

    Attributes:
        name: in the tables.
        finds_faults: whether it judges responses.
        stops_early: whether it ends at the first failure, so that only runs against faults are of interest.
    """

    name: str
    finds_faults = True
    stops_early = False

    @abstractmethod
    def command(self, mock: ServedMock, folder: Path) -> list[str]:
        """Write the files that the tool needs to an empty folder; return the command to run there."""

    @abstractmethod
    def failures(self, folder: Path) -> set[str]:
        """Return what the tool has reported in its folder; empty if it has written nothing."""


class TuningFork(Judge):
    """`tuningfork run` in one process; its evidence does not know the faults of the benchmark."""

    def __init__(self, name: str, options: Collection[str], hidden: Collection[str]) -> None:
        self.name = f"tuningfork run {name}"
        self.stops_early = "-x" in options
        self._options = options
        self._hidden = ",".join(hidden)

    def command(self, mock: ServedMock, folder: Path) -> list[str]:
        """Write tuningfork.toml, and return the command."""
        targets = {"targets": {"served": {**TARGET, mock.name: mock.table}}}
        (folder / "tuningfork.toml").write_text(tomli_w.dumps(targets), encoding="utf-8")
        options = ["--target", "served", "-n", "0", "--seed", SEED, *self._options]
        return [sys.executable, "-m", "benchmarks.peers.blind_run", self._hidden, "run", *options]

    def failures(self, folder: Path) -> set[str]:
        """Return the claims that a test has found broken."""
        file = folder / "reports" / "results.json"
        claims = json.loads(file.read_text(encoding="utf-8"))["claims"] if file.is_file() else []
        return {claim["id"] for claim in claims if claim["verdict"] in BROKEN}


class Schemathesis(Judge):
    """`schemathesis run` in all phases, with a token, a signature, and values of documented parameters."""

    name = "schemathesis run"

    def command(self, mock: ServedMock, folder: Path) -> list[str]:
        """Write schemathesis.toml and, for signed requests, its hooks; return the command."""
        access: Access = mock.prepared
        configuration: dict[str, object] = {"headers": dict(access.headers)}
        if access.parameters:
            configuration["parameters"] = dict(access.parameters)
        if access.signature:
            configuration["hooks"] = "hooks.py"
            hooks = [
                "import schemathesis",
                "from requests_oauthlib import OAuth1",
                "",
                f"KEYS = {tuple(access.signature)!r}",
                "schemathesis.auth.set_from_requests(OAuth1(*KEYS, decoding=None))",
            ]
            (folder / "hooks.py").write_text("\n".join(hooks) + "\n", encoding="utf-8")
        (folder / "schemathesis.toml").write_text(tomli_w.dumps(configuration), encoding="utf-8")
        document = str(ROOT / "specs" / mock.name / "openapi.yaml")
        options = ["--phases", PHASES, "-n", EXAMPLES, "-w", "1", "--seed", SEED]
        options += ["--generation-database", "none", "--continue-on-failure"]
        options += ["--baseline", "baseline.json", "--baseline-update"]
        if access.signature:
            options += ["--exclude-checks", SIGNED_ALWAYS]
        schemathesis = "from schemathesis.cli import schemathesis; schemathesis()"
        return [sys.executable, "-c", schemathesis, "run", document, "-u", mock.table["base_url"], *options]

    def failures(self, folder: Path) -> set[str]:
        """Return its failures; two of the same id are the same failure to Schemathesis."""
        file = folder / "baseline.json"
        entries = json.loads(file.read_text(encoding="utf-8"))["entries"] if file.is_file() else []
        return {f"{each['operation']}: {each['failure']} {each['id']}" for each in entries}


class Newman(Judge):
    """`newman run` of the collection that Portman makes from the document, with its contract tests."""

    name = "newman run"

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    def command(self, mock: ServedMock, folder: Path) -> list[str]:
        """Write the collection, and return the command; raise NoNewman without npm."""
        collection = sign(self._workshop.collection(mock.name), mock.prepared)
        (folder / "collection.json").write_text(json.dumps(collection), encoding="utf-8")
        options = ["--env-var", f"baseUrl={mock.table['base_url']}", "--timeout-request", "30000"]
        options += ["-r", "json", "--reporter-json-export", "report.json"]
        return [self._workshop.program("newman"), "run", "collection.json", *options]

    def failures(self, folder: Path) -> set[str]:
        """Return the assertions that failed, and the requests that got no response."""
        file = folder / "report.json"
        failures = json.loads(file.read_text(encoding="utf-8"))["run"]["failures"] if file.is_file() else []
        return {
            f"{each['source'].get('name', '')}: {each['error'].get('test', 'error')}" for each in failures
        }


class RequestsLoop(Judge):
    """Bare GETs; `count` says how many for an API."""

    name = "requests loop"
    finds_faults = False

    def __init__(self, count: Callable[[str], int]) -> None:
        self._count = count

    def command(self, mock: ServedMock, folder: Path) -> list[str]:
        """Return the command."""
        url = mock.table["base_url"] + FLOOR_PATHS[mock.name]
        headers, count = json.dumps(dict(mock.prepared.headers)), str(self._count(mock.name))
        return [sys.executable, "-m", "benchmarks.peers.requests_loop", url, count, headers]

    def failures(self, folder: Path) -> set[str]:
        """Return nothing: the responses are not judged."""
        return set()
