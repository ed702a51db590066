"""Registered applications."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from authlib.oauth2.rfc6749 import ClientMixin

GRANTS = frozenset({"authorization_code", "client_credentials", "refresh_token"})


@dataclass(frozen=True, slots=True)
class App(ClientMixin):  # type: ignore[misc]  # Authlib ships no types
    """An application, as Authlib asks about it."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]

    def get_client_id(self) -> str:
        """The id."""
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """There is none: several are registered."""

    def get_allowed_scope(self, scope: str) -> str:
        """No scope means anything here."""
        return ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether it is registered, letter by letter (SC-CODE-08)."""
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether this is the secret (SC-TOKEN-04)."""
        return hmac.compare_digest(self.client_secret.encode(), client_secret.encode("utf-8", "replace"))

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Credentials are in the form or in HTTP Basic, never in the query (SC-TOKEN-15)."""
        return method in ("client_secret_post", "client_secret_basic")

    def check_response_type(self, response_type: str) -> bool:
        """Only codes are given (SC-CODE-13)."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Every app may use every grant."""
        return grant_type in GRANTS


FIRST = App(
    "tuning-fork-app",
    "tuning-fork-app-secret-4f1d",
    ("https://app.example.com/callback", "my-app://soundcloud/callback"),
)
SECOND = App("second-app", "second-app-secret-93ac", ("https://second.example.com/callback",))


class Apps:
    """Who may ask for tokens."""

    def __init__(self) -> None:
        self.registered = {app.client_id: app for app in (FIRST, SECOND)}

    def find(self, client_id: str) -> App | None:
        """The app of an id."""
        return self.registered.get(client_id)

    def may_redirect(self, app: App, redirect_uri: str) -> bool:
        """Whether the app's users may be sent there (SC-CODE-08)."""
        return app.check_redirect_uri(redirect_uri)

    def may_ask_for(self, app: App, response_type: str) -> bool:
        """Whether the app may have such an answer (SC-CODE-13)."""
        return app.check_response_type(response_type)
