"""Sessions of an API: logs in, refreshes and logs out as `auth` declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tuningfork import not_verified
from tuningfork.checks.places import MISSING, find_in_response
from tuningfork.client.client import Client
from tuningfork.client.gateway import is_of_gateway
from tuningfork.client.response import Response
from tuningfork.conventions.auth import Auth
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.locations import ResponseLocation
from tuningfork.conventions.grammar.operation_patterns import OperationPattern
from tuningfork.conventions.sessions import Login, Logout, Refresh
from tuningfork.numbers import to_float
from tuningfork.testing.credential import Credential
from tuningfork.testing.declared_request import body_arguments, fill_body
from tuningfork.testing.expect import expect_true


@dataclass(frozen=True)
class SessionTokens:
    """The tokens in a response; empty texts where it has none.

    Args:
        access: the access token.
        refresh: the refresh token.
        lifetime: the seconds that the access token lives; None if the response does not say.
    """

    access: str
    refresh: str = ""
    lifetime: float | None = None


@dataclass(frozen=True)
class Sessions:
    """Sends the requests of sessions.

    Args:
        client: sends the requests, without credentials of its own.
        declared: the declared requests.
        declaration: the conventions of the API.
        username: the name of the user.
        password: the password of the user.
    """

    client: Client
    declared: Auth
    declaration: Declaration
    username: str
    password: str

    def log_in(self, username: str | None = None, password: str | None = None) -> Response:
        """Return the response to a login, by default with the name and the password of the user."""
        values = {
            "username": self.username if username is None else username,
            "password": self.password if password is None else password,
        }
        return self._send(self.client, self.login.request, self.login.body, values)

    def start(self) -> SessionTokens:
        """Return the tokens of a new session; the test is not verified without one."""
        response = self.log_in()
        tokens = self.tokens(response)
        return tokens if tokens.access else not_verified(f"the login returned no token: {response.status}")

    def refresh(self, token: str, client: Client | None = None) -> Response:
        """Return the response to a refresh."""
        declared = self.declared_refresh
        return self._send(client or self.client, declared.request, declared.body, {"refresh": token})

    def refreshed(self, token: str) -> SessionTokens:
        """Return the tokens of a refresh; the test is not verified without any."""
        response = self.refresh(token)
        tokens = self.tokens(response)
        return tokens if tokens.access else not_verified(f"the refresh returned no token: {response.status}")

    def issued(self, responses: Sequence[Response]) -> set[str]:
        """Return the access tokens in the responses of logins or refreshes."""
        return {self.tokens(each).access for each in responses} - {""}

    def log_out(self, tokens: SessionTokens) -> Response:
        """Return the response to a logout of a session."""
        declared = self.declared_logout
        client = Credential(self.declared, "").with_token(tokens.access).sent_by(self.client)
        values = {"access": tokens.access, "refresh": tokens.refresh}
        return self._send(client, declared.request, declared.body, values)

    def tokens(self, response: Response) -> SessionTokens:
        """Return the tokens in a response of a login or a refresh."""
        login, refresh = self.declared.login, self.declared.refresh
        is_refresh = refresh is not None and response.exchange.request.path.endswith(refresh.request.path)
        own = refresh if is_refresh else None
        access = (own and own.access) or (login.access if login else "/access_token")
        again = (own and own.refresh) or (login.refresh if login else None) or "/refresh_token"
        value = self._read(response, login.expires) if login and login.expires else None
        factor = 1000 if login and login.unit == "milliseconds" else 1
        number = to_float(value)
        lifetime = None if number is None else number / factor
        return SessionTokens(self._text(response, access), self._text(response, again), lifetime)

    @property
    def login(self) -> Login:
        """The declared login; the test is not verified without one."""
        return self.declared.login or not_verified("conventions.yaml has no auth.login")

    @property
    def declared_refresh(self) -> Refresh:
        """The declared refresh; the test is not verified without one."""
        return self.declared.refresh or not_verified("conventions.yaml has no auth.refresh")

    @property
    def declared_logout(self) -> Logout:
        """The declared logout; the test is not verified without one."""
        return self.declared.logout or not_verified("conventions.yaml has no auth.logout")

    def _send(
        self, client: Client, request: OperationPattern, body: Any, values: Mapping[str, str]
    ) -> Response:
        """Return the response to a request with a filled body."""
        requests = self.declaration.requests
        filled = fill_body(body, values) or None
        arguments = body_arguments(filled, requests.body, requests.media_type)
        return client.request(request.method, request.path, **arguments)

    def _read(self, response: Response, pointer: str) -> Any:
        """Return the value at a location of a response; MISSING without one."""
        return find_in_response(response.exchange.response, ResponseLocation(pointer=pointer))

    def _text(self, response: Response, pointer: str) -> str:
        """Return the text at a location of a successful response; empty without one."""
        value = self._read(response, pointer) if response.status < 400 else MISSING
        return value if isinstance(value, str) else ""


def expect_one_refresh(
    sessions: Sessions, responses: Sequence[Response], is_accepted: Callable[[str], bool]
) -> None:
    """Raise ExpectationFailed unless one of several refreshes with the same token has succeeded.

    A server may return the same new token several times, or end the session afterwards. Where a second use
    ends the family, all refreshes may be refused.

    Args:
        sessions: sent the refreshes.
        responses: the responses.
        is_accepted: returns whether an access token works.
    """
    issued = sessions.issued(responses)
    if not issued and any(is_of_gateway(each.exchange.response) for each in responses):
        not_verified("a gateway refused a refresh")
    may_fail = sessions.declared_refresh.reuse == "ends-family"
    statuses = ", ".join(str(each.status) for each in responses)
    expect_true(bool(issued) or may_fail, "one refresh that succeeds", statuses, responses[-1])
    working = [each for each in issued if is_accepted(each)]
    found = f"{len(working)} of {len(responses)}"
    expect_true(len(working) <= 1, "at most one new access token that works", found, responses[-1])
