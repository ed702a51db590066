"""Values of path parameters that no resource has: of the kind of existing ids, and of no such kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tuningfork.client.request_safety import UNUSED_ID

UNUSED_UUID = "00000000-0000-4000-8000-000000000000"
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
LONG = 300
"""The length of an id that is longer than any, in a URL that is short enough for every gateway."""


def absent_like(existing: Any) -> Any:
    """Return a value that looks like an existing id and that no resource has."""
    text = str(existing)
    if existing is None or re.fullmatch(r"-?[0-9]+", text):
        return UNUSED_ID
    if UUID.fullmatch(text):
        return UNUSED_UUID
    kept = text[: text.rfind("_") + 1]
    return kept + re.sub(r"[a-z]", "f", re.sub(r"[0-9]", "9", text[len(kept) :]), flags=re.IGNORECASE)


def may_be_malformed(absent: Any) -> bool:
    """Return whether a server may find no id in a value of `absent_like`: only the form of UUIDs is known."""
    return str(absent) != UNUSED_UUID


def unlikely_like(existing: Any) -> Iterator[int]:
    """Yield numbers that hardly any item has, in the range of the existing ids, where they are numbers."""
    if re.fullmatch(r"[0-9]+", text := str(existing)):
        number = int(text)
        limit = 2**31 if number < 2**31 else 2**63
        largest = min(10 ** len(text), limit) - 1
        near = largest - 1 if largest == number else largest
        far = 1000 * number + 999  # items have small numbers, also those that are deleted
        yield from (far if far < limit else near, 2_147_400_019)


def malformed_like(existing: Any, *, is_own: bool = True) -> Iterator[str]:
    """Yield values that cannot be an id where the existing ones are numbers or UUIDs; nothing elsewhere.

    A lenient server may read the existing id in some of them; these are left out if it is not the run's own.
    """
    text = str(existing)
    if re.fullmatch(r"[0-9]+", text):
        yield from ("abc", *((f"{text}abc", f"{text}.25") if is_own else ()), "a" * LONG)
    elif UUID.fullmatch(text):
        yield from ("abc", *((f"{text}abc", text[:-1]) if is_own else ()), "a" * LONG)
