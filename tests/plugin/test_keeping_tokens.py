"""An app gets few tokens: they are kept from run to run, while they work."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

SUITE = """
@claim("SC-TRACK-01")
def test_tracks(api):
    api.get("/tracks", limit=1).expect_ok()

@claim("SC-TRACK-02")
def test_me(user):
    user.get("/me").expect_ok()
"""


ALL = 4
"""One for each app and one for each user of the target: all are proved before anything is judged."""


def kept(checkout: Checkout) -> dict[str, Any]:
    (file,) = checkout.path.rglob("tokens.json")
    return dict(json.loads(file.read_text()))


def grants(checkout: Checkout, served: Served) -> int:
    """How many tokens a run gets."""
    served.asked.clear()
    assert checkout.run("--target", "served").ret == 0
    assert {checkout.verdicts()[claim] for claim in ("SC-TRACK-01", "SC-TRACK-02")} == {"passed"}
    return served.count("POST", "/oauth2/token")


def test_a_second_run_gets_none(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    checkout.suite(SUITE)

    assert [grants(checkout, served) for _ in range(2)] == [ALL, 0]


def test_one_that_was_revoked_is_replaced(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    checkout.suite(SUITE)
    grants(checkout, served)
    served.mock.disable("token", kept(checkout)["app"]["access_token"])

    assert grants(checkout, served) == 1


def test_a_torn_file_is_no_obstacle(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    checkout.suite(SUITE)
    grants(checkout, served)
    (file,) = checkout.path.rglob("tokens.json")
    file.write_text('{"app": {"acc')

    assert grants(checkout, served) == ALL


def test_those_of_one_server_are_not_shown_to_another(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    checkout.suite(SUITE)
    grants(checkout, served)
    checkout.target(
        served.settings | {"base_url": served.settings["base_url"].replace("127.0.0.1", "localhost")}
    )

    assert grants(checkout, served) == ALL


def test_a_user_whose_tokens_are_given_logs_in_nowhere(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    checkout.suite(SUITE)
    grants(checkout, served)
    user = {name: kept(checkout)["first"][name] for name in ("access_token", "refresh_token")}
    checkout.target(served.settings | {"users": {"first": user}})

    assert grants(checkout, served) == 2, "those of the two apps"
    assert served.count("GET", "/connect") == 0
