"""Checks that a server error does not disclose internals: stack traces, file paths, database queries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tuningfork.checks.base import Check, is_server_error
from tuningfork.contract.messages import repr_short
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

INTERNALS = {
    "a stack": (
        r"Traceback \(most recent call last\)|^[ \t]{0,40}at [\w.$<>/]{1,300}\(|\bgoroutine \d+ \["
        r"|\b(?:java|javax|scala|org|com|net)(?:\.\w{1,80}){1,12}(?:Exception|Error)\b"
        r"|\b[A-Z]\w{1,80}Exception\b|stack ?trace"
        r"|\b(?:Attribute|Type|Value|Key|Index|Name|Runtime|Reference|Range|NoMethod|ZeroDivision)Error\b"
    ),
    "a file": (
        r"(?<![\w.:/])/(?:usr|home|var|opt|srv|app|etc|tmp|root|mnt|data)/[\w.-]+|\b[A-Z]:\\\\?[\w.-]+"
        r"|\b[\w/-]{1,120}+\.(?:py|rb|java|scala|kt|php|go|js|ts|cs|rs|ex|c|cpp)\b"
        r"(?:[:\"', (]+(?:on )?(?:line )?\d+)"
    ),
    "a query": (
        r"\bSELECT\b.{1,400}\bFROM\b|\bINSERT INTO\b|\bUPDATE\b.{1,400}\bSET\b|\bDELETE FROM\b"
        r"|\bSQLSTATE\b|\bORA-\d{5}\b|\bPG::\w+|\bsqlite3?\.\w+|\bpsycopg2?\b|\bmysqli?_\w+"
        r"|You have an error in your SQL"
    ),
}
"""A pattern for each kind of internals; all repetitions are bounded, so that a search takes linear time."""
MAX_TEXT = 2**16
"""Characters of a body that are searched."""
PATTERNS = {kind: re.compile(pattern, re.MULTILINE | re.DOTALL) for kind, pattern in INTERNALS.items()}


def no_internals(claim: str) -> Check:
    """Check that the body of a 5xx has no stack trace, no file path and no query."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the response is a 5xx."""
        if is_server_error(exchange, operation):
            expected = "a body without a stack trace, a file path or a query"
            found = find_internals(exchange.response.text)
            yield Finding(claim, found is None, expected, found or "no internals")

    return check


def find_internals(text: str) -> str | None:
    """Return the first internals that a text discloses, as a phrase; None if it discloses nothing."""
    for kind, pattern in PATTERNS.items():
        if match := pattern.search(text, 0, MAX_TEXT):
            return f"{kind}: {repr_short(match[0])}"
    return None
