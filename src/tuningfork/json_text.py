"""JSON as RFC 8259 defines it: the one reader of every body that a target sends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

MAX_EXPONENT = 9_999
"""Larger decimal exponents are read as this one: no schema tells them apart, and arithmetic stays quick."""
MAX_DEPTH = 256
"""Arrays and objects in each other (RFC 8259 9 lets a reader set a limit)."""
MAX_INT_DIGITS = 640
"""Digits that Python always reads as an int (sys.int_info.str_digits_check_threshold)."""
TOO_DEEP = "JSON that is nested too deeply to read"
NOT_ZERO = re.compile(r"[1-9]")
MakeObject = Callable[[list[tuple[str, Any]]], Any]
"""Makes an object of the names and values that are in it, in their order."""


def read_json(
    data: str | bytes, make_object: MakeObject | None = None, max_depth: int | None = MAX_DEPTH
) -> Any:
    """The value of a JSON text.

    Numbers are int and float; Decimal where those can't hold them (1e400, an integer of 5,000 digits). Bytes
    are UTF-8, with or without a byte order mark (RFC 8259 8.1). Of properties with one name the last counts,
    unless `make_object` sees to it otherwise. Without `max_depth` only the reader's own recursion is a limit.

    Raises:
        ValueError: this is not JSON (NaN and UTF-16 are not), or it is nested too deeply to read.
    """
    text = (data if isinstance(data, str) else data.decode("utf-8")).removeprefix("\ufeff")
    try:
        value = _decode(text, make_object)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    is_suspect = max_depth is not None and text.count("[") + text.count("{") > max_depth
    if is_suspect and _is_too_deep(value):
        raise ValueError(TOO_DEEP)
    return value


def _decode(text: str, make_object: MakeObject | None) -> Any:
    decoder = _PLAIN_DECODER if make_object is None else _decoder(make_object)
    try:
        return decoder.decode(text)
    except ValueError as refused:
        if isinstance(refused, json.JSONDecodeError) or len(text) < MAX_INT_DIGITS:
            raise
    return _decoder(make_object, read_integer).decode(text)  # an integer is too long for int()


def _decoder(
    make_object: MakeObject | None, parse_int: Callable[[str], Any] | None = None
) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=make_object, parse_float=read_number, parse_int=parse_int, parse_constant=_refused
    )


def read_integer(digits: str) -> int | Decimal:
    """A decimal integer; Decimal where Python makes no int of so many digits."""
    return int(digits) if len(digits) < MAX_INT_DIGITS else Decimal(digits)


def read_number(text: str) -> float | Decimal:
    """A number with a fraction or an exponent; Decimal where a float can't hold it."""
    number = float(text)
    is_held = isfinite(number) and (number != 0 or not NOT_ZERO.search(text.lower().partition("e")[0]))
    return number if is_held else _decimal(text)


def _decimal(text: str) -> Decimal:
    """A number that is too large or too small for a float."""
    mantissa, _, exponent = text.lower().partition("e")
    is_small = exponent.startswith("-")
    try:
        number = Decimal(text)
        if abs(number.adjusted()) <= MAX_EXPONENT:
            return number
        is_small = number.adjusted() < 0
    except InvalidOperation:
        pass  # not even Decimal holds the exponent
    sign = "-" if mantissa.startswith("-") else ""
    return Decimal(f"{sign}1E{'-' if is_small else '+'}{MAX_EXPONENT}")


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        parts = (part.values() if isinstance(part, dict) else part for part in level)
        level = [child for part in parts for child in part if isinstance(child, (dict, list))]
    return bool(level)


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_PLAIN_DECODER = _decoder(None)
