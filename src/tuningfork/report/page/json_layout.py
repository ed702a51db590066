"""Lays out a JSON text in lines and finds the value at a JSON pointer, without changing any value.

It works on tokens, so it keeps the order and the repetition of names and the spelling of numbers, and it lays
out the beginning of a text that was truncated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
INDENT = "  "
MAX_DEPTH = 32
"""Nesting depth up to which a text is laid out."""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a laid out text: the value at a pointer, with the name of its property.

    `is_exact` is false if the text has no such value; the span then is that of the closest value around it.
    """

    start: int
    end: int
    is_exact: bool


@dataclass(slots=True)
class _Container:
    """An open object or array: the pointer parts that lead to it, and its current name or index."""

    path: tuple[str, ...]
    is_array: bool
    key: str = ""
    index: int = 0
    start: int = 0
    is_empty: bool = True
    expects_name: bool = True

    @property
    def child(self) -> tuple[str, ...]:
        return (*self.path, str(self.index) if self.is_array else self.key)


@dataclass
class Layout:
    """Lays out a JSON text, token by token.

    Args:
        target: the parts of the pointer whose value is searched.
    """

    target: tuple[str, ...]
    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _open: list[_Container] = field(default_factory=list)
    _spans: dict[tuple[str, ...], tuple[int, int]] = field(default_factory=dict)

    def add(self, symbol: str) -> None:
        """Add the next token of the text."""
        container = self._open[-1] if self._open else None
        if symbol in ("}", "]"):
            self._close()
        elif container and symbol == ",":
            self._emit(",")
            container.index += 1
            container.expects_name = True
        elif container and symbol == ":":
            self._emit(": ")
        elif container and not container.is_array and container.expects_name:
            self._break()
            container.start, container.key, container.expects_name = self._length, _string(symbol), False
            self._emit(symbol)
        else:
            self._add_value(symbol)

    def text(self) -> str:
        """Return the text so far."""
        return "".join(self._pieces)

    def span(self) -> Span | None:
        """Return the span of the value at the pointer, or of the closest value around it but the whole."""
        for length in range(len(self.target), 0, -1):
            if span := self._spans.get(self.target[:length]):
                return Span(*span, is_exact=length == len(self.target))
        return None

    def _add_value(self, symbol: str) -> None:
        """Add a scalar value, or open an object or array."""
        container = self._open[-1] if self._open else None
        if container and container.is_array:
            self._break()
            container.start = self._length
        path = container.child if container else ()
        start = container.start if container else self._length
        self._emit(symbol)
        self._note(path, start)
        if symbol in ("{", "["):
            self._open.append(_Container(path, is_array=symbol == "[", start=start))

    def _close(self) -> None:
        """Close the innermost object or array."""
        closed = self._open.pop() if self._open else None
        if closed and not closed.is_empty:
            self._emit("\n" + INDENT * len(self._open))
        self._emit("]" if closed and closed.is_array else "}")
        if closed and closed.path in self._spans:
            self._note(closed.path, self._spans[closed.path][0])

    def _note(self, path: tuple[str, ...], start: int) -> None:
        """Note that a value on the way to the target ends here."""
        if path and path == self.target[: len(path)]:
            self._spans[path] = start, self._length

    def _break(self) -> None:
        """Start a line for the next name or item of the innermost container."""
        self._open[-1].is_empty = False
        self._emit("\n" + INDENT * len(self._open))

    def _emit(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)


def lay_out(text: str, pointer: str = "") -> tuple[str, Span | None]:
    """Return a JSON text with a line for each value, and the span of the value at a pointer (RFC 6901).

    The text may be truncated. A text that is nested too deeply is returned unchanged.
    """
    tokens = TOKEN.findall(text)
    if _depth(tokens) > MAX_DEPTH:
        return text, None
    layout = Layout(_parts(pointer))
    for symbol in tokens:
        layout.add(symbol)
    return layout.text(), layout.span()


def _depth(tokens: Sequence[str]) -> int:
    """Return the greatest nesting depth."""
    depth = deepest = 0
    for symbol in tokens:
        depth += (symbol in ("{", "[")) - (symbol in ("}", "]"))
        deepest = max(deepest, depth)
    return deepest


def _parts(pointer: str) -> tuple[str, ...]:
    """Return the unescaped parts of a JSON pointer; none if it is not one."""
    if not pointer.startswith("/"):
        return ()
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/"))


def _string(symbol: str) -> str:
    """Return the value of a string token, or the token itself if it is not a complete string."""
    if "\\" not in symbol:
        return symbol.strip('"')
    try:
        return str(json.loads(symbol, strict=False))
    except ValueError:
        return symbol
