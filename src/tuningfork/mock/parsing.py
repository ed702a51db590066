"""Reading what a client wrote, whatever it wrote."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

_WHOLE = re.compile(r"[0-9]{1,15}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,17})?", re.ASCII)


def read_json(body: bytes) -> Any:
    """The value of a JSON text (RFC 8259).

    Raises:
        ValueError: no JSON, NaN or infinite numbers, lone surrogates, or nested too deep to read.
    """
    try:
        value = json.loads(body, parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def whole_number(text: str) -> int | None:
    """A count in plain ASCII digits of at most fifteen places; None for anything else."""
    return int(text) if _WHOLE.fullmatch(text) else None


def decimal(text: str) -> float | None:
    """A plain decimal number; None for anything else, infinity and NaN included."""
    return float(text) if _DECIMAL.fullmatch(text) else None


def slug(text: str) -> str:
    """A text as a part of a URL that people read: ASCII letters and digits, at most 100; may be empty."""
    return re.sub(r"[^a-z0-9_]+", "-", text.casefold()).strip("-")[:100]
