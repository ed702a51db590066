"""Checks of errors that an API reports in two response headers: a code, and a description for people."""

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

FindError = Callable[[Any], Any]
"""Returns the error object in a JSON body; None if the body has no error."""
LINE_BREAKING_CATEGORIES = ("Cc", "Zl", "Zp")
"""Unicode categories of control characters and line separators."""
ERROR_PROPERTIES = ("code", "description")
"""The properties of an error object in a body."""


@dataclass(frozen=True)
class ErrorHeaders:
    """The names of the headers in which an API reports errors; its methods return checks.

    Args:
        code: the name of the header with an integer code.
        description: the name of the header with a text.
    """

    code: str
    description: str

    def present(self, claim: str, applies: Scope) -> Check:
        """Check that the code is an integer and the description is not empty."""

        def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
            """Yield one finding if the check applies to the exchange."""
            if applies(exchange, operation):
                code, text = self.code_of(exchange), self._value(exchange, self.description)
                expected = f"{self.code}, an integer, and {self.description}, a text"
                found = f"{repr_short(self._value(exchange, self.code))} and {repr_short(text)}"
                yield Finding(claim, code is not None and bool(text), expected, found)

        return check

    def absent(self, claim: str, applies: Scope) -> Check:
        """Check that the response has neither header."""

        def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
            """Yield one finding if the check applies to the exchange."""
            if applies(exchange, operation):
                names = (self.code, self.description)
                present = [name for name in names if name in exchange.response.headers]
                expected = f"neither {self.code} nor {self.description}"
                yield Finding(claim, not present, expected, ", ".join(present) or "neither")

        return check

    def one_line(self, claim: str) -> Check:
        """Check that the description, if present, has neither control characters nor line breaks."""

        def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
            """Yield a finding for each description header of the response."""
            for value in exchange.response.headers.all(self.description):
                invalid = [
                    char for char in _decode(value) if unicodedata.category(char) in LINE_BREAKING_CATEGORIES
                ]
                found = f"{repr_short(invalid)} in {repr_short(value)}" if invalid else value
                expected = "one line without control characters"
                yield Finding(claim, not invalid, expected, found, self.description)

        return check

    def repeated_in_body(self, claim: str, find_error: FindError, applies: Scope) -> Check:
        """Check that a JSON body has an error with the code and the description of the headers.

        Descriptions are not compared if the one in the body is not ASCII, which headers cannot express.
        """

        def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
            """Yield one finding if the check applies and the body is JSON."""
            for body in json_values(exchange) if applies(exchange, operation) else ():
                error = find_error(body)
                code, text = (
                    error.get(name) if isinstance(error, dict) else None for name in ERROR_PROPERTIES
                )
                is_same_code = _is_integer(code) and self.code_of(exchange) in (code, None)
                holds = is_same_code and isinstance(text, str) and self._has_description(exchange, text)
                yield Finding(
                    claim, holds, "an error with the code and description of the headers", repr_short(error)
                )

        return check

    def has_code(self, code: int) -> Scope:
        """Return a scope that applies to responses with this code in the header."""
        return lambda exchange, _: self.code_of(exchange) == code

    def code_of(self, exchange: Exchange) -> int | None:
        """Return the code in the header; None if it is missing or not an integer."""
        text = self._value(exchange, self.code)
        return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None

    def _has_description(self, exchange: Exchange, text: str) -> bool:
        """Return whether `text` is the description in the header; True if the two are not comparable."""
        description = self._value(exchange, self.description)
        return not description or not text.isascii() or _normalize(description) == _normalize(text)

    def _value(self, exchange: Exchange, name: str) -> str:
        return exchange.response.headers.get(name, "").strip()


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _normalize(text: str) -> str:
    """Return a text in which one space replaces each run of white space and control characters."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()


def _decode(value: str) -> str:
    """Return a header value decoded as UTF-8; if it is not UTF-8, only its ASCII characters."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value.encode("ascii", "ignore").decode()
