"""A shell runs the blocks of violations on served mocks."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tuningfork import apis
from tuningfork.audit.fault import apply_patches
from tuningfork.client.setting_variables import setting_variables
from tuningfork.mock.server import Server

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

LIKES = """
from tuningfork.apis.soundcloud.factories import create_playlist

@claim("SC-TRACK-01")
def test_likes(user, other_user, unique_name):
    playlist = create_playlist(other_user, [], unique_name("mine"), sharing="public")
    user.post(f"/likes/playlists/{playlist['id']}").expect_status(200, 201)
    user.get("/me/likes/playlists").expect_status(202)
"""
HOOK = """
@claim("SC-TRACK-01")
def test_clock(api, controls):
    controls.clock(7200)
    api.get("/tracks?limit=1").expect_status(202)
"""
SHARED = """
import pytest
from tuningfork.apis.soundcloud.factories import create_playlist

@pytest.fixture(scope="module")
def shared():
    return {}

@pytest.fixture
def playlist(shared, user, unique_name):
    if not shared:
        shared["id"] = create_playlist(user, [], unique_name("shared"))["id"]
    return shared["id"]

@claim("SC-TRACK-01")
def test_first(playlist, user):
    user.get(f"/playlists/{playlist}").expect_ok()

@claim("SC-TRACK-02")
def test_second(playlist, user):
    user.get("/me").expect_ok()
    user.get(f"/playlists/{playlist}").expect_status(202)
"""


def blocks(checkout: Checkout) -> dict[str, str]:
    """Return the block of the first violation of each claim in the last run."""
    return {
        claim["id"]: claim["breaches"][0]["reproduce"]
        for claim in checkout.results()["claims"]
        if claim["breaches"]
    }


def run_block(block: str, settings: dict[str, Any]) -> str:
    """Return what a block prints with the variables of the settings."""
    variables = {name: value for name, _, value in setting_variables(settings)}
    done = subprocess.run(
        ["/bin/bash", "-e", "-c", block], env=os.environ | variables, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode("utf-8", "replace")


def run_on_fresh_mock(block: str, fault: str = "") -> str:
    """Return what a block prints on a fresh mock."""
    mock = apply_patches(apis.mock("soundcloud"), [fault] if fault else [], apis.patches("soundcloud"))
    with Server(mock) as server:
        return run_block(block, mock.settings(server.base_url))


def last_response(printed: str) -> str:
    """Return the last response that a block prints."""
    return "HTTP/1.1" + printed.rpartition("HTTP/1.1")[2]


def test_block_logs_two_users_in_and_carries_an_id(checkout: Checkout) -> None:
    checkout.suite(LIKES)
    checkout.run()

    block = blocks(checkout)["SC-TRACK-01"]
    printed = run_on_fresh_mock(block)

    assert "\n# tuningfork serve soundcloud --env > mock.env & " in block
    assert "PLAYLIST_ID=$(curl" in block
    assert last_response(printed).startswith("HTTP/1.1 200 OK")
    assert '"title":"mine ' in printed


def test_block_has_the_test_hook(checkout: Checkout) -> None:
    checkout.suite(HOOK)
    checkout.run()

    block = blocks(checkout)["SC-TRACK-01"]

    assert (
        """"$CONTROLS_URL/clock" -H 'Content-Type: application/json' --data-raw '{"advance": 7200}'"""
        in block
    )
    assert "HTTP/1.1" in run_on_fresh_mock(block)


def test_block_creates_what_a_shared_fixture_has_created_for_an_earlier_test(checkout: Checkout) -> None:
    checkout.suite(SHARED)
    checkout.run()

    printed = run_on_fresh_mock(blocks(checkout)["SC-TRACK-02"])

    assert '"title":"shared ' in printed


def test_block_for_a_configured_target_begins_with_its_url(checkout: Checkout, served: Served) -> None:
    checkout.suite(LIKES)
    checkout.target(served.settings)
    checkout.run("--target", "served")

    block = blocks(checkout)["SC-TRACK-01"]

    assert block.splitlines()[0] == f"BASE_URL={served.settings['base_url']}"
    assert "# FIRST_PASSWORD: users.first.password of [targets.served.soundcloud]" in block
    assert served.settings["client_secret"] not in block
    served.mock.reset()
    assert '"title":"mine ' in run_block(block, served.settings)


def test_block_names_the_file_of_a_token_that_an_earlier_run_has_stored(
    checkout: Checkout, served: Served
) -> None:
    checkout.suite(LIKES)
    checkout.target(served.settings)
    for _ in range(2):
        checkout.run("--target", "served")

    block = blocks(checkout)["SC-TRACK-01"]

    assert re.search(r"# FIRST_ACCESS_TOKEN: access_token of 'first' in .*/tokens\.json", block)
    assert '-H "Authorization: OAuth $FIRST_ACCESS_TOKEN"' in block
    assert "/oauth2/token" not in block


@pytest.mark.parametrize(
    ("fault", "claim", "faulty", "sound"),
    [
        ("liking_a_missing_playlist_returns_200", "SC-SOC-08", "HTTP/1.1 200", "HTTP/1.1 404"),
        ("deleting_an_empty_playlist_returns_422", "SC-LIST-10", "HTTP/1.1 422", "HTTP/1.1 200"),
    ],
)
def test_violation_is_shown_on_the_faulty_mock_only(
    real_checkout: Checkout, fault: str, claim: str, faulty: str, sound: str
) -> None:
    real_checkout.run("--fault", fault, "--claim", claim, "--api", "soundcloud")

    block = blocks(real_checkout)[claim]

    assert last_response(run_on_fresh_mock(block, fault)).startswith(faulty)
    assert last_response(run_on_fresh_mock(block)).startswith(sound)
