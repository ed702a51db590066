"""The credentials of an API that declares `auth` in conventions.yaml and has no profile of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote

import requests
from pydantic import SecretStr
from requests.auth import AuthBase, HTTPBasicAuth

from tuningfork.auth.api_key import ApiKeyAuth
from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.auth.oauth2 import AuthError
from tuningfork.client.config import User
from tuningfork.client.tokens import Tokens
from tuningfork.conventions.auth import Auth
from tuningfork.conventions.declaration import Declaration
from tuningfork.registry.declared_login import OAuth1Login, OAuth2Login, SessionLogin
from tuningfork.registry.default_settings import DefaultSettings
from tuningfork.registry.python_scheme import python_auth


class DeclaredCredentials:
    """Fetches and adds the credentials of a principal as `auth` declares.

    The principals "app" and "first" share their credentials if only one of them has some.

    Args:
        declaration: the conventions of the API.
        probe_paths: paths that show whether credentials are accepted.
        settings: the configured credentials.
        new_session: creates the session of a login.
    """

    def __init__(
        self,
        declaration: Declaration,
        probe_paths: Sequence[str],
        settings: DefaultSettings,
        new_session: Callable[[], requests.Session],
    ) -> None:
        groups: Sequence[Auth] = declaration.groups.get("auth", ())
        self._declared = next((group for group in groups if not group.is_public), None)
        self._declaration = declaration
        self._probe_paths = probe_paths
        self._settings = settings
        self._new_session = new_session

    def fetch(self, principal: str) -> Tokens:
        """Return the configured token of a principal, or the tokens of a login.

        Raises:
            AuthError: none is configured, or the login fails.
        """
        if self._declared is None:
            return {}
        for tokens in self._found(principal, self._declared):
            return tokens
        raise AuthError(f"no credentials of {principal!r} are configured")

    def renew(self, principal: str, tokens: Tokens) -> Tokens:
        """Return new tokens, or the configured ones again."""
        return self.fetch(principal)

    def auth(self, principal: str, tokens: Tokens) -> AuthBase | None:
        """Return what adds the credentials; None without any."""
        if self._declared is None or not tokens:
            return None
        if self._declared.type.startswith("python:"):
            return python_auth(self._declared.type, self._settings, tokens)
        if self._declared.type == "oauth1":
            return self._signing(tokens)
        if self._declared.type == "basic" and "username" in tokens:
            return HTTPBasicAuth(str(tokens["username"]), str(tokens["password"]))
        return self.auth_with(str(tokens["access_token"]))

    def auth_with(self, token: str) -> AuthBase:
        """Return what adds another token in the declared location, such as that of a role."""
        declared = self._declared or Auth.model_validate({"type": "bearer"})
        is_prefixed = declared.scheme and declared.in_ == "header"
        value = f"{declared.scheme} {token}" if is_prefixed else token
        return ApiKeyAuth(declared.name, value, declared.in_)

    def probe_path(self, principal: str) -> str:
        """Return a path that shows whether the credentials work."""
        probe = self._declared.probe if self._declared is not None else None
        return self._with_examples(probe.path) if probe is not None else next(iter(self._probe_paths), "/")

    def _with_examples(self, path: str) -> str:
        """Return a path with the declared examples in place of its parameters."""
        for name, parameter in self._declaration.requests.parameters.items():
            path = path.replace(f"{{{name}}}", quote(str(parameter.example), safe=""))
        return path

    def _found(self, principal: str, declared: Auth) -> Iterator[Tokens]:
        """Yield the credentials of a principal, the best ones first."""
        settings, users = self._settings, self._settings.users
        own = {"first": users.first, "second": users.second}.get(principal)
        user = own or (users.first if principal == "app" else None)
        app = _tokens(settings.token or settings.api_key, settings.username, settings.password)
        found = [] if user is None else _tokens(user.access_token, user.username, user.password)
        for tokens in (
            [*app, *found] if principal == "app" else [*found, *(app if principal == "first" else [])]
        ):
            if "access_token" in tokens:
                yield {**tokens, "access_token_secret": _secret_of(user)}
            elif declared.type == "basic" or declared.type.startswith("python:"):
                yield tokens
            elif declared.login is not None:
                login = SessionLogin(self._declaration, declared.login, settings.base_url, self._new_session)
                yield login.fetch(str(tokens["username"]), str(tokens["password"]))
        if declared.oauth2 is not None:
            yield from OAuth2Login(declared.oauth2, settings, self._new_session).fetch(principal, user)
        if declared.type == "oauth1" and settings.consumer_key is not None:
            if declared.oauth1 is not None and user is not None and user.password is not None:
                yield OAuth1Login(declared.oauth1, settings, self._new_session).fetch(self._consumer(), user)
            yield {"consumer": True}

    def _signing(self, tokens: Tokens) -> AuthBase:
        """Return what signs requests of the app, or of the user whose token and secret these are."""
        return OAuth1(self._consumer(), tokens.get("access_token"), tokens.get("access_token_secret"))

    def _consumer(self) -> Consumer:
        """Return the configured app of OAuth 1.0; AuthError without one."""
        key, secret = self._settings.consumer_key, self._settings.consumer_secret
        if key is None or secret is None:
            raise AuthError("no consumer_key and consumer_secret are configured")
        return Consumer(key.get_secret_value(), secret.get_secret_value())


def _tokens(token: SecretStr | None, username: str | None, password: SecretStr | None) -> list[Tokens]:
    """Return configured credentials as tokens, at most one."""
    if token is not None:
        return [{"access_token": token.get_secret_value()}]
    if username is not None and password is not None:
        return [{"username": username, "password": password.get_secret_value()}]
    return []


def _secret_of(user: User | None) -> str | None:
    """Return the secret of a user's OAuth 1.0 token; None without one."""
    secret = user.access_token_secret if user is not None else None
    return None if secret is None else secret.get_secret_value()
