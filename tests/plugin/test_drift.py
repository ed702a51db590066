"""`tuningfork drift` runs the recorded tests and compares them with their cassettes."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

SUITE = """
@claim("SC-TRACK-01")
def test_tracks(api):
    api.get("/tracks", limit=1).expect_ok()

@claim("SC-ERR-01")
def test_missing(api):
    api.get("/tracks/999999999").expect_status(404)

@claim("SC-TRACK-06", needs=("user", "write"))
def test_delete(user, unique_name):
    playlist = {"title": unique_name("set"), "tracks": []}
    created = user.post("/playlists", json={"playlist": playlist}).expect_created()
    user.delete(f"/playlists/{created.json['id']}").expect_ok()
"""


@pytest.fixture
def recorded(checkout: Checkout, served: Served) -> Checkout:
    """A checkout with a cassette of each of its tests, recorded from a served mock."""
    checkout.suite(SUITE)
    checkout.target(served.settings)
    assert checkout.run("--target", "served", "--record").ret == 0
    return checkout


def drift(checkout: Checkout, *options: str, code: int) -> dict[str, Any]:
    """Run `drift --json`, expect this exit code; return the output."""
    command = [sys.executable, "-m", "tuningfork", "drift", "--target", "served", "--json", *options]
    result = subprocess.run(command, cwd=checkout.path, capture_output=True, text=True, check=False)
    assert result.returncode == code, result.stdout + result.stderr
    return dict(json.loads(result.stdout))


def edit(checkout: Checkout, test: str, old: str, new: str) -> None:
    """Change a cassette as if the target had been different when it was recorded."""
    file = checkout.path / f"cassettes/soundcloud/test_small/{test}.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_unchanged_target_has_no_differences_and_keeps_its_cassettes(recorded: Checkout) -> None:
    folder = recorded.path / "cassettes/soundcloud/test_small"
    (folder / "test_of_the_past.yaml").write_bytes((folder / "test_tracks.yaml").read_bytes())
    before = {file.name: file.read_bytes() for file in folder.iterdir()}

    output = drift(recorded, "--fail-on", "difference", code=0)

    assert (output["tests"], output["differences"], output["old"]) == (3, [], {})
    assert output["orphans"] == ["cassettes/soundcloud/test_small/test_of_the_past.yaml"]
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_differences_have_tiers_and_old_recordings_are_reported(recorded: Checkout) -> None:
    edit(recorded, "test_tracks", "streamable", "formerly_streamable")
    edit(recorded, "test_missing", "recorded: '20", "recorded: '19")
    recorded.suite(SUITE.replace("expect_status(404)", "expect_status(410)"))

    output = drift(recorded, "--read-only", code=1)

    found = {(each["test"].rpartition("_")[2], each["tier"], each["claim"]) for each in output["differences"]}
    assert found == {("tracks", "difference", None), ("missing", "claim", "SC-ERR-01")}
    assert list(output["not_compared"]) == ["suites/soundcloud/test_small.py::test_delete"]
    assert list(output["old"]) == ["SC-ERR-01"]


def test_invalid_cassette_exits_4_in_one_sentence(recorded: Checkout) -> None:
    (recorded.path / "cassettes/soundcloud/test_small/test_missing.yaml").write_text("[]")
    command = [sys.executable, "-m", "tuningfork", "drift", "--target", "served"]

    result = subprocess.run(command, cwd=recorded.path, capture_output=True, text=True, check=False)

    assert result.returncode == 4
    assert "test_missing.yaml: not a complete cassette" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("options", [["--max-age", "9 months"], ["--fail-on", "nothing"], []])
def test_wrong_option_exits_4(checkout: Checkout, options: list[str]) -> None:
    target = ["--target", "mock"] if options else []
    command = [sys.executable, "-m", "tuningfork", "drift", *target, *options]

    result = subprocess.run(command, cwd=checkout.path, capture_output=True, text=True, check=False)

    assert result.returncode == 4
    assert "Traceback" not in result.stderr
