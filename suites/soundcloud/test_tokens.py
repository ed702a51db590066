"""Client Credentials and Refreshing Tokens (https://developers.soundcloud.com/docs/api/guide#client-creds)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import combinations, zip_longest
from urllib.parse import urlencode

import pytest

from tuningfork import ExpectationFailed, claim, not_verified
from tuningfork.apis.soundcloud.factories import create_playlist
from tuningfork.auth.oauth2 import App, OAuth2
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import Response
from tuningfork.testing.concurrency import send_concurrently
from tuningfork.testing.operation_requests import expect_everywhere

from .support.operation_requests import OperationRequest
from .support.token_assertions import (
    assert_expires_in_about_an_hour,
    assert_invalid_grant,
    assert_json_error,
    assert_not_cacheable,
    assert_token_properties,
    assert_token_types,
)
from .support.token_chain import TOKEN, TokenChain, parse_token_set

TokenRequest = Callable[..., Response]
Change = Callable[[App], App]
HOUR = 3600
WRONG = "no-secret"


def _in_another_case(text: str) -> str:
    """The same letters, small for capital and capital for small; where there is none, one more."""
    return text.swapcase() if text.swapcase() != text else text + "x"


WRONG_SECRETS: dict[str, Change] = {
    "another": lambda app: replace(app, client_secret=WRONG),
    "longer": lambda app: replace(app, client_secret=app.client_secret + "x"),
    "shorter": lambda app: replace(app, client_secret=app.client_secret[:-1]),
    "another case": lambda app: replace(app, client_secret=_in_another_case(app.client_secret)),
    "the id": lambda app: replace(app, client_secret=app.client_id),
    "spaces round it": lambda app: replace(app, client_secret=f" {app.client_secret} "),
}
UNKNOWN_APPS: dict[str, Change] = {
    "unknown": lambda app: replace(app, client_id="no-such-app"),
    "id longer": lambda app: replace(app, client_id=app.client_id + "x"),
    "id shorter": lambda app: replace(app, client_id=app.client_id[:-1]),
    "id in another case": lambda app: replace(app, client_id=_in_another_case(app.client_id)),
    "all unknown": lambda app: replace(app, client_id="no-such-app", client_secret=WRONG),
}
STRANGERS = WRONG_SECRETS | UNKNOWN_APPS
AT_FIRST = ("another", "longer", "unknown", "id longer")
"""Those that ask for first tokens: refused requests may count too, of thirty an hour (SC-RATE-01)."""


@pytest.fixture(params=["client_credentials", "authorization_code"])
def answers(
    request: pytest.FixtureRequest, unauthenticated: Client, oauth: OAuth2, token_request: TokenRequest
) -> list[Response]:
    """Every kind of answer that brings tokens: a grant and two refreshes after it."""
    by_code = request.param == "authorization_code"
    form = (
        oauth.exchange_form(request.getfixturevalue("login")())
        if by_code
        else oauth.client_credentials_form()
    )
    granted = token_request(form)
    chain = TokenChain(unauthenticated, oauth, parse_token_set(granted))
    return [granted, chain.refresh(), chain.refresh()]


@claim("SC-TOKEN-01")
def test_an_app_gets_tokens_for_its_credentials(
    oauth: OAuth2, token_request: TokenRequest, unauthenticated: Client
) -> None:
    """The four members are there, and the token opens what is public."""
    answer = token_request(oauth.client_credentials_form())

    assert_token_properties(answer)
    TokenChain(unauthenticated, oauth, parse_token_set(answer)).assert_usable()


@claim("SC-TOKEN-01", needs=["given:second_app"])
def test_each_app_gets_tokens_for_its_credentials(
    second_oauth: OAuth2, token_request: TokenRequest, unauthenticated: Client
) -> None:
    """Another app gets the same."""
    answer = token_request(second_oauth.client_credentials_form())

    assert_token_properties(answer)
    TokenChain(unauthenticated, second_oauth, parse_token_set(answer)).assert_usable()


@claim("SC-TOKEN-02")
def test_members_have_their_types(answers: list[Response]) -> None:
    """Whether they were granted or refreshed."""
    for answer in answers:
        assert_token_types(answer)


@claim("SC-TOKEN-03")
def test_a_token_lives_about_an_hour(answers: list[Response]) -> None:
    """Whether it was granted or refreshed."""
    for answer in answers:
        assert_expires_in_about_an_hour(answer)


@claim("SC-TOKEN-13")
def test_tokens_are_not_stored(answers: list[Response]) -> None:
    """By no cache between, whether they were granted or refreshed."""
    for answer in answers:
        assert_not_cacheable(answer)


@claim("SC-TOKEN-04")
@pytest.mark.parametrize("stranger", AT_FIRST)
def test_wrong_credentials_get_no_token(stranger: str, oauth: OAuth2, token_request: TokenRequest) -> None:
    """Neither for a secret that is nearly right nor for an app that does not exist."""
    form = replace(oauth, app=STRANGERS[stranger](oauth.app)).client_credentials_form()

    token_request(form).expect_status(401)


@claim("SC-TOKEN-04")
@pytest.mark.parametrize("stranger", STRANGERS)
def test_wrong_credentials_refresh_nothing(stranger: str, chain: TokenChain) -> None:
    """A good refresh token does not make up for them."""
    intruder = replace(chain.oauth, app=STRANGERS[stranger](chain.oauth.app))

    chain.try_refresh(chain.refresh_token, intruder).expect_status(401)


@claim("SC-TOKEN-04")
@pytest.mark.parametrize("stranger", STRANGERS)
def test_wrong_credentials_in_basic_refresh_nothing(stranger: str, chain: TokenChain) -> None:
    """HTTP Basic (RFC 6749, 2.3.1) need not be understood, so any 4xx is right."""
    form = without(chain.oauth.refresh_form(chain.refresh_token), "client_id", "client_secret")
    intruder = STRANGERS[stranger](chain.oauth.app)

    chain.client.post(TOKEN, form=form, headers={"Authorization": basic(intruder)}).expect_client_error()


@claim("SC-TOKEN-04")
def test_right_basic_does_not_excuse_a_wrong_secret(chain: TokenChain) -> None:
    """A wrong client_secret in the form is refused, though HTTP Basic has the right one."""
    form = chain.oauth.refresh_form(chain.refresh_token) | {"client_secret": WRONG}

    chain.client.post(
        TOKEN, form=form, headers={"Authorization": basic(chain.oauth.app)}
    ).expect_client_error()


@claim("SC-TOKEN-04", needs=["login"])
@pytest.mark.parametrize("stranger", STRANGERS)
def test_wrong_credentials_exchange_nothing(
    stranger: str, oauth: OAuth2, token_request: TokenRequest, login: Callable[..., str]
) -> None:
    """A good code does not make up for them."""
    form = replace(oauth, app=STRANGERS[stranger](oauth.app)).exchange_form(login())

    token_request(form).expect_status(401)


@claim("SC-TOKEN-05")
@pytest.mark.parametrize(
    "grant_type", ["password", "implicit", "token", "CLIENT_CREDENTIALS", "no_such_grant", "", None]
)
def test_an_unsupported_grant_type_is_refused(
    grant_type: str | None, oauth: OAuth2, token_request: TokenRequest
) -> None:
    """Though the app's credentials are right; and so is a missing one."""
    form = without(oauth.client_credentials_form(), "grant_type")

    token_request(form if grant_type is None else form | {"grant_type": grant_type}).expect_status(400)


@claim("SC-TOKEN-06")
@pytest.mark.parametrize("text", ["never-issued", "null", "x" * 2000, "'", "ü"])
def test_what_was_never_issued_is_refused(text: str, oauth: OAuth2, token_request: TokenRequest) -> None:
    """As a refresh token and as a code, with the error that RFC 6749 has for it."""
    assert_invalid_grant(token_request(oauth.refresh_form(text)))
    assert_invalid_grant(token_request(oauth.exchange_form(text)))


@claim("SC-TOKEN-06")
def test_what_is_nearly_a_refresh_token_is_refused(chain: TokenChain) -> None:
    """The good one longer, shorter and backwards, and the access token beside it."""
    good = chain.refresh_token

    for near in (good + "xxxx", good[: len(good) // 2], good[::-1] + "x", chain.tokens.access_token):
        assert_invalid_grant(chain.try_refresh(near))


@claim("SC-TOKEN-06", needs=["login"])
def test_what_is_nearly_a_code_is_refused(
    login: Callable[..., str], oauth: OAuth2, token_request: TokenRequest
) -> None:
    """A good one, not used yet, longer, shorter and backwards."""
    good = login()

    for near in (good + "xxxx", good[: len(good) // 2], good[::-1] + "x"):
        assert_invalid_grant(token_request(oauth.exchange_form(near)))


@claim("SC-TOKEN-06")
def test_a_token_is_no_code(chain: TokenChain, token_request: TokenRequest) -> None:
    """A good refresh token or access token was never issued as a code."""
    for token in (chain.refresh_token, chain.tokens.access_token):
        assert_invalid_grant(token_request(chain.oauth.exchange_form(token)))


@claim("SC-TOKEN-06")
@pytest.mark.parametrize("name", ["code", "refresh_token"])
def test_a_missing_code_or_refresh_token_is_refused(
    name: str, oauth: OAuth2, token_request: TokenRequest
) -> None:
    """Left out, or there with nothing in it."""
    form = oauth.exchange_form("x") if name == "code" else oauth.refresh_form("x")

    token_request(without(form, name)).expect_status(400, 401)
    token_request(form | {name: ""}).expect_status(400, 401)


@claim("SC-TOKEN-07")
def test_a_refresh_token_gets_a_new_set(chain: TokenChain) -> None:
    """With all members, each time another access token, and one that works."""
    seen = {chain.tokens.access_token}
    for _ in range(3):
        assert_token_properties(chain.refresh())

        assert chain.tokens.access_token not in seen, "expected another access_token; found an old one"
        chain.assert_usable()
        seen.add(chain.tokens.access_token)


@claim("SC-TOKEN-07")
def test_a_form_may_name_its_charset(chain: TokenChain) -> None:
    """As browsers' libraries do; it is a form all the same (RFC 6749 B)."""
    form = urlencode(chain.oauth.refresh_form(chain.refresh_token)).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}

    answer = chain.client.post(TOKEN, content=form, headers=kind)

    assert_token_properties(answer)
    chain.tokens = parse_token_set(answer)


@claim("SC-TOKEN-08")
def test_a_refresh_token_is_good_once(chain: TokenChain) -> None:
    """Refused the second time, and the third."""
    spent = chain.refresh_token
    chain.refresh()

    chain.try_refresh(spent).expect_status(400, 401)
    chain.try_refresh(spent).expect_status(400, 401)


@claim("SC-TOKEN-08")
@pytest.mark.live("several requests at one moment")
def test_of_many_uses_at_once_one_is_good(chain: TokenChain) -> None:
    """However they meet, no two of them bring tokens."""
    form = chain.oauth.refresh_form(chain.refresh_token)

    answers = send_concurrently(chain.client, 4, lambda sender: sender.post(TOKEN, form=form))

    good = [answer for answer in answers if answer.status == 200]
    assert len(good) <= 1, f"expected one set of tokens, found {len(good)}"


@claim("SC-TOKEN-08")
def test_a_refresh_token_stays_spent_when_the_chain_goes_on(chain: TokenChain) -> None:
    """Not only the last one is refused, but every older one."""
    spent = []
    for _ in range(5):
        spent.append(chain.refresh_token)
        chain.refresh()

    for old in reversed(spent):
        chain.try_refresh(old).expect_status(400, 401)


@claim("SC-TOKEN-08", needs=["control:clock"])
@pytest.mark.parametrize("hours", [1.1, 25])
def test_a_refresh_token_stays_spent_when_time_goes_by(
    hours: float, chain: TokenChain, controls: ControlsClient
) -> None:
    """Neither when the access token has expired nor a day later is it good again."""
    spent = chain.refresh_token
    chain.refresh()

    controls.clock(hours * HOUR)

    chain.try_refresh(spent).expect_status(400, 401)


@claim("SC-TOKEN-09")
def test_a_chain_of_refreshes_goes_on(chain: TokenChain) -> None:
    """Ten in a row, and each access token works."""
    for _ in range(10):
        chain.refresh()
        chain.assert_usable()


@claim("SC-TOKEN-09", needs=["control:clock"])
def test_a_chain_goes_on_hour_by_hour(chain: TokenChain, controls: ControlsClient) -> None:
    """As a service refreshes it, each time that the token has expired."""
    for _ in range(6):
        controls.clock(1.2 * HOUR)
        chain.refresh()
        chain.assert_usable()


@claim("SC-TOKEN-10")
def test_a_refreshed_app_is_still_no_user(app_chain: TokenChain) -> None:
    """Down the chain it reads what is public and no more."""
    for _ in range(3):
        app_chain.refresh()
        app_chain.assert_usable()
        app_chain.bearer.get("/me").expect_status(401, 403)


@claim("SC-TOKEN-10")
def test_a_refreshed_app_reads_all_that_is_public(
    app_chain: TokenChain, operation_requests: list[OperationRequest]
) -> None:
    """Lists, single things and streams."""
    public = [
        one for one in operation_requests if one.only_reads and one.targets_existing and not one.is_personal
    ]

    app_chain.refresh()

    expect_everywhere(public, app_chain.bearer, 200, 302)


@claim("SC-TOKEN-10", needs=["login"])
def test_a_refreshed_user_is_the_same_user(user_chain: TokenChain) -> None:
    """Down the chain /me is who logged in."""
    user = user_chain.bearer.get("/me").expect_ok().object["id"]

    for _ in range(3):
        user_chain.refresh()
        found = user_chain.bearer.get("/me").expect_ok().object["id"]
        assert found == user, f"expected the user {user}; found {found}"


@claim("SC-TOKEN-10", needs=["login", "write"])
def test_a_refreshed_user_may_still_write(
    user_chain: TokenChain, user: Client, unique_name: Callable[[str], str]
) -> None:
    """Change and delete, as before."""
    playlist = f"/playlists/{create_playlist(user, [], unique_name('kept'))['id']}"
    user_chain.bearer.put(playlist, json={"playlist": {"description": "before"}}).expect_ok()

    user_chain.refresh()

    user_chain.bearer.put(playlist, json={"playlist": {"description": "after"}}).expect_ok()
    user_chain.bearer.delete(playlist).expect_ok()


@claim("SC-TOKEN-10", needs=["login", "user2"])
def test_two_refreshed_users_are_not_mixed_up(user_chain: TokenChain, other_chain: TokenChain) -> None:
    """Each of two users is who logged in, whoever's token was refreshed before."""
    chains = (user_chain, other_chain)
    users = [chain.bearer.get("/me").expect_ok().object["id"] for chain in chains]

    for chain in chains:
        chain.refresh()

    found = [chain.bearer.get("/me").expect_ok().object["id"] for chain in chains]
    assert found == users, f"expected the users {users}; found {found}"


@claim("SC-TOKEN-11")
def test_a_refresh_token_opens_nothing(chain: TokenChain, operation_requests: list[OperationRequest]) -> None:
    """On no operation is it taken for an access token, neither the first nor the next."""
    chain.client.with_token(chain.refresh_token).get("/tracks", limit=1).expect_status(401)
    chain.refresh()

    expect_everywhere(operation_requests, chain.client.with_token(chain.refresh_token), 401)


@claim("SC-TOKEN-12")
def test_a_refresh_token_is_its_apps_own(chain: TokenChain, second_chain: TokenChain) -> None:
    """Each of two apps refreshes what is its own and is refused what is the other's."""
    chain.refresh()
    second_chain.refresh()

    chain.try_refresh(chain.refresh_token, second_chain.oauth).expect_client_error()
    second_chain.try_refresh(second_chain.refresh_token, chain.oauth).expect_client_error()


@claim("SC-TOKEN-14")
@pytest.mark.parametrize("hours", [1.2, 5])
def test_a_refresh_token_outlives_its_access_token(
    hours: float, chain: TokenChain, controls: ControlsClient
) -> None:
    """It renews what has expired."""
    expired = chain.bearer
    controls.clock(hours * HOUR)
    if expired.get("/tracks", limit=1).status != 401:
        not_verified("the access token has not expired")

    chain.refresh()

    chain.assert_usable()


@claim("SC-TOKEN-15")
@pytest.mark.parametrize("names", [["client_id", "client_secret"], ["client_secret"], None])
def test_credentials_in_the_query_get_no_token(
    names: list[str] | None, oauth: OAuth2, unauthenticated: Client
) -> None:
    """Neither both, nor the secret alone, nor the whole form."""
    form = oauth.client_credentials_form()
    query = {name: form[name] for name in names or form}

    unauthenticated.post(TOKEN, params=query, form=without(form, *query)).expect_client_error()


@claim("SC-TOKEN-15")
@pytest.mark.parametrize("names", [["client_id", "client_secret"], ["client_secret"], ["client_id"], None])
def test_credentials_in_the_query_refresh_nothing(names: list[str] | None, chain: TokenChain) -> None:
    """Though the refresh token is good."""
    form = chain.oauth.refresh_form(chain.refresh_token)
    query = {name: form[name] for name in names or form}

    chain.client.post(TOKEN, params=query, form=without(form, *query)).expect_client_error()


@claim("SC-TOKEN-15")
def test_the_query_does_not_mend_credentials(chain: TokenChain) -> None:
    """The right secret in it is not tried where the one in the form is wrong."""
    form = chain.oauth.refresh_form(chain.refresh_token)
    query = {"client_secret": form["client_secret"]}

    chain.client.post(TOKEN, params=query, form=form | {"client_secret": WRONG}).expect_client_error()


@claim("SC-TOKEN-16")
def test_a_token_request_is_a_form_that_is_posted(oauth: OAuth2, unauthenticated: Client) -> None:
    """The right fields in a JSON body are refused, and so they are in a GET."""
    form = oauth.client_credentials_form()

    unauthenticated.post(TOKEN, json=form).expect_client_error()
    unauthenticated.get(TOKEN, params=form).expect_client_error()


@claim("SC-TOKEN-16")
def test_a_refresh_is_a_form_that_is_posted(chain: TokenChain) -> None:
    """A good refresh token in a JSON body is refused, and so it is in a GET."""
    form = chain.oauth.refresh_form(chain.refresh_token)

    chain.client.post(TOKEN, json=form).expect_client_error()
    chain.client.get(TOKEN, params=form).expect_client_error()


@claim("SC-TOKEN-16", needs=["login"])
@pytest.mark.parametrize("way", ["json", "query", "code", "redirect_uri", "client_id"])
def test_an_exchange_is_a_form_that_is_posted(
    way: str, oauth: OAuth2, login: Callable[..., str], unauthenticated: Client, token_request: TokenRequest
) -> None:
    """A good code in a JSON body or in a GET is refused, and so it is beside a repeated parameter."""
    form = oauth.exchange_form(login())

    if way == "json":
        unauthenticated.post(TOKEN, json=form).expect_client_error()
    elif way == "query":
        unauthenticated.get(TOKEN, params=form).expect_client_error()
    else:
        token_request([*form.items(), (way, form[way])]).expect_client_error()


@claim("SC-TOKEN-16")
@pytest.mark.parametrize("value", [None, "another"])
@pytest.mark.parametrize("name", ["grant_type", "client_id", "client_secret", "refresh_token"])
def test_a_parameter_of_a_token_request_stands_once(
    name: str, value: str | None, chain: TokenChain, token_request: TokenRequest
) -> None:
    """The same value again is refused, and another one after it."""
    form = chain.oauth.refresh_form(chain.refresh_token)

    token_request([*form.items(), (name, value or form[name])]).expect_client_error()


@claim("SC-TOKEN-17")
@pytest.mark.live("what stands for a token in a cassette is no token")
def test_tokens_can_not_be_guessed_from_each_other(chain: TokenChain) -> None:
    """Of thirty in a row any two differ in 16 characters at least, access and refresh tokens alike."""
    access, refresh = [], []
    for _ in range(30):
        chain.refresh()
        access.append(chain.tokens.access_token)
        refresh.append(chain.refresh_token)

    for kind, tokens in {"access_token": access, "refresh_token": refresh}.items():
        least = min(differing(one, another) for one, another in combinations(tokens, 2))
        if least < 16:
            raise ExpectationFailed(
                f"16 characters between any two {kind}s of thirty", f"two that differ in {least}"
            )


@claim("SC-TOKEN-18")
@pytest.mark.parametrize(
    "change",
    [
        {"client_secret": "wrong"},
        {"client_id": "no-such-app"},
        {"grant_type": "no_such_grant"},
        {"grant_type": "refresh_token"},
        {"grant_type": "refresh_token", "refresh_token": "never-issued"},
        {"grant_type": "authorization_code"},
        {
            "grant_type": "authorization_code",
            "code": "never-issued",
            "redirect_uri": "https://app.example.com/",
        },
    ],
    ids=lambda change: " ".join(change.values()),
)
def test_token_errors_are_json(change: dict[str, str], oauth: OAuth2, token_request: TokenRequest) -> None:
    """Whatever was wrong."""
    assert_json_error(token_request(oauth.client_credentials_form() | change))


@claim("SC-TOKEN-18")
@pytest.mark.parametrize("name", ["grant_type", "client_id", "client_secret"])
def test_errors_of_what_is_missing_are_json(name: str, oauth: OAuth2, token_request: TokenRequest) -> None:
    """Whatever was left out."""
    assert_json_error(token_request(without(oauth.refresh_form("never-issued"), name)))


@claim("SC-TOKEN-18")
def test_the_error_of_a_spent_refresh_token_is_json(chain: TokenChain) -> None:
    """As all others are."""
    spent = chain.refresh_token
    chain.refresh()

    assert_json_error(chain.try_refresh(spent))


def basic(app: App) -> str:
    """An app's credentials as an Authorization header of HTTP Basic (RFC 7617)."""
    return f"Basic {base64.b64encode(f'{app.client_id}:{app.client_secret}'.encode()).decode()}"


def without(form: Mapping[str, str], *names: str) -> dict[str, str]:
    """A form with some of its fields left out."""
    return {name: value for name, value in form.items() if name not in names}


def differing(one: str, another: str) -> int:
    """In how many places two texts differ."""
    return sum(a != b for a, b in zip_longest(one, another))
