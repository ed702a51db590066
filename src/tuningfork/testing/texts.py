"""Texts that an API must keep, and what counts as the same text."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

ANY_TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=180)
"""Assigned characters without control characters and surrogates."""
EXAMPLES = {
    "inner spaces": "two  words   and more",
    "quotes": "\"double\", 'single' and `back`",
    "emoji": "\U0001f3b5\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f3f3\ufe0f\u200d\U0001f308",
    "right to left": "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "accents": "\u00c5ngstr\u00f6m caf\u00e9 \u65e5\u672c\u8a9e",
    "markup": "<b>rock</b> & <i>roll</i> &amp; &#39;",
    "escapes": "back\\slash \\n \\u0041 %20 %s {0} ${x} +",
    "statement": "'; DROP TABLE items; --",
    "leading zeros": "007",
    "words of JSON": "null",
}
LONG = 200
"""The length of a long text, unless `maximum` is less."""
DECOMPOSED = unicodedata.normalize("NFD", "\u00c5ngstr\u00f6m caf\u00e9")


def is_same_text(sent: str, shown: str) -> bool:
    """Return whether two texts are equal in Unicode's form C."""
    return unicodedata.normalize("NFC", sent) == unicodedata.normalize("NFC", shown)


def long_text(start: str, maximum: int | None) -> str:
    """Return a text of LONG characters that begins with `start`; shorter if `maximum` is less."""
    length = min(LONG, maximum or LONG)
    return f"{start} ".ljust(length - 1, "y")[: length - 1] + "z"
