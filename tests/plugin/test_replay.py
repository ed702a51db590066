"""Recording and replaying a run, also with invalid cassettes."""

from __future__ import annotations

import socket
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tuningfork.pytest_plugin import api_sessions

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

SUITE = """
@claim("SC-TRACK-01")
def test_tracks(api):
    api.get("/tracks", limit=1).expect_ok()

@claim("SC-TRACK-02")
def test_missing(api):
    api.get("/tracks/999999999").expect_status(404)
"""
CREATES = """
@claim("SC-TRACK-06", needs=("user", "write"))
def test_delete(user, unique_name):
    playlist = {"title": unique_name("set"), "tracks": []}
    created = user.post("/playlists", json={"playlist": playlist}).expect_created()
    user.delete(f"/playlists/{created.json['id']}").expect_ok()
"""


@pytest.fixture
def recorded(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A checkout with a cassette of each of its tests."""
    monkeypatch.setattr(api_sessions, "recording_port", lambda _: 0)  # another process may use the fixed port
    checkout.suite(SUITE)
    assert checkout.run("--record").ret == 0
    return checkout


def test_replay_has_the_verdicts_of_the_recording(recorded: Checkout) -> None:
    live = recorded.verdicts()

    assert recorded.run("--target", "cassette").ret == 0
    assert recorded.verdicts() == live
    assert recorded.results()["run"]["target"] == "cassette"


def test_test_without_cassette_is_not_verified(recorded: Checkout) -> None:
    (recorded.path / "cassettes/soundcloud/test_small/test_missing.yaml").unlink()

    assert recorded.run("--target", "cassette").ret == 0
    assert recorded.reasons()["SC-TRACK-02"] == "no cassette: it was not recorded"


@pytest.mark.parametrize("content", ["version: 1\ninteractions:\n- request: {", "[]", ""])
def test_invalid_cassette_exits_3_in_one_sentence(recorded: Checkout, content: str) -> None:
    (recorded.path / "cassettes/soundcloud/test_small/test_missing.yaml").write_text(content)

    result = recorded.run("--target", "cassette")

    assert result.ret == 3
    assert recorded.verdicts()["SC-TRACK-01"] == "passed"
    assert recorded.verdicts()["SC-TRACK-02"] == "error"
    assert "cassettes/soundcloud/test_small/test_missing.yaml" in recorded.reasons()["SC-TRACK-02"]
    assert recorded.reasons()["SC-TRACK-02"].endswith("record the test again")
    assert "Traceback" not in str(result.stdout)
    assert "tuningfork/client/cassette.py" not in str(result.stdout)


def test_unrecorded_request_exits_3_in_one_sentence(recorded: Checkout) -> None:
    recorded.suite(SUITE.replace("limit=1", "limit=2"))

    result = recorded.run("--target", "cassette")

    assert result.ret == 3
    assert "GET /tracks?limit=2 was not recorded" in recorded.reasons()["SC-TRACK-01"]
    assert "vcr/" not in str(result.stdout)


def test_violation_in_a_cassette_fails(recorded: Checkout) -> None:
    cassette = recorded.path / "cassettes/soundcloud/test_small/test_missing.yaml"
    cassette.write_text(cassette.read_text().replace("code: 404", "code: 500"))

    assert recorded.run("--target", "cassette").ret == 1
    assert recorded.verdicts()["SC-ERR-09"] == "failed"


def test_folder_without_complete_cassette_exits_4(recorded: Checkout) -> None:
    for cassette in recorded.path.glob("cassettes/soundcloud/*/*.yaml"):
        cassette.write_text("[]")

    assert "cassettes/soundcloud: there is no complete cassette" in recorded.expect_error(
        "--target", "cassette"
    )


def test_recording_of_a_live_target_replays_without_seed_option(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    checkout.suite(CREATES)

    assert checkout.run("--target", "served", "--record").ret == 0
    assert checkout.run("--target", "cassette").ret == 0
    assert checkout.verdicts()["SC-TRACK-06"] == "passed"


def test_recordings_of_two_targets_replay_in_one_run(recorded: Checkout, served: Served) -> None:
    recorded.target({**served.settings, "given": {}, "users": {}}, name="other")
    recorded.suite(SUITE.replace("TRACK-01", "TRACK-03"), name="test_later")

    assert recorded.run("--target", "other", "--record", "suites/soundcloud/test_later.py").ret == 0
    assert recorded.run("--target", "cassette").ret == 0
    assert {recorded.verdicts()[f"SC-TRACK-0{number}"] for number in (1, 2, 3)} == {"passed"}


def test_cassettes_are_written_to_the_working_folder(checkout: Checkout, tmp_path: Path) -> None:
    checkout.suite(SUITE)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        str(checkout.path / "pyproject.toml"),
        "-p",
        "no:randomly",
    ]
    suites = str(checkout.path / "suites")
    run = partial(subprocess.run, cwd=tmp_path, check=True, capture_output=True, text=True)

    recorded = run([*command, "--record", suites])
    replayed = run([*command, "--target", "cassette", suites])

    assert f"recorded: {tmp_path}/cassettes" in recorded.stdout
    assert "2 passed" in replayed.stdout
    assert not (checkout.path / "cassettes").exists()


# cheroot leaves the socket that it could not bind to the garbage collector
@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
def test_recording_with_port_in_use_exits_4(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout.suite(SUITE)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        monkeypatch.setattr(api_sessions, "recording_port", lambda _: port)

        assert f"port {port} is in use" in checkout.expect_error("--record")


@pytest.mark.parametrize("options", [("--target", "cassette"), ("-n", "2")])
def test_record_with_cassette_or_workers_exits_4(recorded: Checkout, options: tuple[str, ...]) -> None:
    assert "--record needs a target other than cassette" in recorded.expect_error("--record", *options)
