"""Recording a run and replaying it, and what a cassette can spoil."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from tuningfork.plugin import stages

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

SUITE = """
@claim("SC-TRACK-01")
def test_tracks(api):
    api.get("/tracks", limit=1).is_ok()

@claim("SC-TRACK-02")
def test_missing(api):
    api.get("/tracks/999999999").has_status(404)
"""


@pytest.fixture
def recorded(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A checkout with a cassette of each of its tests."""
    monkeypatch.setattr(stages, "recording_port", lambda _: 0)  # another one may have it now
    checkout.suite(SUITE)
    assert checkout.run("--record").ret == 0
    return checkout


def test_a_replay_gives_the_recorded_verdicts(recorded: Checkout) -> None:
    live = recorded.verdicts()

    assert recorded.run("--target", "cassette").ret == 0
    assert recorded.verdicts() == live
    assert recorded.results()["run"]["target"] == "cassette"


def test_a_test_without_a_cassette_is_not_verified(recorded: Checkout) -> None:
    (recorded.path / "cassettes/soundcloud/test_small/test_missing.yaml").unlink()

    assert recorded.run("--target", "cassette").ret == 0
    assert recorded.reasons()["SC-TRACK-02"] == "no cassette: it was not recorded"


@pytest.mark.parametrize("torn", ["version: 1\ninteractions:\n- request: {", "[]", ""])
def test_a_torn_cassette_is_our_error_in_a_sentence(recorded: Checkout, torn: str) -> None:
    (recorded.path / "cassettes/soundcloud/test_small/test_missing.yaml").write_text(torn)

    result = recorded.run("--target", "cassette")

    assert result.ret == 3
    assert recorded.verdicts()["SC-TRACK-01"] == "passed"
    assert recorded.verdicts()["SC-TRACK-02"] == "error"
    assert "cassettes/soundcloud/test_small/test_missing.yaml" in recorded.reasons()["SC-TRACK-02"]
    assert recorded.reasons()["SC-TRACK-02"].endswith("record the test again")
    assert "Traceback" not in str(result.stdout)
    assert "tuningfork/target/cassette.py" not in str(result.stdout)


def test_a_request_that_was_not_recorded_is_said_in_a_sentence(recorded: Checkout) -> None:
    recorded.suite(SUITE.replace("limit=1", "limit=2"))

    result = recorded.run("--target", "cassette")

    assert result.ret == 3
    assert "GET /tracks?limit=2 was not recorded" in recorded.reasons()["SC-TRACK-01"]
    assert "vcr/" not in str(result.stdout)


def test_a_cassette_of_a_broken_answer_is_judged_like_a_live_one(recorded: Checkout) -> None:
    cassette = recorded.path / "cassettes/soundcloud/test_small/test_missing.yaml"
    cassette.write_text(cassette.read_text().replace("code: 404", "code: 500"))

    assert recorded.run("--target", "cassette").ret == 1
    assert recorded.verdicts()["SC-ERR-09"] == "failed"


@pytest.mark.parametrize("text", ["{", "[]", '{"settings": {}}', '{"settings": {"base_url": 7}}'])
def test_a_broken_record_of_the_target_is_named(recorded: Checkout, text: str) -> None:
    (recorded.path / "cassettes/soundcloud/target.json").write_text(text)

    assert "cassettes/soundcloud/target.json" in recorded.refused("--target", "cassette")


# cheroot leaves the socket that it could not bind to the garbage collector
@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
def test_a_port_in_use_is_said_before_anything_is_recorded(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout.suite(SUITE)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(stages, "recording_port", lambda _: port)

        assert f"port {port} can't be used" in checkout.refused("--record")


@pytest.mark.parametrize("options", [("--target", "cassette"), ("-n", "2")])
def test_what_can_not_be_recorded_is_refused(recorded: Checkout, options: tuple[str, ...]) -> None:
    assert "--record takes one test after another" in recorded.refused("--record", *options)
