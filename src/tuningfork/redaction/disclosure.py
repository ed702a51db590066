"""The one way for a text out of the process."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tuningfork.redaction.known_secrets import KnownSecrets
from tuningfork.redaction.locations import LocationRedactor, Mask, SecretLocations

MAX_TEXT_CHARS = 2000
"""Characters of a body that are shown."""
_REACH = 16_000
"""Characters that are searched for secrets beyond what is shown: what replaces a secret may be shorter."""
_COMMANDS = (
    "add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|notice|remove-matcher|save-state|set-env|"
    "set-output|stop-commands|warning"
)
_WORKFLOW = re.compile(rf"#(?=#(?:\[|vso\[))|:(?=:(?:{_COMMANDS})\b)", re.IGNORECASE)
"""What GitHub Actions and Azure Pipelines take as a command to themselves."""


def variable_name(name: str) -> str:
    """The variable that stands for a secret: `client_secret` is CLIENT_SECRET."""
    return re.sub(r"[^A-Z0-9]+", "_", name.upper())


def _named(name: str, _secret: str) -> str:
    return f"${variable_name(name)}"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Makes the texts that leave the process.

    Args:
        places: where secrets are in the traffic of an API.
        known: secrets by value.
        mask: what is written instead of a secret.
        is_cut: texts may have been cut by somebody else.
    """

    locations: SecretLocations = field(default_factory=SecretLocations)
    known_secrets: KnownSecrets = field(default_factory=KnownSecrets)
    mask: Mask = _named
    may_be_truncated: bool = True

    def text(self, text: str) -> str:
        """A URL, a form, JSON, or any text that contains these, without its secrets."""
        return self._by_place.text(self._by_value(text))

    def line(self, text: str, longest: int = MAX_TEXT_CHARS) -> str:
        """One line of at most so many characters, without secrets and without control characters."""
        return printable_line(self.text(text[: longest + _REACH]), longest)

    def block(self, text: str, longest: int | None = None) -> str:
        """Several lines, without secrets and without other control characters than line feed and tab."""
        shown = escape_controls(self.text(text if longest is None else text[: longest + _REACH]))
        return shown if longest is None or len(shown) <= longest else f"{shown[:longest]}…"

    def header(self, name: str, value: str) -> str:
        """The value of a header field."""
        return self._by_place.header(name, self._by_value(value, is_field=True))

    def field(self, name: str, value: str) -> str:
        """The value of a form's field."""
        return self._by_place.field(name, self._by_value(value))

    def body(self, body: bytes, media_type: str) -> bytes:
        """A body whose content coding was removed."""
        text = body.decode("utf-8", "surrogateescape")
        known = self._by_value(text)
        raw = body if known is text else known.encode("utf-8", "surrogateescape")
        return self._by_place.body(raw, media_type)

    def _by_value(self, text: str, is_field: bool = False) -> str:
        return self.known_secrets.replace(
            text, self.mask, self.may_be_truncated, is_field or self.may_be_truncated
        )

    @property
    def _by_place(self) -> LocationRedactor:
        return LocationRedactor(self.locations, self.mask)


def printable_line(text: str, longest: int = MAX_TEXT_CHARS) -> str:
    """Text in one line of at most so many characters, in which nothing steers a terminal or a CI."""
    line = _escape(text[: longest + 1], keep="")
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def escape_controls(text: str) -> str:
    """The text with its lines and tabs, every other character that isn't printable as an escape."""
    return _escape(text, keep="\n\t")


def _escape(text: str, keep: str) -> str:
    if not text.isprintable():
        text = "".join(each if each.isprintable() or each in keep else repr(each)[1:-1] for each in text)
    return _WORKFLOW.sub(lambda found: f"{found[0]} ", text)
