"""The JSON text of a mock's responses."""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import to_json

_encode = json.JSONEncoder(separators=(",", ":")).encode


def encode_json(value: Any) -> bytes:
    """Return the compact JSON text of a value, in ASCII.

    pydantic-core encodes a page of a list four times as fast as `json`, which encodes all other texts.
    """
    try:
        text = to_json(value)
    except ValueError:  # a lone surrogate
        return _encode(value).encode()
    return text if text.isascii() else _encode(value).encode()
