"""Reads the size and the page of a request."""

from __future__ import annotations

import re

from tuningfork.conventions.grammar.responses import AllowedResponses, Refusal
from tuningfork.conventions.pagination import Pagination
from tuningfork.mock.reference import places
from tuningfork.mock.reference.call import Call

DEFAULT_SIZE = 10
"""The size of a page for which no size is declared."""


class SizeRefused(Exception):
    """A size is refused.

    Args:
        refusal: the declared refusal.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def read_parameter(call: Call, name: str | None, location: str) -> str | None:
    """Return a parameter of a request as text; None without it.

    Args:
        call: the request.
        name: the name; a JSON pointer in a body.
        location: "query", "header" or "body".
    """
    if name is None:
        return None
    if location == "query":
        return call.request.args.get(name)
    if location == "header":
        return call.request.headers.get(name)
    pointer = name if name.startswith("/") else f"/{name}"
    value = places.read(call.body, pointer)
    return None if value is None else str(value)


def page_size(declared: Pagination, text: str | None) -> int:
    """Return the number of items of a page for the text of its parameter.

    Raises:
        SizeRefused: the size is refused.
    """
    size = declared.size
    default = size.default or min(DEFAULT_SIZE, size.maximum or DEFAULT_SIZE)
    if text is None:
        return default
    if re.fullmatch(r"-?[0-9]{1,9}", text) is None:
        return _other_size(size.malformed, default)
    number = int(text)
    if number == 0:
        return _other_size(size.zero, default)
    if number < 0:
        return _other_size(size.negative, default)
    if size.maximum is not None and number > size.maximum:
        return _above(size.above, size.maximum)
    return number


def _other_size(answers: AllowedResponses | None, default: int) -> int:
    """Return the size in place of one that cannot be; SizeRefused where it is only refused."""
    if answers is None or "default" in answers.words:
        return default
    if "empty" in answers.words:
        return 0
    assert answers.refusal is not None
    raise SizeRefused(answers.refusal)


def _above(answers: AllowedResponses | None, maximum: int) -> int:
    """Return the size in place of one above the maximum; SizeRefused where it is only refused."""
    if answers is None or "clamped" in answers.words or answers.refusal is None:
        return maximum
    raise SizeRefused(answers.refusal)
