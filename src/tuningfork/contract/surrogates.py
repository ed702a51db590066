"""Lone surrogates: JSON escapes can write them (RFC 8259 8.2), jsonschema-rs cannot read them."""

from __future__ import annotations

import re
from typing import Any

PRIVATE_USE = 0x100000
"""Added to a surrogate's code point: each becomes its own character of plane 16, so texts stay distinct."""
LONE = re.compile("[\ud800-\udfff]")
REPLACED = re.compile(f"[{chr(PRIVATE_USE + 0xD800)}-{chr(PRIVATE_USE + 0xDFFF)}]")


def replace_surrogates(value: Any) -> Any:
    """Return a copy of a JSON value in which private-use characters replace lone surrogates."""
    if isinstance(value, str):
        return LONE.sub(lambda lone: chr(PRIVATE_USE + ord(lone[0])), value)
    if isinstance(value, dict):
        return {replace_surrogates(name): replace_surrogates(inner) for name, inner in value.items()}
    return [replace_surrogates(inner) for inner in value] if isinstance(value, list) else value


def restore_surrogates(text: str) -> str:
    """Return `text` with the surrogates that `replace_surrogates` has replaced."""
    return REPLACED.sub(lambda private: chr(ord(private[0]) - PRIVATE_USE), text)
