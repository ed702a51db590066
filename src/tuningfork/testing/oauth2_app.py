"""The app at a declared authorization server: sends the requests of OAuth 2.0 that tests judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from requests.auth import HTTPBasicAuth

from tuningfork import not_verified
from tuningfork.auth.consent_page import ConsentPageDriver
from tuningfork.auth.oauth2 import App, AuthError, OAuth2, redirect_parameters
from tuningfork.auth.pkce import Challenge
from tuningfork.client.client import Client
from tuningfork.client.config import User
from tuningfork.client.response import JsonObject, Response
from tuningfork.conventions import oauth2 as conventions_oauth2
from tuningfork.testing.fairness import premise
from tuningfork.testing.listings import at_least_one

OF_USERS = ("password", "authorization_code", "refresh_token")
"""The grants that need a user."""
CHEAPEST = ("client_credentials", "password", "authorization_code")
"""The grants that issue a token without one, the cheapest one first."""


@dataclass(frozen=True)
class OAuth2App:
    """Sends requests to the declared endpoints.

    Args:
        client: sends the requests, without credentials of its own.
        declared: the endpoints and grants.
        app: the registered app.
        user: the user who approves; None without one.
        login_origins: where the password of the user may be sent.
        method: how the app authenticates at the token endpoint.
    """

    client: Client
    declared: conventions_oauth2.OAuth2
    app: App
    user: User | None
    login_origins: frozenset[str] = field(default_factory=frozenset)
    method: str = "client_secret_post"

    @property
    def grants(self) -> list[str]:
        """The declared grants that can be tested; the test is not verified without any."""
        grants = [
            each for each in self.declared.grant_types_supported if each in (*CHEAPEST, "refresh_token")
        ]
        possible = [each for each in grants if each not in OF_USERS or self.user is not None]
        return at_least_one(possible, "no declared grant can be tested without a user")

    def as_client(self, client_id: str, secret: str) -> OAuth2App:
        """Return the same app with other credentials."""
        return replace(self, app=App(client_id, secret, self.app.redirect_uri))

    def by_method(self, method: str) -> OAuth2App:
        """Return the same app with another way to authenticate."""
        return replace(self, method=method)

    def request_token(self, form: Mapping[str, str], endpoint: str | None = None) -> Response:
        """Return the response to a form with the credentials of the app, at the token endpoint by default.

        The test is not verified if the app gets no further token now.
        """
        response = self._send_form(form, endpoint)
        premise(response.status != 429, "the token endpoint returns 429: too many tokens were requested")
        return response

    def _send_form(self, form: Mapping[str, str], endpoint: str | None) -> Response:
        path = endpoint or self.declared.token_endpoint or not_verified("no token_endpoint is declared")
        if self.method == "client_secret_basic":
            basic = HTTPBasicAuth(self.app.client_id, self.app.client_secret)
            return self.client.with_auth(basic).post(path, form=form)
        own = {"client_id": self.app.client_id, "client_secret": self.app.client_secret}
        return self.client.post(path, form={**form, **own})

    def grant(self, grant_type: str | None = None) -> Response:
        """Return the response to a grant; to the cheapest declared one by default."""
        kind = grant_type or next(each for each in CHEAPEST if each in self.grants)
        if kind == "authorization_code":
            challenge = self.challenge()
            return self.exchange(self.code(challenge), challenge)
        if kind == "refresh_token":
            return self.refresh(self.refresh_token())
        username, password = self.login() if kind == "password" else ("", "")
        login = {"username": username, "password": password} if kind == "password" else {}
        return self.request_token({"grant_type": kind, **login})

    def challenge(self) -> Challenge:
        """Return a new challenge by the best declared method of PKCE."""
        return Challenge.of(self.declared.code_challenge_methods_supported)

    def authorization_url(self, **parameters: str) -> str:
        """Return the URL of an authorization request (RFC 6749 4.1.1)."""
        endpoint = self.declared.authorization_endpoint or not_verified(
            "no authorization_endpoint is declared"
        )
        oauth = OAuth2(self.client.session, self.client.url(endpoint), "", self.app)
        return oauth.authorization_url(**parameters)

    def approve(self, **parameters: str) -> str:
        """Return the redirect after an approval; the test is not verified without one."""
        return self.try_approve(**parameters) or not_verified("the consent page cannot be used")

    def try_approve(self, **parameters: str) -> str:
        """Return the redirect after an approval; empty without one."""
        page = ConsentPageDriver(self.client.new_session(), login_origins=self.login_origins)
        try:
            return page.approve(self.authorization_url(**parameters), *self.login())
        except AuthError:
            return ""

    def code(self, challenge: Challenge) -> str:
        """Return a new code; the test is not verified without one."""
        found = redirect_parameters(self.approve(**challenge.parameters)).get("code", [])
        return found[0] if found else not_verified("the redirect after an approval has no code")

    def exchange(self, code: str, challenge: Challenge, **fields: str) -> Response:
        """Return the response to the exchange of a code, with other or further fields."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.app.redirect_uri}
        return self.request_token({**form, **challenge.proof, **fields})

    def refresh(self, token: str) -> Response:
        """Return the response to a refresh."""
        return self.request_token({"grant_type": "refresh_token", "refresh_token": token})

    def refresh_token(self) -> str:
        """Return the refresh token of a new grant of the user; the test is not verified without one."""
        for grant in ("password", "authorization_code"):
            if grant in self.grants:
                return self.text_property(self.grant(grant), "refresh_token")
        return not_verified("no declared grant returns a refresh token")

    def text_property(self, response: Response, name: str) -> str:
        """Return a text of a token response; the test is not verified without it."""
        value = self.properties(response).get(name)
        return value if isinstance(value, str) else not_verified(f"{response.status}, no {name}")

    def properties(self, response: Response) -> dict[str, Any]:
        """Return the properties of a response; empty if it is not a JSON object."""
        try:
            body = response.exchange.response.json()
        except ValueError:
            return {}
        return body if isinstance(body, dict | JsonObject) else {}

    def login(self) -> tuple[str, str]:
        """Return the name and the password of the user; the test is not verified without them."""
        user = self.user
        if user is None or user.username is None or user.password is None:
            not_verified("tuningfork.toml has no users.first with username and password")
        return user.username, user.password.get_secret_value()
