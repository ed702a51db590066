"""`tuningfork load`: a process with Locust against a mock on a socket."""

from __future__ import annotations

import importlib.util
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import jsonschema
import pytest
import tomli_w
from click.testing import CliRunner

from tuningfork import apis, cli
from tuningfork.audit.patching import wrap_method
from tuningfork.load.results import schema
from tuningfork.mock.app import Mock
from tuningfork.mock.errors import HttpError
from tuningfork.mock.server import Server

TIMEOUT_S = 120


@pytest.fixture
def mock() -> Mock:
    return apis.mock("audiosocket")


@pytest.fixture
def folder(mock: Mock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working folder whose target is the mock."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".state"))
    with Server(mock) as server:
        write_target(mock, server.base_url)
        yield tmp_path


def write_target(mock: Mock, base_url: str, **options: Any) -> None:
    table = {"writes": True, "rate": "100000/s", "timeout": 30, "settle": 0, **options}
    text = tomli_w.dumps({"targets": {"served": {**table, "audiosocket": mock.settings(base_url)}}})
    Path("tuningfork.toml").write_text(text, encoding="utf-8")


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "tuningfork", "load", "--target", "served", "--seed", "1", *options]


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*options), capture_output=True, text=True, timeout=TIMEOUT_S, check=False)


def results(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "reports/load.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema()).validate(content)
    return content


def break_meeting_writes(mock: Mock) -> None:
    """Let a creation fail with 500 while another one is processed."""
    active: list[int] = []
    never = Event()

    def create(original: Callable[..., Any], *arguments: Any) -> Any:
        if active:
            raise HttpError(500)
        active.append(1)
        mock.lock.release()
        try:
            never.wait(timeout=0.05)  # other requests are processed meanwhile
        finally:
            mock.lock.acquire()
            active.clear()
        return original(*arguments)

    wrap_method(mock.tracks, "create", create)  # type: ignore[attr-defined]  # of Audiosocket


def test_fault_of_meeting_writes_is_found_and_named(mock: Mock, folder: Path) -> None:
    """Its first exchange is in the results without the token; what the run created is deleted."""
    before = len(mock.tracks.list_by_account(1))  # type: ignore[attr-defined]
    break_meeting_writes(mock)

    done = run("--users", "10", "--seconds", "4")

    assert done.returncode == 1, done.stdout + done.stderr
    found = results(folder)
    broken = {claim["id"]: claim for claim in found["claims"] if claim["load"]["broken"]}
    assert set(broken) == {"AS-CODE-14"}
    claim = broken["AS-CODE-14"]
    assert (claim["verdict"], claim["holds_alone"], claim["alone"]["broken"]) == (
        "breaks under load",
        True,
        0,
    )
    assert claim["first"]["exchange"]["status"] == 500
    assert "holds alone, breaks under" in done.stdout
    assert found["complete"]
    assert found["operations"][0]["requests"] > 0
    token = mock.settings("")["token"]
    assert token not in (folder / "reports/load.json").read_text() + done.stdout
    assert len(mock.tracks.list_by_account(1)) == before  # type: ignore[attr-defined]
    assert "load --target served --users 10 --seconds 4 --seed 1" in (folder / "reports/load.md").read_text()


def test_healthy_server_is_not_accused(folder: Path) -> None:
    done = run("--users", "10", "--seconds", "2")

    assert done.returncode == 0, done.stdout + done.stderr
    claims = results(folder)["claims"]
    assert not [claim["id"] for claim in claims if claim["verdict"] != "holds" and claim["load"]["judged"]]


def test_read_only_load_changes_nothing(mock: Mock, folder: Path) -> None:
    methods: set[str] = set()
    original = mock.wsgi

    def noting(environ: dict[str, Any], start_response: Any) -> Any:
        methods.add(environ["REQUEST_METHOD"])
        return original(environ, start_response)

    mock.wsgi = noting  # type: ignore[method-assign]  # as faults do

    done = run("--users", "2", "--seconds", "1", "--read-only")

    assert (done.returncode, methods) == (0, {"GET"}), done.stdout + done.stderr


def test_interrupted_load_leaves_its_results(folder: Path) -> None:
    process = subprocess.Popen(
        command("--users", "3", "--minutes", "5"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        while not (folder / "reports/load.json").exists():
            assert process.poll() is None, process.communicate()
        process.send_signal(signal.SIGINT)
        output = "".join(process.communicate(timeout=TIMEOUT_S))
    finally:
        process.kill()

    assert process.returncode == 2, output
    assert "Traceback" not in output
    found = results(folder)
    assert (found["interrupted"], found["complete"]) == (True, False)
    assert found["claims"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--seconds", "1", "--minutes", "1"], "give one of them"),
        (["--api", "soundcluod"], "there is no such API"),
    ],
)
def test_wrong_options_are_refused_in_one_sentence(folder: Path, options: list[str], sentence: str) -> None:
    done = run(*options)

    assert (done.returncode, done.stdout) == (4, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_built_in_target_is_refused(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tuningfork", "load", "--target", "mock"],
        capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip

    assert done.returncode == 4
    assert "it is built in" in done.stderr


def test_unreachable_target_has_exit_code_3(mock: Mock, folder: Path) -> None:
    write_target(mock, "http://127.0.0.1:9")

    done = run("--seconds", "1")

    assert done.returncode == 3
    assert "can't be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_error_of_missing_locust_has_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    done = CliRunner().invoke(cli.main, ["load", "--target", "served"])

    assert done.exit_code == 4
    assert "pip install 'tuningfork[load]'" in done.output
