"""Writes the files that the guides of docs/ show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
BLOCK = re.compile(r"^`([^`\n]+/[^`\n]+)`([^\n]*)\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ tuningfork ([^#\n]*)", re.MULTILINE)
REPLACED = re.compile(r", in place of `(.+)`")


def follow(guide: str, folder: Path) -> None:
    """Write every file of a guide into a folder: whole, at the end of a file, or in place of a line."""
    blocks = BLOCK.findall(_text(guide))
    assert blocks
    for name, how, text in blocks:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        earlier = file.read_text(encoding="utf-8") if how else ""
        if how == ", at the end":
            text = f"{earlier}\n{text}"
        elif found := REPLACED.fullmatch(how):
            assert f"{found[1]}\n" in earlier
            text = earlier.replace(f"{found[1]}\n", text, 1)
        else:
            assert how == ""
        file.write_text(text, encoding="utf-8")


def commands(guide: str) -> Iterator[str]:
    """Yield the arguments of each `$ tuningfork` that a guide shows."""
    for found in COMMAND.findall(_text(guide)):
        yield found.strip()


def _text(guide: str) -> str:
    return (REPOSITORY / "docs" / guide).read_text(encoding="utf-8")
