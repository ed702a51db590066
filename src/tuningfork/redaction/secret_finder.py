"""Finds the secrets of many exchanges: searches only the texts that have a name of secrets."""

from __future__ import annotations

import re
from functools import lru_cache

from tuningfork.model import Exchange, Headers
from tuningfork.redaction.collector import SecretCollector
from tuningfork.redaction.locations import (
    CREDENTIALS,
    USERINFO,
    LocationRedactor,
    SecretLocations,
    is_secret_name,
    last_key,
)

_PARTS_OF_NAMES = (
    "assert", "auth", "bearer", "code", "cookie", "cred", "csrf", "jwt", "key", "otp", "passw", "pin",
    "private", "pwd", "saml", "secret", "session", "sid", "sig", "token", "verifier", "xsrf",
)  # fmt: skip
"""One of these is in each name whose secrets a SecretCollector adds."""
_SCHEMES = ("bearer", "basic", "oauth", "token")
_START_OF_NAME = re.compile(r"""[^=&?#\s"'<>\\%:{,;]*\Z""")
_END_OF_NAME = (
    r"""[^=&?#\s"'<>\\%:]*+(?:%|\s*[:=>]"""
    r"""|(?:\\*["']|&quot;|&#34;)\s*(?:[=>]|:(?!\s*(?:null|true|false|\{|""))))"""
)
_NAMES = {part: re.compile(part + _END_OF_NAME) for part in _PARTS_OF_NAMES}
"""From a part of a name to what follows the name, in each of the forms that LocationRedactor finds.

A property without a secret (null) is left out, because many documented properties are empty.
"""
_ESCAPES = ("%", "\\u", "&#")
_ESCAPED_LETTER = re.compile(r"%(?:[46][1-9a-f]|[57][0-9a])|\\u00[4-7]|&#(?:x|\d)")
"""A letter of a name in percent-encoding (RFC 3986 2.1), JSON (RFC 8259 7) or HTML."""
MAX_NAME_CHARS = 200
MAX_CACHED_TEXT_CHARS = 200


class SecretFinder:
    """Returns the secrets that `collect_secrets` adds, in a fraction of the time.

    Args:
        locations: where the secrets are.
    """

    def __init__(self, locations: SecretLocations) -> None:
        self._locations = locations
        self._names = locations.headers | locations.parameters | locations.properties
        self._may_have_cached = lru_cache(maxsize=4096)(self._may_have_secrets)

    def find(self, exchange: Exchange) -> tuple[tuple[str, str], ...]:
        """Return the name and the value of each secret of an exchange."""
        found = _Pairs()
        redactor = LocationRedactor(self._locations, SecretCollector(found))
        request, response = exchange.request, exchange.response
        if self._may_have_secrets(request.url):
            redactor.text(request.url)
        self._find_in_message(redactor, request.headers, request.body)
        self._find_in_message(redactor, response.headers, response.body)
        return tuple(dict.fromkeys(found.pairs))

    def _find_in_message(self, redactor: LocationRedactor, headers: Headers, body: bytes) -> None:
        """Redact headers and body where they may have secrets; the mask of the redactor takes them."""
        for name, value in headers.pairs:
            if self._may_have_cached(f"{name}={value}"):
                redactor.header(name, value)
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if body and ("html" in media_type or self._may_have_secrets(body.decode("utf-8", "replace"))):
            redactor.body(body, media_type)

    def _may_have_secrets(self, text: str) -> bool:
        """Return whether a text may have a name of secrets, credentials, or a user with a password."""
        lower = text.lower()
        if "@" in lower and USERINFO.search(lower):
            return True
        if any(scheme in lower for scheme in _SCHEMES) and CREDENTIALS.search(lower):
            return True
        if any(escape in lower for escape in _ESCAPES) and _ESCAPED_LETTER.search(lower):
            return True
        return any(self._has_secret_name(lower, part) for part in _PARTS_OF_NAMES if part in lower)

    def _has_secret_name(self, lower: str, part: str) -> bool:
        """Return whether a text has a name of secrets with this part."""
        if "</" in lower:
            return True
        for match in _NAMES[part].finditer(lower):
            if match[0].endswith("%"):
                return True
            before = _START_OF_NAME.search(lower[max(0, match.start() - MAX_NAME_CHARS) : match.start()])
            assert before is not None, "the pattern also matches an empty text"
            if self._is_secret(before[0] + re.split(r"""[\\"'&:=>\s]""", match[0], maxsplit=1)[0]):
                return True
        return False

    def _is_secret(self, name: str) -> bool:
        """Return whether the value of a name is a secret in any location."""
        return any(each in self._names or is_secret_name(each) for each in (name, last_key(name)))


class _Pairs:
    """Takes the names and the secrets."""

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []

    def add(self, name: str, secret: str) -> None:
        """Append a secret."""
        self.pairs.append((name, secret))
