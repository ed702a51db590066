"""Marks in the texts of what a run creates, by which a later job finds it without the run's journal.

A mark is `tf`, the time (UTC, `YYMMDDhhmm`), the run (3 hex digits), a number (5) and a check (7):
`tf2611291820a3f0c41e9b27d05`. The check is keyed and covers the whole text, so a text that only looks like a
marked one, or that quotes it, is recognized as another one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from tuningfork.client.config import Settings

MARK_PATTERN = r"tf[0-9]{10}[0-9a-f]{15}"
LETTERS_PATTERN = r"tf[a-j]{10}[a-p]{15}"
"""A mark in a text of letters alone; see `in_letters`."""
UNIQUE_PATTERN = rf"(?:{MARK_PATTERN}|[0-9a-f]{{8}})"
"""What makes a text of `unique_name` unique: a mark, or eight hex digits on a mock and in a cassette."""
TIME_FORMAT, TIME_LENGTH, RUN_LENGTH, NUMBER_LENGTH, CHECK_LENGTH = "%y%m%d%H%M", 10, 3, 5, 7
PADDING = re.compile(r"(.)\1{7,}.?$")
"""The end of a text that a test has extended; a server may cut it."""
SCRYPT = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
"""The cost of a key: the checks are public, and no one may guess a secret with them."""


class UniqueName(Protocol):
    """Returns a new text for a word: the word, a space, what makes it unique, and the rest of the text."""

    def __call__(self, word: str, rest: str = "") -> str:
        """Return a new text; `rest` is what a test puts behind it, since a mark covers the whole text."""


MarkedProperty = Callable[[str], dict[str, str]]
"""Returns a property of this name with a mark in it; nothing on the mock and in a cassette."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a genuine mark says.

    Args:
        run: three hex digits that the texts of one run share.
        time: Unix time when the text was built, in whole minutes.
    """

    run: str
    time: float


@dataclass(frozen=True, slots=True)
class Marks:
    """Makes and recognizes the marks of one API of a target.

    Args:
        key: the key of the checks; see `mark_key`.
        run: three hex digits of the run.
    """

    key: bytes
    run: str = "0" * RUN_LENGTH

    def text(self, word: str, rest: str, seed: str, time: float) -> str:
        """Return a marked text: the word, the mark and the rest.

        Args:
            word: how the text starts.
            rest: what follows the mark.
            seed: what distinguishes the texts of a run.
            time: Unix time.
        """
        stamp = datetime.fromtimestamp(time, UTC).strftime(TIME_FORMAT)
        content = stamp + self.run + hashlib.sha256(seed.encode()).hexdigest()[:NUMBER_LENGTH]
        return f"{word} tf{content}{self._check(content, word, rest)}{rest}"

    def extended(self, text: str, before: str, after: str) -> str:
        """Return a marked text with more before and behind it; without a genuine mark, the two are added."""
        for match in self._genuine(text):
            start, end = before + text[: match.start()], text[match.end(1) :] + after
            content = _in_digits(match[1][2:].lower())[:-CHECK_LENGTH]
            return f"{start}tf{content}{self._check(content, start, end)}{end}"
        return before + text + after

    def find(self, text: str) -> Mark | None:
        """Return the mark of a text; None if it has none, or one of another text."""
        for match in self._genuine(text):
            content = _in_digits(match[1][2:].lower())
            time = _parse_time(content[:TIME_LENGTH])
            if time is not None:
                return Mark(content[TIME_LENGTH:][:RUN_LENGTH], time)
        return None

    def _genuine(self, text: str) -> Iterator[re.Match[str]]:
        """Yield each match of a text with the mark of this text."""
        for match in _candidates(text):
            digits = _in_digits(match[1][2:].lower())
            expected = self._check(digits[:-CHECK_LENGTH], text[: match.start()], text[match.end(1) :])
            if hmac.compare_digest(digits[-CHECK_LENGTH:], expected):
                yield match

    def _check(self, content: str, before: str, after: str) -> str:
        """Return the check of a mark in a text."""
        covered = json.dumps([content, _covered(before), _covered(PADDING.sub("", after))])
        return hmac.new(self.key, covered.encode(), hashlib.sha256).hexdigest()[:CHECK_LENGTH]


def has_mark(text: str) -> bool:
    """Return whether a text has what looks like a mark, genuine or not."""
    return any(True for _ in _candidates(text))


def in_letters(text: str) -> str:
    """Return a text of `unique_name` with letters instead of the digits that make it unique.

    Any two texts of small letters and spaces have the same order in every collation.
    """
    word, _, unique = text.rpartition(" ")
    prefix = "tf" if unique.startswith("tf") else ""
    letters = (chr(ord("a") + int(digit, 16)) for digit in unique.removeprefix("tf"))
    return f"{word} {prefix}{''.join(letters)}"


def mark_key(settings: Settings) -> bytes:
    """Return the key of an API's marks, which every job with the same settings has.

    It is derived from the base URL and `mark_secret`, or else the secrets of the app.
    """
    secrets = [settings.mark_secret] if settings.mark_secret is not None else settings.app_secrets()
    text = json.dumps([secret.get_secret_value() for secret in secrets])
    salt = settings.base_url.rstrip("/").lower().encode()
    return hashlib.scrypt(text.encode("utf-8", "surrogatepass"), salt=salt, **SCRYPT)


def run_digits(run_id: str) -> str:
    """Return the three hex digits of a run by its id."""
    return hashlib.sha256(run_id.encode()).hexdigest()[:RUN_LENGTH]


def _candidates(text: str) -> Iterator[re.Match[str]]:
    """Yield each match in a text that may be a mark; they may overlap, since a word may touch its mark."""
    return re.finditer(f"(?=({MARK_PATTERN}|{LETTERS_PATTERN}))", text, re.IGNORECASE)


def _in_digits(mark: str) -> str:
    """Return the hex digits of a mark, which may be written in letters."""
    if mark[:1].isdigit():
        return mark
    return "".join(f"{ord(letter) - ord('a'):x}" for letter in mark)


def _covered(text: str) -> str:
    """Return what a check covers of a text: not its case, its spaces, and hyphens instead of spaces."""
    return "".join(unicodedata.normalize("NFC", text).casefold().split()).rstrip("-")


def _parse_time(stamp: str) -> float | None:
    """Return the Unix time of a mark; None if it is not a time."""
    try:
        return datetime.strptime(stamp, TIME_FORMAT).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
