"""Redaction and formatting of every text that leaves the process."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from tuningfork.redaction.known_secrets import KnownSecrets
from tuningfork.redaction.location_redactor import LocationRedactor
from tuningfork.redaction.locations import Mask, SecretLocations

MAX_TEXT_CHARS = 2000
"""Default length limit of a text in a report or on the terminal."""
_LOOKAHEAD_CHARS = 16_000
"""Characters searched for secrets beyond the limit, because a placeholder may be shorter than its secret."""
_COMMANDS = (
    "add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|notice|remove-matcher|save-state|set-env|"
    "set-output|stop-commands|warning"
)
_WORKFLOW = re.compile(rf"#(?=#(?:\[|vso\[))|:(?=:(?:{_COMMANDS})\b)", re.IGNORECASE)
"""Matches workflow commands of GitHub Actions and Azure Pipelines."""


def variable_name(name: str) -> str:
    """Return the name of the variable that replaces a secret: `client_secret` becomes CLIENT_SECRET."""
    return re.sub(r"[^A-Z0-9]+", "_", name.upper())


def _variable_mask(name: str, _secret: str) -> str:
    return f"${variable_name(name)}"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Redacts texts that leave the process.

    Args:
        locations: the locations of secrets in the traffic of an API.
        known_secrets: secrets to replace wherever they occur.
        mask: returns the replacement of a secret.
        may_be_truncated: whether texts may already have been cut off, in the middle of a secret.
    """

    locations: SecretLocations = field(default_factory=SecretLocations)
    known_secrets: KnownSecrets = field(default_factory=KnownSecrets)
    mask: Mask = _variable_mask
    may_be_truncated: bool = True

    def text(self, text: str) -> str:
        """Return a text without its secrets: a URL, a form, JSON, or any text that contains these."""
        return self._redactor.text(self._replace_known(text)) if text else text

    def line(self, text: str, max_chars: int = MAX_TEXT_CHARS) -> str:
        """Return a text as one line of at most `max_chars`, without secrets and control characters."""
        return printable_line(self.text(text[: max_chars + _LOOKAHEAD_CHARS]), max_chars)

    def test_id(self, test: str) -> str:
        """Return the id of a test as one line without secrets; an id is never cut off."""
        return replace(self, may_be_truncated=False).line(test)

    def block(self, text: str, max_chars: int | None = None) -> str:
        """Return a text of several lines without secrets, and with other control characters escaped."""
        safe = escape_controls(self.text(text if max_chars is None else text[: max_chars + _LOOKAHEAD_CHARS]))
        return safe if max_chars is None or len(safe) <= max_chars else f"{safe[:max_chars]}…"

    def header(self, name: str, value: str) -> str:
        """Return the value of a header without its secrets."""
        return self._redactor.header(name, self._replace_known(value, may_be_folded=True))

    def field(self, name: str, value: str) -> str:
        """Return the value of a form field without its secrets."""
        return self._redactor.field(name, self._replace_known(value))

    def body(self, body: bytes, media_type: str) -> bytes:
        """Return a body without its secrets; its content coding must be decoded."""
        text = body.decode("utf-8", "surrogateescape")
        replaced = self._replace_known(text)
        raw = body if replaced is text else replaced.encode("utf-8", "surrogateescape")
        return self._redactor.body(raw, media_type)

    def _replace_known(self, text: str, may_be_folded: bool = False) -> str:
        """Return the text with the known secrets replaced; `may_be_folded` if lines were joined by spaces."""
        return self.known_secrets.replace(
            text, self.mask, self.may_be_truncated, may_be_folded or self.may_be_truncated
        )

    @property
    def _redactor(self) -> LocationRedactor:
        return LocationRedactor(self.locations, self.mask)


def printable_line(text: str, max_chars: int = MAX_TEXT_CHARS) -> str:
    """Return a text as one line of at most `max_chars` that contains no terminal or CI commands."""
    line = _escape(text[: max_chars + 1], kept_characters="")
    return line if len(line) <= max_chars else f"{line[: max_chars - 1].rstrip()}…"


def escape_controls(text: str) -> str:
    """Return a text with escapes in place of all control characters but line feed and tab."""
    return _escape(text, kept_characters="\n\t")


def _escape(text: str, kept_characters: str) -> str:
    """Return the text with CI commands and all unprintable characters but `kept_characters` escaped."""
    if not text.isprintable():
        text = "".join(
            each if each.isprintable() or each in kept_characters else repr(each)[1:-1] for each in text
        )
    return _WORKFLOW.sub(lambda command: f"{command[0]} ", text)
