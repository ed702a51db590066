"""Texts that a test derives from a secret: longer, shorter, in another case, or with another end."""

from __future__ import annotations

MIN_SHARED_CHARS = 8
"""Length of the part that a text must share with a secret."""


def derive(secret: str, text: str) -> tuple[str, str, str] | None:
    """Return how a text is derived from a secret; None if they share too little.

    Returns:
        What is before the secret, the expansion of a variable of bash with the secret, and what is after it.
    """
    if len(secret) < MIN_SHARED_CHARS or len(text) < MIN_SHARED_CHARS:
        return None
    if secret in text:
        before, _, after = text.partition(secret)
        return before, "", after
    for expansion, changed in ((",,", secret.lower()), ("^^", secret.upper()), ("~~", secret.swapcase())):
        if text == changed:
            return "", expansion, ""
    start = secret.find(text)
    if start >= 0:
        return "", f":{start}:{len(text)}", ""
    shared = shared_start(secret, text)
    return ("", f":0:{shared}", text[shared:]) if shared >= MIN_SHARED_CHARS else None


def shared_start(first: str, second: str) -> int:
    """Return how many characters at the start of two texts are equal."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(first), len(second)))
