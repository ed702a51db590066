"""How tokens are fetched: by the declared login of a session API, or by the steps of OAuth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import requests

from tuningfork.auth.consent_page import ConsentPageDriver
from tuningfork.auth.oauth1 import OUT_OF_BAND, Consumer, OAuth1Flow
from tuningfork.auth.oauth2 import App, AuthError, OAuth2, TokenSet, WrongCredentials
from tuningfork.auth.pkce import Challenge
from tuningfork.checks.places import find_value
from tuningfork.client.config import User
from tuningfork.client.tokens import Tokens
from tuningfork.conventions import oauth1 as conventions_oauth1
from tuningfork.conventions import oauth2 as conventions_oauth2
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.sessions import Login
from tuningfork.numbers import to_float
from tuningfork.registry.default_settings import DefaultSettings
from tuningfork.testing.declared_request import fill_body, form_fields


@dataclass(frozen=True)
class SessionLogin:
    """Logs in as `auth.login` declares.

    Args:
        declaration: the conventions of the API.
        login: the declared login.
        base_url: the URL of the API.
        new_session: creates the session that logs in.
    """

    declaration: Declaration
    login: Login
    base_url: str
    new_session: Callable[[], requests.Session]

    def fetch(self, username: str, password: str) -> Tokens:
        """Return the tokens of a login.

        Raises:
            AuthError: the response has no access token.
        """
        body = fill_body(self.login.body, {"username": username, "password": password})
        is_json = self.declaration.requests.body == "json"
        sent: dict[str, Any] = {"json": body} if is_json else {"data": dict(form_fields(body))}
        url = f"{self.base_url.rstrip('/')}{self.login.request.path}"
        headers = self.declaration.requests.headers
        response = self.new_session().request(self.login.request.method, url, headers=headers, **sent)
        token = self._read(response, self.login.access)
        if not isinstance(token, str):
            raise WrongCredentials(f"the login returned {response.status_code} without a token", "password")
        return {"access_token": token, "expires_in": self._lifetime(response)}

    def _lifetime(self, response: requests.Response) -> float | None:
        """Return the lifetime of the access token in seconds; None if the response has none."""
        value = self._read(response, self.login.expires) if self.login.expires is not None else None
        factor = 1000 if self.login.unit == "milliseconds" else 1
        number = to_float(value)
        return None if number is None else number / factor

    def _read(self, response: requests.Response, pointer: str) -> Any:
        """Return the value at a location of a JSON response; None if the body is not JSON."""
        try:
            return find_value(response.json(), pointer)
        except ValueError:
            return None


@dataclass(frozen=True)
class OAuth2Login:
    """Fetches tokens by the declared grants of OAuth 2.0.

    Args:
        declared: the endpoints and grants.
        settings: the app and the users.
        new_session: creates the sessions of requests and browsers.
    """

    declared: conventions_oauth2.OAuth2
    settings: DefaultSettings
    new_session: Callable[[], requests.Session]

    def fetch(self, principal: str, user: User | None) -> Iterator[Tokens]:
        """Yield the tokens of a principal, if a declared grant can issue some.

        Raises:
            AuthError: the server issues none.
        """
        grants, oauth = self.declared.grant_types_supported, self.client()
        if oauth is None:
            return
        if principal == "app" and "client_credentials" in grants:
            yield _as_tokens(oauth.client_credentials())
        elif user is not None and "authorization_code" in grants and self.declared.authorization_endpoint:
            yield _as_tokens(self._approve(oauth, user))
        elif user is not None and "password" in grants:
            yield _as_tokens(oauth.password(*_login_of(user)))

    def client(self) -> OAuth2 | None:
        """Return the client of the declared endpoints; None without a configured app."""
        app = self.settings
        if app.client_id is None or self.declared.token_endpoint is None:
            return None
        secret = app.client_secret.get_secret_value() if app.client_secret is not None else ""
        return OAuth2(
            self.new_session(),
            self._url(self.declared.authorization_endpoint or "/"),
            self._url(self.declared.token_endpoint),
            App(app.client_id.get_secret_value(), secret, app.redirect_uri or ""),
        )

    def _approve(self, oauth: OAuth2, user: User) -> TokenSet:
        """Return the tokens of a user who approves the access on the consent page."""
        page = ConsentPageDriver(self.new_session(), login_origins=self.settings.login_origins)
        challenge = Challenge.of(self.declared.code_challenge_methods_supported)
        redirect = page.approve(oauth.authorization_url(**challenge.parameters), *_login_of(user))
        return oauth.exchange_code(oauth.parse_code(redirect), **challenge.proof)

    def _url(self, endpoint: str) -> str:
        """Return the URL of an endpoint, which is declared as a path or a URL."""
        is_url = endpoint.startswith(("http://", "https://"))
        return endpoint if is_url else f"{self.settings.base_url.rstrip('/')}{endpoint}"


@dataclass(frozen=True)
class OAuth1Login:
    """Fetches the token of a user by the three declared steps of OAuth 1.0a.

    Args:
        declared: the endpoints.
        settings: the consumer, and its redirect URI; without one the consent page shows a PIN.
        new_session: creates the sessions of requests and browsers.
    """

    declared: conventions_oauth1.OAuth1
    settings: DefaultSettings
    new_session: Callable[[], requests.Session]

    def fetch(self, consumer: Consumer, user: User) -> Tokens:
        """Return the token of a user who approves the access on the consent page.

        Raises:
            AuthError: the user has no password, or the server issues no token.
        """
        endpoints, callback = self.declared.endpoints, self.settings.redirect_uri
        flow = OAuth1Flow(self.new_session(), self.settings.base_url, consumer, endpoints)
        request_token = flow.fetch_request_token(callback or OUT_OF_BAND)
        page = ConsentPageDriver(self.new_session(), callback or "", self.settings.login_origins)
        url, login = flow.authorize_url(request_token), _login_of(user)
        verifier = (
            flow.parse_verifier(page.approve(url, *login)) if callback else page.approve_for_pin(url, *login)
        )
        token = flow.fetch_access_token(request_token, verifier)
        return {"access_token": token.key, "access_token_secret": token.secret}


def _login_of(user: User) -> tuple[str, str]:
    """Return the name and the password of a user; AuthError without them."""
    if user.username is None or user.password is None:
        raise AuthError("this user has neither tokens nor a password")
    return user.username, user.password.get_secret_value()


def _as_tokens(tokens: TokenSet) -> Tokens:
    """Return a token response as an entry of the token store."""
    return {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_in": tokens.expires_in,
    }
