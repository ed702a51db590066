"""The credentials of an API that declares `auth` in conventions.yaml and has no profile of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import requests
from pydantic import SecretStr
from requests.auth import AuthBase, HTTPBasicAuth

from tuningfork.auth.api_key import ApiKeyAuth
from tuningfork.auth.oauth2 import AuthError
from tuningfork.client.tokens import Tokens
from tuningfork.conventions.auth import Auth
from tuningfork.conventions.declaration import Declaration
from tuningfork.registry.default_settings import DefaultSettings

PREFIXES = {"basic": "Basic", "api-key": ""}


class DeclaredCredentials:
    """Adds the configured credentials of a principal as `auth` declares.

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
        self._declared: Auth | None = next(
            (group for group in declaration.groups.get("auth", ()) if group.type != "none"), None
        )
        self._probe_paths = probe_paths
        self._settings = settings
        self._new_session = new_session

    def fetch(self, principal: str) -> Tokens:
        """Return the configured token of a principal, or its name and password.

        Raises:
            AuthError: none is configured.
        """
        if self._declared is None:
            return {}
        for tokens in self._configured(principal):
            return tokens
        raise AuthError(f"no credentials of {principal!r} are configured")

    def renew(self, principal: str, tokens: Tokens) -> Tokens:
        """Return the configured credentials again."""
        return self.fetch(principal)

    def auth(self, principal: str, tokens: Tokens) -> AuthBase | None:
        """Return what adds the credentials; None without any."""
        if self._declared is None or not tokens:
            return None
        if self._declared.type == "basic" and "username" in tokens:
            return HTTPBasicAuth(str(tokens["username"]), str(tokens["password"]))
        return self.auth_with(str(tokens["access_token"]))

    def auth_with(self, token: str) -> AuthBase:
        """Return what adds another token in the declared place, such as that of a role."""
        declared = self._declared or Auth.model_validate({"type": "bearer"})
        prefix = PREFIXES.get(declared.type, "Bearer") if declared.prefix is None else declared.prefix
        value = f"{prefix} {token}" if prefix and declared.in_ == "header" else token
        return ApiKeyAuth(declared.name, value, declared.in_)

    def probe_path(self, principal: str) -> str:
        """Return a path that shows whether the credentials work."""
        probe = self._declared.probe if self._declared is not None else None
        return probe.path if probe is not None else next(iter(self._probe_paths), "/")

    def _configured(self, principal: str) -> list[Tokens]:
        """Return the credentials of a principal in tuningfork.toml, the best ones first."""
        settings, users = self._settings, self._settings.users
        app = _tokens(settings.token or settings.api_key, settings.username, settings.password)
        own = {"first": users.first, "second": users.second}.get(principal)
        user = own or (users.first if principal == "app" else None)
        found = [] if user is None else _tokens(user.access_token, user.username, user.password)
        return [*app, *found] if principal == "app" else [*found, *(app if principal == "first" else [])]


def _tokens(token: SecretStr | None, username: str | None, password: SecretStr | None) -> list[Tokens]:
    """Return configured credentials as tokens, at most one."""
    if token is not None:
        return [{"access_token": token.get_secret_value()}]
    if username is not None and password is not None:
        return [{"username": username, "password": password.get_secret_value()}]
    return []
