"""The lines of shell commands, so that a wrapped line differs from a new one, and options stay whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup, escape

from tuningfork.redaction import escape_controls

OPEN_LINES, MAX_OPEN_LINES = 12, 16
"""Lines that a longer block of commands shows, and lines up to which it is shown whole."""
MAX_INDENT = 8
"""Steps of two spaces up to which wrapped lines follow the indentation of their first line."""
UNBROKEN = re.compile(r"(?<!\S)--?[A-Za-z][\w-]{0,30}(?!\S)")
"""An option."""
BREAK = re.compile(r"(?<=\w)/(?=[\w$])|(?<=[\w}])(?=[?]|&amp;)")
"""Where a path or URL may break."""


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A line of commands: its markup, with its line break, and the steps of its indentation."""

    markup: Markup
    indent: int


def command_lines(text: str) -> tuple[list[CommandLine], list[CommandLine]]:
    """Return the first lines, which are folded, and the last ones, which show the violation."""
    lines = [_line(line) for line in text.splitlines(keepends=True)]
    return ([], lines) if len(lines) <= MAX_OPEN_LINES else (lines[:-OPEN_LINES], lines[-OPEN_LINES:])


def _line(line: str) -> CommandLine:
    """Return a line whose options do not break, and whose paths break at their slashes."""
    pieces, end = [], 0
    for match in UNBROKEN.finditer(line):
        pieces += [_breakable(line[end : match.start()]), Markup("<span>{}</span>").format(match[0])]
        end = match.end()
    indent = len(line) - len(line.lstrip(" "))
    return CommandLine(Markup("").join([*pieces, _breakable(line[end:])]), min(indent // 2, MAX_INDENT))


def _breakable(text: str) -> Markup:
    """Return a text as markup that may break in its paths."""
    return Markup(BREAK.sub(r"\g<0><wbr>", str(escape(escape_controls(text)))))  # noqa: S704 - escaped
