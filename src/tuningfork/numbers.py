"""Numbers as JSON and header fields have them: of any size, and exact."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any, TypeGuard

from tuningfork.json_text import read_integer


def is_number(value: Any) -> TypeGuard[int | float | Decimal]:
    """Return whether a JSON value is a number."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def is_integer(value: Any) -> bool:
    """Return whether a JSON value is an integer; 1.0 is one (JSON Schema Validation 6.1.1)."""
    if isinstance(value, Decimal):
        return value == value.to_integral_value()
    return is_number(value) and (not isinstance(value, float) or value.is_integer())


def to_float(value: Any) -> float | None:
    """Return a JSON number as a float, infinite if it is too large for one; None for any other value."""
    if not is_number(value):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def read_digits(text: Any) -> int | Decimal | None:
    """Return the number of a text that consists of ASCII digits, as many as there are; None for others."""
    is_digits = isinstance(text, str) and text.isascii() and text.isdigit()
    return read_integer(text) if is_digits else None
