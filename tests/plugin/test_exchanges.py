"""A test verifies its claims only if it, or a fixture that it takes, exchanged something with the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

SENT_NOTHING = "the test sent nothing to the target"
VACUOUS = """
@claim("SC-TRACK-01")
def test_vacuous({}):
    pass
"""
SHARING = """
import pytest
from tuningfork.pytest_plugin.fixtures import STAGES

@pytest.fixture(scope="{scope}")
def tracks(request):
    client = request.config.stash[STAGES]["soundcloud"].client("app")
    return client.get("/tracks", limit=1).is_ok().items

@pytest.fixture
def first_track(tracks):
    return tracks[0]

class TestTracks:
    @claim("SC-TRACK-01")
    def test_list(self, tracks):
        assert tracks

    @claim("SC-TRACK-02")
    def test_id(self, first_track):
        assert first_track["id"]

    @claim("SC-TRACK-03")
    def test_title(self, request):
        assert request.getfixturevalue("first_track")["title"]

    @claim("SC-ERR-01")
    def test_without_the_fixture(self, api):
        assert api
"""
SHARED = """
import pytest

@pytest.fixture
def tracks(stage, api):
    return stage.shared.get("tracks", lambda: api.get("/tracks", limit=1).is_ok().items)

@claim("SC-TRACK-01")
def test_list(tracks):
    assert tracks

@claim("SC-TRACK-02")
def test_list_again(tracks):
    assert tracks

@claim("SC-TRACK-03")
def test_without_the_list(api):
    assert api
"""
FILLING = """
import pytest

@pytest.fixture(scope="{scope}")
def known():
    return {{}}

@pytest.fixture
def tracks(api, known):
    if "tracks" not in known:
        known["tracks"] = api.get("/tracks", limit=1).is_ok().items
    return known["tracks"]

class TestTracks:
    @claim("SC-TRACK-01")
    def test_list(self, tracks):
        assert tracks

    @claim("SC-TRACK-02")
    def test_list_again(self, tracks):
        assert tracks

    @claim("SC-TRACK-03")
    def test_without_the_list(self, api, known):
        assert api
"""
NOT_DRAWN = """
from hypothesis import given, strategies as st

@claim("SC-TRACK-01")
@given(number=st.integers())
def test_vacuous(api, number):
    if number > 10**40:
        api.get("/tracks").is_ok()
"""
SUBTESTS = """
@claim("SC-TRACK-01")
def test_tracks(api, subtests):
    for number in range(2):
        with subtests.test(number=number):
            api.get("/tracks", limit=1).is_ok()
"""
HOOK = """
@claim("SC-TRACK-01")
def test_clock(controls):
    controls.clock(60)
"""


@pytest.mark.parametrize("fixtures", ["", "api", "me", "api, anonymous, stage, contract"])
def test_test_without_a_request_is_not_verified(checkout: Checkout, fixtures: str) -> None:
    checkout.suite(VACUOUS.format(fixtures))

    assert checkout.run().ret == 5
    assert checkout.verdicts()["SC-TRACK-01"] == "not verified"
    assert checkout.reasons()["SC-TRACK-01"] == SENT_NOTHING


def test_requests_of_the_login_do_not_count(checkout: Checkout, served: Served) -> None:
    checkout.suite(VACUOUS.format("me, stage") + "    stage.client('second')\n")
    checkout.target(served.settings)

    assert checkout.run("--target", "served").ret == 5
    assert served.count("POST", "/oauth2/token") > 0
    assert checkout.reasons()["SC-TRACK-01"] == SENT_NOTHING


def test_call_of_a_hook_does_not_count(checkout: Checkout, served: Served) -> None:
    checkout.suite(HOOK)
    checkout.target(served.settings)

    assert checkout.run("--target", "served").ret == 5
    assert served.count("POST", "/_controls/clock") == 1
    assert checkout.reasons()["SC-TRACK-01"] == SENT_NOTHING


def test_refused_request_of_the_test_itself_counts(checkout: Checkout) -> None:
    checkout.suite(VACUOUS.format("anonymous") + "    anonymous.get('/tracks').has_status(401)\n")

    assert checkout.run().ret == 0


@pytest.mark.parametrize("scope", ["session", "package", "module", "class"])
@pytest.mark.parametrize("order", ["no:randomly", "randomly"])
def test_requests_of_a_wider_fixture_count_for_each_test_that_takes_it(
    checkout: Checkout, scope: str, order: str
) -> None:
    checkout.suite(SHARING.format(scope=scope))

    assert checkout.run("-p", order).ret == 0
    verdicts = checkout.verdicts()
    assert {verdicts[claim] for claim in ("SC-TRACK-01", "SC-TRACK-02", "SC-TRACK-03")} == {"passed"}
    assert checkout.reasons()["SC-ERR-01"] == SENT_NOTHING


@pytest.mark.parametrize("scope", ["session", "module", "class"])
def test_requests_of_a_fixture_that_fills_a_shared_dict_count_for_each_test_that_takes_it(
    checkout: Checkout, scope: str
) -> None:
    checkout.suite(FILLING.format(scope=scope))

    assert checkout.run().ret == 0
    verdicts = checkout.verdicts()
    assert (verdicts["SC-TRACK-01"], verdicts["SC-TRACK-02"]) == ("passed", "passed")
    assert checkout.reasons()["SC-TRACK-03"] == SENT_NOTHING


@pytest.mark.parametrize("options", [(), ("-n2",)])
def test_requests_of_a_shared_value_count_for_each_test_that_takes_it(
    checkout: Checkout, options: tuple[str, ...]
) -> None:
    checkout.suite(SHARED)

    assert checkout.run(*options).ret == 0
    verdicts = checkout.verdicts()
    assert (verdicts["SC-TRACK-01"], verdicts["SC-TRACK-02"]) == ("passed", "passed")
    assert checkout.reasons()["SC-TRACK-03"] == SENT_NOTHING


def test_property_whose_examples_send_nothing_is_not_verified(checkout: Checkout) -> None:
    checkout.suite(NOT_DRAWN)

    assert checkout.run().ret == 5
    assert checkout.reasons()["SC-TRACK-01"] == SENT_NOTHING


def test_requests_inside_of_subtests_count(checkout: Checkout) -> None:
    checkout.suite(SUBTESTS)

    assert checkout.run().ret == 0
    assert checkout.verdicts()["SC-TRACK-01"] == "passed"
