"""Tokens are stored and used by later runs while they are valid, because an app gets few."""

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


ALL_TOKENS = 4
"""One for each app and each user of the target, since every credential is checked before the tests."""


def read_tokens(checkout: Checkout) -> dict[str, Any]:
    (file,) = checkout.path.rglob("tokens.json")
    return dict(json.loads(file.read_text()))


def count_new_tokens(checkout: Checkout, served: Served) -> int:
    """Run the suite; return the number of tokens that it requested."""
    served.requests.clear()
    assert checkout.run("--target", "served").ret == 0
    assert {checkout.verdicts()[claim] for claim in ("SC-TRACK-01", "SC-TRACK-02")} == {"passed"}
    return served.count("POST", "/oauth2/token")


def test_second_run_requests_no_token(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    checkout.suite(SUITE)

    assert [count_new_tokens(checkout, served) for _ in range(2)] == [ALL_TOKENS, 0]


def test_revoked_token_is_replaced(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    checkout.suite(SUITE)
    count_new_tokens(checkout, served)
    served.mock.disable("token", read_tokens(checkout)["app"]["access_token"])

    assert count_new_tokens(checkout, served) == 1


def test_invalid_token_file_is_replaced(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    checkout.suite(SUITE)
    count_new_tokens(checkout, served)
    (file,) = checkout.path.rglob("tokens.json")
    file.write_text('{"app": {"acc')

    assert count_new_tokens(checkout, served) == ALL_TOKENS


def test_tokens_of_one_server_are_not_sent_to_another(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    checkout.suite(SUITE)
    count_new_tokens(checkout, served)
    checkout.target(
        served.settings | {"base_url": served.settings["base_url"].replace("127.0.0.1", "localhost")}
    )

    assert count_new_tokens(checkout, served) == ALL_TOKENS


def test_user_with_configured_tokens_does_not_log_in(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    checkout.suite(SUITE)
    count_new_tokens(checkout, served)
    user = {name: read_tokens(checkout)["first"][name] for name in ("access_token", "refresh_token")}
    checkout.target(served.settings | {"users": {"first": user}})

    assert count_new_tokens(checkout, served) == 2, "the tokens of the two apps"
    assert served.count("GET", "/connect") == 0
