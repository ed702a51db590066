"""Collection of secrets: those found by location in one exchange are also replaced in all other texts."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import re
from collections.abc import Iterator
from typing import Protocol
from urllib.parse import unquote

from tuningfork.model import Exchange, Headers
from tuningfork.redaction.location_redactor import LocationRedactor
from tuningfork.redaction.locations import SecretLocations
from tuningfork.redaction.secret_names import is_secret_name

_COLLECTED_NAMES = re.compile(
    r"assert|auth(?!_timestamp|_nonce|_consumer)|bearer|code|cookie|credential|csrf|jwt|otp|passw|pin\Z|"
    r"private|pwd|saml|secret|session|sid\Z|sig|token|userinfo|verifier|xsrf|api.?key"
)
"""Names of secrets to search for in other texts, unlike client_id, username or timestamp."""
_COMMON = re.compile(r"[A-Za-z]?[a-z]*|\d*|.*REDACTED.*|\$.*|[a-z]+(?:[ _-][a-z]+)*", re.DOTALL)
"""Words, numbers and placeholders: values that may mean something else in other texts."""
_AUTH_PARAMETER = r"""([\w-]{1,200})[ \t]*=[ \t]*("[^"]*"|[^\s",]+)"""
_AUTH_PARAMETERS = re.compile(
    rf"{_AUTH_PARAMETER}(?:[ \t]*+,[ \t]*+(?:{_AUTH_PARAMETER}))++[ \t]*+(?:,[ \t]*+)?"
)
"""Credentials that are a list of parameters (RFC 9110 11.4), such as those of OAuth 1 and Digest."""
_DIGEST = "response"
"""The parameter of Digest that proves the password (RFC 7616 3.4)."""
MAX_SEARCHED_BYTES = 4 * 2**20
"""Bytes of a body that are searched for secrets; a report shows fewer."""


class SecretStore(Protocol):
    """What takes the secrets that are found."""

    def add(self, name: str, secret: str) -> None:
        """Add a secret; its name is part of its replacement."""


class SecretCollector:
    """A mask that adds each secret it is called with to the known secrets.

    Args:
        known_secrets: the set to which the secrets are added.
    """

    def __init__(self, known_secrets: SecretStore) -> None:
        self._known_secrets = known_secrets

    def __call__(self, name: str, secret: str) -> str:
        """Add the secret if its name is worth searching for and its value is not a common word; return ""."""
        if _COLLECTED_NAMES.search(name.lower()):
            for each in _secrets_in(name, secret):
                if not _COMMON.fullmatch(each):
                    self._known_secrets.add(name, each)
        return ""


def collect_secrets(exchange: Exchange, locations: SecretLocations, known_secrets: SecretStore) -> None:
    """Add the secrets of an exchange that are found by location to `known_secrets`."""
    redactor = LocationRedactor(locations, SecretCollector(known_secrets))
    redactor.text(exchange.request.url)
    _collect_from_message(redactor, exchange.request.headers, exchange.request.body)
    _collect_from_message(redactor, exchange.response.headers, exchange.response.body)
    collect_declared(exchange, locations, known_secrets)


def collect_declared(exchange: Exchange, locations: SecretLocations, known_secrets: SecretStore) -> None:
    """Add the secrets of an exchange that are at declared locations to `known_secrets`."""
    collector = SecretCollector(known_secrets)
    for find in locations.declared:
        for name, secret in find(exchange):
            collector(name, secret)


def _collect_from_message(redactor: LocationRedactor, headers: Headers, body: bytes) -> None:
    """Redact headers and body, only so that the mask of the redactor collects their secrets."""
    for name, value in headers.pairs:
        redactor.header(name, value)
    if body:
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        redactor.body(body[:MAX_SEARCHED_BYTES], media_type)


def _parameters_in(credentials: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the value of each parameter."""
    yield from ((match[1], match[2]) for match in re.finditer(_AUTH_PARAMETER, credentials))


def _secrets_in(name: str, secret: str) -> list[str]:
    """Return the secret itself, its form without JSON escapes, or the password in a user and password.

    Of credentials with secret parameters, these are the secrets: the other parameters, such as a
    timestamp, may be in any text.
    """
    if _AUTH_PARAMETERS.fullmatch(secret):
        parameters = ((name.lower(), value.strip('"')) for name, value in _parameters_in(secret))
        if found := [value for name, value in parameters if name == _DIGEST or is_secret_name(name)]:
            return found
    if name == "basic_credentials":
        try:
            pair = base64.b64decode(secret, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return [secret]
        return [secret, unquote(pair.partition(":")[2])]
    if name == "userinfo":
        return [unquote(secret.partition(":")[2])]
    with contextlib.suppress(ValueError):
        return [secret, str(json.loads(f'"{secret}"'))]  # a JSON string may be found in its escaped form
    return [secret]
