"""Rate limits (https://developers.soundcloud.com/docs/api/rate-limits)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tuningfork import claim
from tuningfork.auth.oauth2 import OAuth2
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import Response
from tuningfork.testing.expect import expect_no, expect_true
from tuningfork.testing.state_machine import for_claim

from .support.operation_requests import playable_track
from .support.token_assertions import assert_json_type
from .support.token_chain import TOKEN, TokenChain, parse_token_set

PER_ADDRESS = 30
"""Tokens that an address gets in an hour."""
PER_APP = 50
"""Tokens that an app gets in 12 hours."""
PLAYS = 15_000
"""Plays of an app in a day."""
MINUTE_S = 60
HOUR_S = 60 * MINUTE_S
PLAY_DETAILS = {"rate_limit", "remaining_requests", "reset_time"}


class Grants:
    """Requests of one app for new tokens (client credentials)."""

    def __init__(self, client: Client, oauth: OAuth2) -> None:
        self.client = client
        self.oauth = oauth

    def request(self) -> Response:
        """Request tokens."""
        return self.client.post(TOKEN, form=self.oauth.client_credentials_form())

    def expect_granted(self, count: int) -> list[TokenChain]:
        """Request tokens so many times; raise ExpectationFailed if a request is refused."""
        responses = [self.request().expect_ok() for _ in range(count)]
        return [TokenChain(self.client, self.oauth, parse_token_set(response)) for response in responses]


@pytest.fixture
def grants(unauthenticated: Client, oauth: OAuth2, controls: ControlsClient) -> Grants:
    """The requests of the first app, on a target without any earlier ones."""
    controls.reset()
    return Grants(unauthenticated, oauth)


@pytest.fixture
def second_grants(unauthenticated: Client, second_oauth: OAuth2) -> Grants:
    """The requests of the second app."""
    return Grants(unauthenticated, second_oauth)


@claim("SC-RATE-01")
def test_address_gets_30_tokens_at_once(grants: Grants) -> None:
    """A request with a wrong secret between them changes nothing."""
    grants.expect_granted(PER_ADDRESS)

    grants.request().expect_status(429)
    wrong_form = grants.oauth.client_credentials_form() | {"client_secret": "wrong"}
    grants.client.post(TOKEN, form=wrong_form).expect_status(401, 429)
    grants.request().expect_status(429)


@claim("SC-RATE-01")
def test_address_gets_30_tokens_within_an_hour(grants: Grants, controls: ControlsClient) -> None:
    for _ in range(3):
        grants.expect_granted(PER_ADDRESS // 3)
        controls.clock(19 * MINUTE_S)

    grants.request().expect_status(429)


@claim("SC-RATE-01")
def test_address_gets_30_tokens_in_the_second_hour(grants: Grants, controls: ControlsClient) -> None:
    grants.expect_granted(15)
    controls.clock(61 * MINUTE_S)
    grants.expect_granted(PER_ADDRESS)

    grants.request().expect_status(429)


@claim("SC-RATE-01", needs=["given:second_app"])
def test_two_apps_of_an_address_share_30_tokens(grants: Grants, second_grants: Grants) -> None:
    for _ in range(PER_ADDRESS // 2):
        grants.expect_granted(1)
        second_grants.expect_granted(1)

    grants.request().expect_status(429)
    second_grants.request().expect_status(429)


@claim("SC-RATE-02")
@pytest.mark.parametrize("pause_hours", [1.1, 2, 5.9])
def test_app_gets_50_tokens_within_12_hours(
    pause_hours: float, grants: Grants, controls: ControlsClient
) -> None:
    """The window starts with the first token and ends 12 hours later."""
    grants.expect_granted(25)
    controls.clock(pause_hours * HOUR_S)
    grants.expect_granted(25)
    controls.clock(2 * HOUR_S)
    grants.request().expect_status(429)
    controls.clock((12 - pause_hours - 2) * HOUR_S - 5 * MINUTE_S)

    grants.request().expect_status(429)


@claim("SC-RATE-02", "SC-RATE-05")
def test_app_gets_50_tokens_in_ten_hours_of_five(grants: Grants, controls: ControlsClient) -> None:
    """The refusal is JSON with an error."""
    with for_claim("SC-RATE-02"):
        for _ in range(10):
            grants.expect_granted(5)
            controls.clock(HOUR_S + MINUTE_S)
        refusal = grants.request().expect_status(429)

    with for_claim("SC-RATE-05"):
        assert_error(refusal)


@claim("SC-RATE-02", needs=["given:second_app"])
def test_tokens_of_another_app_do_not_count(
    grants: Grants, second_grants: Grants, controls: ControlsClient
) -> None:
    for _ in range(2):
        grants.expect_granted(25)
        controls.clock(61 * MINUTE_S)

    second_grants.expect_granted(PER_ADDRESS - 1)
    grants.request().expect_status(429)


@claim("SC-RATE-01", "SC-RATE-03", "SC-RATE-05")
def test_address_gets_30_tokens_and_again_after_an_hour(grants: Grants, controls: ControlsClient) -> None:
    """Not a minute before that; refused requests do not count. A refusal is JSON with an error."""
    with for_claim("SC-RATE-01"):
        grants.expect_granted(PER_ADDRESS)
        refusal = grants.request().expect_status(429)

    with for_claim("SC-RATE-05"):
        assert_error(refusal)

    with for_claim("SC-RATE-03"):
        controls.clock(59 * MINUTE_S)
        grants.request().expect_status(429)
        controls.clock(2 * MINUTE_S)
        grants.expect_granted(10)


@claim("SC-RATE-03")
def test_app_gets_tokens_again_after_12_hours(grants: Grants, controls: ControlsClient) -> None:
    """Refused requests do not count; it is so for the second 12 hours, too."""
    for _ in range(2):
        grants.expect_granted(25)
        controls.clock(6 * HOUR_S)
        grants.expect_granted(25)
        controls.clock(5 * HOUR_S + 50 * MINUTE_S)
        grants.request().expect_status(429)
        controls.clock(12 * HOUR_S)

    grants.expect_granted(10)


@claim("SC-RATE-04")
def test_app_at_both_limits_can_refresh_and_users_can_log_in(
    grants: Grants, login: Callable[..., str], oauth: OAuth2, controls: ControlsClient
) -> None:
    grants.expect_granted(PER_APP - PER_ADDRESS)
    controls.clock(61 * MINUTE_S)
    chain = grants.expect_granted(PER_ADDRESS)[0]
    grants.request().expect_status(429)

    for _ in range(2):
        chain.refresh()
        response = grants.client.post(TOKEN, form=oauth.exchange_form(login()))
        user_chain = TokenChain(grants.client, oauth, parse_token_set(response))
        user_chain.refresh()
        user_chain.assert_usable()
    chain.assert_usable()


@claim("SC-RATE-04")
def test_refreshes_and_logins_do_not_count(grants: Grants, login: Callable[..., str], oauth: OAuth2) -> None:
    chain = grants.expect_granted(1)[0]
    for _ in range(PER_APP + 5):
        chain.refresh()
    for _ in range(5):
        parse_token_set(grants.client.post(TOKEN, form=oauth.exchange_form(login())))

    grants.expect_granted(PER_ADDRESS - 1)


@claim("SC-RATE-06")
def test_app_plays_15000_times(api: Client, controls: ControlsClient) -> None:
    """The next two plays return 429 with the limit, the remaining plays and the time of the reset."""
    path = f"/tracks/{playable_track(api)['id']}/stream"
    controls.quota("plays", PLAYS - 1)

    api.get(path).expect_status(200, 302)

    for _ in range(2):
        response = api.get(path).expect_status(429)
        expect_no(PLAY_DETAILS - set(property_names(response.object)), "missing properties", response)


@claim("SC-RATE-06", needs=["control:clock"])
def test_app_plays_again_after_a_day(app_token_chain: TokenChain, controls: ControlsClient) -> None:
    path = f"/tracks/{playable_track(app_token_chain.bearer)['id']}/stream"
    controls.quota("plays", PLAYS - 1)
    app_token_chain.bearer.get(path).expect_status(200, 302)

    controls.clock(23 * HOUR_S)
    app_token_chain.refresh()
    app_token_chain.bearer.get(path).expect_status(429)

    controls.clock(2 * HOUR_S)
    app_token_chain.refresh()
    app_token_chain.bearer.get(path).expect_status(200, 302)


def assert_error(response: Response) -> None:
    """Raise ExpectationFailed unless the body is JSON with a code, a list of errors or an error."""
    assert_json_type(response)
    body = response.object
    has_error = body.get("code") == 429 or bool(body.get("errors") or body.get("error"))
    expect_true(has_error, "code, errors or error", f"only {', '.join(body)}", response)


def property_names(value: Any) -> Iterator[str]:
    """Yield the names of the properties of a JSON value at any depth."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    yield from value if isinstance(value, dict) else ()
    for item in inner:
        yield from property_names(item)
