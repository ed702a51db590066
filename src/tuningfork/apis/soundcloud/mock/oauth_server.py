"""The three grants of POST /oauth2/token, with Authlib."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Request, grants
from authlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6749.util import extract_basic_authorization
from flask import Response

from tuningfork.apis.soundcloud.mock.apps import App, Apps
from tuningfork.apis.soundcloud.mock.codes import Code, Codes
from tuningfork.apis.soundcloud.mock.errors import Errors
from tuningfork.apis.soundcloud.mock.models import User
from tuningfork.apis.soundcloud.mock.rate_limits import RateLimits
from tuningfork.apis.soundcloud.mock.request_context import json_response
from tuningfork.apis.soundcloud.mock.tokens import Token, Tokens
from tuningfork.mock.errors import HttpError

HEADERS = {"Cache-Control": "no-store", "Pragma": "no-cache"}
CHALLENGE = {"WWW-Authenticate": 'Basic realm="SoundCloud", charset="UTF-8"'}
# Authlib ships no types: its classes are Any, and mypy reports each subclass of Any.


class OAuthRequest(OAuth2Request):  # type: ignore[misc]
    """A request to the authorization server, in the form that Authlib reads.

    Args:
        fields: the parameters of a form or a query.
        address: the IP address of the client.
        authorization: the Authorization header; empty if the request has none.
    """

    def __init__(self, fields: Mapping[str, str], address: str = "", authorization: str = "") -> None:
        headers = {"Authorization": authorization}
        super().__init__("POST", "https://localhost/oauth2/token", headers=headers)
        self.payload = BasicOAuth2Payload(dict(fields))
        self.address = address

    @property
    def form(self) -> Mapping[str, str]:
        """The parameters."""
        fields: Mapping[str, str] = self.payload.data
        return fields

    @property
    def basic_id(self) -> str | None:
        """The client id of HTTP Basic (RFC 6749, 2.3.1); None if the request has no readable Basic header."""
        client_id: str | None = extract_basic_authorization(self.headers)[0]
        return client_id


class _WithSecret:
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")


class AuthorizationCode(_WithSecret, grants.AuthorizationCodeGrant):  # type: ignore[misc]
    """The grant that exchanges an authorization code for tokens."""

    def create_authorization_response(self, redirect_uri: str, grant_user: User) -> Code:
        """Issue the code for an approval; the consent page sends it to the app."""
        code: Code = self.server.codes.issue(self.request.client, grant_user, redirect_uri)
        return code

    def query_authorization_code(self, code: str, client: App) -> Code | None:
        """Return the code with this value if the app may exchange it now, else None."""
        codes: Codes = self.server.codes
        stored = codes.find(code)
        if stored is None or not codes.belongs_to(stored, client):
            return None
        if codes.is_spent(stored):
            codes.revoke_tokens(stored)
            return None
        redirect_uri = self.request.payload.redirect_uri
        if codes.is_expired(stored) or not codes.redirect_uri_matches(stored, redirect_uri):
            return None
        return stored

    def create_token_response(self) -> Token:
        """Issue the tokens for the code."""
        code: Code = self.request.authorization_code
        self.server.codes.spend(code)
        token: Token = self.server.tokens.issue(code.app, code.user, code.chain)
        return token


class ClientCredentials(_WithSecret, grants.ClientCredentialsGrant):  # type: ignore[misc]
    """The grant that issues tokens to an app itself; it is rate-limited."""

    def create_token_response(self) -> Token:
        """Issue tokens without a user and count them."""
        app: App = self.request.client
        self.server.rate_limits.count_token(app.client_id, self.request.address)
        tokens: Tokens = self.server.tokens
        return tokens.issue(app, None, tokens.new_chain())


class RefreshToken(_WithSecret, grants.RefreshTokenGrant):  # type: ignore[misc]
    """The grant that exchanges a refresh token for a new pair of tokens."""

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        """Return the pair of this refresh token if the app may use it now, else None."""
        tokens: Tokens = self.server.tokens
        token = tokens.find_by_refresh_token(refresh_token)
        return token if token and tokens.can_refresh(token, self.request.client) else None

    def create_token_response(self) -> Token:
        """Issue the new pair."""
        tokens: Tokens = self.server.tokens
        tokens.spend(self.request.refresh_token)
        return tokens.refresh(self.request.refresh_token)


class OAuthServer(AuthorizationServer):  # type: ignore[misc]
    """Responds to token requests."""

    def __init__(
        self, apps: Apps, codes: Codes, tokens: Tokens, rate_limits: RateLimits, errors: Errors
    ) -> None:
        super().__init__()
        self.apps = apps
        self.codes = codes
        self.tokens = tokens
        self.rate_limits = rate_limits
        self.errors = errors
        for grant in (AuthorizationCode, ClientCredentials, RefreshToken):
            self.register_grant(grant)

    def query_client(self, client_id: str) -> App | None:
        """Return the app with this client id, or None."""
        return self.apps.find(client_id)

    def create_oauth2_request(self, request: OAuthRequest) -> OAuthRequest:
        """Return the request: it is in Authlib's form already."""
        return request

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Do nothing: no code listens to Authlib's signals."""

    def respond(self, request: OAuthRequest) -> Response:
        """Return the response to a token request.

        Raises:
            HttpError: 400, 401 or 429 (RFC 6749, 5.2).
        """
        try:
            self.require_one_auth_method(request)
            grant = self.get_token_grant(request)
            grant.validate_token_request()
            token = grant.create_token_response()
        except (OAuth2Error, ValueError) as error:
            raise self.to_http_error(error) from error
        return json_response(self.tokens.serialize(token), headers=HEADERS)

    def require_one_auth_method(self, request: OAuthRequest) -> None:
        """Raise InvalidRequestError if HTTP Basic and the form both have credentials (RFC 6749, 5.2)."""
        basic, form = request.basic_id, request.form
        if basic is not None and ("client_secret" in form or form.get("client_id", basic) != basic):
            raise InvalidRequestError

    def issue_code(self, request: OAuthRequest, user: User) -> Code:
        """Issue a code for a user's approval; OAuth2Error if the app may not have one."""
        grant = self.get_consent_grant(request, user)
        code: Code = grant.create_authorization_response(grant.redirect_uri, user)
        return code

    def to_http_error(self, error: Exception) -> HttpError:
        """Return the HTTP error for an error of Authlib; `invalid_request` if the error has no OAuth name."""
        name = getattr(error, "error", None) or "invalid_request"
        code = 401 if isinstance(error, InvalidClientError) else 400
        headers = HEADERS | CHALLENGE if code == 401 else HEADERS
        return HttpError(code, headers=headers, body=self.errors.oauth_body(code, name))
