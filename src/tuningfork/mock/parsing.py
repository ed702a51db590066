"""Strict parsing of untrusted input."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

_WHOLE = re.compile(r"[0-9]{1,15}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,17})?", re.ASCII)


def read_json(body: bytes) -> Any:
    """Parse a JSON text (RFC 8259).

    Raises:
        ValueError: not valid JSON, NaN or infinite numbers, lone surrogates, or nested too deep.
    """
    try:
        value = json.loads(body, parse_constant=_reject_constant)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not valid JSON")


def whole_number(text: str) -> int | None:
    """Return the integer of one to fifteen ASCII digits; None for any other text."""
    return int(text) if _WHOLE.fullmatch(text) else None


def parse_id(text: str) -> int | None:
    """Return the integer of a text that is its decimal form, without leading zeros; None for any other."""
    number = whole_number(text)
    return number if str(number) == text else None


def decimal(text: str) -> float | None:
    """Return the number of a plain decimal text; None for any other text, also infinity and NaN."""
    return float(text) if _DECIMAL.fullmatch(text) else None


def slug(text: str) -> str:
    """Return a text as a readable URL segment of at most 100 ASCII characters; it may be empty."""
    return re.sub(r"[^a-z0-9_]+", "-", text.casefold()).strip("-")[:100]
