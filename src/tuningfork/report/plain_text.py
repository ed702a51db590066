"""Makes texts of a target harmless for reports: control characters are escaped, long texts are cut."""

from __future__ import annotations

import re

MAX_BLOCK_CHARS = 20_000
MAX_LINE_CHARS = 1_000
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and line feed, DEL, C1
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # direction, zero width, line separators
    "\ud800-\udfff\ufffe\uffff]"  # not characters of XML
)


def block(text: str, max_chars: int = MAX_BLOCK_CHARS) -> str:
    """Return a text in which every invisible character but tab and line feed is escaped, cut to a length."""
    rest = len(text) - max_chars
    visible = _INVISIBLE.sub(lambda match: repr(match[0])[1:-1], text[:max_chars])
    return visible if rest <= 0 else f"{visible}… ({rest:,} more characters)"


def line(text: str, max_chars: int = MAX_LINE_CHARS) -> str:
    """Return a text like `block`, with each run of white space replaced by one space."""
    return block(" ".join(text.split()), max_chars)
