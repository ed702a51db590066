"""Errors that an API tells in header fields: a code, and a line for people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tuningfork.checks.base import Check, Scope
from tuningfork.checks.json_body import json_values
from tuningfork.contract.messages import repr_short
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

Inside = Callable[[Any], Any]
"""The error that a body tells as well; None where it tells none."""
BREAKS = ("Cc", "Zl", "Zp")
"""Unicode's categories of what ends or breaks a line."""


@dataclass(frozen=True)
class ErrorHeaders:
    """The names under which an API tells its errors, and the rules that follow from them.

    Args:
        code: the field with an integer.
        description: the field with a text.
    """

    code: str
    description: str

    def present(self, claim: str, applies: Scope) -> Check:
        """The code is an integer, the description a text that is not empty."""

        def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
            if applies(exchange, operation):
                number, text = self.code_of(exchange), self._field(exchange, self.description)
                expected = f"{self.code}, an integer, and {self.description}, a text"
                found = f"{repr_short(self._field(exchange, self.code))} and {repr_short(text)}"
                yield Finding(claim, number is not None and bool(text), expected, found)

        return check

    def absent(self, claim: str, applies: Scope) -> Check:
        """Neither field is there."""

        def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
            if applies(exchange, operation):
                names = (self.code, self.description)
                there = [name for name in names if name in exchange.response.headers]
                expected = f"neither {self.code} nor {self.description}"
                yield Finding(claim, not there, expected, ", ".join(there) or "neither")

        return check

    def one_line(self, claim: str) -> Check:
        """The description, where there is one, has no control character and no second line."""

        def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
            for value in exchange.response.headers.all(self.description):
                odd = [mark for mark in _decoded(value) if unicodedata.category(mark) in BREAKS]
                found = f"{repr_short(odd)} in {repr_short(value)}" if odd else value
                yield Finding(claim, not odd, "one line without control characters", found, self.description)

        return check

    def repeated_in_body(self, claim: str, inside: Inside, applies: Scope) -> Check:
        """A JSON body has an error with the same `code` and `description`.

        A header can't have the same text where that of the body is not ASCII: then they are not compared.
        """

        def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
            for body in json_values(exchange) if applies(exchange, operation) else ():
                error = inside(body)
                code, text = (error.get(one) if isinstance(error, dict) else None for one in MEMBERS)
                same = _is_integer(code) and self.code_of(exchange) in (code, None)
                same = same and isinstance(text, str) and self._says(exchange, text)
                yield Finding(
                    claim, same, "error with the code and description of the headers", repr_short(error)
                )

        return check

    def has_code(self, code: int) -> Scope:
        """An answer with this code."""
        return lambda exchange, _: self.code_of(exchange) == code

    def code_of(self, exchange: Exchange) -> int | None:
        """The code of an answer; None if it has none, or one that is no integer."""
        text = self._field(exchange, self.code)
        return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None

    def _says(self, exchange: Exchange, text: str) -> bool:
        told = self._field(exchange, self.description)
        return not told or not text.isascii() or _plain(told) == _plain(text)

    def _field(self, exchange: Exchange, name: str) -> str:
        return exchange.response.headers.get(name, "").strip()


MEMBERS = ("code", "description")
"""The members of an error in a body."""


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _plain(text: str) -> str:
    """A text with a space for each run of white space and control characters."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()


def _decoded(value: str) -> str:
    """A field as the UTF-8 that it may be; where it is none, its ASCII."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value.encode("ascii", "ignore").decode()
