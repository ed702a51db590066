"""Writes repeated lines of a shell as loops."""

from __future__ import annotations

MAX_PERIOD = 4
"""Lines that may repeat together in a loop."""


def fold(lines: list[str]) -> list[str]:
    """Return the lines with repetitions as loops of the shell, and repetitions of loops as loops."""
    folded: list[str] = []
    start = 0
    while start < len(lines):
        period, count = _repetition(lines, start)
        if count > 1:
            folded.append(_loop(lines[start : start + period], count))
        else:
            folded.append(lines[start])
        start += period * count
    return folded if folded == lines else fold(folded)


def _loop(lines: list[str], count: int) -> str:
    """Return the loop that runs lines `count` times: one line, unless these have comments."""
    if any(line.startswith("#") for line in lines):
        return "\n".join([f"for _ in $(seq {count}); do", *lines, "done"])
    body = " ".join(line if line.endswith(" &") else f"{line};" for line in lines)
    return f"for _ in $(seq {count}); do {body} done"


def _repetition(lines: list[str], start: int) -> tuple[int, int]:
    """Return the period and the count of the longest repetition that begins at a line."""
    best = 1, 1
    for period in range(1, MAX_PERIOD + 1):
        pattern = lines[start : start + period]
        count = 1
        while lines[start + count * period : start + (count + 1) * period] == pattern:
            count += 1
        if count > 1 and period * count > best[0] * best[1]:
            best = period, count
    return best
