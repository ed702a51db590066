"""Signatures: the way to a token (RFC 5849 2)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from tuningfork import ExpectationFailed, claim
from tuningfork.apis.audioboo.error_assertions import assert_refused
from tuningfork.apis.audioboo.factories import object_in_body
from tuningfork.apis.audioboo.lookup import fetch_account_or_skip
from tuningfork.auth.oauth1 import Consumer, Token
from tuningfork.auth.oauth2 import redirect_parameters
from tuningfork.client.client import Client
from tuningfork.client.response import Response

from .support.oauth1_flow import CALLBACK, OAuth1Steps
from .support.signed_clients import ACCESS_TOKEN, REQUEST_TOKEN, parse_token

CALLBACKS = {
    "plain": CALLBACK,
    "query": f"{CALLBACK}?x=1&y=a%20b%26c&z=",
    "scheme": "my-app://audioboo/callback",
}
WRONG: dict[str, Callable[[str], str | None]] = {
    "missing": lambda _: None,
    "longer": lambda verifier: f"{verifier}0",
    "shorter": lambda verifier: verifier[:-1],
    "first changed": lambda verifier: ("b" if verifier.startswith("7") else "7") + verifier[1:],
    "last changed": lambda verifier: verifier[:-1] + ("8" if verifier.endswith("9") else "9"),
    "another": lambda _: "no-such-verifier",
    "zero": lambda _: "0",
}
MADE_UP = (None, "", "0", "12345678", "None", "null")
"""Verifiers where there is none."""


@claim("AB-SIGN-06")
def test_the_legs_lead_to_a_token_of_the_user(oauth1_flow: OAuth1Steps, user: Client) -> None:
    """By a PIN: it signs in the name of the one who approved."""
    token = oauth1_flow.token()

    is_account_of(oauth1_flow.signed(token).get("/account"), user)


@claim("AB-SIGN-06")
@pytest.mark.parametrize("callback", CALLBACKS.values(), ids=CALLBACKS)
def test_the_legs_lead_back_to_a_callback(callback: str, oauth1_flow: OAuth1Steps, user: Client) -> None:
    """With what was in its query, the request token and a verifier, which brings a token."""
    asked = oauth1_flow.fetch_request_token(callback)

    landed = oauth1_flow.approve(asked, callback)

    leads_back(landed, callback, asked)
    token = parse_token(oauth1_flow.exchange(asked, redirect_parameters(landed)["oauth_verifier"][0]))
    is_account_of(oauth1_flow.signed(token).get("/account"), user)


@claim("AB-SIGN-06", needs=["user2"])
def test_a_token_is_of_the_user_who_approved(
    oauth1_flow: OAuth1Steps, other_oauth1_flow: OAuth1Steps, user: Client, other_user: Client
) -> None:
    """Whoever approved before or after."""
    first, second = oauth1_flow.fetch_request_token(), other_oauth1_flow.fetch_request_token()

    second_pin = other_oauth1_flow.pin(second)
    first_pin = oauth1_flow.pin(first)

    of_first, of_second = (
        parse_token(oauth1_flow.exchange(asked, pin))
        for asked, pin in ((first, first_pin), (second, second_pin))
    )
    is_account_of(oauth1_flow.signed(of_first).get("/account"), user)
    is_account_of(oauth1_flow.signed(of_second).get("/account"), other_user)


@claim("AB-SIGN-06")
@pytest.mark.parametrize("placement", ["query", "body"])
def test_the_legs_may_be_signed_in_any_place(placement: str, oauth1_flow: OAuth1Steps) -> None:
    """Where the callback and the verifier then stand too."""
    asked = parse_token(oauth1_flow.post_request_token(placement=placement))

    token = parse_token(oauth1_flow.exchange(asked, oauth1_flow.pin(asked), placement=placement))

    oauth1_flow.signed(token).get("/account").expect_ok()


@claim("AB-SIGN-06")
def test_a_request_token_comes_with_a_confirmed_callback(oauth1_flow: OAuth1Steps) -> None:
    """`oauth_callback_confirmed=true` (RFC 5849 2.1), and every one is another."""
    answers = [oauth1_flow.post_request_token() for _ in range(2)]

    for answer in answers:
        confirmed = parse_qs(answer.expect_ok().text.strip()).get("oauth_callback_confirmed")
        if confirmed != ["true"]:
            raise ExpectationFailed("oauth_callback_confirmed=true", f"{confirmed}")
    assert parse_token(answers[0]).key != parse_token(answers[1]).key, (
        "expected another token, found the same"
    )


@claim("AB-SIGN-06")
def test_a_request_token_is_good_once(oauth1_flow: OAuth1Steps) -> None:
    """Refused the second time and the third, after another login too; the access token goes on."""
    asked = oauth1_flow.fetch_request_token()
    verifier = oauth1_flow.pin(asked)
    token = parse_token(oauth1_flow.exchange(asked, verifier))

    assert_refused(oauth1_flow.exchange(asked, verifier))
    oauth1_flow.token()
    assert_refused(oauth1_flow.exchange(asked, verifier))

    oauth1_flow.signed(token).get("/account").expect_ok()


@claim("AB-SIGN-06")
@pytest.mark.parametrize("callback", ["oob", CALLBACK])
def test_no_token_without_the_verifier(callback: str, oauth1_flow: OAuth1Steps) -> None:
    """Missing or wrong in any way, after an approval."""
    asked = oauth1_flow.fetch_request_token(callback)
    verifier = oauth1_flow.pin(asked) if callback == "oob" else oauth1_flow.verifier(asked)

    for wrong in WRONG.values():
        assert_refused(oauth1_flow.exchange(asked, wrong(verifier)))


@claim("AB-SIGN-06")
def test_a_verifier_is_for_one_request_token(oauth1_flow: OAuth1Steps) -> None:
    """That of another one, approved by the same user, is refused; both are good for their own."""
    one, other = oauth1_flow.fetch_request_token(), oauth1_flow.fetch_request_token()
    of_one, of_other = oauth1_flow.pin(one), oauth1_flow.pin(other)
    third = oauth1_flow.fetch_request_token()
    oauth1_flow.pin(third)

    assert_refused(oauth1_flow.exchange(third, of_one))

    parse_token(oauth1_flow.exchange(one, of_one))
    parse_token(oauth1_flow.exchange(other, of_other))


@claim("AB-SIGN-06")
def test_no_token_before_the_approval(oauth1_flow: OAuth1Steps) -> None:
    """Whatever is said to be the verifier."""
    asked = oauth1_flow.fetch_request_token()

    for verifier in MADE_UP:
        assert_refused(oauth1_flow.exchange(asked, verifier))


@claim("AB-SIGN-06")
def test_no_token_after_a_refusal(oauth1_flow: OAuth1Steps) -> None:
    """The user's answer is no; the app is told of no verifier."""
    asked = oauth1_flow.fetch_request_token(CALLBACK)

    landed = oauth1_flow.deny(asked)

    assert "oauth_verifier" not in redirect_parameters(landed), (
        "expected no verifier after a refusal, found one"
    )
    for verifier in MADE_UP:
        assert_refused(oauth1_flow.exchange(asked, verifier))


@claim("AB-SIGN-06")
@pytest.mark.parametrize("leg", [REQUEST_TOKEN, ACCESS_TOKEN])
def test_no_leg_goes_unsigned(leg: str, oauth1_flow: OAuth1Steps, unauthenticated: Client) -> None:
    """Neither without parameters nor with all but a signature."""
    asked = oauth1_flow.fetch_request_token()
    unsigned = {
        "oauth_consumer_key": oauth1_flow.consumer.key,
        "oauth_token": asked.key,
        "oauth_verifier": oauth1_flow.pin(asked),
        "oauth_callback": "oob",
    }

    assert_refused(unauthenticated.post(leg), 400, 401)
    assert_refused(unauthenticated.post(leg, form=unsigned), 400, 401)


@claim("AB-SIGN-06")
def test_no_leg_is_for_another_consumer(oauth1_flow: OAuth1Steps) -> None:
    """An unknown one, or the right one with a wrong secret."""
    for key, secret in (
        ("no-such-consumer", "x"),
        (oauth1_flow.consumer.key, "x"),
        (oauth1_flow.consumer.key, ""),
    ):
        asked = oauth1_flow.fetch_request_token()
        verifier = oauth1_flow.pin(asked)

        assert_refused(oauth1_flow.post_request_token(consumer=Consumer(key, secret)), 401)
        assert_refused(oauth1_flow.exchange(asked, verifier, consumer=Consumer(key, secret)), 401)


@claim("AB-SIGN-06")
@pytest.mark.parametrize("change", [lambda _: "", lambda secret: f"{secret}x"], ids=["empty", "wrong"])
def test_a_request_token_is_used_with_its_secret(
    change: Callable[[str], str], oauth1_flow: OAuth1Steps
) -> None:
    """Who has seen the token in a URL has nothing."""
    asked = oauth1_flow.fetch_request_token()
    verifier = oauth1_flow.pin(asked)

    assert_refused(oauth1_flow.exchange(asked, verifier, token_secret=change(asked.secret)), 401)


@claim("AB-SIGN-06")
def test_a_request_token_signs_nothing_else(oauth1_flow: OAuth1Steps) -> None:
    """Neither before the approval nor after it, nor when it has been exchanged."""
    asked = oauth1_flow.fetch_request_token()

    assert_refused(oauth1_flow.signed(asked).get("/account"), 401)
    verifier = oauth1_flow.pin(asked)
    assert_refused(oauth1_flow.signed(asked).get("/account"), 401)
    parse_token(oauth1_flow.exchange(asked, verifier))
    assert_refused(oauth1_flow.signed(asked).get("/account"), 401)


@claim("AB-SIGN-06")
def test_an_access_token_is_no_request_token(oauth1_flow: OAuth1Steps) -> None:
    """It can't be exchanged, with the verifier that brought it or without."""
    asked = oauth1_flow.fetch_request_token()
    verifier = oauth1_flow.pin(asked)
    token = parse_token(oauth1_flow.exchange(asked, verifier))

    assert_refused(oauth1_flow.exchange(token, verifier))
    assert_refused(oauth1_flow.exchange(token, None))

    oauth1_flow.signed(token).get("/account").expect_ok()


@claim("AB-SIGN-06")
def test_an_unknown_request_token_is_refused(oauth1_flow: OAuth1Steps) -> None:
    """One that was never given."""
    assert_refused(oauth1_flow.exchange(Token("no-such-token", "no-such-secret"), "12345678"))


@claim("AB-SIGN-07")
def test_a_pin_is_the_verifier(oauth1_flow: OAuth1Steps, user: Client) -> None:
    """It is shown alone on a page that leads to no app, and brings a token; the next one is another."""
    first, second = oauth1_flow.fetch_request_token(), oauth1_flow.fetch_request_token()

    pins = [oauth1_flow.pin(first), oauth1_flow.pin(second)]

    assert pins[0] != pins[1], "expected another PIN, found the same"
    for asked, pin in ((first, pins[0]), (second, pins[1])):
        is_account_of(oauth1_flow.signed(parse_token(oauth1_flow.exchange(asked, pin))).get("/account"), user)


@claim("AB-SIGN-07", needs=["user2"])
def test_a_pin_is_shown_to_each_user(other_oauth1_flow: OAuth1Steps, other_user: Client) -> None:
    """To the second one too."""
    is_account_of(other_oauth1_flow.signed(other_oauth1_flow.token()).get("/account"), other_user)


@claim("AB-SIGN-07")
def test_a_pin_does_not_depend_on_a_callback_before(oauth1_flow: OAuth1Steps) -> None:
    """The same browser may come back for an app with a callback and for one without."""
    with_callback = oauth1_flow.fetch_request_token(CALLBACK)
    oauth1_flow.verifier(with_callback)

    asked = oauth1_flow.fetch_request_token()

    parse_token(oauth1_flow.exchange(asked, oauth1_flow.pin(asked)))


def leads_back(landed: str, callback: str, asked: Token) -> None:
    """Fail if a redirect lacks the callback's own query, the token or a verifier (RFC 5849 2.2)."""
    if landed.partition("?")[0] != callback.partition("?")[0]:
        raise ExpectationFailed(f"a redirect to {callback}", landed.partition("?")[0])
    found = parse_qsl(urlsplit(landed).query, keep_blank_values=True)
    for pair in [
        *parse_qsl(urlsplit(callback).query, keep_blank_values=True),
        ("oauth_token", asked.key),
    ]:
        if found.count(pair) != 1:
            raise ExpectationFailed(
                f"{pair[0]} once, as it was, in the redirect", f"{found.count(pair)} times"
            )
    verifiers = [value for name, value in found if name == "oauth_verifier"]
    if len(verifiers) != 1 or not verifiers[0]:
        raise ExpectationFailed("one oauth_verifier in the redirect", f"{len(verifiers)}")


def is_account_of(answer: Response, user: Client) -> None:
    """ExpectationFailed if /account is not that of the user."""
    found, expected = object_in_body(answer.expect_ok(), "user")["id"], fetch_account_or_skip(user)["id"]
    if found != expected:
        raise ExpectationFailed(f"the user {expected}", f"{found}")
