"""Ids that nothing has, some of which could be one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from tuningfork import not_verified

RANGES = ("0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEF", "GHIJKLMNOPQRSTUVWXYZ")
"""Letters that stand for each other in any id: those of hexadecimal digits among themselves."""
NUMBERED = re.compile(r"(|.*[^0-9A-Za-z])(\d{1,10})", re.ASCII | re.DOTALL)
LAST = 6
HIGH = 2**31 - 2
HIGHER = 2**53 - 2

INVALID_IDS = ("abc", "-1", "x" * 1000, "0", "1.5", "99999999999999999999999", "%F0%9F%8E%B5")
"""What stands in a path for an id, and is none: no number, none that counts things, far too long."""


def unused_id(taken: Collection[Any]) -> Any:
    """An id like those that are taken, that is not: a high number, or a text with other last letters.

    Args:
        taken: the ids of all tracks that can be seen; of the same sort all of them.
    """
    sample = next(iter(taken), None)
    if isinstance(sample, int):
        found: Any = HIGH if all(isinstance(one, int) and one < HIGH for one in taken) else HIGHER
    elif isinstance(sample, str):
        found = _numbered(map(str, taken)) or _shifted(sample)
    else:
        not_verified("there is no track whose id shows what an id is like")
    if str(found) in map(str, taken):
        not_verified("no id is surely nobody's")
    return found


def _numbered(taken: Iterable[str]) -> str | None:
    """A high number behind the head that all have, as in trk_51201; None where there is no such head.

    Numbers that are filled up with noughts, as in 000041, have all the same length.
    """
    parts = [NUMBERED.fullmatch(text) for text in taken]
    heads = {part[1] if part else None for part in parts}
    head = heads.pop() if len(heads) == 1 else None
    if head is None:
        return None
    numbers = [part[2] for part in parts if part]
    is_filled = any(len(number) > 1 and number.startswith("0") for number in numbers)
    return f"{head}{'9' * len(numbers[0]) if is_filled else HIGH}"


def _shifted(text: str) -> str:
    """Of its last six letters and digits each is the next one of its sort."""
    letters = list(text)
    places = [place for place, letter in enumerate(text) if any(letter in range_ for range_ in RANGES)]
    for place in places[-LAST:]:
        among = next(range_ for range_ in RANGES if letters[place] in range_)
        letters[place] = among[(among.index(letters[place]) + 1) % len(among)]
    return "".join(letters)
