"""Credentials of the reference server: who sent a request, and how other requests are refused."""

from __future__ import annotations

import base64
from typing import Any

from flask import Response

from tuningfork.conventions.auth import Auth
from tuningfork.conventions.grammar import Refusal, Statuses
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.part import Part

TOKEN, SECOND_TOKEN = "reference-token-1", "reference-token-2"
USER, PASSWORD = "reference-user", "reference-password"
SECOND_USER = "reference-user-2"


class AuthPart(Part):
    """Knows the tokens and passwords of two accounts."""

    key = "auth"
    order = 20

    def reset(self) -> None:
        """Restore the tokens of both accounts."""
        self.accounts: dict[str, str] = {TOKEN: "first", SECOND_TOKEN: "second"}
        for name, account in ((USER, "first"), (SECOND_USER, "second")):
            self.accounts[base64.b64encode(f"{name}:{PASSWORD}".encode()).decode()] = account

    def settings(self, base_url: str) -> dict[str, Any]:
        """Return the credentials of both accounts."""
        declared = self.server.declaration.first("auth")
        if declared is None or declared.type == "none":
            return {}
        if declared.type == "basic":
            return {"username": USER, "password": PASSWORD, "users": self._users()}
        return {"token": TOKEN, "users": self._users()}

    def revoke(self, value: str) -> None:
        """Forget a token."""
        self.accounts.pop(value, None)

    def before(self, call: Call) -> Response | None:
        """Refuse a request without valid credentials."""
        declared = self.of(call)
        if declared is None:
            return None
        call.account = self.account_of(call, declared)
        if call.account is None and declared.type != "none":
            credential = self.credential_of(call, declared)
            if credential is not None or not declared.optional:
                raise self.refusal(declared, is_missing=credential is None)
        return None

    def refusal(self, declared: Auth, *, is_missing: bool) -> HttpError:
        """Return how a request without valid credentials is refused."""
        refusal = (declared.missing if is_missing else declared.wrong) or Refusal(Statuses(("401",)))
        headers = {"WWW-Authenticate": declared.challenge} if declared.challenge else {}
        return self.server.get(ErrorPart).refuse(refusal, "credentials", headers)

    def credential_of(self, call: Call, declared: Auth) -> str | None:
        """Return the credential of a request where it is declared; None without one."""
        request = call.request
        if declared.in_ == "query":
            return request.args.get(declared.name)
        if declared.in_ == "cookie":
            return request.cookies.get(declared.name)
        return request.headers.get(declared.name)

    def account_of(self, call: Call, declared: Auth) -> str | None:
        """Return whose credential a request has; None if it is missing or wrong."""
        credential = self.credential_of(call, declared)
        if credential is None:
            return None
        prefix = declared.prefix or {"basic": "Basic", "api-key": ""}.get(declared.type, "Bearer")
        if not prefix or declared.in_ != "header":
            return self.accounts.get(credential)
        scheme, _, token = credential.partition(" ")
        is_same = scheme.lower() == prefix.lower() if declared.case else scheme == prefix
        return self.accounts.get(token.strip()) if is_same else None

    def _users(self) -> dict[str, Any]:
        """Return the users of tuningfork.toml."""
        return {
            "first": {"username": USER, "password": PASSWORD, "access_token": TOKEN},
            "second": {"username": SECOND_USER, "password": PASSWORD, "access_token": SECOND_TOKEN},
        }
