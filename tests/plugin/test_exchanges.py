"""A test verifies its claims only if it, or a fixture that it uses, sent a request to the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

SENT_NOTHING = "the test sent nothing to the target"
WITHOUT_REQUEST = """
@claim("SC-TRACK-01")
def test_without_request({}):
    pass
"""
WIDER_FIXTURE = """
import pytest
from tuningfork.pytest_plugin.fixtures import API_SESSIONS

@pytest.fixture(scope="{scope}")
def tracks(request):
    client = request.config.stash[API_SESSIONS]["soundcloud"].client("app")
    return client.get("/tracks", limit=1).expect_ok().items

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
SHARED_VALUE = """
import pytest

@pytest.fixture
def tracks(api_session, api):
    return api_session.shared.get("tracks", lambda: api.get("/tracks", limit=1).expect_ok().items)

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
CACHING_FIXTURE = """
import pytest

@pytest.fixture(scope="{scope}")
def cache():
    return {{}}

@pytest.fixture
def tracks(api, cache):
    if "tracks" not in cache:
        cache["tracks"] = api.get("/tracks", limit=1).expect_ok().items
    return cache["tracks"]

class TestTracks:
    @claim("SC-TRACK-01")
    def test_list(self, tracks):
        assert tracks

    @claim("SC-TRACK-02")
    def test_list_again(self, tracks):
        assert tracks

    @claim("SC-TRACK-03")
    def test_without_the_list(self, api, cache):
        assert api
"""
PROPERTY_TEST = """
from hypothesis import given, strategies as st

@claim("SC-TRACK-01")
@given(number=st.integers())
def test_without_request(api, number):
    if number > 10**40:
        api.get("/tracks").expect_ok()
"""
SUBTESTS = """
@claim("SC-TRACK-01")
def test_tracks(api, subtests):
    for number in range(2):
        with subtests.test(number=number):
            api.get("/tracks", limit=1).expect_ok()
"""
TEST_HOOK = """
@claim("SC-TRACK-01")
def test_clock(controls):
    controls.clock(60)
"""


@pytest.mark.parametrize("fixtures", ["", "api", "user", "api, unauthenticated, api_session, contract"])
def test_test_without_request_is_not_verified(checkout: Checkout, fixtures: str) -> None:
    checkout.suite(WITHOUT_REQUEST.format(fixtures))

    assert checkout.run().ret == 5
    assert checkout.verdicts()["SC-TRACK-01"] == "not verified"
    assert checkout.reasons()["SC-TRACK-01"] == SENT_NOTHING


def test_requests_of_the_login_do_not_count(checkout: Checkout, served: Served) -> None:
    checkout.suite(WITHOUT_REQUEST.format("user, api_session") + "    api_session.client('second')\n")
    checkout.target(served.settings)

    assert checkout.run("--target", "served").ret == 5
    assert served.count("POST", "/oauth2/token") > 0
    assert checkout.reasons()["SC-TRACK-01"] == SENT_NOTHING


def test_request_to_a_test_hook_does_not_count(checkout: Checkout, served: Served) -> None:
    checkout.suite(TEST_HOOK)
    checkout.target(served.settings)

    assert checkout.run("--target", "served").ret == 5
    assert served.count("POST", "/_controls/clock") == 1
    assert checkout.reasons()["SC-TRACK-01"] == SENT_NOTHING


def test_request_that_returns_401_counts(checkout: Checkout) -> None:
    checkout.suite(
        WITHOUT_REQUEST.format("unauthenticated") + "    unauthenticated.get('/tracks').expect_status(401)\n"
    )

    assert checkout.run().ret == 0


@pytest.mark.parametrize("scope", ["session", "package", "module", "class"])
@pytest.mark.parametrize("order", ["no:randomly", "randomly"])
def test_requests_of_a_wider_fixture_count_for_each_test_that_uses_it(
    checkout: Checkout, scope: str, order: str
) -> None:
    checkout.suite(WIDER_FIXTURE.format(scope=scope))

    assert checkout.run("-p", order).ret == 0
    verdicts = checkout.verdicts()
    assert {verdicts[claim] for claim in ("SC-TRACK-01", "SC-TRACK-02", "SC-TRACK-03")} == {"passed"}
    assert checkout.reasons()["SC-ERR-01"] == SENT_NOTHING


@pytest.mark.parametrize("scope", ["session", "module", "class"])
def test_requests_cached_in_a_shared_dict_count_for_each_test_that_uses_them(
    checkout: Checkout, scope: str
) -> None:
    checkout.suite(CACHING_FIXTURE.format(scope=scope))

    assert checkout.run().ret == 0
    verdicts = checkout.verdicts()
    assert (verdicts["SC-TRACK-01"], verdicts["SC-TRACK-02"]) == ("passed", "passed")
    assert checkout.reasons()["SC-TRACK-03"] == SENT_NOTHING


@pytest.mark.parametrize("options", [(), ("-n2",)])
def test_requests_of_a_shared_value_count_for_each_test_that_uses_it(
    checkout: Checkout, options: tuple[str, ...]
) -> None:
    checkout.suite(SHARED_VALUE)

    assert checkout.run(*options).ret == 0
    verdicts = checkout.verdicts()
    assert (verdicts["SC-TRACK-01"], verdicts["SC-TRACK-02"]) == ("passed", "passed")
    assert checkout.reasons()["SC-TRACK-03"] == SENT_NOTHING


def test_property_test_without_request_is_not_verified(checkout: Checkout) -> None:
    checkout.suite(PROPERTY_TEST)

    assert checkout.run().ret == 5
    assert checkout.reasons()["SC-TRACK-01"] == SENT_NOTHING


def test_requests_in_subtests_count(checkout: Checkout) -> None:
    checkout.suite(SUBTESTS)

    assert checkout.run().ret == 0
    assert checkout.verdicts()["SC-TRACK-01"] == "passed"
