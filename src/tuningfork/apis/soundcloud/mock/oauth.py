"""The three grants of POST /oauth2/token, by Authlib."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Request, grants
from authlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6749.util import extract_basic_authorization
from flask import Response

from tuningfork.apis.soundcloud.mock.apps import App
from tuningfork.apis.soundcloud.mock.call import reply
from tuningfork.apis.soundcloud.mock.codes import Code
from tuningfork.apis.soundcloud.mock.entities import User
from tuningfork.apis.soundcloud.mock.tokens import Token
from tuningfork.mock.errors import Refusal

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud

HEADERS = {"Cache-Control": "no-store", "Pragma": "no-cache"}
CHALLENGE = {"WWW-Authenticate": 'Basic realm="SoundCloud", charset="UTF-8"'}
# Authlib ships no types: its classes are Any, which mypy does not let us subclass in silence.


class Asked(OAuth2Request):  # type: ignore[misc]
    """A request to the authorization server.

    Args:
        fields: of a form or a query.
        address: of the client.
        authorization: the Authorization header; empty without one.
    """

    def __init__(self, fields: Mapping[str, str], address: str = "", authorization: str = "") -> None:
        headers = {"Authorization": authorization}
        super().__init__("POST", "https://localhost/oauth2/token", headers=headers)
        self.payload = BasicOAuth2Payload(dict(fields))
        self.address = address

    @property
    def form(self) -> Mapping[str, str]:
        """The fields."""
        fields: Mapping[str, str] = self.payload.data
        return fields

    @property
    def basic_id(self) -> str | None:
        """The client id of HTTP Basic (RFC 6749, 2.3.1); None without Basic, or if it can't be decoded."""
        client_id: str | None = extract_basic_authorization(self.headers)[0]
        return client_id


class _WithSecret:
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")


class AuthorizationCode(_WithSecret, grants.AuthorizationCodeGrant):  # type: ignore[misc]
    """A user's approval becomes a pair of tokens."""

    def create_authorization_response(self, redirect_uri: str, grant_user: User) -> Code:
        """The code for an approval; the consent page sends it on."""
        code: Code = self.server.mock.codes.issue(self.request.client, grant_user, redirect_uri)
        return code

    def query_authorization_code(self, code: str, client: App) -> Code | None:
        """A code that this app may exchange now."""
        codes = self.server.mock.codes
        found: Code | None = codes.find(code)
        if found is None or not codes.belongs(found, client):
            return None
        if codes.spent(found):
            codes.reused(found)
            return None
        if codes.expired(found) or not codes.redirect_agrees(found, self.request.payload.redirect_uri):
            return None
        return found

    def create_token_response(self) -> Token:
        """The code's pair."""
        mock, code = self.server.mock, self.request.authorization_code
        mock.codes.spend(code)
        token: Token = mock.tokens.issue(code.app, code.user, code.chain)
        return token


class ClientCredentials(_WithSecret, grants.ClientCredentialsGrant):  # type: ignore[misc]
    """An app's own pair, of which there are few."""

    def create_token_response(self) -> Token:
        """The app's pair; counted."""
        mock, app = self.server.mock, self.request.client
        mock.limits.grant(app.client_id, self.request.address)
        token: Token = mock.tokens.issue(app, None, mock.tokens.new_chain())
        return token


class RefreshToken(_WithSecret, grants.RefreshTokenGrant):  # type: ignore[misc]
    """A new pair for an old one."""

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        """A refresh token that this app may use now."""
        tokens = self.server.mock.tokens
        found: Token | None = tokens.find_renewable(refresh_token)
        return found if found and tokens.renewable(found, self.request.client) else None

    def create_token_response(self) -> Token:
        """The renewed pair."""
        tokens = self.server.mock.tokens
        tokens.spend(self.request.refresh_token)
        renewed: Token = tokens.renew(self.request.refresh_token)
        return renewed


class Server(AuthorizationServer):  # type: ignore[misc]
    """Answers token requests."""

    def __init__(self, mock: SoundCloud) -> None:
        super().__init__()
        self.mock = mock
        for grant in (AuthorizationCode, ClientCredentials, RefreshToken):
            self.register_grant(grant)

    def query_client(self, client_id: str) -> App | None:
        """The app of an id."""
        return self.mock.apps.find(client_id)

    def create_oauth2_request(self, request: Asked) -> Asked:
        """It is one already."""
        return request

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def token(self, asked: Asked) -> Response:
        """The answer to a token request.

        Raises:
            Refusal: 400, 401 or 429, as RFC 6749, 5.2, says.
        """
        try:
            self.need_one_method(asked)
            grant = self.get_token_grant(asked)
            grant.validate_token_request()
            token = grant.create_token_response()
        except (OAuth2Error, ValueError) as error:
            raise self.refusal(error) from error
        return reply(self.mock.tokens.show(token), headers=HEADERS)

    def need_one_method(self, asked: Asked) -> None:
        """InvalidRequestError where HTTP Basic and the form both authenticate a client (RFC 6749, 5.2)."""
        basic, form = asked.basic_id, asked.form
        if basic is not None and ("client_secret" in form or form.get("client_id", basic) != basic):
            raise InvalidRequestError

    def code(self, asked: Asked, user: User) -> Code:
        """The code for a user's approval; OAuth2Error if the app may not have it."""
        grant = self.get_consent_grant(asked, user)
        code: Code = grant.create_authorization_response(grant.redirect_uri, user)
        return code

    def refusal(self, error: Exception) -> Refusal:
        """The answer to a refused token request; a text that Authlib can't word is an invalid request."""
        name = getattr(error, "error", None) or "invalid_request"
        code = 401 if isinstance(error, InvalidClientError) else 400
        headers = HEADERS | CHALLENGE if code == 401 else HEADERS
        return Refusal(code, headers=headers, body=self.mock.errors.oauth(code, name))
