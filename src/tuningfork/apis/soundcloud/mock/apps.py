"""Registered applications (OAuth clients)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from authlib.oauth2.rfc6749 import ClientMixin

GRANTS = frozenset({"authorization_code", "client_credentials", "refresh_token"})


@dataclass(frozen=True, slots=True)
class App(ClientMixin):  # type: ignore[misc]  # Authlib ships no types
    """An application with the methods that Authlib calls on a client."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]

    def get_client_id(self) -> str:
        """Return the client id."""
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """Return None: an app registers several URIs, so a request must name one."""

    def get_allowed_scope(self, scope: str) -> str:
        """Return the empty scope: the API has no scopes."""
        return ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Return whether exactly this URI is registered (SC-CODE-08)."""
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Return whether this is the secret of the app (SC-TOKEN-04)."""
        return hmac.compare_digest(self.client_secret.encode(), client_secret.encode("utf-8", "replace"))

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Return whether credentials are in the form or in HTTP Basic, not in the query (SC-TOKEN-15)."""
        return method in ("client_secret_post", "client_secret_basic")

    def check_response_type(self, response_type: str) -> bool:
        """Return whether `response_type` is `code` (SC-CODE-13)."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Return whether the API supports the grant: each app may use all of them."""
        return grant_type in GRANTS


FIRST = App(
    "tuning-fork-app",
    "tuning-fork-app-secret-4f1d",
    ("https://app.example.com/callback", "my-app://soundcloud/callback"),
)
SECOND = App("second-app", "second-app-secret-93ac", ("https://second.example.com/callback",))


class Apps:
    """The registry of applications."""

    def __init__(self) -> None:
        self.registered = {app.client_id: app for app in (FIRST, SECOND)}

    def find(self, client_id: str) -> App | None:
        """Return the app with this client id, or None."""
        return self.registered.get(client_id)

    def is_registered_uri(self, app: App, redirect_uri: str) -> bool:
        """Return whether the app has registered this redirect_uri (SC-CODE-08)."""
        return app.check_redirect_uri(redirect_uri)

    def supports_response_type(self, app: App, response_type: str) -> bool:
        """Return whether the app may send this response_type to /connect (SC-CODE-13)."""
        return app.check_response_type(response_type)
