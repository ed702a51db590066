"""The client's side of OAuth 2.0 (RFC 6749), strict in what it sends and lenient in what it reads.

oauthlib writes the requests. It does not read the answers: it wants https even for 127.0.0.1, and it takes
an `error` of null for an error; whether an answer is right is for the suites to say.
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

MAX_RESPONSE_BYTES = 2**20
"""Bytes of an answer in which a token is looked for."""
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


class AuthError(Exception):
    """The server gave no token or no code; the text says why in one phrase and holds no secret."""


def redirect_parameters(url: str) -> dict[str, list[str]]:
    """The parameters of a redirect to an app, those of its query and those of its fragment."""
    found: dict[str, list[str]] = {}
    try:
        parts = urlsplit(url)
    except ValueError:
        return found
    for name, value in [*parse_qsl(parts.query, True), *parse_qsl(parts.fragment, True)]:
        found.setdefault(name, []).append(value)
    return found


class WrongCredentials(AuthError):
    """The server says that what it was given is wrong.

    Args:
        reason: a phrase with the server's status and error code.
        kind: what is wrong: "client" (the app's id or secret), "password", "refresh token" or "token".
    """

    def __init__(self, reason: str, kind: str) -> None:
        super().__init__(reason)
        self.kind = kind


WRONG_CREDENTIALS = {"invalid_client": "client", "invalid_grant": "refresh token"}
"""What an error code of a token endpoint says of the credentials (RFC 6749 5.2)."""


@dataclass(frozen=True, slots=True)
class App:
    """An application as it was registered."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class TokenSet:
    """What a token endpoint gave (RFC 6749 5.1); `expires_in` is in seconds."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_in: int | None = None
    scope: str | None = None

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Self:
        """Take what is there and of use; whatever else the answer holds or lacks is let pass.

        Raises:
            AuthError: there is no access token in it, or one that no request can carry.
        """
        token = _text(answer.get("access_token"))
        if not token:
            raise AuthError("the token endpoint gave no access_token")
        if not TOKEN_CHARACTERS.fullmatch(token):
            raise AuthError("the token endpoint gave an access_token with characters that no token has")
        refresh_token = _text(answer.get("refresh_token")) or ""
        return cls(
            token,
            refresh_token if TOKEN_CHARACTERS.fullmatch(refresh_token) else None,
            _seconds(answer.get("expires_in")),
            _text(answer.get("scope")),
        )


@dataclass(frozen=True, slots=True)
class OAuth2:
    """The three grants of one app at one authorization server.

    The `*_form` methods are the same requests without the sending, as fields of a form.
    """

    session: Session = field(repr=False)
    authorize_url: str
    token_url: str
    app: App

    def authorization_url(
        self, *, state: str | None = None, redirect_uri: str | None = None, **extra: str
    ) -> str:
        """The page where a user decides (RFC 6749 4.1.1); `extra` adds parameters or replaces them."""
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
        """The code in the redirect that an approval led to (RFC 6749 4.1.2).

        Raises:
            AuthError: there is none.
        """
        if code := next(iter(redirect_parameters(redirect).get("code", [])), ""):
            return code
        raise AuthError("the redirect to the app brought no code")

    def client_credentials_form(self) -> dict[str, str]:
        """RFC 6749 4.4.2, with the app's credentials in the form (2.3.1)."""
        return self._form("client_credentials")

    def exchange_form(self, code: str, redirect_uri: str | None = None) -> dict[str, str]:
        """RFC 6749 4.1.3; `redirect_uri` is the app's own unless it is given."""
        return self._form("authorization_code", code=code, redirect_uri=redirect_uri or self.app.redirect_uri)

    def refresh_form(self, refresh_token: str) -> dict[str, str]:
        """RFC 6749 6."""
        return self._form("refresh_token", refresh_token=refresh_token)

    def client_credentials(self) -> TokenSet:
        """A token for the app itself.

        Raises:
            AuthError: there was none.
        """
        return self._request(self.client_credentials_form())

    def exchange_code(self, code: str, redirect_uri: str | None = None) -> TokenSet:
        """A token for the user who approved.

        Raises:
            AuthError: there was none.
        """
        return self._request(self.exchange_form(code, redirect_uri))

    def refresh(self, refresh_token: str) -> TokenSet:
        """The next set of a chain.

        Raises:
            AuthError: there was none.
        """
        return self._request(self.refresh_form(refresh_token))

    def _form(self, grant_type: str, **fields: Any) -> dict[str, str]:
        app: dict[str, Any] = {"client_id": self.app.client_id, "client_secret": self.app.client_secret}
        return dict(parse_qsl(prepare_token_request(grant_type, **app, **fields), keep_blank_values=True))

    def _request(self, form: Mapping[str, str]) -> TokenSet:
        headers = {"Accept": "application/json; charset=utf-8"}
        answer = self.session.post(self.token_url, data=form, headers=headers, allow_redirects=False)
        body = _members(answer)
        if answer.ok and not answer.is_redirect:
            return TokenSet.from_json(body)
        code = _code(body)
        reason = f"the token endpoint answered {answer.status_code} {code}".rstrip()
        if code == "invalid_client" or (code == "invalid_grant" and form["grant_type"] == "refresh_token"):
            raise WrongCredentials(reason, WRONG_CREDENTIALS[code])
        raise AuthError(reason)


def _members(answer: Response) -> dict[str, Any]:
    try:
        body = read_json(answer.content) if len(answer.content) <= MAX_RESPONSE_BYTES else {}
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _code(body: Mapping[str, Any]) -> str:
    """The error code of RFC 6749 5.2, wherever a server puts it; any other text might repeat a secret."""
    said = (_text(body.get(name)) for name in ("error", "error_code", "message"))
    return next((code for code in said if code in ERROR_CODES), "")


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _seconds(value: Any) -> int | None:
    try:
        return None if isinstance(value, bool) else min(int(value), MAX_LIFETIME_S)
    except (TypeError, ValueError, OverflowError):
        return None
