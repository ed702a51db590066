"""Client Credentials and Refreshing Tokens (https://developers.soundcloud.com/docs/api/guide#client-creds)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import combinations
from urllib.parse import urlencode

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.soundcloud.factories import create_playlist
from tuningfork.auth.oauth2 import App, OAuth2
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import Response
from tuningfork.json_text import to_json
from tuningfork.testing.concurrency import send_concurrently
from tuningfork.testing.expect import expect, expect_true
from tuningfork.testing.operation_requests import expect_everywhere

from .support.operation_requests import OperationRequest
from .support.token_assertions import (
    assert_invalid_grant,
    assert_json_error,
    assert_not_cacheable,
    assert_token_properties,
    assert_token_types,
)
from .support.token_chain import TOKEN, TokenChain, TokenEndpoint, parse_token_set

HOUR_S = 3600
WRONG = "no-secret"
MIN_DIFFERENCES = 16
"""Positions in which two tokens differ at least."""


def swap_case(text: str) -> str:
    """Return the text with the case of its letters swapped; without letters, with one more."""
    return text.swapcase() if text.swapcase() != text else text + "x"


WRONG_APPS: dict[str, Callable[[App], App]] = {
    "another secret": lambda app: replace(app, client_secret=WRONG),
    "longer secret": lambda app: replace(app, client_secret=app.client_secret + "x"),
    "shorter secret": lambda app: replace(app, client_secret=app.client_secret[:-1]),
    "secret in another case": lambda app: replace(app, client_secret=swap_case(app.client_secret)),
    "id as secret": lambda app: replace(app, client_secret=app.client_id),
    "secret in spaces": lambda app: replace(app, client_secret=f" {app.client_secret} "),
    "unknown id": lambda app: replace(app, client_id="no-such-app"),
    "longer id": lambda app: replace(app, client_id=app.client_id + "x"),
    "shorter id": lambda app: replace(app, client_id=app.client_id[:-1]),
    "id in another case": lambda app: replace(app, client_id=swap_case(app.client_id)),
    "unknown id and secret": lambda app: replace(app, client_id="no-such-app", client_secret=WRONG),
}
FOR_GRANTS = ("another secret", "longer secret", "unknown id", "longer id")
"""Wrong apps that request new tokens: refused requests may count, too, of 30 in an hour (SC-RATE-01)."""
SECRET_PARAMETERS = (("client_id", "client_secret"), ("client_secret",))
BY_CODE = pytest.param("authorization_code", marks=claim(needs=["login"]))


@pytest.fixture(params=["client_credentials", "authorization_code"])
def token_responses(
    request: pytest.FixtureRequest, unauthenticated: Client, oauth: OAuth2, token_endpoint: TokenEndpoint
) -> list[Response]:
    """The responses to a grant and to two refreshes after it."""
    is_code = request.param == "authorization_code"
    form = (
        oauth.exchange_form(request.getfixturevalue("login")())
        if is_code
        else oauth.client_credentials_form()
    )
    granted = token_endpoint.post(form)
    chain = TokenChain(unauthenticated, oauth, parse_token_set(granted))
    return [granted, chain.refresh(), chain.refresh()]


@pytest.fixture(params=["client_credentials", "refresh_token", BY_CODE])
def form(request: pytest.FixtureRequest, oauth: OAuth2) -> dict[str, str]:
    """A valid form of each grant type."""
    if request.param == "client_credentials":
        return oauth.client_credentials_form()
    if request.param == "refresh_token":
        return oauth.refresh_form(request.getfixturevalue("app_token_chain").refresh_token)
    return oauth.exchange_form(request.getfixturevalue("login")())


@claim("SC-TOKEN-01")
@pytest.mark.parametrize(
    "app", ["oauth", pytest.param("second_oauth", marks=claim(needs=["given:second_app"]))]
)
def test_client_credentials_return_usable_tokens(
    app: str, request: pytest.FixtureRequest, token_endpoint: TokenEndpoint, unauthenticated: Client
) -> None:
    oauth: OAuth2 = request.getfixturevalue(app)

    response = token_endpoint.post(oauth.client_credentials_form())

    assert_token_properties(response)
    TokenChain(unauthenticated, oauth, parse_token_set(response)).assert_usable()


@claim("SC-TOKEN-02")
def test_token_properties_have_their_types(token_responses: list[Response]) -> None:
    for response in token_responses:
        assert_token_types(response)


@claim("SC-TOKEN-03")
def test_expires_in_is_about_an_hour(token_responses: list[Response]) -> None:
    for response in token_responses:
        expires_in = response.object["expires_in"]
        expect_true(3300 <= expires_in <= 3900, "expires_in: 3300 to 3900", to_json(expires_in), response)


@claim("SC-TOKEN-13")
def test_token_response_is_not_cacheable(token_responses: list[Response]) -> None:
    for response in token_responses:
        assert_not_cacheable(response)


@claim("SC-TOKEN-04")
@pytest.mark.parametrize("change", FOR_GRANTS)
def test_client_credentials_of_a_wrong_app_return_401(
    change: str, oauth: OAuth2, token_endpoint: TokenEndpoint
) -> None:
    wrong_oauth = replace(oauth, app=WRONG_APPS[change](oauth.app))

    token_endpoint.post(wrong_oauth.client_credentials_form()).expect_status(401)


@claim("SC-TOKEN-04")
@pytest.mark.parametrize("change", WRONG_APPS)
def test_refresh_by_a_wrong_app_returns_401(change: str, token_chain: TokenChain) -> None:
    wrong_app = WRONG_APPS[change](token_chain.oauth.app)

    response = token_chain.try_refresh(token_chain.refresh_token, replace(token_chain.oauth, app=wrong_app))

    response.expect_status(401)


@claim("SC-TOKEN-04")
@pytest.mark.parametrize("change", WRONG_APPS)
def test_refresh_by_a_wrong_app_in_basic_returns_4xx(change: str, token_chain: TokenChain) -> None:
    """HTTP Basic (RFC 6749, 2.3.1) may be unsupported, so any 4xx is correct."""
    form = without(token_chain.oauth.refresh_form(token_chain.refresh_token), "client_id", "client_secret")
    headers = {"Authorization": basic(WRONG_APPS[change](token_chain.oauth.app))}

    token_chain.client.post(TOKEN, form=form, headers=headers).expect_client_error()


@claim("SC-TOKEN-04")
def test_wrong_secret_beside_correct_basic_returns_4xx(token_chain: TokenChain) -> None:
    form = token_chain.oauth.refresh_form(token_chain.refresh_token) | {"client_secret": WRONG}
    headers = {"Authorization": basic(token_chain.oauth.app)}

    token_chain.client.post(TOKEN, form=form, headers=headers).expect_client_error()


@claim("SC-TOKEN-04")
def test_empty_secret_returns_4xx(token_chain: TokenChain) -> None:
    """It may count as a missing parameter (RFC 6749, 3.2)."""
    form = token_chain.oauth.refresh_form(token_chain.refresh_token) | {"client_secret": ""}

    token_chain.client.post(TOKEN, form=form).expect_client_error()


@claim("SC-TOKEN-04")
def test_secret_of_another_app_returns_401(token_chain: TokenChain, second_oauth: OAuth2) -> None:
    secret = second_oauth.app.client_secret
    form = token_chain.oauth.refresh_form(token_chain.refresh_token) | {"client_secret": secret}

    token_chain.client.post(TOKEN, form=form).expect_status(401)


@claim("SC-TOKEN-04", needs=["login"])
@pytest.mark.parametrize("change", WRONG_APPS)
def test_exchange_by_a_wrong_app_returns_401(
    change: str, oauth: OAuth2, token_endpoint: TokenEndpoint, login: Callable[..., str]
) -> None:
    wrong_oauth = replace(oauth, app=WRONG_APPS[change](oauth.app))

    token_endpoint.post(wrong_oauth.exchange_form(login())).expect_status(401)


@claim("SC-TOKEN-05")
@pytest.mark.parametrize(
    "grant_type", ["password", "implicit", "token", "CLIENT_CREDENTIALS", "no_such_grant", "", None]
)
def test_unsupported_or_missing_grant_type_returns_400(
    grant_type: str | None, oauth: OAuth2, token_endpoint: TokenEndpoint
) -> None:
    form = without(oauth.client_credentials_form(), "grant_type")
    grant = {} if grant_type is None else {"grant_type": grant_type}

    token_endpoint.post(form | grant).expect_status(400)


@claim("SC-TOKEN-06")
@pytest.mark.parametrize("text", ["never-issued", "null", "x" * 2000, "'", "ü"])
def test_unknown_token_or_code_returns_invalid_grant(
    text: str, oauth: OAuth2, token_endpoint: TokenEndpoint
) -> None:
    assert_invalid_grant(token_endpoint.post(oauth.refresh_form(text)))
    assert_invalid_grant(token_endpoint.post(oauth.exchange_form(text)))


@claim("SC-TOKEN-06")
def test_wrong_refresh_token_returns_invalid_grant(
    token_chain: TokenChain, token_endpoint: TokenEndpoint
) -> None:
    """Texts similar to a refresh token, and an access token; neither token is a valid code."""
    refresh_token, access_token = token_chain.refresh_token, token_chain.tokens.access_token

    for text in (*similar_texts(refresh_token), access_token):
        assert_invalid_grant(token_chain.try_refresh(text))
    for token in (refresh_token, access_token):
        assert_invalid_grant(token_endpoint.post(token_chain.oauth.exchange_form(token)))


@claim("SC-TOKEN-06", needs=["login"])
def test_text_similar_to_a_code_returns_invalid_grant(
    login: Callable[..., str], oauth: OAuth2, token_endpoint: TokenEndpoint
) -> None:
    for text in similar_texts(login()):
        assert_invalid_grant(token_endpoint.post(oauth.exchange_form(text)))


@claim("SC-TOKEN-06")
@pytest.mark.parametrize("name", ["code", "refresh_token"])
def test_missing_or_empty_token_or_code_returns_400_or_401(
    name: str, oauth: OAuth2, token_endpoint: TokenEndpoint
) -> None:
    form = oauth.exchange_form("x") if name == "code" else oauth.refresh_form("x")

    token_endpoint.post(without(form, name)).expect_status(400, 401)
    token_endpoint.post(form | {name: ""}).expect_status(400, 401)


@claim("SC-TOKEN-07")
def test_each_refresh_returns_another_usable_token(token_chain: TokenChain) -> None:
    earlier_tokens = {token_chain.tokens.access_token}
    for _ in range(3):
        response = token_chain.refresh()

        assert_token_properties(response)
        is_new = token_chain.tokens.access_token not in earlier_tokens
        expect_true(is_new, "a new access_token", "an earlier one", response)
        token_chain.assert_usable()
        earlier_tokens.add(token_chain.tokens.access_token)


@claim("SC-TOKEN-07")
def test_form_with_charset_returns_tokens(token_chain: TokenChain) -> None:
    """The media type has a parameter, as browsers send it (RFC 6749 B)."""
    form = urlencode(token_chain.oauth.refresh_form(token_chain.refresh_token)).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}

    response = token_chain.client.post(TOKEN, content=form, headers=headers)

    assert_token_properties(response)
    token_chain.tokens = parse_token_set(response)


@claim("SC-TOKEN-08")
@pytest.mark.live("several requests at the same moment")
def test_concurrent_uses_of_a_refresh_token_return_one_set_of_tokens(token_chain: TokenChain) -> None:
    form = token_chain.oauth.refresh_form(token_chain.refresh_token)

    responses = send_concurrently(token_chain.client, 4, lambda client: client.post(TOKEN, form=form))

    successes = [response for response in responses if response.status == 200]
    expect_true(len(successes) <= 1, "one set of tokens at most", f"{len(successes)}", responses[0])


@claim("SC-TOKEN-08")
def test_used_refresh_token_returns_400_or_401(token_chain: TokenChain) -> None:
    """Each token that was used, the last one first, and once more."""
    used_tokens = []
    for _ in range(5):
        used_tokens.append(token_chain.refresh_token)
        token_chain.refresh()

    for used_token in (*reversed(used_tokens), used_tokens[-1]):
        token_chain.try_refresh(used_token).expect_status(400, 401)


@claim("SC-TOKEN-08", needs=["control:clock"])
@pytest.mark.parametrize("hours", [1.1, 25])
def test_used_refresh_token_returns_400_or_401_hours_later(
    hours: float, token_chain: TokenChain, controls: ControlsClient
) -> None:
    used_token = token_chain.refresh_token
    token_chain.refresh()

    controls.clock(hours * HOUR_S)

    token_chain.try_refresh(used_token).expect_status(400, 401)


@claim("SC-TOKEN-09")
def test_ten_refreshes_return_usable_tokens(token_chain: TokenChain) -> None:
    for _ in range(10):
        token_chain.refresh()
        token_chain.assert_usable()


@claim("SC-TOKEN-09", needs=["control:clock"])
def test_refreshes_after_each_expiry_return_usable_tokens(
    token_chain: TokenChain, controls: ControlsClient
) -> None:
    for _ in range(6):
        controls.clock(1.2 * HOUR_S)
        token_chain.refresh()
        token_chain.assert_usable()


@claim("SC-TOKEN-10")
def test_refreshed_app_token_reads_public_resources_only(
    app_token_chain: TokenChain, public_reads: list[OperationRequest]
) -> None:
    app_token_chain.refresh()

    expect_everywhere(public_reads, app_token_chain.bearer, 200, 302)
    app_token_chain.bearer.get("/me").expect_status(401, 403)


@claim("SC-TOKEN-10", needs=["login"])
def test_refreshed_user_token_is_of_the_same_user(user_token_chain: TokenChain) -> None:
    user_id = user_token_chain.bearer.get("/me").expect_ok().object["id"]

    for _ in range(3):
        user_token_chain.refresh()
        expect(user_token_chain.bearer.get("/me").expect_ok().object["id"], user_id, "id of the user")


@claim("SC-TOKEN-10", needs=["login", "write"])
def test_refreshed_user_token_can_write(
    user_token_chain: TokenChain, user: Client, unique_name: Callable[[str], str]
) -> None:
    path = f"/playlists/{create_playlist(user, [], unique_name('playlist'))['id']}"
    user_token_chain.bearer.put(path, json={"playlist": {"description": "before"}}).expect_ok()

    user_token_chain.refresh()

    user_token_chain.bearer.put(path, json={"playlist": {"description": "after"}}).expect_ok()
    user_token_chain.bearer.delete(path).expect_ok()


@claim("SC-TOKEN-10", needs=["login", "user2"])
def test_refreshed_tokens_of_two_users_are_of_the_same_users(
    user_token_chain: TokenChain, other_token_chain: TokenChain
) -> None:
    chains = (user_token_chain, other_token_chain)
    user_ids = [chain.bearer.get("/me").expect_ok().object["id"] for chain in chains]

    for chain in chains:
        chain.refresh()

    for chain, user_id in zip(chains, user_ids, strict=True):
        expect(chain.bearer.get("/me").expect_ok().object["id"], user_id, "id of the user")


@claim("SC-TOKEN-11")
def test_refresh_token_as_access_token_returns_401(token_chain: TokenChain) -> None:
    """The first refresh token, and the one after a refresh."""
    for _ in range(2):
        token_chain.client.with_token(token_chain.refresh_token).get("/tracks", limit=1).expect_status(401)
        token_chain.refresh()


@claim("SC-TOKEN-11")
def test_refresh_token_as_access_token_returns_401_everywhere(
    token_chain: TokenChain, operation_requests: list[OperationRequest]
) -> None:
    client = token_chain.client.with_token(token_chain.refresh_token)

    expect_everywhere(operation_requests, client, 401)


@claim("SC-TOKEN-12")
def test_refresh_token_of_another_app_returns_4xx(
    token_chain: TokenChain, second_app_token_chain: TokenChain
) -> None:
    """Each of two apps can refresh its own tokens."""
    for chain, other in (
        (token_chain, second_app_token_chain),
        (second_app_token_chain, token_chain),
    ):
        chain.refresh()

        chain.try_refresh(chain.refresh_token, other.oauth).expect_client_error()


@claim("SC-TOKEN-14")
@pytest.mark.parametrize("hours", [1.2, 5])
def test_refresh_token_outlives_its_access_token(
    hours: float, token_chain: TokenChain, controls: ControlsClient
) -> None:
    client = token_chain.bearer
    controls.clock(hours * HOUR_S)
    if client.get("/tracks", limit=1).status != 401:
        not_verified("the access token has not expired")

    token_chain.refresh()

    token_chain.assert_usable()


@claim("SC-TOKEN-15")
@pytest.mark.parametrize("names", [*SECRET_PARAMETERS, None], ids=str)
@pytest.mark.parametrize("form", ["client_credentials", "refresh_token"], indirect=True)
def test_credentials_in_the_query_return_4xx(
    names: tuple[str, ...] | None, form: dict[str, str], unauthenticated: Client
) -> None:
    """The id and the secret, the secret only, or the whole form."""
    query = {name: form[name] for name in names or form}

    unauthenticated.post(TOKEN, params=query, form=without(form, *query)).expect_client_error()


@claim("SC-TOKEN-16")
def test_token_request_as_json_or_get_returns_4xx(form: dict[str, str], unauthenticated: Client) -> None:
    unauthenticated.post(TOKEN, json=form).expect_client_error()
    unauthenticated.get(TOKEN, params=form).expect_client_error()


@claim("SC-TOKEN-16")
@pytest.mark.parametrize("value", [None, "another"])
@pytest.mark.parametrize("form", ["refresh_token", BY_CODE], indirect=True)
def test_repeated_parameter_of_a_token_request_returns_4xx(
    value: str | None, form: dict[str, str], token_endpoint: TokenEndpoint
) -> None:
    """With the same value, and with another one."""
    for name in form or not_verified("the form has no parameter"):
        repeated = [*form.items(), (name, value or form[name])]

        token_endpoint.post(repeated).expect_client_error()


@claim("SC-TOKEN-17")
@pytest.mark.live("the tokens in a cassette are replaced")
def test_tokens_differ_in_many_positions(token_chain: TokenChain) -> None:
    """Any two of 30 consecutive access tokens, and of 30 refresh tokens."""
    access_tokens, refresh_tokens = [], []
    for _ in range(30):
        token_chain.refresh()
        access_tokens.append(token_chain.tokens.access_token)
        refresh_tokens.append(token_chain.refresh_token)

    for tokens in (access_tokens, refresh_tokens):
        smallest = min(count_differences(one, other) for one, other in combinations(tokens, 2))
        expect_true(
            smallest >= MIN_DIFFERENCES,
            f"{MIN_DIFFERENCES} differences between any two tokens",
            f"{smallest} differences",
        )


@claim("SC-TOKEN-18")
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"client_secret": "wrong"},
        {"client_id": "no-such-app"},
        {"grant_type": "no_such_grant"},
        {"grant_type": "authorization_code"},
        {"grant_type": "authorization_code", "code": "never-issued"},
        {"grant_type": None},
        {"client_id": None},
        {"client_secret": None},
        {"refresh_token": None},
    ],
    ids=str,
)
def test_token_error_is_json(
    change: dict[str, str | None], oauth: OAuth2, token_endpoint: TokenEndpoint
) -> None:
    """For an unknown refresh token, wrong values and missing parameters."""
    form = oauth.refresh_form("never-issued") | change

    response = token_endpoint.post({name: value for name, value in form.items() if value is not None})

    assert_json_error(response)


def basic(app: App) -> str:
    """Return an app's credentials as an Authorization header of HTTP Basic (RFC 7617)."""
    return f"Basic {base64.b64encode(f'{app.client_id}:{app.client_secret}'.encode()).decode()}"


def without(form: Mapping[str, str], *names: str) -> dict[str, str]:
    """Return a form without some of its fields."""
    return {name: value for name, value in form.items() if name not in names}


def similar_texts(text: str) -> tuple[str, str, str]:
    """Return the text with more characters, half of it, and the reverse of it."""
    return text + "xxxx", text[: len(text) // 2], text[::-1] + "x"


def count_differences(one: str, other: str) -> int:
    """Return the number of positions in which two texts differ."""
    return sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))
