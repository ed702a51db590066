"""Finds the secrets of many exchanges: searches only the texts that have a name of secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tuningfork.model import Exchange
from tuningfork.redaction.collector import MAX_SEARCHED_BYTES, SecretCollector, collect_declared
from tuningfork.redaction.credentials import CREDENTIALS, USERINFO, may_have_credentials
from tuningfork.redaction.location_redactor import LocationRedactor
from tuningfork.redaction.locations import SecretLocations
from tuningfork.redaction.properties import PropertyRedactor, is_property
from tuningfork.redaction.secret_names import is_secret_name, last_key

_PARTS_OF_NAMES = (
    "assert", "auth", "bearer", "code", "cookie", "cred", "csrf", "jwt", "key", "otp", "passw", "pin",
    "private", "pwd", "saml", "secret", "session", "sid", "sig", "token", "verifier", "xsrf",
)  # fmt: skip
"""One of these is in each name whose secrets a SecretCollector adds."""
_REVERSED_START_OF_NAME = re.compile(r"""[^=&?#\s"'<>\\%:{,;]*+""")
_END_OF_NAME = (
    r"""[^=&?#\s"'<>\\%:]*+)(?:%|\s*[:=>]"""
    r"""|(?:\\*["']|&quot;|&#34;)\s*(?:[=>]|:(?!\s*(?:null|true|false|\{|""))))"""
)
_NAMES = {part: re.compile(f"({part}{_END_OF_NAME}") for part in _PARTS_OF_NAMES}
"""From a part of a name to what follows the name, in each of the forms that LocationRedactor finds.

A property without a secret (null) is left out, because many documented properties are empty.
"""
_ESCAPES = ("%", "\\u", "&#")
_ESCAPED_LETTER = re.compile(r"%(?:[46][1-9a-f]|[57][0-9a])|\\u00[4-7]|&#(?:x|\d)")
"""A letter of a name in percent-encoding (RFC 3986 2.1), JSON (RFC 8259 7) or HTML."""
MAX_NAME_CHARS = 200
MAX_CACHED_BODIES, MAX_CACHED_BODY_BYTES = 512, 2**12
Pairs = tuple[tuple[str, str], ...]
"""The names and the values of secrets."""


class SecretFinder:
    """Returns the secrets that `collect_secrets` adds, in a fraction of the time.

    Args:
        locations: where the secrets are.
    """

    def __init__(self, locations: SecretLocations) -> None:
        self._locations = locations
        self._names = locations.headers | locations.parameters | locations.properties
        self._may_have_cached = lru_cache(maxsize=4096)(self._may_have_secrets)
        self._find_cached = lru_cache(maxsize=MAX_CACHED_BODIES)(self._find_in_body)

    def find(self, exchange: Exchange) -> Pairs:
        """Return the name and the value of each secret of an exchange."""
        found = _Pairs()
        redactor = LocationRedactor(self._locations, SecretCollector(found))
        request, response = exchange.request, exchange.response
        if self._may_have_secrets(request.url):
            redactor.text(request.url)
        for message in (request, response):
            for name, value in message.headers.pairs:
                if self._may_have_cached(f"{name}={value}"):
                    redactor.header(name, value)
            if message.body:
                body = message.body[:MAX_SEARCHED_BYTES]
                is_short = len(body) <= MAX_CACHED_BODY_BYTES
                find = self._find_cached if is_short else self._find_in_body
                found.pairs += find(body, message.headers.get("content-type", ""))
        collect_declared(exchange, self._locations, found)
        return tuple(dict.fromkeys(found.pairs))

    def _find_in_body(self, body: bytes, content_type: str) -> Pairs:
        """Return the secrets of a body; only one that may have secrets is redacted, to collect them."""
        found = _Pairs()
        collector = SecretCollector(found)
        media_type = content_type.partition(";")[0].strip().lower()
        text = body.decode("utf-8", "replace")
        is_json = media_type.endswith(("/json", "+json")) and "\ufffd" not in text
        properties = self._find_properties(text) if is_json else None
        if properties is not None:
            redactor = PropertyRedactor(self._locations, collector)
            for position in properties:
                redactor.redact_at(text, position)
        elif "html" in media_type or self._may_have_secrets(text):
            LocationRedactor(self._locations, collector).body(body, media_type)
        return tuple(found.pairs)

    def _find_properties(self, json: str) -> list[int] | None:
        """Return where the properties begin that may be secret; None if there are other forms of secrets."""
        lower, found = json.lower(), set()
        if len(lower) != len(json) or "</" in lower or _may_have_other_secrets(lower):
            return None
        for start in self._secret_names(lower):
            is_quoted = json[start - 1 : start] == '"' and json[start - 2 : start - 1] != "\\"
            if not is_quoted or not is_property(json, start - 1):
                return None
            found.add(start - 1)
        return sorted(found)

    def _may_have_secrets(self, text: str) -> bool:
        """Return whether a text may have a name of secrets, credentials, or a user with a password."""
        lower = text.lower()
        if _may_have_other_secrets(lower):
            return True
        if "</" in lower:
            return any(part in lower for part in _PARTS_OF_NAMES)
        return next(self._secret_names(lower), None) is not None

    def _secret_names(self, lower: str) -> Iterator[int]:
        """Yield where names of secrets begin in a text in lower case; some several times."""
        for part in _PARTS_OF_NAMES:
            for match in _NAMES[part].finditer(lower) if part in lower else ():
                before = lower[max(0, match.start() - MAX_NAME_CHARS) : match.start()][::-1]
                start_of_name = _REVERSED_START_OF_NAME.match(before)
                assert start_of_name is not None, "the pattern also matches an empty text"
                start = match.start() - start_of_name.end()
                if match[0].endswith("%") or self._is_secret(lower[start : match.end(1)]):
                    yield start

    def _is_secret(self, name: str) -> bool:
        """Return whether the value of a name is a secret in any location."""
        return any(each in self._names or is_secret_name(each) for each in (name, last_key(name)))


def _may_have_other_secrets(lower: str) -> bool:
    """Return whether a text in lower case may have a password in a URL, credentials, or an escaped name."""
    if "@" in lower and USERINFO.search(lower):
        return True
    if may_have_credentials(lower) and CREDENTIALS.search(lower):
        return True
    return any(escape in lower for escape in _ESCAPES) and _ESCAPED_LETTER.search(lower) is not None


class _Pairs:
    """Takes the names and the secrets."""

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []

    def add(self, name: str, secret: str) -> None:
        """Append a secret."""
        self.pairs.append((name, secret))
