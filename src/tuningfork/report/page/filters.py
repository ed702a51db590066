"""The filters and tests of the templates: small texts from values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from tuningfork.redaction import escape_controls
from tuningfork.report.page.command_lines import command_lines
from tuningfork.report.sections import plural

BREAK = re.compile(r"/(?=[^/])|(?<=.)(?=[?]|&amp;)")
"""Where an escaped path or URL may break."""
ORIGIN = re.compile(r"https?://[^/?#]*", re.IGNORECASE)


def date(started: str) -> str:
    """Return an ISO 8601 time in words: "29 November 2026, 11:40 UTC"; another text unchanged."""
    try:
        time = datetime.fromisoformat(started)
    except ValueError:
        return started
    return f"{time.day} {time:%B %Y, %H:%M} {time.tzname() or ''}".rstrip()


def duration(seconds: float) -> str:
    """Return a duration: "9.3 s", "4 min 10 s"."""
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def milliseconds(value: float) -> str:
    """Return a number of milliseconds with two or more digits: "0.42 ms", "1,250 ms"."""
    return f"{value:,.0f} ms" if value >= 10 else f"{value:.2g} ms"


def listing(words: Sequence[str]) -> str:
    """Return words as a list in a sentence: "a, b and c"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def slug(text: str) -> str:
    """Return a text as the name of a class: "not verified" becomes "not-verified"."""
    return text.lower().replace(" ", "-")


def prose(text: str) -> Markup:
    """Return a sentence as markup, with what is between backticks as code."""
    pieces = [escape(piece) for piece in escape_controls(text).split("`")]
    if len(pieces) % 2 == 0:  # a backtick without a partner
        return escape(escape_controls(text))
    code = Markup("<code>{}</code>")
    return Markup("").join(code.format(piece) if index % 2 else piece for index, piece in enumerate(pieces))


def origin(url: str) -> str:
    """Return the scheme and the host of a URL."""
    match = ORIGIN.match(url)
    return match[0] if match else ""


def after_origin(url: str) -> str:
    """Return the path and the query of a URL."""
    return url[len(origin(url)) :]


def breakable(text: str) -> Markup:
    """Return a path or URL that breaks into lines after "/" and before "?" and "&" only."""
    return Markup(BREAK.sub(r"\g<0><wbr>", str(escape(escape_controls(text)))))  # noqa: S704 - escaped


def is_http(url: str) -> bool:
    """Return whether a text is a URL that may become a link."""
    return ORIGIN.match(url) is not None


FILTERS: dict[str, Callable[..., Any]] = {
    "after_origin": after_origin,
    "breakable": breakable,
    "command_lines": command_lines,
    "date": date,
    "listing": listing,
    "milliseconds": lambda seconds: milliseconds(1000 * seconds),
    "milliseconds_of": milliseconds,
    "origin": origin,
    "plural": plural,
    "prose": prose,
    "slug": slug,
}
