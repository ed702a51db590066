"""Credentials of the reference server: who sent a request, and how other requests are refused."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from flask import Response

from tuningfork.conventions.auth import Auth
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.accounts import ACCOUNTS, PASSWORD, SECOND_USER, USER, Token, Tokens
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.part import Part
from tuningfork.mock.reference.signatures import CONSUMER_KEY, CONSUMER_SECRET, TOKEN_SECRET, Signatures

TOKEN, SECOND_TOKEN = "Reference-token-1-zyxwvu", "Reference-token-2-zyxwvu"
REVOCABLE, EXPIRED = "Reference-revocable-zyxwvu", "Reference-expired-zyxwvu"
SCHEMES = {"basic": "Basic", "api-key": "", "oauth1": "OAuth"}
UNAUTHORIZED = Refusal(Statuses(("401",)))


class AuthPart(Part):
    """Knows the credentials of two accounts and of the declared roles."""

    key = "auth"
    order = 20

    @property
    def groups(self) -> list[Auth]:
        """The declared groups that need credentials."""
        return [group for group in self.server.declaration.groups.get("auth", ()) if not group.is_public]

    def reset(self) -> None:
        """Restore the initial credentials."""
        if not hasattr(self, "tokens"):
            self.tokens = Tokens(self.server.clock)
            self.signatures = Signatures(self.server.clock.now, self.window)
        self.tokens.reset()
        for token in self.initial_tokens():
            self.tokens.add(token)

    @property
    def window(self) -> float | None:
        """The seconds by which the timestamp of a signature may be off; None without a declared bound."""
        bounds = [each.oauth1.timestamp for each in self.groups if each.oauth1 is not None]
        return next((sum(bound) / 2 for bound in bounds if bound is not None), None)

    def initial_tokens(self) -> Iterator[Token]:
        """Yield the credentials that exist from the start."""
        types = {group.type for group in self.groups}
        if types & {"bearer", "api-key", "oauth1"} or any(each.startswith("python:") for each in types):
            yield Token(TOKEN, "first")
            yield Token(SECOND_TOKEN, "second")
        if "basic" in types:
            for name, account in ACCOUNTS.items():
                yield Token(basic(name, PASSWORD), account)
        yield Token(self.given(REVOCABLE), "first")
        yield Token(self.given(EXPIRED), "first", expires=self.server.clock.now() - 1)
        for name, role in self.server.declaration.named.get("roles", {}).items():
            is_empty = role.sees is not None and role.sees.items == "none"
            yield Token(self.given(name), f"empty-{name}" if is_empty else "first", role=name)

    def given(self, name: str) -> str:
        """Return the credential with a name: a token, or a name and a password for Basic."""
        is_basic = bool(self.groups) and self.groups[0].type == "basic"
        return basic(name, PASSWORD) if is_basic else f"{name}-token-zyxwvu"

    def settings(self, base_url: str) -> dict[str, Any]:
        """Return the credentials of both accounts, and those of the declared roles."""
        if not self.groups:
            return {}
        given = {
            role.credentials.removeprefix("given:"): self.given(name)
            for name, role in self.server.declaration.named.get("roles", {}).items()
        }
        given |= {"revocable_token": self.given(REVOCABLE), "expired_token": self.given(EXPIRED)}
        types = {group.type for group in self.groups}
        own = {"token": TOKEN} if TOKEN in self.tokens.by_value else {}
        if "oauth1" in types:
            own = {"consumer_key": CONSUMER_KEY, "consumer_secret": CONSUMER_SECRET}
        if types == {"basic"}:
            own = {"username": USER, "password": PASSWORD}
        return {**own, "given": given, "users": self.users()}

    def users(self) -> dict[str, Any]:
        """Return the users of tuningfork.toml: with their tokens, unless they log in by OAuth 1.0a."""
        users: dict[str, Any] = {
            "first": {"username": USER, "password": PASSWORD},
            "second": {"username": SECOND_USER, "password": PASSWORD},
        }
        logs_in = any(group.oauth1 is not None for group in self.groups)
        for name, token in () if logs_in else (("first", TOKEN), ("second", SECOND_TOKEN)):
            if token in self.tokens.by_value:
                users[name]["access_token"] = token
                users[name]["access_token_secret"] = TOKEN_SECRET
        return users

    def revoke(self, value: str) -> None:
        """Revoke a token."""
        self.tokens.revoke(value)

    def before(self, call: Call) -> Response | None:
        """Refuse a request without valid credentials."""
        declared: Auth | None = self.of(call)
        if declared is None or declared.is_public or self.is_open(call, declared):
            return None
        credential = self.credential_of(call, declared)
        if credential is None and declared.optional:
            return None
        token = self.token_of(call, declared)
        problem = self.problem(credential, token)
        if problem is not None:
            raise self.refusal(declared, problem)
        assert token is not None
        call.account = token.account
        call.notes[self.key] = token
        return None

    def is_open(self, call: Call, declared: Auth) -> bool:
        """Return whether a request logs in or refreshes, which needs no token."""
        requests = [each.request for each in (declared.login, declared.refresh) if each is not None]
        return call.operation is not None and any(each.matches(call.operation) for each in requests)

    def problem(self, credential: str | None, token: Token | None) -> str | None:
        """Return why a credential is not valid: the key of its refusal; None if it is valid."""
        if credential is None:
            return "missing"
        if token is None:
            return "wrong"
        if token.is_revoked:
            return "revoked"
        return "expired" if self.tokens.is_expired(token) else None

    def refusal(self, declared: Auth, problem: str) -> HttpError:
        """Return how a request without valid credentials is refused."""
        refusal = getattr(declared, problem) or declared.wrong or UNAUTHORIZED
        return self.server.get(ErrorPart).refuse(refusal, "credentials", self.challenge(declared))

    def challenge(self, declared: Auth) -> dict[str, str]:
        """Return the header with the challenge of a 401."""
        return {"WWW-Authenticate": declared.challenge} if declared.challenge else {}

    def credential_of(self, call: Call, declared: Auth) -> str | None:
        """Return the credential of a request where it is declared; None without one."""
        request = call.request
        if declared.in_ == "query":
            return request.args.get(declared.name)
        if declared.in_ == "cookie":
            return request.cookies.get(declared.name)
        return request.headers.get(declared.name)

    def token_of(self, call: Call, declared: Auth) -> Token | None:
        """Return the token of a request, expired and revoked ones included; None without a known one."""
        credential = self.credential_of(call, declared) or ""
        schemes = self.schemes(declared)
        if declared.type == "oauth1":
            is_known = any(self.is_scheme(credential.partition(" ")[0], each, declared) for each in schemes)
            signed = self.signatures.token(call.request) if is_known else None
            return None if signed is None else self.tokens.find(signed or TOKEN)
        if declared.in_ != "header" or not any(schemes):
            return self.tokens.find(credential)
        scheme, space, value = credential.partition(" ")
        if not space:
            scheme, value = "", credential
        is_known = any(self.is_scheme(scheme, each, declared) for each in schemes)
        return self.tokens.find(value.strip()) if is_known else None

    def schemes(self, declared: Auth) -> list[str]:
        """Return the schemes that are accepted."""
        own = SCHEMES.get(declared.type, "Bearer") if declared.prefix is None else declared.prefix
        return [own, *declared.also]

    def is_scheme(self, sent: str, accepted: str, declared: Auth) -> bool:
        """Return whether the scheme of a request is an accepted one."""
        return sent.lower() == accepted.lower() if declared.case else sent == accepted


def basic(name: str, password: str) -> str:
    """Return the credentials of Basic (RFC 7617)."""
    return base64.b64encode(f"{name}:{password}".encode()).decode()
