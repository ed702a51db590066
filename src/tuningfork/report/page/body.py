"""A body as the page shows it: lines, a marked value, and folds around what matters."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tuningfork.redaction import escape_controls
from tuningfork.report.exchange import MAX_VIOLATION_BODY_CHARS
from tuningfork.report.page.json_layout import Span, lay_out
from tuningfork.report.sections import plural

MAX_CHARS = 4000
"""Characters of a body that are shown."""
MAX_READ_CHARS = MAX_VIOLATION_BODY_CHARS
"""Characters of a body in which the marked value is searched."""
MAX_OPEN_LINES = 24
"""Lines of a body that is shown without folds."""
MAX_OPEN_CHARS = 1500
"""Characters of a body that is shown without folds."""
FIRST_LINES, FIRST_CHARS = 12, 800
"""Lines, or characters if it has few lines, before the fold of a longer body."""
CONTEXT_LINES = 6
"""Lines before and after a marked value."""
MAX_MARKED_LINES = 12
"""Lines of a marked value; of a longer one, the first line is marked."""
JSON_START = re.compile(r'\s*(\{\s*["}]|\[\s*([\[{"\]\d-]|true|false|null))')
"""The beginning of an object or array."""
TRUNCATED = re.compile(r"… \([\d,]+ (?:bytes|characters)\)\Z")
"""The end of a body that the record truncated."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a body: its text in segments, each with whether it is marked.

    A part is folded if it has a label: "81 more lines".
    """

    segments: tuple[tuple[str, bool], ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A body in parts.

    Args:
        parts: in their order.
        is_json: whether the body is JSON, laid out.
        marks: "exact" if the value at the pointer is marked, "around" if a value around it is, "end" if the
            end of a long object is shown because it has no such value; else empty.
    """

    parts: tuple[Part, ...]
    is_json: bool
    marks: str = ""


def body(text: str, pointer: str = "") -> Body:
    """Return the body with the value at a JSON pointer marked."""
    end = TRUNCATED.search(text)
    known = text[: end.start()] if end else text
    limit = MAX_READ_CHARS if pointer else MAX_CHARS
    is_cut = end is not None or len(known) > limit
    shown, span = escape_controls(known[:limit]), None
    if is_json := _is_json(shown, is_truncated=is_cut):
        shown, span = lay_out(shown, pointer)
        span = span and _limited(shown, span)
    marks = "" if span is None else "exact" if span.is_exact else "around"
    if is_json and not marks and not is_cut and pointer.startswith("/") and len(shown) > MAX_OPEN_CHARS:
        span, marks = Span(len(shown) - 1, len(shown), is_exact=False), "end"
    length = end[0] if end else f"… ({len(text):,} characters; results.json has all of them)"
    shown, span = _window(shown, span, length, is_cut, is_json)
    parts = _parts(shown, span, is_marked=marks != "end") if text else ()
    return Body(tuple(parts), is_json, marks)


def _window(
    text: str, span: Span | None, length: str, is_cut: bool, is_json: bool
) -> tuple[str, Span | None]:
    """Return at most MAX_CHARS of a text, around the span or from the beginning, and the span in them.

    Args:
        text: of the body.
        span: what is marked.
        length: the line with the length of the body, if not all of it is returned.
        is_cut: whether the body is longer than the text.
        is_json: whether the text has lines for its values.
    """
    start = 0 if span is None or len(text) <= MAX_CHARS else max(0, span.start - MAX_CHARS // 2)
    start = max(text.rfind("\n", 0, start) + 1, start - MAX_CHARS // 4)
    shown = text[start : start + MAX_CHARS]
    if is_cut := is_cut or start + MAX_CHARS < len(text):
        shown += ("\n" if is_json else "") + length
    if not start:
        return shown, span
    head = "…\n" if is_cut else f"{length}\n"
    shift = len(head) - start
    return head + shown, span and Span(span.start + shift, span.end + shift, span.is_exact)


def _is_json(text: str, is_truncated: bool) -> bool:
    """Return whether a text is an object or array in JSON, or seems to be the beginning of one."""
    if not JSON_START.match(text):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return is_truncated
    return True


def _parts(text: str, span: Span | None, is_marked: bool) -> list[Part]:
    """Return the parts of a text: all of it if it is short, else the beginning or what is around the span."""
    starts = [0, *(match.end() for match in re.finditer("\n", text)), len(text) + 1]
    first, last = _open_lines(starts, span)
    if span is None and last == len(starts) - 1 and len(text) > MAX_OPEN_CHARS:
        rest = Part(((text[FIRST_CHARS:], False),), plural(len(text) - FIRST_CHARS, "more character"))
        return [Part(((text[:FIRST_CHARS], False),)), rest]
    ranges = [(0, first, True), (first, last, False), (last, len(starts) - 1, True)]
    return [
        Part(
            _segments(text, starts[start], starts[end] - 1, span if is_marked else None),
            plural(end - start, "more line") if is_folded else "",
        )
        for start, end, is_folded in ranges
        if start < end
    ]


def _open_lines(starts: Sequence[int], span: Span | None) -> tuple[int, int]:
    """Return the first of the lines that are not folded, and the one after the last.

    Args:
        starts: where each line starts, and where the line after the last would start.
        span: what is marked.
    """
    total = len(starts) - 1
    if total <= MAX_OPEN_LINES:
        return 0, total
    if span is None:
        return 0, FIRST_LINES
    marked = [line for line in range(total) if starts[line] < span.end and span.start < starts[line + 1]]
    return max(0, marked[0] - CONTEXT_LINES), min(total, marked[-1] + 1 + CONTEXT_LINES)


def _limited(text: str, span: Span) -> Span:
    """Return the span, or that of its first line if it has too many lines."""
    marked = text[span.start : span.end]
    if marked.count("\n") < MAX_MARKED_LINES:
        return span
    return Span(span.start, span.start + marked.index("\n"), span.is_exact)


def _segments(text: str, start: int, end: int, span: Span | None) -> tuple[tuple[str, bool], ...]:
    """Return the text from start to end, split where the span begins and ends."""
    if span is None or span.end <= start or end <= span.start:
        return ((text[start:end], False),)
    cuts = [start, max(start, span.start), min(end, span.end), end]
    pieces = [(text[cuts[0] : cuts[1]], False), (text[cuts[1] : cuts[2]], True), (text[cuts[2] : end], False)]
    return tuple(piece for piece in pieces if piece[0])
