"""Markdown in GitHub's dialect, in which no text of a target is markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from tuningfork.report import plain_text


def folded(heading: str, lines: list[str]) -> Iterator[str]:
    """Yield a folded list; nothing for an empty list."""
    if lines:
        yield f"\n<details><summary>{heading}</summary>\n"
        yield from (f"- {line}" for line in lines)
        yield "\n</details>"


def row(cells: Iterable[str]) -> str:
    """Return a row of a table."""
    return "| " + " | ".join(escaped(cell) for cell in cells) + " |"


def trusted(text: str) -> str:
    """Return a sentence of a contract in one line; its Markdown stays."""
    return html.escape(plain_text.line(text), quote=False)


def escaped(text: str) -> str:
    """Return a text in one line that contains no HTML, link, image, code, formula or mention."""
    line = html.escape(plain_text.line(text), quote=False)
    line = re.sub(r"([\\`*\[\]|~]|(?<!\w)_|_(?!\w))", r"\\\1", line)
    return _inert(line)


def in_html(text: str) -> str:
    """Return a text for the content of an HTML element."""
    return _inert(html.escape(text))


def _inert(text: str) -> str:
    """Return HTML in which GitHub and GitLab find no mention, formula or URL."""
    return re.sub(r"@(?=\w)|:(?=//)|\bwww(?=\.)", r"\g<0>&#8203;", text).replace("$", "&#36;")


def fenced(text: str, language: str) -> list[str]:
    """Return the lines of a code block whose fence is longer than any run of backticks in the text."""
    text = plain_text.block(text)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", text, fence]
