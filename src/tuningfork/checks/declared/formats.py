"""Judges `formats` on every response that is not an error: the form of times and ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from tuningfork.checks.base import Check, is_success
from tuningfork.checks.json_body import json_values
from tuningfork.checks.judgement import Judgement, as_check
from tuningfork.contract.document import escape
from tuningfork.contract.formats import FORMATS
from tuningfork.contract.messages import repr_short
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.formats import Formats
from tuningfork.model import Exchange
from tuningfork.numbers import is_integer, is_number

Test = Callable[[Any], bool]
TIME_NAME = re.compile(r".*(?:_at|[a-z]At)", re.DOTALL)
HTTP_DATE = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")


def checks(declaration: Declaration) -> Iterable[Check]:
    """Return the check of the forms of times and ids."""

    def judge(exchange: Exchange, operation: Operation | None) -> Iterator[Judgement]:
        """Yield whether the values of a response have the declared forms."""
        declared = declaration.of("formats", operation)
        if declared is None or not is_success(exchange, operation):
            return
        for body in json_values(exchange):
            if declared.timestamps is not None:
                test = TESTS.get(declared.timestamps) or _matches(declared.timestamps)
                yield from _judge("FORMAT-TIMESTAMPS", _times(body, declared), test, declared.timestamps)
            if declared.ids is not None:
                test = TESTS.get(declared.ids) or _matches(declared.ids)
                yield from _judge("FORMAT-IDS", _properties(body, re.compile("id")), test, declared.ids)

    return [as_check(declaration, judge)] if declaration.values("formats") else []


def _judge(generic: str, values: Iterator[tuple[str, Any]], test: Test, form: str) -> Iterator[Judgement]:
    """Yield the first value that has another form, or that all have it; nothing without a value."""
    found = [(pointer, value) for pointer, value in values if value is not None]
    for pointer, value in found:
        if not test(value):
            yield Judgement(generic, False, f"a value of the form {form}", repr_short(value), pointer)
            return
    if found:
        yield Judgement(generic, True, f"values of the form {form}", f"{len(found)} values")


def _times(body: Any, declared: Formats) -> Iterator[tuple[str, Any]]:
    """Yield the pointers and values of times: those at the declared locations, or by their names."""
    if not declared.at:
        yield from _properties(body, TIME_NAME)
    for pointer in declared.at:
        yield from _at(body, pointer.split("/")[1:])


def _at(value: Any, segments: list[str], pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what is at a pointer, in which `*` is each item of an array."""
    if not segments:
        yield pointer, value
        return
    name = segments[0].replace("~1", "/").replace("~0", "~")
    if isinstance(value, list) and name == "*":
        for number, item in enumerate(value):
            yield from _at(item, segments[1:], f"{pointer}/{number}")
    elif isinstance(value, dict) and name in value:
        yield from _at(value[name], segments[1:], f"{pointer}/{segments[0]}")


def _properties(value: Any, names: re.Pattern[str], pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the texts and numbers of all objects in a value whose whole name matches."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _properties(item, names, f"{pointer}/{number}")
    elif isinstance(value, dict):
        for name, item in value.items():
            if names.fullmatch(name) and isinstance(item, str | int | float | Decimal):
                yield f"{pointer}/{escape(name)}", item
            yield from _properties(item, names, f"{pointer}/{escape(name)}")


def _matches(pattern: str) -> Test:
    """Return a function: whether a value is a text or a number in which a pattern is found."""

    def test(value: Any) -> bool:
        """Return whether a value has the pattern."""
        is_text = isinstance(value, str | int | float | Decimal)
        return is_text and re.search(pattern, str(value)) is not None

    return test


def _is_http_date(value: Any) -> bool:
    """Return whether a value is an IMF-fixdate that exists."""
    if not isinstance(value, str) or not HTTP_DATE.fullmatch(value):
        return False
    try:
        parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return False
    return True


TESTS: dict[str, Test] = {
    "rfc3339": lambda value: isinstance(value, str) and FORMATS["date-time"](value),
    "http-date": _is_http_date,
    "epoch": is_number,
    "uuid": lambda value: isinstance(value, str) and FORMATS["uuid"](value),
    "integer": is_integer,
}
"""Whether a value has a form, by the word for it."""
