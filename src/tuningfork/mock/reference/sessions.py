"""Sessions of the reference server: `auth.login`, `auth.refresh` and `auth.logout`."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from flask import Response

from tuningfork.conventions.auth import Auth
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.conventions.sessions import Login, Logout, Refresh
from tuningfork.mock.reference import places
from tuningfork.mock.reference.accounts import ACCOUNTS, LIFETIME_S, PASSWORD, Token
from tuningfork.mock.reference.auth import UNAUTHORIZED, AuthPart
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.part import Part


class SessionPart(Part):
    """Issues tokens for names and passwords, and replaces and revokes them."""

    key = "sessions"
    order = 28

    def reset(self) -> None:
        """Forget all sessions."""
        self.families = itertools.count(1)

    @property
    def auth(self) -> AuthPart:
        """The part that knows the tokens."""
        return self.server.get(AuthPart)

    def before(self, call: Call) -> Response | None:
        """Return the response to a login, a refresh or a logout."""
        for declared in self.auth.groups:
            handlers: tuple[tuple[Any, Callable[..., Response]], ...] = (
                (declared.login, self.login),
                (declared.refresh, self.refresh),
                (declared.logout, self.logout),
            )
            for request, handler in handlers:
                if request is not None and call.operation and request.request.matches(call.operation):
                    return handler(call, declared, request)
        return None

    def login(self, call: Call, declared: Auth, login: Login) -> Response:
        """Return new tokens for a name and a password."""
        account = self.account_of(
            self.sent(call, login.body, "username"), self.sent(call, login.body, "password")
        )
        if account is None:
            raise self.auth.server.get(ErrorPart).refuse(login.wrong or UNAUTHORIZED)
        return self.tokens_response(declared, account, next(self.families))

    def account_of(self, name: Any, password: Any) -> str | None:
        """Return the account with a name and a password; None without one."""
        return ACCOUNTS.get(name) if password == PASSWORD and isinstance(name, str) else None

    def refresh(self, call: Call, declared: Auth, refresh: Refresh) -> Response:
        """Return new tokens for a refresh token."""
        token = self.auth.tokens.find(str(self.sent(call, refresh.body, "refresh")), "refresh")
        if token is None or not self.may_refresh(token, refresh):
            raise self.server.get(ErrorPart).refuse(refresh.wrong or Refusal(Statuses(("401",))))
        token.used = self.server.clock.now() if token.used is None else token.used
        return self.tokens_response(declared, token.account, token.family, None if refresh.once else token)

    def may_refresh(self, token: Token, refresh: Refresh) -> bool:
        """Return whether a refresh token works; its second use may end the session."""
        if not self.auth.tokens.is_active(token):
            return False
        if not refresh.once or token.used is None:
            return True
        if refresh.grace and self.server.clock.now() < token.used + refresh.grace:
            return True
        if refresh.reuse == "ends-family":
            self.auth.tokens.revoke_family(token.family)
        return False

    def logout(self, call: Call, declared: Auth, logout: Logout) -> Response:
        """Revoke the tokens of a session."""
        token: Token | None = call.notes.get(AuthPart.key)
        if token is not None:
            for kind in logout.ends:
                self.end(token, kind)
        return Response(status=204)

    def end(self, token: Token, kind: str) -> None:
        """Revoke the access token of a request, or the refresh tokens of its session."""
        if kind == "access":
            token.is_revoked = True
        else:
            self.auth.tokens.revoke_family(token.family, kind)

    def tokens_response(
        self, declared: Auth, account: str, family: int, refresh_token: Token | None = None
    ) -> Response:
        """Return new tokens at the declared locations; a given `refresh_token` stays the same."""
        access, refresh, expires = self.token_pointers(declared)
        body = places.write({}, access, self.auth.tokens.issue(account, "access", family, LIFETIME_S).value)
        if refresh is not None:
            token = refresh_token or self.auth.tokens.issue(account, "refresh", family)
            body = places.write(body, refresh, token.value)
        if expires is not None and declared.login is not None:
            factor = 1000 if declared.login.unit == "milliseconds" else 1
            body = places.write(body, expires, LIFETIME_S * factor)
        return self.server.json(body)

    def token_pointers(self, declared: Auth) -> tuple[str, str | None, str | None]:
        """Return where a response has the access token, the refresh token and the lifetime."""
        login = declared.login
        access = login.access if login is not None else "/access_token"
        refresh = login.refresh if login is not None else None
        if refresh is None and declared.refresh is not None:
            refresh = declared.refresh.refresh or "/refresh_token"
        return access, refresh, login.expires if login is not None else None

    def sent(self, call: Call, template: dict[str, Any], name: str) -> Any:
        """Return what a body has where the declared body has a name in braces; None without it."""
        return value_of(call.body, template, f"{{{name}}}")


def value_of(body: Any, template: Any, placeholder: str) -> Any:
    """Return the part of a body where a template has a placeholder; None without one."""
    if template == placeholder:
        return body
    members = template.items() if isinstance(template, dict) and isinstance(body, dict) else ()
    found = (value_of(body.get(name), value, placeholder) for name, value in members)
    return next((value for value in found if value is not None), None)
