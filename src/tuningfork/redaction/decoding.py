"""A text with one layer of its encoding removed, and where each part of it stood before."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

_ENCODED = re.compile(
    r"[\r\n][\r\n\t ]*(?:[E>+?-][\t ]+)*"  # a line break, with what pytest puts before a line
    r"|[\0\u00ad\u200b-\u200d\u2060\ufeff]"  # UTF-16, and where a browser may break a word
    r"|</?(?:b|em|i|mark|span|strong|wbr)\b[^<>]{0,100}>"  # marks within a word
    r"|%[0-7][0-9A-Fa-f]|(?:%[89A-Fa-f][0-9A-Fa-f])+"  # RFC 3986 2.1
    r"|%u[0-9A-Fa-f]{4}"  # ECMA-262 B.2.1.1
    r"|(?:\\u[0-9A-Fa-f]{4})+|\\x[0-9A-Fa-f]{2}|\\[/\\\"'bfnrt]"  # RFC 8259 7, Python's repr
    r"|\\u\{[0-9A-Fa-f]{1,6}\}|\\U[0-9A-Fa-f]{8}"  # ECMA-262 12.9.4, Python's repr
    r"|&(?:#[0-9]{1,7};?|#[xX][0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)"  # HTML 13.5
)
_SPACES = re.compile(r"[ \t]+")
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


@dataclass(slots=True)
class DecodedText:
    """A decoded text.

    Args:
        text: without one layer of percent-encoding, escapes, HTML references and line breaks.
        starts: where each decoded piece starts in it.
        ends: where each ends.
        sources: start and end of each piece in the text before.
    """

    text: str = ""
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    sources: list[tuple[int, int]] = field(default_factory=list)

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters from start to end stood before; a piece is taken whole."""
        before = bisect_right(self.ends, start)
        if before < len(self.starts) and self.starts[before] < start:
            first = self.sources[before][0]
        else:
            first = start + self._shift(before)
        after = bisect_left(self.ends, end)
        if after < len(self.starts) and self.starts[after] < end:
            return first, self.sources[after][1]
        return first, end + self._shift(after)

    def _shift(self, count: int) -> int:
        """By how much the first pieces have shortened the text."""
        return self.sources[count - 1][1] - self.ends[count - 1] if count else 0


def decode(text: str) -> DecodedText | None:
    """The text without one layer of encoding; None if nothing in it is encoded."""
    return _replaced(text, _ENCODED, _plain)


def unfold(text: str) -> DecodedText | None:
    """The text without spaces, which stand for the line breaks of a folded field (RFC 9112 5.2)."""
    return _replaced(text, _SPACES, lambda _: "")


def _replaced(text: str, pattern: re.Pattern[str], plain: Callable[[str], str]) -> DecodedText | None:
    decoded, pieces, length, last = DecodedText(), [], 0, 0
    for found in pattern.finditer(text):
        piece = plain(found[0])
        start = length + found.start() - last
        pieces += [text[last : found.start()], piece]
        length, last = start + len(piece), found.end()
        decoded.starts.append(start)
        decoded.ends.append(length)
        decoded.sources.append(found.span())
    if not pieces:
        return None
    decoded.text = "".join([*pieces, text[last:]])
    return decoded


def _plain(encoded: str) -> str:
    match encoded[0], encoded[1:2]:
        case "%", "u":
            return chr(int(encoded[2:], 16))
        case "%", _:
            return unquote(encoded)
        case "&", _:
            return unescape(encoded)
        case ("\\", "U") | ("\\", "u") if encoded[2] == "{" or encoded[1] == "U":
            number = int(encoded[2:].strip("{}"), 16)
            return chr(number) if number <= sys.maxunicode else ""
        case "\\", "u":
            units = bytes.fromhex(encoded.replace("\\u", ""))
            return units.decode("utf-16-be", "surrogatepass")
        case "\\", "x":
            return chr(int(encoded[2:], 16))
        case "\\", letter:
            return _LETTERS.get(letter, letter)
    return ""
