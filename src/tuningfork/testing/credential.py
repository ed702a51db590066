"""The credential of a client as it is sent, and wrong ones derived from it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from tuningfork import not_verified
from tuningfork.auth.api_key import ApiKeyAuth
from tuningfork.auth.oauth1 import OAuth1
from tuningfork.client.client import Client
from tuningfork.conventions.auth import Auth
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.signatures import other_secret, spelled

OTHER_SCHEMES = ("OAuth", "Basic", "Token", "Bearer")
CASELESS = re.compile(r"[0-9a-fA-F-]+")
"""Tokens such as UUIDs, whose letters may have any case."""
MIN_COMPARED = 8
"""A token at least as long is altered behind the characters that a sloppy server may compare."""


@dataclass(frozen=True)
class Credential:
    """What a client sends at the declared location.

    Args:
        declared: where credentials are.
        value: the whole value, such as "Bearer TOKEN".
        signer: what signs each request; None where each request has the same value.
    """

    declared: Auth
    value: str = field(repr=False)
    signer: OAuth1 | None = None

    @classmethod
    def of(cls, client: Client, declared: Auth) -> Credential:
        """Return the credential of a client; without one the test is not verified."""
        prepared = client.session.prepare_request(requests.Request("GET", client.url("/")))
        value = _read(prepared, declared)
        missing = f"the client sends no {declared.in_} {declared.name}"
        signer = client.auth if isinstance(client.auth, OAuth1) else None
        return cls(declared, value or not_verified(missing), signer)

    @property
    def scheme(self) -> str:
        """The scheme before the token; empty without one."""
        return self.declared.scheme if self.declared.in_ == "header" else ""

    @property
    def token(self) -> str:
        """The value without its scheme."""
        return self.value.removeprefix(self.scheme).strip() if self.scheme else self.value

    def with_token(self, token: str) -> Credential:
        """Return the credential with another token."""
        return replace(self, value=f"{self.scheme} {token}".strip() if self.scheme else token)

    def with_scheme(self, scheme: str) -> Credential:
        """Return the credential with its token after another scheme; after none if it is empty."""
        return replace(self, value=f"{scheme} {self.token}".strip())

    def sent_by(self, client: Client) -> Client:
        """Return a client that sends this credential in place of its own, or signs with its scheme."""
        if self.signer is not None:
            return client.with_auth(spelled(self.signer, self.value.partition(" ")[0]))
        return client.with_auth(ApiKeyAuth(self.declared.name, self.value, self.declared.in_), self.token)

    def altered(self) -> Credential:
        """Return the credential with one character changed near the end of the token, or of the password."""
        return self._changed(_altered)

    def longer(self) -> Credential:
        """Return the credential with a character behind the token, or behind the password."""
        return self._changed(lambda text: f"{text}x")

    def _changed(self, change: Callable[[str], str]) -> Credential:
        """Return the credential with a change of the token; of Basic, a change of the password."""
        is_basic = self.declared.type == "basic"
        return self.with_token((is_basic and _with_password(self.token, change)) or change(self.token))

    def wrong_ones(self) -> Iterator[tuple[str, Credential]]:
        """Yield wrong credentials, at most six, each with its description."""
        yield "an altered token", self.altered()
        yield "a longer token", self.longer()
        if self.declared.type != "basic" and not CASELESS.fullmatch(self.token):
            yield "the token in the other case", self.with_token(self.token.swapcase())
        if self.scheme:
            accepted = {scheme.lower() for scheme in (self.scheme, *self.declared.also)}
            other = next(each for each in OTHER_SCHEMES if each.lower() not in accepted)
            yield f"the scheme {other}", self.with_scheme(other)
            if "" not in accepted:
                yield "no scheme", self.with_scheme("")
        yield "an empty token", self.with_token("")

    def outsiders(self, unauthenticated: Client) -> list[tuple[str, Refusal, Client]]:
        """Return clients without valid credentials: who they are, and how they are refused.

        The test is not verified without any.
        """
        return at_least_one(self._outsiders(unauthenticated), "auth declares neither missing nor wrong")

    def _outsiders(self, unauthenticated: Client) -> Iterator[tuple[str, Refusal, Client]]:
        """Yield the clients of `outsiders`."""
        declared = self.declared
        if declared.missing is not None and not declared.optional:
            yield "without credentials", declared.missing, unauthenticated
        if declared.wrong is not None:
            yield "with an altered token", declared.wrong, self._altered_by(unauthenticated)

    def _altered_by(self, client: Client) -> Client:
        """Return a client that sends an altered token, or that signs with another secret."""
        if self.signer is not None:
            return client.with_auth(other_secret(self.signer))
        return self.altered().sent_by(client)


def _read(request: requests.PreparedRequest, declared: Auth) -> str:
    """Return the value at the declared location of a request; empty without one."""
    if declared.in_ == "query":
        return dict(parse_qsl(urlsplit(str(request.url)).query)).get(declared.name, "")
    if declared.in_ == "cookie":
        cookies: Mapping[str, Any] = SimpleCookie(request.headers.get("Cookie", ""))
        return str(cookies[declared.name].value) if declared.name in cookies else ""
    return str(request.headers.get(declared.name, ""))


def _altered(text: str) -> str:
    """Return a text with another character of the same kind, not the last one, whose bits may be unused."""
    index = max(len(text) - 3, 0) if len(text) > MIN_COMPARED else len(text) - 1
    character = text[index]
    other = {"9": "8", "z": "y", "Z": "Y", "f": "e", "F": "E"}.get(character, chr(ord(character) + 1))
    return (
        f"{text[:index]}{other if other.isalnum() else 'a' if character != 'a' else 'b'}{text[index + 1 :]}"
    )


def _with_password(token: str, change: Callable[[str], str]) -> str:
    """Return the token of Basic with a changed password (RFC 7617); empty if it is of another kind."""
    try:
        name, colon, password = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
    if not (colon and password.isprintable()):
        return ""
    return base64.b64encode(f"{name}:{change(password)}".encode()).decode()
