"""The consent page (https://developers.soundcloud.com/docs/api/guide#auth-code)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qsl, quote

from authlib.oauth2 import OAuth2Error
from flask import Response

from tuningfork.apis.soundcloud.mock.models import User
from tuningfork.apis.soundcloud.mock.oauth_server import OAuthRequest, OAuthServer
from tuningfork.apis.soundcloud.mock.users import Users
from tuningfork.mock import consent


@dataclass(frozen=True, slots=True)
class Pending:
    """An authorization request that waits for the decision of a user in one browser."""

    client_id: str
    redirect_uri: str
    state: str | None
    browser: str
    popup: bool


class Consent(consent.ConsentPage[Pending, User]):
    """Serves the consent page and redirects the browser to the app with a code or an error."""

    def __init__(self, users: Users, oauth_server: OAuthServer) -> None:
        super().__init__("connect_session", "/connect")
        self._users = users
        self._oauth_server = oauth_server

    def authenticate(self, username: str, password: str) -> User | None:
        """Return the user with this name and password, or None."""
        return self._users.find_by_login(username, password)

    def parse_query(self, query: bytes) -> list[tuple[str, str]]:
        """Return the parameters of a query; `quote` turns each value into the same bytes (SC-CODE-03)."""
        text = query.decode("utf-8", "surrogateescape")
        return parse_qsl(text, keep_blank_values=True, errors="surrogateescape")

    def quote(self, text: str) -> str:
        """Return the percent-encoded value of a parameter that `parse_query` has read."""
        return quote(text, safe="", errors="surrogateescape")

    def redirect_url(self, pending: Pending, parameters: Sequence[tuple[str, str]]) -> str:
        """Return the app's redirect_uri with these parameters, and with `state` if the request had one."""
        if pending.state is not None:
            parameters = [*parameters, ("state", pending.state)]
        query = "&".join(f"{name}={self.quote(value)}" for name, value in parameters)
        return f"{pending.redirect_uri}{'&' if '?' in pending.redirect_uri else '?'}{query}"

    def page(self, ticket: str, pending: Pending, action: str, problem: str = "") -> str:
        """Return the HTML of the consent page; `problem` is an error message about the last attempt."""
        user = self.signed_in(pending.browser)
        return PAGE.format(
            kind="popup" if pending.popup else "page",
            app=escape(pending.client_id),
            form=self.form(ticket, action, problem, user.username if user else None),
        )

    def approved(self, pending: Pending, user: User) -> Response:
        """Redirect to the app with a code."""
        parameters = {
            "response_type": "code",
            "client_id": pending.client_id,
            "redirect_uri": pending.redirect_uri,
        }
        try:
            code = self._oauth_server.issue_code(OAuthRequest(parameters), user)
        except OAuth2Error:
            return self.refuse("The app may not request access any more.")
        return self.redirect(self.redirect_url(pending, [("code", code.value)]))

    def denied(self, pending: Pending) -> Response:
        """Redirect to the app with the error `access_denied`."""
        return self.redirect(self.redirect_url(pending, [("error", "access_denied")]))


PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Connect with SoundCloud</title></head>
<body class="{kind}"><h1>{app} asks for access to your account</h1>
{form}</body></html>
"""
