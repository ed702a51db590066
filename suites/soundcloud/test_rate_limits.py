"""Rate limits (https://developers.soundcloud.com/docs/api/rate-limits)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tuningfork import ExpectationFailed, claim, not_verified
from tuningfork.auth.oauth2 import OAuth2
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import Response

from .support.operation_requests import playable_track
from .support.token_chain import TOKEN, TokenChain, parse_token_set

BY_ADDRESS = 30
BY_APP = 50
PLAYS = 15_000
MINUTE = 60
HOUR = 60 * MINUTE


class Grants:
    """Client-credentials grants of one app, on a target that has forgotten all earlier ones."""

    def __init__(self, client: Client, oauth: OAuth2) -> None:
        self.client = client
        self.oauth = oauth

    def ask(self) -> Response:
        """One request, whatever comes of it."""
        return self.client.post(TOKEN, form=self.oauth.client_credentials_form())

    def take(self, count: int) -> list[TokenChain]:
        """As many tokens; ExpectationFailed if one of them is refused."""
        return [TokenChain(self.client, self.oauth, self._taken(number)) for number in range(1, count + 1)]

    def are_over(self) -> Response:
        """ExpectationFailed if there is another one."""
        return self.ask().expect_status(429)

    def refusal(self) -> Response:
        """What one too many is answered; not verified where it is granted, which other tests judge."""
        answer = self.ask()
        if answer.status != 429:
            not_verified(f"one token too many is answered {answer.status}")
        return answer

    def _taken(self, number: int) -> Any:
        answer = self.ask()
        if answer.status == 429:
            raise ExpectationFailed(
                "a token, since there were fewer than the limit", f"429 for the {number}. of these"
            )
        return parse_token_set(answer)


@pytest.fixture
def grants(unauthenticated: Client, oauth: OAuth2, controls: ControlsClient) -> Grants:
    """Those of the first app, from the first on."""
    controls.reset()
    return Grants(unauthenticated, oauth)


@claim("SC-RATE-01")
def test_an_address_gets_thirty_tokens_at_once(grants: Grants) -> None:
    """The thirtieth is issued, the next is not, nor the one after it, whatever else was refused."""
    grants.take(BY_ADDRESS)

    grants.are_over()
    wrong = grants.oauth.client_credentials_form() | {"client_secret": "wrong"}
    grants.client.post(TOKEN, form=wrong).expect_status(401, 429)
    grants.are_over()


@claim("SC-RATE-01")
def test_an_address_gets_thirty_tokens_in_an_hour(grants: Grants, controls: ControlsClient) -> None:
    """However they are spread over it."""
    for _ in range(3):
        grants.take(BY_ADDRESS // 3)
        controls.clock(19 * MINUTE)

    grants.are_over()


@claim("SC-RATE-01")
def test_a_limit_holds_in_the_next_hour_too(grants: Grants, controls: ControlsClient) -> None:
    """After a quiet hour there are thirty again, and no more."""
    grants.take(15)
    controls.clock(61 * MINUTE)
    grants.take(BY_ADDRESS)

    grants.are_over()


@claim("SC-RATE-01", needs=["given:second_app"])
def test_the_apps_of_an_address_share_thirty_tokens(grants: Grants, second_oauth: OAuth2) -> None:
    """Fifteen of each, and neither gets another."""
    second = Grants(grants.client, second_oauth)
    for _ in range(BY_ADDRESS // 2):
        grants.take(1)
        second.take(1)

    grants.are_over()
    second.are_over()


@claim("SC-RATE-02")
def test_an_app_gets_fifty_tokens_at_once(grants: Grants, controls: ControlsClient) -> None:
    """Or as near to it as the hours let it."""
    grants.take(25)
    controls.clock(61 * MINUTE)
    grants.take(25)
    controls.clock(61 * MINUTE)

    grants.are_over()


@claim("SC-RATE-02")
@pytest.mark.parametrize("pause", [2, 5.9])
def test_an_app_gets_fifty_tokens_in_twelve_hours(
    pause: float, grants: Grants, controls: ControlsClient
) -> None:
    """Counted from the first of them and not by the clock on the wall: over until shortly before."""
    grants.take(25)
    controls.clock(pause * HOUR)
    grants.take(25)
    controls.clock(2 * HOUR)
    grants.are_over()
    controls.clock((12 - pause - 2) * HOUR - 5 * MINUTE)

    grants.are_over()


@claim("SC-RATE-02")
def test_a_steady_trickle_adds_up(grants: Grants, controls: ControlsClient) -> None:
    """Five an hour make fifty in ten hours."""
    for _ in range(10):
        grants.take(5)
        controls.clock(HOUR + MINUTE)

    grants.are_over()


@claim("SC-RATE-02", needs=["given:second_app"])
def test_an_app_has_fifty_tokens_of_its_own(
    grants: Grants, second_oauth: OAuth2, controls: ControlsClient
) -> None:
    """Another one's are not counted with them."""
    for _ in range(2):
        grants.take(25)
        controls.clock(61 * MINUTE)
    second = Grants(grants.client, second_oauth)

    second.take(BY_ADDRESS - 1)
    grants.are_over()


@claim("SC-RATE-03")
def test_after_an_hour_an_address_gets_tokens_again(grants: Grants, controls: ControlsClient) -> None:
    """Not a minute before it, but after it, though some were refused meanwhile."""
    grants.take(BY_ADDRESS)
    grants.are_over()
    controls.clock(59 * MINUTE)
    grants.are_over()

    controls.clock(2 * MINUTE)

    grants.take(10)


@claim("SC-RATE-03")
def test_after_twelve_hours_an_app_gets_tokens_again(grants: Grants, controls: ControlsClient) -> None:
    """Though some were refused meanwhile."""
    grants.take(25)
    controls.clock(6 * HOUR)
    grants.take(25)
    controls.clock(2 * HOUR)
    grants.are_over()
    controls.clock(3 * HOUR + 50 * MINUTE)
    grants.are_over()

    controls.clock(15 * MINUTE)

    grants.take(10)


@claim("SC-RATE-03")
def test_windows_pass_again_and_again(grants: Grants, controls: ControlsClient) -> None:
    """Each half day an app gets its fifty, and no more."""
    for _ in range(2):
        grants.take(25)
        controls.clock(61 * MINUTE)
        grants.take(25)
        controls.clock(61 * MINUTE)
        grants.are_over()
        controls.clock(13 * HOUR)
    grants.take(1)


@claim("SC-RATE-04")
def test_an_app_without_grants_still_refreshes(
    grants: Grants, login: Callable[..., str], oauth: OAuth2, controls: ControlsClient
) -> None:
    """And users still log in, again and again, though both limits are reached."""
    grants.take(BY_APP - BY_ADDRESS)
    controls.clock(61 * MINUTE)
    chain = grants.take(BY_ADDRESS)[0]
    grants.are_over()

    for _ in range(5):
        chain.refresh()
        user = TokenChain(
            grants.client,
            oauth,
            parse_token_set(grants.client.post(TOKEN, form=oauth.exchange_form(login()))),
        )
        user.refresh()
        user.assert_usable()
    chain.assert_usable()


@claim("SC-RATE-04")
def test_refreshes_and_logins_take_no_grants(
    grants: Grants, login: Callable[..., str], oauth: OAuth2
) -> None:
    """After more of them than there are grants, the grants are still there."""
    chain = grants.take(1)[0]
    for _ in range(BY_APP + 5):
        chain.refresh()
    for _ in range(5):
        parse_token_set(grants.client.post(TOKEN, form=oauth.exchange_form(login())))

    grants.take(BY_ADDRESS - 1)


@claim("SC-RATE-05")
def test_too_many_for_an_address_is_said_in_json(grants: Grants) -> None:
    """In any of the shapes that there are."""
    grants.take(BY_ADDRESS)

    says_too_many(grants.refusal())


@claim("SC-RATE-05")
def test_too_many_for_an_app_is_said_in_json(grants: Grants, controls: ControlsClient) -> None:
    """In any of the shapes that there are."""
    for _ in range(2):
        grants.take(25)
        controls.clock(61 * MINUTE)

    says_too_many(grants.refusal())


@claim("SC-RATE-06")
def test_an_app_plays_fifteen_thousand_times(api: Client, controls: ControlsClient) -> None:
    """The last of them is served; the next is refused, twice, and says when there are more."""
    stream = f"/tracks/{playable_track(api)['id']}/stream"
    controls.quota("plays", PLAYS - 1)

    api.get(stream).expect_status(200, 302)

    for _ in range(2):
        says_when(api.get(stream).expect_status(429))


@claim("SC-RATE-06", needs=["control:clock"])
def test_after_a_day_an_app_plays_again(app_token_chain: TokenChain, controls: ControlsClient) -> None:
    """Not an hour before."""
    stream = f"/tracks/{playable_track(app_token_chain.bearer)['id']}/stream"
    controls.quota("plays", PLAYS - 1)
    app_token_chain.bearer.get(stream).expect_status(200, 302)

    controls.clock(23 * HOUR)
    app_token_chain.refresh()
    app_token_chain.bearer.get(stream).expect_status(429)

    controls.clock(2 * HOUR)
    app_token_chain.refresh()
    app_token_chain.bearer.get(stream).expect_status(200, 302)


def says_too_many(answer: Response) -> None:
    """JSON with one of the three ways to say it: a code, a list of errors, or one error."""
    media_type = answer.exchange.response.media_type
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise ExpectationFailed("a 429 of the type application/json", media_type or "no Content-Type")
    body = answer.object
    if not (body.get("code") == 429 or body.get("errors") or body.get("error")):
        raise ExpectationFailed("code, errors or error", f"only {', '.join(body)}")


def says_when(answer: Response) -> None:
    """The limit, what remains and when it is over, wherever in the body they stand."""
    named = set(names(answer.object))
    missing = [name for name in ("rate_limit", "remaining_requests", "reset_time") if name not in named]
    if missing:
        raise ExpectationFailed(
            "rate_limit, remaining_requests and reset_time", f"no {' and no '.join(missing)}"
        )


def names(value: Any) -> Iterator[str]:
    """The names of all members, however deep."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    yield from value if isinstance(value, dict) else ()
    for item in inner:
        yield from names(item)
