"""The client of OAuth 2.0 (RFC 6749), strict in what it sends and lenient in what it reads.

oauthlib writes the requests. This module parses the responses: oauthlib requires https even for 127.0.0.1
and rejects `"error": null`, while the suites decide whether a response is correct.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from oauthlib.common import add_params_to_uri
from oauthlib.oauth2.rfc6749.parameters import prepare_token_request
from requests import Response, Session

from tuningfork.json_text import read_json

TOKEN_CHARACTERS = re.compile(r"[ -~]+")
"""Characters of tokens (RFC 6749 A.12, A.17)."""
MAX_LIFETIME_S = 10**9
"""Longest lifetime of a token; a longer one is shortened."""

MAX_RESPONSE_BYTES = 2**20
"""Maximum size of a token response that is parsed."""
ERROR_CODES = frozenset(
    {
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
        "rate_limit_exceeded",
    }
)
"""Error codes that may appear in messages (RFC 6749 5.2)."""


class AuthError(Exception):
    """The server issued no token or code; the message is a phrase without secrets."""


def redirect_parameters(url: str) -> dict[str, list[str]]:
    """Return the parameters in the query and the fragment of a redirect to an app."""
    parameters: dict[str, list[str]] = {}
    try:
        parts = urlsplit(url)
    except ValueError:
        return parameters
    for name, value in [*parse_qsl(parts.query, True), *parse_qsl(parts.fragment, True)]:
        parameters.setdefault(name, []).append(value)
    return parameters


class WrongCredentials(AuthError):
    """The server rejected the credentials.

    Args:
        reason: a phrase with the server's status and error code.
        kind: what is wrong: "client" (the app's id or secret), "password", "refresh token" or "token".
    """

    def __init__(self, reason: str, kind: str) -> None:
        super().__init__(reason)
        self.kind = kind


WRONG_CREDENTIALS = {"invalid_client": "client", "invalid_grant": "refresh token"}
"""The kind of wrong credentials for each error code of a token endpoint (RFC 6749 5.2)."""


@dataclass(frozen=True, slots=True)
class App:
    """A registered application."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class TokenSet:
    """A response of a token endpoint (RFC 6749 5.1); `expires_in` is in seconds."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_in: int | None = None
    scope: str | None = None

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """Return the tokens in the JSON object of a token response; ignore invalid optional properties.

        Raises:
            AuthError: the access token is missing or has characters that a request can't contain.
        """
        token = _text(body.get("access_token"))
        if not token:
            raise AuthError("the token endpoint returned no access_token")
        if not TOKEN_CHARACTERS.fullmatch(token):
            raise AuthError(
                "the token endpoint returned an access_token with characters that tokens can't contain"
            )
        refresh_token = _text(body.get("refresh_token")) or ""
        return cls(
            token,
            refresh_token if TOKEN_CHARACTERS.fullmatch(refresh_token) else None,
            _seconds(body.get("expires_in")),
            _text(body.get("scope")),
        )


@dataclass(frozen=True, slots=True)
class OAuth2:
    """The OAuth 2.0 grants of one app at one authorization server.

    The `*_form` methods return the form fields of the same requests without sending them.

    Args:
        session: sends the requests.
        authorize_url: the URL of the authorization endpoint, where a user decides.
        token_url: the URL of the token endpoint.
        app: the registered application.
    """

    session: Session = field(repr=False)
    authorize_url: str
    token_url: str
    app: App

    def authorization_url(
        self, *, state: str | None = None, redirect_uri: str | None = None, **extra: str
    ) -> str:
        """Return the URL of the page where a user decides (RFC 6749 4.1.1).

        `redirect_uri` is the app's if it is None; `extra` adds parameters or replaces the default ones.
        """
        parameters = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": self.app.redirect_uri if redirect_uri is None else redirect_uri,
            **({} if state is None else {"state": state}),
            **extra,
        }
        return str(add_params_to_uri(self.authorize_url, list(parameters.items())))

    @staticmethod
    def parse_code(redirect: str) -> str:
        """Return the code in the redirect after an approval (RFC 6749 4.1.2).

        Raises:
            AuthError: the redirect has no code.
        """
        if code := next(iter(redirect_parameters(redirect).get("code", [])), ""):
            return code
        raise AuthError("the redirect to the app has no code")

    def client_credentials_form(self) -> dict[str, str]:
        """Return the form of a client credentials grant, with the app's credentials (RFC 6749 4.4.2)."""
        return self._form("client_credentials")

    def password_form(self, username: str, password: str) -> dict[str, str]:
        """Return the form of a password grant (RFC 6749 4.3.2)."""
        return self._form("password", username=username, password=password)

    def exchange_form(self, code: str, redirect_uri: str | None = None, **extra: str) -> dict[str, str]:
        """Return the form that exchanges a code for tokens (RFC 6749 4.1.3).

        `redirect_uri` is the app's if it is None; `extra` adds fields, such as `code_verifier`.
        """
        uri = redirect_uri or self.app.redirect_uri
        return self._form("authorization_code", code=code, redirect_uri=uri, **extra)

    def refresh_form(self, refresh_token: str) -> dict[str, str]:
        """Return the form that refreshes tokens (RFC 6749 6)."""
        return self._form("refresh_token", refresh_token=refresh_token)

    def client_credentials(self) -> TokenSet:
        """Fetch a token for the app itself.

        Raises:
            AuthError: the server issued no token.
        """
        return self._fetch_tokens(self.client_credentials_form())

    def password(self, username: str, password: str) -> TokenSet:
        """Fetch the tokens of a user by a password.

        Raises:
            AuthError: the server issued no token.
        """
        return self._fetch_tokens(self.password_form(username, password))

    def exchange_code(self, code: str, redirect_uri: str | None = None, **extra: str) -> TokenSet:
        """Exchange the code of a user's approval for the user's tokens.

        Raises:
            AuthError: the server issued no token.
        """
        return self._fetch_tokens(self.exchange_form(code, redirect_uri, **extra))

    def refresh(self, refresh_token: str) -> TokenSet:
        """Exchange a refresh token for new tokens.

        Raises:
            AuthError: the server issued no token.
        """
        return self._fetch_tokens(self.refresh_form(refresh_token))

    def _form(self, grant_type: str, **fields: Any) -> dict[str, str]:
        """Return the form fields of a token request, with the app's credentials."""
        app: dict[str, Any] = {"client_id": self.app.client_id, "client_secret": self.app.client_secret}
        return dict(parse_qsl(prepare_token_request(grant_type, **app, **fields), keep_blank_values=True))

    def _fetch_tokens(self, form: Mapping[str, str]) -> TokenSet:
        """Send a form to the token endpoint; raise WrongCredentials or AuthError if it issues no token."""
        headers = {"Accept": "application/json; charset=utf-8"}
        response = self.session.post(self.token_url, data=form, headers=headers, allow_redirects=False)
        body = _json_object(response)
        if response.ok and not response.is_redirect:
            return TokenSet.from_json(body)
        code = _error_code(body)
        reason = f"the token endpoint returned {response.status_code} {code}".rstrip()
        if code == "invalid_client" or (code == "invalid_grant" and form["grant_type"] == "refresh_token"):
            raise WrongCredentials(reason, WRONG_CREDENTIALS[code])
        raise AuthError(reason)


def _json_object(response: Response) -> dict[str, Any]:
    """Return the JSON object in a response; empty if the body is too large or not a JSON object."""
    try:
        body = read_json(response.content) if len(response.content) <= MAX_RESPONSE_BYTES else {}
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _error_code(body: Mapping[str, Any]) -> str:
    """Return the OAuth error code of a response, or "" for any other text, which might contain a secret."""
    values = (_text(body.get(name)) for name in ("error", "error_code", "message"))
    return next((code for code in values if code in ERROR_CODES), "")


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _seconds(value: Any) -> int | None:
    """Return a lifetime in seconds, at most MAX_LIFETIME_S; None if the value is not a number."""
    try:
        return None if isinstance(value, bool) else min(int(value), MAX_LIFETIME_S)
    except (TypeError, ValueError, OverflowError):
        return None
