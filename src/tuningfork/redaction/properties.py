"""Redacts the properties of JSON, also of JSON that is escaped in another text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tuningfork.redaction.locations import Mask, SecretLocations
from tuningfork.redaction.secret_names import is_secret_name

# Every pattern takes time in proportion to the text, since a server may send any text. A group is repeated
# without a way back (*+), which would need memory for each character.
_VALUE = (
    r"""(?:(?P<value>"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|'(?:[^'\\]++|\\.)*+(?:'|\\?\Z))|"""
    r"""(?P<number>-?\d[\d.eE+-]*))"""
)
_PROPERTY = re.compile(
    r"""(?P<before>(?P<quote>["'])(?P<name>[\w-]+)(?P=quote)\s*:\s*"""
    r"""(?P<list>\[(?:[\s,\[]|null|true|false)*+)?)""" + _VALUE
)
_NEXT_ELEMENT = re.compile(rf"(?P<before>(?:[\s,\[\]]|null|true|false)++){_VALUE}(?!\s*:)")
"""A further value of a list, also of a nested one; not the name of the property that follows the list."""
_QUOTE = r"""(?P<quote>\\{1,31}["']|%22|&quot;|&#34;)"""
_ESCAPED_PROPERTY = re.compile(
    rf"""(?P<before>(?<!\\){_QUOTE}(?P<name>[\w-]+)(?P=quote)"""
    r"""\s*(?::|%3A)(?:\s|%20|\+)*(?P<list>(?:(?:\[|%5B)(?:\s|%20|\+)*+)*+)(?P=quote))"""
    r"""(?P<value>(?:(?!(?P=quote)).)*+)""",
    re.IGNORECASE,
)
_NEXT_ESCAPED_ELEMENT = re.compile(
    rf"(?P<before>{_QUOTE}(?:[\s,+]|%2C|%20)++(?P=quote))(?P<value>(?:(?!(?P=quote)).)*+)", re.IGNORECASE
)
_ESCAPED_QUOTE = re.compile(r"""\\["']|%22|&(?:[Qq][Uu][Oo][Tt]|#34);""")


def is_property(json: str, position: int) -> bool:
    """Return whether a property with a string or a number begins at a position of a JSON text."""
    return _PROPERTY.match(json, position) is not None


@dataclass(frozen=True, slots=True)
class PropertyRedactor:
    """Replaces the secrets of properties.

    Args:
        locations: where secrets are.
        mask: returns the replacement of a secret.
    """

    locations: SecretLocations
    mask: Mask

    def redact(self, text: str) -> str:
        """Return a text without the secrets of properties."""
        text = self._redact_properties(text, _PROPERTY, _NEXT_ELEMENT)
        if _ESCAPED_QUOTE.search(text):
            text = self._redact_properties(text, _ESCAPED_PROPERTY, _NEXT_ESCAPED_ELEMENT)
        return text

    def redact_at(self, json: str, position: int) -> str:
        """Return the property that begins at a position of a JSON text, without its secret; else ""."""
        match = _PROPERTY.match(json, position)
        return self._redact_property(match, _NEXT_ELEMENT)[0] if match else ""

    def _redact_properties(self, text: str, pattern: re.Pattern[str], next_element: re.Pattern[str]) -> str:
        """Redact the properties that `pattern` finds, with all values of a list."""
        pieces, last, end = [], 0, 0
        while match := pattern.search(text, end):
            end = match.end()
            if match["name"].lower() in self.locations.properties or is_secret_name(match["name"]):
                redacted, end = self._redact_property(match, next_element)
                pieces += [text[last : match.start()], redacted]
                last = end
        return "".join([*pieces, text[last:]])

    def _redact_property(self, match: re.Match[str], next_element: re.Pattern[str]) -> tuple[str, int]:
        """Return a property with its secret values masked, and where it ends."""
        name, pieces, element = match["name"], [], match
        while True:
            pieces += [element["before"], self._redact_element(name, element)]
            following = next_element.match(match.string, element.end()) if match["list"] else None
            if following is None:
                return "".join(pieces), element.end()
            element = following

    def _redact_element(self, name: str, match: re.Match[str]) -> str:
        """Return the value of a property; a secret string or number is masked."""
        number, value, properties = match.groupdict().get("number"), match["value"], self.locations.properties
        if number:
            is_hidden = name.lower() in properties or (self.locations.is_broad and is_secret_name(name))
            return f'"{self.mask(name, number)}"' if is_hidden else number
        quote = value[:1] if "number" in match.groupdict() else ""
        end = quote if value[1:].endswith(quote) else ""
        secret = value.removeprefix(quote).removesuffix(end)
        if not self.locations.is_secret(name, secret, properties):
            return value
        return quote + (self.mask(name, secret) if secret else "") + end
