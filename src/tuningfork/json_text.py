"""A JSON parser that follows RFC 8259, which reads every JSON text that a target sends, and a writer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Set
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

MAX_EXPONENT = 9_999
"""Larger decimal exponents are reduced to this one: no schema distinguishes them; arithmetic stays fast."""
MAX_DEPTH = 256
"""Nesting depth of arrays and objects (RFC 8259 9 lets a parser set a limit)."""
MAX_INT_DIGITS = 640
"""Digits that Python converts to an int under any setting (sys.int_info.str_digits_check_threshold)."""
TOO_DEEP = "JSON that is nested too deeply to read"
NOT_ZERO = re.compile(r"[1-9]")
MakeObject = Callable[[list[tuple[str, Any]]], Any]
"""Builds the Python value of a JSON object from its names and values, in their order."""


def read_json(
    data: str | bytes, make_object: MakeObject | None = None, max_depth: int | None = MAX_DEPTH
) -> Any:
    """Return the value of a JSON text.

    Numbers become int or float, or Decimal if neither can represent them (1e400, an integer of 5,000 digits).

    Args:
        data: the text; bytes are UTF-8, with or without a byte order mark (RFC 8259 8.1).
        make_object: builds each object; by default a dict in which the last of several equal names wins.
        max_depth: limit of the nesting depth; None leaves only Python's recursion limit.

    Raises:
        ValueError: `data` is not JSON (NaN and UTF-16 are not), or is nested deeper than `max_depth` or than
            Python's recursion limit.
    """
    text = (data if isinstance(data, str) else data.decode("utf-8")).removeprefix("\ufeff")
    try:
        value = _decode(text, make_object)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    may_be_too_deep = max_depth is not None and text.count("[") + text.count("{") > max_depth
    if may_be_too_deep and _is_too_deep(value):
        raise ValueError(TOO_DEEP)
    return value


def to_json(value: object) -> str:
    """Return a value as a message shows it: as JSON, or as its own text if JSON has no such value.

    A set becomes an array in order, bytes become a string.
    """
    has_json = value is None or isinstance(value, int | float | Collection)
    try:
        text = _ENCODER.encode(value) if has_json else str(value)
    except TypeError:  # a key that is a tuple, or a set that has no order
        text = str(value)
    except RecursionError:
        return TOO_DEEP
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def show_body(text: str) -> str:
    """Return the text of a body in one line, for a message: JSON as it is, another text in quotes."""
    body = " ".join(text.split())
    return body if body[:1] in ("{", "[") else to_json(body)


def _as_json_type(value: object) -> object:
    """Return a JSON value for one that JSON lacks."""
    match value:
        case bytes():
            return value.decode("utf-8", "backslashreplace")
        case Mapping():
            return dict(value)
        case Set():
            return sorted(value, key=lambda each: (isinstance(each, str), each))
        case Collection():
            return list(value)
    return str(value)


def _decode(text: str, make_object: MakeObject | None) -> Any:
    """Return the value of a JSON text; integers that are too long for int() become Decimals."""
    decoder = _PLAIN_DECODER if make_object is None else _decoder(make_object)
    try:
        return decoder.decode(text)
    except ValueError as error:
        if isinstance(error, json.JSONDecodeError) or len(text) < MAX_INT_DIGITS:
            raise
    return _decoder(make_object, read_integer).decode(text)  # an integer is too long for int()


def _decoder(
    make_object: MakeObject | None, parse_int: Callable[[str], Any] | None = None
) -> json.JSONDecoder:
    """Return a strict decoder; `parse_int` replaces int() for integers, `make_object` builds the objects."""
    return json.JSONDecoder(
        object_pairs_hook=make_object,
        parse_float=read_number,
        parse_int=parse_int,
        parse_constant=_reject_constant,
    )


def read_integer(digits: str) -> int | Decimal:
    """Return the value of a decimal integer; a Decimal if it has too many digits for int()."""
    return int(digits) if len(digits) < MAX_INT_DIGITS else Decimal(digits)


def read_number(text: str) -> float | Decimal:
    """Return the value of a number with a fraction or an exponent; a Decimal if it overflows a float."""
    number = float(text)
    has_underflow = number == 0 and NOT_ZERO.search(text.lower().partition("e")[0]) is not None
    return number if isfinite(number) and not has_underflow else _read_decimal(text)


def _read_decimal(text: str) -> Decimal:
    """Return a number that is too large or too small for a float, its exponent limited to MAX_EXPONENT."""
    mantissa, _, exponent = text.lower().partition("e")
    is_small = exponent.startswith("-")
    try:
        number = Decimal(text)
        if abs(number.adjusted()) <= MAX_EXPONENT:
            return number
        is_small = number.adjusted() < 0
    except InvalidOperation:
        pass  # the exponent is too large for a Decimal
    sign = "-" if mantissa.startswith("-") else ""
    return Decimal(f"{sign}1E{'-' if is_small else '+'}{MAX_EXPONENT}")


def _is_too_deep(value: Any) -> bool:
    """Return whether the arrays and objects of a value are nested more than MAX_DEPTH levels deep."""
    level = [value]
    for _ in range(MAX_DEPTH):
        containers = (value.values() if isinstance(value, dict) else value for value in level)
        level = [child for children in containers for child in children if isinstance(child, (dict, list))]
        if not level:
            return False
    return True


def _reject_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_PLAIN_DECODER = _decoder(None)
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=_as_json_type)
