"""Remembers what was read of recent bodies, without keeping many large ones."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
MAX_SMALL_BYTES = 256 * 2**10
SMALL_BODIES = 16
"""Remembered bodies of at most MAX_SMALL_BYTES; of larger ones, the last one is."""


def remember_recent(read: Callable[[bytes], T]) -> Callable[[bytes], T]:
    """Return the function with a memory: several checks read the same body."""
    small, large = functools.lru_cache(SMALL_BODIES)(read), functools.lru_cache(1)(read)

    @functools.wraps(read)
    def remembered(body: bytes) -> T:
        return small(body) if len(body) <= MAX_SMALL_BYTES else large(body)

    return remembered
