"""Ids of tracks that do not exist: well-formed and malformed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from tuningfork import not_verified
from tuningfork.apis.audiosocket.tracks import PATH, track_path

CHARACTER_RANGES = ("0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEF", "GHIJKLMNOPQRSTUVWXYZ")
"""Characters of an id that can be replaced by each other; hexadecimal digits stay hexadecimal digits."""
NUMBERED_ID = re.compile(r"(|.*[^0-9A-Za-z])(\d{1,10})", re.ASCII | re.DOTALL)
SHIFTED_CHARS = 6
HIGH_NUMBER = 2**31 - 2
VERY_HIGH_NUMBER = 2**53 - 2

INVALID_IDS = ("abc", "-1", "x" * 1000, "1.5", "99999999999999999999999", "%F0%9F%8E%B5")
"""Path segments that are not ids: not a number, negative, not an integer, or too long."""


def unused_id(taken: Collection[Any]) -> Any:
    """Return a well-formed id that no track has: a high number, or a string with other last characters.

    Args:
        taken: the ids of all visible tracks, all of the same type.
    """
    sample = next(iter(taken), None)
    if isinstance(sample, int):
        unused: Any = (
            HIGH_NUMBER
            if all(isinstance(id_, int) and id_ < HIGH_NUMBER for id_ in taken)
            else VERY_HIGH_NUMBER
        )
    elif isinstance(sample, str):
        unused = _high_numbered(map(str, taken)) or _shifted(sample)
    else:
        not_verified("there is no track whose id is an example")
    if str(unused) in map(str, taken):
        not_verified("no id is certain to be unused")
    return unused


def unused_id_statuses(unused: Any) -> tuple[int, ...]:
    """Return the statuses for an id of `unused_id`; unless it is a number, it may be malformed."""
    return (404,) if str(unused).isdecimal() else (404, 400)


def malformed_paths(taken: Sequence[Any]) -> list[str]:
    """Return the paths of malformed ids, but not of visible tracks; one is a taken id with letters."""
    existing = {track_path(each) for each in taken}
    paths = [f"{PATH}/{invalid}" for invalid in (*INVALID_IDS, "0")]
    paths += [track_path(f"{each}abc") for each in taken[:1]]
    return [path for path in paths if path not in existing]


def _high_numbered(taken: Iterable[str]) -> str | None:
    """Return the common prefix of all ids with a high number, as in trk_51201; None without a common prefix.

    Zero-padded numbers, as in 000041, keep their length.
    """
    parts = [NUMBERED_ID.fullmatch(text) for text in taken]
    prefixes = {part[1] if part else None for part in parts}
    prefix = prefixes.pop() if len(prefixes) == 1 else None
    if prefix is None:
        return None
    numbers = [part[2] for part in parts if part]
    is_padded = any(len(number) > 1 and number.startswith("0") for number in numbers)
    return f"{prefix}{'9' * len(numbers[0]) if is_padded else HIGH_NUMBER}"


def _shifted(text: str) -> str:
    """Return a text whose last six letters and digits are replaced by the next ones of their range."""
    letters = list(text)
    positions = [
        index for index, letter in enumerate(text) if any(letter in range_ for range_ in CHARACTER_RANGES)
    ]
    for index in positions[-SHIFTED_CHARS:]:
        characters = next(range_ for range_ in CHARACTER_RANGES if letters[index] in range_)
        letters[index] = characters[(characters.index(letters[index]) + 1) % len(characters)]
    return "".join(letters)
