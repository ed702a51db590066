"""The three legs: request token, consent, access token."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from tuningfork.apis.audioboo.mock.seed import Seed
from tuningfork.auth.oauth1 import OAuth1Flow, Token
from tuningfork.auth.oauth2 import AuthError

BASE = "https://api.audioboom.mock"
CALLBACK = "https://app.example.com/back?from=boo"
ROMNEY = {"username": Seed.FIRST.username, "password": Seed.FIRST.password}


@pytest.fixture
def legs(signer: Any) -> OAuth1Flow:
    return OAuth1Flow(signer.session, BASE, signer.consumer)


def press(signer: Any, legs: OAuth1Flow, token: Token, decision: str = "approve", **fields: Any) -> Any:
    page = signer.session.get(legs.authorize_url(token))
    form = BeautifulSoup(page.text, "html.parser").form
    assert form is not None
    ticket = form.find("input", {"name": "ticket"})
    sent = {"ticket": ticket["value"], "decision": decision, **fields}  # type: ignore[index]  # it is a tag
    return signer.session.post(str(form["action"]), data=sent, allow_redirects=False)


def test_a_user_lets_a_consumer_in(signer: Any, legs: OAuth1Flow) -> None:
    asked = legs.fetch_request_token(CALLBACK)
    redirect = press(signer, legs, asked, **ROMNEY).headers["Location"]
    back = parse_qs(urlsplit(redirect).query)

    token = legs.fetch_access_token(asked, back["oauth_verifier"][0])

    assert redirect.startswith(f"{CALLBACK}&oauth_token=")
    assert back["oauth_token"] == [asked.key]
    signed = signer(signer.oauth(AsMock(token)), "GET", "/account")
    assert signed.json()["body"]["user"]["username"] == Seed.FIRST.username


def test_a_pin_is_the_only_number_on_its_page(signer: Any, legs: OAuth1Flow) -> None:
    asked = legs.fetch_request_token("oob")
    page = press(signer, legs, asked, **ROMNEY)

    (pin,) = re.findall(r"\d{4,}", BeautifulSoup(page.text, "html.parser").get_text(" "))

    assert page.status_code == 200
    assert legs.fetch_access_token(asked, pin).key


def test_a_request_token_is_good_once_and_with_its_verifier(signer: Any, legs: OAuth1Flow) -> None:
    asked = legs.fetch_request_token(CALLBACK)
    with pytest.raises(AuthError, match="401"):
        legs.fetch_access_token(asked, "")
    verifier = parse_qs(urlsplit(press(signer, legs, asked, **ROMNEY).headers["Location"]).query)[
        "oauth_verifier"
    ][0]
    with pytest.raises(AuthError, match="401"):
        legs.fetch_access_token(asked, verifier + "0")

    legs.fetch_access_token(asked, verifier)

    with pytest.raises(AuthError, match="401"):
        legs.fetch_access_token(asked, verifier)


@pytest.mark.parametrize("callback", ["oob", CALLBACK])
def test_a_refusal_gives_no_verifier(signer: Any, legs: OAuth1Flow, callback: str) -> None:
    asked = legs.fetch_request_token(callback)
    answer = press(signer, legs, asked, "deny", **ROMNEY)

    assert "verifier" not in answer.headers.get("Location", "") + answer.text
    with pytest.raises(AuthError):
        legs.fetch_access_token(asked, "")


def test_a_wrong_password_asks_again(signer: Any, legs: OAuth1Flow) -> None:
    asked = legs.fetch_request_token("oob")
    for username in (ROMNEY["username"], "nobody"):
        answer = press(signer, legs, asked, username=username, password="wrong")

        assert answer.status_code == 403
        assert answer.headers["X-Audioboo-Error_code"] == "403"
        assert 'name="password"' in answer.text
    assert press(signer, legs, asked, **ROMNEY).status_code == 200


def test_a_form_is_of_one_browser(signer: Any, legs: OAuth1Flow) -> None:
    asked = legs.fetch_request_token("oob")
    signer.session.get(legs.authorize_url(asked))
    ticket = next(iter(signer.mock.consent._pending))
    signer.session.cookies.clear()

    sent = {"ticket": ticket, "decision": "approve", **ROMNEY}
    assert signer(None, "POST", "/oauth/authorize", data=sent).status_code == 400


@pytest.mark.parametrize("callback", ["", "/relative", "no url", "https://a\r\nb: c", "https://é"])
def test_a_callback_is_absolute(signer: Any, callback: str) -> None:
    auth = signer.oauth(callback=callback)

    assert signer(auth, "POST", "/oauth/request_token").status_code == 400


def test_an_unknown_token_asks_nobody(signer: Any) -> None:
    answer = signer(None, "GET", "/oauth/authorize?oauth_token=x")

    assert answer.status_code == 401
    assert answer.headers["X-Audioboo-Error_code"] == "401"


def test_access_tokens_do_not_exchange_and_request_tokens_do_not_sign(signer: Any, legs: OAuth1Flow) -> None:
    asked = legs.fetch_request_token("oob")
    token = signer.token()

    assert signer(signer.oauth(AsMock(asked)), "GET", "/account").status_code == 401
    assert signer(signer.oauth(token, verifier="1"), "POST", "/oauth/access_token").status_code == 401


class AsMock:
    """A client's token, named as the mock names it."""

    def __init__(self, token: Token) -> None:
        self.token, self.secret = token.key, token.secret
