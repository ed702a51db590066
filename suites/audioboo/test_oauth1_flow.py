"""Signatures: the three steps by which an app gets a token (RFC 5849 2)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from tuningfork import claim
from tuningfork.apis.audioboo.error_assertions import assert_refused
from tuningfork.apis.audioboo.factories import object_in_body
from tuningfork.apis.audioboo.lookup import fetch_account_or_skip
from tuningfork.auth.oauth1 import Consumer, Token
from tuningfork.auth.oauth2 import redirect_parameters
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.testing.expect import expect, expect_properties, expect_true

from .support.oauth1_flow import CALLBACK, OAuth1Steps
from .support.signed_clients import ACCESS_TOKEN, REQUEST_TOKEN, parse_token

CALLBACKS = {
    "plain": CALLBACK,
    "query": f"{CALLBACK}?x=1&y=a%20b%26c&z=",
    "scheme": "my-app://audioboo/callback",
}
WRONG_VERIFIERS: tuple[Callable[[str], str | None], ...] = (
    lambda _: None,
    lambda verifier: f"{verifier}0",
    lambda verifier: verifier[:-1],
    lambda verifier: ("b" if verifier.startswith("7") else "7") + verifier[1:],
    lambda verifier: verifier[:-1] + ("8" if verifier.endswith("9") else "9"),
    lambda _: "no-such-verifier",
    lambda _: "0",
)
INVENTED_VERIFIERS = (None, "", "0", "12345678", "None", "null")


@claim("AB-SIGN-06")
@pytest.mark.parametrize("callback", CALLBACKS.values(), ids=CALLBACKS)
def test_redirect_has_a_verifier_for_a_token(callback: str, oauth1_flow: OAuth1Steps, user: Client) -> None:
    """The token belongs to the user who approved; the query of the callback is unchanged."""
    request_token = oauth1_flow.fetch_request_token(callback)

    redirect = oauth1_flow.approve(request_token, callback)

    expect_redirect(redirect, callback, request_token)
    verifier = redirect_parameters(redirect)["oauth_verifier"][0]
    token = parse_token(oauth1_flow.exchange(request_token, verifier))
    expect_account(oauth1_flow.client_with(token).get("/account"), user)


@claim("AB-SIGN-06", needs=["user2"])
def test_token_belongs_to_the_user_who_approved(
    oauth1_flow: OAuth1Steps, other_oauth1_flow: OAuth1Steps, user: Client, other_user: Client
) -> None:
    """If two users approve two request tokens in another order."""
    first, second = oauth1_flow.fetch_request_token(), other_oauth1_flow.fetch_request_token()
    second_pin = other_oauth1_flow.fetch_pin(second)
    first_pin = oauth1_flow.fetch_pin(first)

    first_token = parse_token(oauth1_flow.exchange(first, first_pin))
    second_token = parse_token(oauth1_flow.exchange(second, second_pin))

    expect_account(oauth1_flow.client_with(first_token).get("/account"), user)
    expect_account(oauth1_flow.client_with(second_token).get("/account"), other_user)


@claim("AB-SIGN-06")
@pytest.mark.parametrize("placement", ["query", "body"])
def test_steps_accept_any_placement_of_the_signature(placement: str, oauth1_flow: OAuth1Steps) -> None:
    request_token = parse_token(oauth1_flow.post_request_token(placement=placement))
    pin = oauth1_flow.fetch_pin(request_token)

    token = parse_token(oauth1_flow.exchange(request_token, pin, placement=placement))

    oauth1_flow.client_with(token).get("/account").expect_ok()


@claim("AB-SIGN-06")
def test_request_token_is_new_and_its_callback_confirmed(oauth1_flow: OAuth1Steps) -> None:
    """`oauth_callback_confirmed=true` (RFC 5849 2.1)."""
    first, second = (oauth1_flow.post_request_token() for _ in range(2))

    for response in (first, second):
        confirmed = parse_qs(response.expect_ok().text.strip()).get("oauth_callback_confirmed")
        expect(confirmed, ["true"], "oauth_callback_confirmed", response)
    is_new = parse_token(first).key != parse_token(second).key
    expect_true(is_new, "two request tokens", "the same token twice", second)


@claim("AB-SIGN-06")
def test_request_token_can_be_exchanged_once(oauth1_flow: OAuth1Steps) -> None:
    """A second exchange returns 4xx, also after another login."""
    request_token = oauth1_flow.fetch_request_token()
    verifier = oauth1_flow.fetch_pin(request_token)
    token = parse_token(oauth1_flow.exchange(request_token, verifier))
    oauth1_flow.client_with(token).get("/account").expect_ok()

    assert_refused(oauth1_flow.exchange(request_token, verifier))
    oauth1_flow.fetch_token()
    assert_refused(oauth1_flow.exchange(request_token, verifier))


@claim("AB-SIGN-06")
@pytest.mark.parametrize("callback", ["oob", CALLBACK])
def test_wrong_verifier_returns_4xx(callback: str, oauth1_flow: OAuth1Steps) -> None:
    token = oauth1_flow.fetch_request_token(callback)
    verifier = oauth1_flow.fetch_pin(token) if callback == "oob" else oauth1_flow.fetch_verifier(token)

    for edit in WRONG_VERIFIERS:
        assert_refused(oauth1_flow.exchange(token, edit(verifier)))


@claim("AB-SIGN-06")
def test_verifier_of_another_request_token_returns_4xx(oauth1_flow: OAuth1Steps) -> None:
    """Both were approved by the same user; each verifier stays valid for its own request token."""
    tokens = [oauth1_flow.fetch_request_token() for _ in range(2)]
    verifiers = [oauth1_flow.fetch_pin(token) for token in tokens]
    other = oauth1_flow.fetch_request_token()
    oauth1_flow.fetch_pin(other)

    assert_refused(oauth1_flow.exchange(other, verifiers[0]))

    parse_token(oauth1_flow.exchange(tokens[0], verifiers[0]))
    parse_token(oauth1_flow.exchange(tokens[1], verifiers[1]))


@claim("AB-SIGN-06")
def test_exchange_before_the_approval_returns_4xx(oauth1_flow: OAuth1Steps) -> None:
    request_token = oauth1_flow.fetch_request_token()

    for verifier in INVENTED_VERIFIERS:
        assert_refused(oauth1_flow.exchange(request_token, verifier))


@claim("AB-SIGN-06")
def test_exchange_after_a_denial_returns_4xx(oauth1_flow: OAuth1Steps) -> None:
    """The redirect after the denial has no verifier."""
    request_token = oauth1_flow.fetch_request_token(CALLBACK)

    redirect = oauth1_flow.deny(request_token)

    has_verifier = "oauth_verifier" in redirect_parameters(redirect)
    expect_true(not has_verifier, "a redirect without an oauth_verifier", "a redirect with one")
    for verifier in INVENTED_VERIFIERS:
        assert_refused(oauth1_flow.exchange(request_token, verifier))


@claim("AB-SIGN-06")
@pytest.mark.parametrize("path", [REQUEST_TOKEN, ACCESS_TOKEN])
def test_step_without_a_signature_returns_400_or_401(
    path: str, oauth1_flow: OAuth1Steps, unauthenticated: Client
) -> None:
    """Without parameters, and with all parameters but a signature."""
    request_token = oauth1_flow.fetch_request_token()
    unsigned = {
        "oauth_consumer_key": oauth1_flow.consumer.key,
        "oauth_token": request_token.key,
        "oauth_verifier": oauth1_flow.fetch_pin(request_token),
        "oauth_callback": "oob",
    }

    assert_refused(unauthenticated.post(path), 400, 401)
    assert_refused(unauthenticated.post(path, form=unsigned), 400, 401)


@claim("AB-SIGN-06")
def test_step_of_another_consumer_returns_401(oauth1_flow: OAuth1Steps) -> None:
    """An unknown consumer, or the right one with a wrong secret."""
    key = oauth1_flow.consumer.key
    for consumer in (Consumer("no-such-consumer", "x"), Consumer(key, "x"), Consumer(key, "")):
        request_token = oauth1_flow.fetch_request_token()
        verifier = oauth1_flow.fetch_pin(request_token)

        assert_refused(oauth1_flow.post_request_token(consumer=consumer), 401)
        assert_refused(oauth1_flow.exchange(request_token, verifier, consumer=consumer), 401)


@claim("AB-SIGN-06")
@pytest.mark.parametrize("suffix", [None, "x"], ids=["empty", "wrong"])
def test_wrong_secret_of_a_request_token_returns_401(suffix: str | None, oauth1_flow: OAuth1Steps) -> None:
    request_token = oauth1_flow.fetch_request_token()
    verifier = oauth1_flow.fetch_pin(request_token)
    secret = "" if suffix is None else f"{request_token.secret}{suffix}"

    assert_refused(oauth1_flow.exchange(request_token, verifier, token_secret=secret), 401)


@claim("AB-SIGN-06")
def test_request_token_as_access_token_returns_401(oauth1_flow: OAuth1Steps) -> None:
    """Before the approval, after it, and after the exchange."""
    request_token = oauth1_flow.fetch_request_token()
    client = oauth1_flow.client_with(request_token)

    assert_refused(client.get("/account"), 401)
    verifier = oauth1_flow.fetch_pin(request_token)
    assert_refused(client.get("/account"), 401)
    parse_token(oauth1_flow.exchange(request_token, verifier))
    assert_refused(client.get("/account"), 401)


@claim("AB-SIGN-06")
def test_exchange_of_an_access_token_returns_4xx(oauth1_flow: OAuth1Steps) -> None:
    """With and without the verifier; the access token stays valid."""
    request_token = oauth1_flow.fetch_request_token()
    verifier = oauth1_flow.fetch_pin(request_token)
    token = parse_token(oauth1_flow.exchange(request_token, verifier))

    assert_refused(oauth1_flow.exchange(token, verifier))
    assert_refused(oauth1_flow.exchange(token, None))

    oauth1_flow.client_with(token).get("/account").expect_ok()


@claim("AB-SIGN-06")
def test_unknown_request_token_returns_4xx(oauth1_flow: OAuth1Steps) -> None:
    assert_refused(oauth1_flow.exchange(Token("no-such-token", "no-such-secret"), "12345678"))


@claim("AB-SIGN-07")
def test_pin_is_the_verifier(oauth1_flow: OAuth1Steps, user: Client) -> None:
    """Each request token has its own PIN."""
    tokens = [oauth1_flow.fetch_request_token() for _ in range(2)]

    pins = [oauth1_flow.fetch_pin(token) for token in tokens]

    assert pins[0] != pins[1], "expected two PINs, found the same PIN twice"
    for request_token, pin in zip(tokens, pins, strict=True):
        token = parse_token(oauth1_flow.exchange(request_token, pin))
        expect_account(oauth1_flow.client_with(token).get("/account"), user)


@claim("AB-SIGN-07", needs=["user2"])
def test_each_user_gets_a_pin(other_oauth1_flow: OAuth1Steps, other_user: Client) -> None:
    token = other_oauth1_flow.fetch_token()

    expect_account(other_oauth1_flow.client_with(token).get("/account"), other_user)


@claim("AB-SIGN-07")
def test_pin_is_shown_after_a_flow_with_a_callback(oauth1_flow: OAuth1Steps) -> None:
    oauth1_flow.fetch_verifier(oauth1_flow.fetch_request_token(CALLBACK))
    request_token = oauth1_flow.fetch_request_token()

    response = oauth1_flow.exchange(request_token, oauth1_flow.fetch_pin(request_token))

    parse_token(response.expect_ok())


def expect_redirect(redirect: str, callback: str, request_token: Token) -> None:
    """Raise ExpectationFailed unless a redirect has the callback's query, the token and a verifier."""
    expect(redirect.partition("?")[0], callback.partition("?")[0], "URL of the redirect")
    parameters = parse_qsl(urlsplit(redirect).query, keep_blank_values=True)
    for pair in parse_qsl(urlsplit(callback).query, keep_blank_values=True):
        expect(parameters.count(pair), 1, f"number of {pair[0]} in the redirect")
    token_count = parameters.count(("oauth_token", request_token.key))
    verifier_count = sum(name == "oauth_verifier" and value != "" for name, value in parameters)
    expect((token_count, verifier_count), (1, 1), "number of tokens and verifiers in the redirect")


def expect_account(response: Response, user: Client) -> None:
    """Raise ExpectationFailed unless /account returns this user."""
    expect_properties(object_in_body(response.expect_ok(), "user"), id=fetch_account_or_skip(user)["id"])
