"""OAuth 2.0: strict requests, lenient parsing, and no secret in any message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter

from tuningfork.auth.header import HeaderAuth
from tuningfork.auth.oauth2 import App, AuthError, OAuth2, TokenSet, redirect_parameters

APP = App("app-id", "app-secret +&=ä", "https://app.example.com/cb?a=b")
SECRETS = ("app-secret", "code-secret", "token-secret")


class Server(BaseAdapter):
    """Responds to every request with a function."""

    def __init__(self, respond: Callable[[requests.PreparedRequest], requests.Response]) -> None:
        super().__init__()
        self._respond = respond
        self.requests: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self.requests.append(request)
        return self._respond(request)

    def close(self) -> None:
        pass


def responding(status: int = 200, body: bytes = b"", **headers: str) -> Callable[..., requests.Response]:
    def respond(request: requests.PreparedRequest) -> requests.Response:
        response = requests.Response()
        response.status_code, response._content, response.request = status, body, request
        response.url = str(request.url)
        response.headers.update(headers)
        return response

    return respond


def oauth(server: Server) -> OAuth2:
    session = requests.Session()
    session.mount("http://", server)
    return OAuth2(session, "http://127.0.0.1:1/connect", "http://127.0.0.1:1/oauth2/token", APP)


GOOD = b'{"access_token": "a", "refresh_token": "r", "expires_in": 3599, "scope": "*"}'


@pytest.mark.parametrize(
    ("ask", "form"),
    [
        (lambda client: client.client_credentials(), {"grant_type": "client_credentials"}),
        (lambda client: client.refresh("r +&"), {"grant_type": "refresh_token", "refresh_token": "r +&"}),
        (
            lambda client: client.exchange_code("c"),
            {"grant_type": "authorization_code", "code": "c", "redirect_uri": APP.redirect_uri},
        ),
        (
            lambda client: client.exchange_code("c", "my-app://x"),
            {"grant_type": "authorization_code", "code": "c", "redirect_uri": "my-app://x"},
        ),
    ],
)
def test_grant_form_contains_app_credentials(ask: Callable[[OAuth2], TokenSet], form: dict[str, str]) -> None:
    server = Server(responding(200, GOOD))

    tokens = ask(oauth(server))

    sent = dict(parse_qsl(str(server.requests[0].body), keep_blank_values=True))
    assert sent == form | {"client_id": APP.client_id, "client_secret": APP.client_secret}
    assert server.requests[0].headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert (tokens.access_token, tokens.refresh_token, tokens.expires_in, tokens.scope) == (
        "a",
        "r",
        3599,
        "*",
    )


def test_authorization_url_keeps_query_and_quotes_parameters() -> None:
    client = OAuth2(requests.Session(), "http://127.0.0.1/connect?x=1", "", APP)

    url = client.authorization_url(state="a&b=ä#", display="popup")

    assert dict(parse_qsl(urlsplit(url).query)) == {
        "x": "1",
        "response_type": "code",
        "client_id": "app-id",
        "redirect_uri": APP.redirect_uri,
        "state": "a&b=ä#",
        "display": "popup",
    }


def test_extra_parameter_replaces_default() -> None:
    url = oauth(Server(responding())).authorization_url(response_type="token")

    assert dict(parse_qsl(urlsplit(url).query))["response_type"] == "token"


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ({"access_token": "a"}, TokenSet("a")),
        ({"access_token": "a", "token_type": "mac", "error": None, "scope": ["x"]}, TokenSet("a")),
        ({"access_token": "a", "expires_in": "3600"}, TokenSet("a", expires_in=3600)),
        ({"access_token": "a", "expires_in": "soon", "refresh_token": 5}, TokenSet("a")),
        ({"access_token": "a", "expires_in": True, "refresh_token": ""}, TokenSet("a")),
        ({"access_token": "a", "expires_in": 1e999}, TokenSet("a")),
        ({"access_token": "a", "refresh_token": "\ud800"}, TokenSet("a")),
    ],
)
def test_token_response_is_parsed_leniently(read: dict[str, Any], expected: TokenSet) -> None:
    assert TokenSet.from_json(read) == expected


@pytest.mark.parametrize("token", ["a\r\nX: y", "a\n", "\ud800", "\u6f22", "a\0b"])
def test_token_with_invalid_characters_raises_auth_error(token: str) -> None:
    with pytest.raises(AuthError, match="characters that tokens can't contain"):
        TokenSet.from_json({"access_token": token})


@pytest.mark.parametrize("read", [{}, {"access_token": ""}, {"access_token": None}, {"access_token": 5}])
def test_missing_access_token_raises_auth_error(read: dict[str, Any]) -> None:
    with pytest.raises(AuthError, match="no access_token"):
        TokenSet.from_json(read)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (401, b'{"code": 401, "message": "invalid_client", "error": null}', "401 invalid_client"),
        (400, b'{"error": "invalid_grant", "error_description": "code-secret"}', "400 invalid_grant"),
        (400, b'{"error": "code-secret"}', "400"),
        (503, b"<html>app-secret</html>", "503"),
        (500, b'["token-secret"]', "500"),
        (302, b"", "302"),
    ],
)
def test_rejected_token_request_is_reported_without_secret(status: int, body: bytes, said: str) -> None:
    client = oauth(Server(responding(status, body, Location="http://127.0.0.1/?code=code-secret")))

    with pytest.raises(AuthError) as refused:
        client.exchange_code("code-secret")

    assert str(refused.value) == f"the token endpoint returned {said}"


def test_non_json_response_raises_auth_error() -> None:
    with pytest.raises(AuthError, match="no access_token"):
        oauth(Server(responding(200, b"access_token=a"))).client_credentials()


def test_repr_contains_no_secret() -> None:
    shown = repr([APP, TokenSet("token-secret", "token-secret"), HeaderAuth("OAuth", "token-secret")])

    assert not any(secret in shown for secret in SECRETS)


@pytest.mark.parametrize(
    "redirect", ["my-app://cb?code=x%2By&state=1", "https://a.example/?state=1#code=x%2By"]
)
def test_code_is_parsed_from_redirect(redirect: str) -> None:
    assert OAuth2.parse_code(redirect) == "x+y"


@pytest.mark.parametrize(
    "redirect", ["https://a.example/cb", "https://a.example/cb?code=&error=access_denied"]
)
def test_redirect_without_code_raises_auth_error(redirect: str) -> None:
    with pytest.raises(AuthError, match="no code"):
        OAuth2.parse_code(redirect)


def test_repeated_parameters_are_all_returned() -> None:
    assert redirect_parameters("https://a.example/?state=1&state=2&x#code=c") == {
        "state": ["1", "2"],
        "x": [""],
        "code": ["c"],
    }


def test_header_is_scheme_and_token() -> None:
    request = requests.Request("GET", "http://127.0.0.1/", auth=HeaderAuth("OAuth", "t")).prepare()

    assert request.headers["Authorization"] == "OAuth t"
