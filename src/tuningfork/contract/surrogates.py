"""Lone surrogates, which JSON's escapes can write (RFC 8259 8.2) and a validator's texts can't hold."""

from __future__ import annotations

import re
from typing import Any

PRIVATE_USE = 0x100000
"""Each is replaced by a character of its own in plane 16, so that texts that differ still do."""
LONE = re.compile("[\ud800-\udfff]")
REPLACED = re.compile(f"[{chr(PRIVATE_USE + 0xD800)}-{chr(PRIVATE_USE + 0xDFFF)}]")


def replaced(value: Any) -> Any:
    """A JSON value whose texts are of Unicode's scalar values."""
    if isinstance(value, str):
        return LONE.sub(lambda lone: chr(PRIVATE_USE + ord(lone[0])), value)
    if isinstance(value, dict):
        return {replaced(name): replaced(inner) for name, inner in value.items()}
    return [replaced(inner) for inner in value] if isinstance(value, list) else value


def restored(text: str) -> str:
    """A text as it was before; one without such characters is itself."""
    return REPLACED.sub(lambda private: chr(ord(private[0]) - PRIVATE_USE), text)
