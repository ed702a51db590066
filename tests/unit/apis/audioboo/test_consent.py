"""The OAuth flow of the mock: request token, consent, access token."""

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
def oauth1_flow(signer: Any) -> OAuth1Flow:
    return OAuth1Flow(signer.session, BASE, signer.consumer)


def press(
    signer: Any, oauth1_flow: OAuth1Flow, token: Token, decision: str = "approve", **fields: Any
) -> Any:
    page = signer.session.get(oauth1_flow.authorize_url(token))
    form = BeautifulSoup(page.text, "html.parser").form
    assert form is not None
    ticket = form.find("input", {"name": "ticket"})
    sent = {"ticket": ticket["value"], "decision": decision, **fields}  # type: ignore[index]  # it is a tag
    return signer.session.post(str(form["action"]), data=sent, allow_redirects=False)


def test_approval_redirects_with_verifier(signer: Any, oauth1_flow: OAuth1Flow) -> None:
    asked = oauth1_flow.fetch_request_token(CALLBACK)
    redirect = press(signer, oauth1_flow, asked, **ROMNEY).headers["Location"]
    back = parse_qs(urlsplit(redirect).query)

    token = oauth1_flow.fetch_access_token(asked, back["oauth_verifier"][0])

    assert redirect.startswith(f"{CALLBACK}&oauth_token=")
    assert back["oauth_token"] == [asked.key]
    signed = signer(signer.oauth(MockToken(token)), "GET", "/account")
    assert signed.json()["body"]["user"]["username"] == Seed.FIRST.username


def test_pin_is_only_number_on_page(signer: Any, oauth1_flow: OAuth1Flow) -> None:
    asked = oauth1_flow.fetch_request_token("oob")
    page = press(signer, oauth1_flow, asked, **ROMNEY)

    (pin,) = re.findall(r"\d{4,}", BeautifulSoup(page.text, "html.parser").get_text(" "))

    assert page.status_code == 200
    assert oauth1_flow.fetch_access_token(asked, pin).key


def test_request_token_is_exchanged_once_with_its_verifier(signer: Any, oauth1_flow: OAuth1Flow) -> None:
    asked = oauth1_flow.fetch_request_token(CALLBACK)
    with pytest.raises(AuthError, match="401"):
        oauth1_flow.fetch_access_token(asked, "")
    verifier = parse_qs(urlsplit(press(signer, oauth1_flow, asked, **ROMNEY).headers["Location"]).query)[
        "oauth_verifier"
    ][0]
    with pytest.raises(AuthError, match="401"):
        oauth1_flow.fetch_access_token(asked, verifier + "0")

    oauth1_flow.fetch_access_token(asked, verifier)

    with pytest.raises(AuthError, match="401"):
        oauth1_flow.fetch_access_token(asked, verifier)


@pytest.mark.parametrize("callback", ["oob", CALLBACK])
def test_denial_returns_no_verifier(signer: Any, oauth1_flow: OAuth1Flow, callback: str) -> None:
    asked = oauth1_flow.fetch_request_token(callback)
    response = press(signer, oauth1_flow, asked, "deny", **ROMNEY)

    assert "verifier" not in response.headers.get("Location", "") + response.text
    with pytest.raises(AuthError):
        oauth1_flow.fetch_access_token(asked, "")


def test_wrong_password_returns_403_with_form(signer: Any, oauth1_flow: OAuth1Flow) -> None:
    asked = oauth1_flow.fetch_request_token("oob")
    for username in (ROMNEY["username"], "nobody"):
        response = press(signer, oauth1_flow, asked, username=username, password="wrong")

        assert response.status_code == 403
        assert response.headers["X-Audioboo-Error_code"] == "403"
        assert 'name="password"' in response.text
    assert press(signer, oauth1_flow, asked, **ROMNEY).status_code == 200


def test_form_from_other_browser_returns_400(signer: Any, oauth1_flow: OAuth1Flow) -> None:
    asked = oauth1_flow.fetch_request_token("oob")
    signer.session.get(oauth1_flow.authorize_url(asked))
    ticket = next(iter(signer.mock.consent._pending))
    signer.session.cookies.clear()

    sent = {"ticket": ticket, "decision": "approve", **ROMNEY}
    assert signer(None, "POST", "/oauth/authorize", data=sent).status_code == 400


@pytest.mark.parametrize("callback", ["", "/relative", "no url", "https://a\r\nb: c", "https://é"])
def test_relative_callback_returns_400(signer: Any, callback: str) -> None:
    auth = signer.oauth(callback=callback)

    assert signer(auth, "POST", "/oauth/request_token").status_code == 400


def test_consent_page_of_unknown_token_returns_401(signer: Any) -> None:
    response = signer(None, "GET", "/oauth/authorize?oauth_token=x")

    assert response.status_code == 401
    assert response.headers["X-Audioboo-Error_code"] == "401"


def test_access_token_is_not_exchanged_and_request_token_does_not_sign(
    signer: Any, oauth1_flow: OAuth1Flow
) -> None:
    asked = oauth1_flow.fetch_request_token("oob")
    token = signer.token()

    assert signer(signer.oauth(MockToken(asked)), "GET", "/account").status_code == 401
    assert signer(signer.oauth(token, verifier="1"), "POST", "/oauth/access_token").status_code == 401


class MockToken:
    """A client's token with the attribute names of the mock."""

    def __init__(self, token: Token) -> None:
        self.token, self.secret = token.key, token.secret
