"""Texts with one layer of encoding decoded, and the mapping from decoded to original positions."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

_ENCODED = re.compile(
    r"[\r\n][\r\n\t ]*(?:[E>+?-][\t ]+)*"  # a line break, with pytest's line prefixes
    r"|[\0\u00ad\u200b-\u200d\u2060\ufeff]"  # UTF-16, and soft hyphens or zero-width spaces
    r"|</?(?:b|em|i|mark|span|strong|wbr)\b[^<>]{0,100}>"  # inline tags within a word
    r"|%[0-7][0-9A-Fa-f]|(?:%[89A-Fa-f][0-9A-Fa-f])+"  # RFC 3986 2.1
    r"|%u[0-9A-Fa-f]{4}"  # ECMA-262 B.2.1.1
    r"|(?:\\u[0-9A-Fa-f]{4})+|\\x[0-9A-Fa-f]{2}|\\[/\\\"'bfnrt]"  # RFC 8259 7, Python's repr
    r"|\\u\{[0-9A-Fa-f]{1,6}\}|\\U[0-9A-Fa-f]{8}"  # ECMA-262 12.9.4, Python's repr
    r"|&(?:#[0-9]{1,7};?|#[xX][0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)"  # HTML 13.5
)
_SPACE_RUNS = re.compile(r"[ \t]+")
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


@dataclass(slots=True)
class DecodedText:
    """A decoded text.

    Args:
        text: the text without one layer of percent-encoding, escapes, HTML references and line breaks.
        starts: start of each decoded piece in `text`.
        ends: end of each decoded piece in `text`.
        sources: start and end of each decoded piece in the original text.
    """

    text: str = ""
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    sources: list[tuple[int, int]] = field(default_factory=list)

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text that was decoded to `text[start:end]`, in whole pieces."""
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
        """Return by how many characters decoding the first `count` pieces has shortened the text."""
        return self.sources[count - 1][1] - self.ends[count - 1] if count else 0


def decode(text: str) -> DecodedText | None:
    """Return the text with one layer of encoding decoded; None if nothing in it is encoded."""
    return _replace_all(text, _ENCODED, _decode_one)


def unfold(text: str) -> DecodedText | None:
    """Return the text without spaces, which replace the line breaks of a folded header (RFC 9112 5.2)."""
    return _replace_all(text, _SPACE_RUNS, lambda _: "")


def _replace_all(text: str, pattern: re.Pattern[str], decode_one: Callable[[str], str]) -> DecodedText | None:
    """Return the text with `decode_one` applied to each match of a pattern; None without a match."""
    decoded, pieces, length, last = DecodedText(), [], 0, 0
    for match in pattern.finditer(text):
        piece = decode_one(match[0])
        start = length + match.start() - last
        pieces += [text[last : match.start()], piece]
        length, last = start + len(piece), match.end()
        decoded.starts.append(start)
        decoded.ends.append(length)
        decoded.sources.append(match.span())
    if not pieces:
        return None
    decoded.text = "".join([*pieces, text[last:]])
    return decoded


def _decode_one(encoded: str) -> str:
    """Return the character or text that one match of _ENCODED stands for; "" for invisible ones and tags."""
    match encoded[0], encoded[1:2]:
        case "%", "u":
            return chr(int(encoded[2:], 16))
        case "%", _:
            return unquote(encoded)
        case "&", _:
            return unescape(encoded)
        case ("\\", "U") | ("\\", "u") if encoded[2] == "{" or encoded[1] == "U":
            code_point = int(encoded[2:].strip("{}"), 16)
            return chr(code_point) if code_point <= sys.maxunicode else ""
        case "\\", "u":
            units = bytes.fromhex(encoded.replace("\\u", ""))
            return units.decode("utf-16-be", "surrogatepass")
        case "\\", "x":
            return chr(int(encoded[2:], 16))
        case "\\", letter:
            return _ESCAPES.get(letter, letter)
    return ""
