"""Redaction by location: finds secrets by the name of their header, parameter, form field or property."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, unquote_plus

from tuningfork.redaction.credentials import CREDENTIALS, USERINFO, may_have_credentials
from tuningfork.redaction.form_inputs import redact_inputs
from tuningfork.redaction.locations import Mask, SecretLocations
from tuningfork.redaction.properties import PropertyRedactor
from tuningfork.redaction.secret_names import is_secret_name, last_key

_NOT_IN_HEADERS = frozenset({"refresh"})
"""Names of secrets that have another meaning as the name of a header."""
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9-]*)( +)(\S.*)", re.DOTALL)
# Every pattern takes time in proportion to the text, since a server may send any text. A group is repeated
# without a way back (*+), which would need memory for each character.
_PARAMETER = re.compile(r"(?:\A|&amp;|[?&#]|\\u0026|(?<==))([^=&?#\s\"'<>\\]+)=")
_PARAMETER_VALUE = re.compile(r"(?:[^&#\s\"'<>\\]|\\/|\\u(?!0026|0022)[0-9A-Fa-f]{4})*+")
_NESTED_PARAMETER = re.compile(
    r"((?:%3F|%26|%23|(?<![\w%-])(?=[\w-]+%3D))([^=&?#%\s\"'<>\\]+)%3D)((?:[^&#%\s\"'<>\\]|%(?!2[36])[0-9a-f]{2})*+)",
    re.IGNORECASE,
)
_ELEMENT = re.compile(
    r"(<(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>)([^<>]+|<!\[CDATA\[(?:(?!<!\[CDATA\[)[^\]]|\](?!\]>))*+\]\]>)(?=</)",
    re.DOTALL,
)
_ASSIGNMENT = re.compile(r"""((?<![\w.%$?&#-])([A-Za-z_][\w-]*)\s?=\s?["']?)([^\s"'<>&;,\x1b]{4,})""")
_HEADER_FIELD = re.compile(
    r"""((?<![\w.%$-])"""
    r"""([A-Za-z]+(?:[_-][A-Za-z]+)+|authorization|[A-Za-z]+(?=:\ ?["']?[^\s"'<>&;,]{0,200}\d)):"""
    r"""(?:\ ["']?|["']))((?:[A-Za-z]+\ )?[^\s"'<>&;,\x1b]{8,})""",
    re.IGNORECASE,
)
_END_OF_FIELD_NAME = re.compile(r""":(?<=[^\W\d_]:)[ "']""")
"""What each match of _HEADER_FIELD contains; it is found faster."""
_COOKIE_HEADER = re.compile(
    r"\b((set-)?cookie: )([^\s=;]+=[^\s;\"'<>\\]+(?:;\ [^\s=;]+=[^\s;\"'<>\\]+)*+)", re.IGNORECASE
)
_VARIABLE = re.compile(r"(?:[A-Za-z]+ )?\$\{?[A-Z][A-Z0-9_]*\}?|\$\((?:curl|printf|python3)")
"""A variable of a shell, or the start of a command whose output is assigned to one."""
_FORM_PART = re.compile(
    r"^((?P<delimiter>--[^\r\n]{1,200}+)\r?\n(?P<header>(?:[^\r\n]{1,2000}+\r?\n){1,20}+)\r?\n)"
    r"(?P<value>(?:(?!\r?\n(?P=delimiter)).)*+)",
    re.DOTALL | re.MULTILINE,
)
"""A part of a form, up to the next delimiter: a PEM key has lines that begin with two hyphens too."""
_PART_NAME = re.compile(r"name=\"?([^\";\r\n]{1,200}+)")
_COOKIE = re.compile(r"([^=;\s]+=)([^;]*)")
_BINARY_TYPES = ("audio/", "image/", "video/")


@dataclass(frozen=True, slots=True)
class LocationRedactor:
    """Replaces each secret by `mask(name, secret)` and leaves all other characters unchanged.

    Args:
        locations: where secrets are.
        mask: returns the replacement of a secret.
    """

    locations: SecretLocations
    mask: Mask

    def header(self, name: str, value: str) -> str:
        """Return the value of a header without secrets; WWW-Authenticate, a challenge, is unchanged."""
        match name.lower():
            case "set-cookie":
                return _COOKIE.sub(self._redact_cookie, value, count=1)
            case "cookie":
                return _COOKIE.sub(self._redact_cookie, value)
            case "www-authenticate":
                return value
            case lower if lower in self.locations.headers or (
                lower not in _NOT_IN_HEADERS and self.locations.is_secret(lower, value, frozenset())
            ):
                return self._redact_credentials(lower, value)
        return self.text(value)

    def text(self, text: str) -> str:
        """Return a text without secrets: a URL, a form, JSON, or any text that contains these."""
        if not text or text.isalnum():
            return text
        if "@" in text:
            text = USERINFO.sub(lambda match: match[1] + self._mask("userinfo", match[2]), text)
        if "=" in text:
            text = self._redact_parameters(text)
        if "%3d" in text or "%3D" in text:
            text = _NESTED_PARAMETER.sub(self._redact_nested, text)
        text = PropertyRedactor(self.locations, self.mask).redact(text)
        if "</" in text:
            text = _ELEMENT.sub(self._redact_by_name, text)
        return self._redact_prose(text) if self.locations.is_broad else text

    def _redact_prose(self, text: str) -> str:
        """Redact assignments and headers in plain text."""
        if ": " in text and "cookie: " in text.lower():
            text = _COOKIE_HEADER.sub(
                lambda match: match[1] + self.header("set-cookie" if match[2] else "cookie", match[3]), text
            )
        if _END_OF_FIELD_NAME.search(text):
            text = _HEADER_FIELD.sub(self._redact_by_name, text)
        if "=" in text:
            text = _ASSIGNMENT.sub(
                self._redact_by_name, redact_inputs(text, self._mask) if "<" in text else text
            )
        if may_have_credentials(text.lower()):
            text = CREDENTIALS.sub(lambda match: match[1] + self._mask("access_token", match[2]), text)
        return text

    def _redact_by_name(self, match: re.Match[str]) -> str:
        """Return the match (prefix, name, value); a secret value is masked, a variable like $NAME is not."""
        is_public = not self.locations.is_secret(match[2], match[3], self.locations.properties)
        if is_public or _VARIABLE.fullmatch(match[3]):
            return match[0]
        return match[1] + self._mask(match[2], match[3])

    def field(self, name: str, value: str) -> str:
        """Return the value of a form field without secrets."""
        key = last_key(name)
        if self.locations.is_secret(key, value, self.locations.parameters):
            return self._mask(key, value)
        return self.text(value)

    def body(self, body: bytes, media_type: str) -> bytes:
        """Return a body without secrets; its content coding must be decoded."""
        if media_type.startswith(_BINARY_TYPES):
            return body
        text = body.decode("utf-8", "surrogateescape")
        if media_type.startswith("multipart/"):
            text = _FORM_PART.sub(self._redact_part, text)
        elif media_type in ("text/html", "application/xhtml+xml"):
            text = self.text(redact_inputs(text, self._mask))
        else:
            text = self.text(text)
        return text.encode("utf-8", "surrogateescape")

    def _redact_cookie(self, match: re.Match[str]) -> str:
        return match[1] + self._mask("cookie", match[2])

    def _redact_credentials(self, name: str, value: str) -> str:
        """Return the value of a secret header with all but its scheme ("Bearer") masked."""
        kind = "access_token" if name == "authorization" else name
        scheme = _SCHEME.fullmatch(value)
        if not scheme:
            return self._mask(kind, value)
        if scheme[1].lower() == "basic":
            kind = "basic_credentials"
        return scheme[1] + scheme[2] + self._mask(kind, scheme[3])

    def _redact_parameters(self, text: str) -> str:
        """Redact the queries in a text; a value that is not secret may itself be a URL with a query."""
        pieces, last = [], 0
        for match in _PARAMETER.finditer(text):
            name, listed = last_key(match[1]), self.locations.parameters
            if match.start() < last or not (name in listed or is_secret_name(name)):
                continue
            value = _PARAMETER_VALUE.match(text, match.end())
            assert value is not None, "the pattern also matches an empty text"
            if self.locations.is_secret(name, value[0], listed):
                pieces += [text[last : match.end()], self._mask(name, unquote_plus(value[0]))]
                last = value.end()
        return "".join([*pieces, text[last:]])

    def _redact_nested(self, match: re.Match[str]) -> str:
        """Return the match (prefix, name, value) of a parameter; a secret value is decoded and masked."""
        name = last_key(match[2])
        if not self.locations.is_secret(name, match[3], self.locations.parameters):
            return match[0]
        return match[1] + self._mask(name, unquote(match[3]))

    def _redact_part(self, match: re.Match[str]) -> str:
        """Return the match of a part of a form; the lines of a secret value are masked."""
        value, listed = match["value"], self.locations.parameters
        for name in map(last_key, _PART_NAME.findall(match["header"])):
            if self.locations.is_secret(name, value, listed):
                return match[1] + self._mask(name, value)
        return match[0]

    def _mask(self, name: str, secret: str) -> str:
        return self.mask(name, secret) if secret else secret
