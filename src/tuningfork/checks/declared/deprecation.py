"""Judges `deprecation` on every success: Sunset, Deprecation and the link to the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email.utils import parsedate_to_datetime

from tuningfork.checks.base import Check, is_success
from tuningfork.checks.declared.formats import TESTS
from tuningfork.checks.judgement import Judgement, as_check
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.deprecation import Deprecation
from tuningfork.model import Exchange

STRUCTURED_DATE = re.compile(r"@(-?\d{1,15})")
RELATION = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)


def checks(declaration: Declaration) -> Iterable[Check]:
    """Return the checks of the headers of deprecated operations."""

    def judge(exchange: Exchange, operation: Operation | None) -> Iterator[Judgement]:
        """Yield whether a success has the declared headers."""
        declared = declaration.of("deprecation", operation)
        if declared is not None and operation is not None and is_success(exchange, operation):
            yield from _judge_headers(exchange, declared)

    return [as_check(declaration, judge)] if declaration.values("deprecation") else []


def _judge_headers(exchange: Exchange, declared: Deprecation) -> Iterator[Judgement]:
    """Yield whether the headers are there, well-formed and in order."""
    headers = exchange.response.headers
    sunset, deprecation = headers.get("sunset", ""), headers.get("deprecation", "")
    is_date, start = TESTS["http-date"](sunset), STRUCTURED_DATE.fullmatch(deprecation)
    if declared.sunset:
        found = sunset or "no Sunset"
        yield Judgement("DEPRECATION-SUNSET", is_date, "Sunset with an HTTP date", found, "Sunset")
    if declared.deprecation:
        found = deprecation or "no Deprecation"
        expected = "Deprecation with a date such as @1688169599"
        yield Judgement("DEPRECATION-DATE", start is not None, expected, found, "Deprecation")
    if declared.sunset and declared.deprecation and is_date and start is not None:
        holds = parsedate_to_datetime(sunset).timestamp() >= int(start[1])
        yield Judgement("DEPRECATION-ORDER", holds, f"Sunset from {deprecation} on", sunset, "Sunset")
    if declared.link is not None:
        link = headers.get("link", "")
        relations = [name for quoted, bare in RELATION.findall(link) for name in (quoted or bare).split()]
        holds = declared.link.lower() in [name.lower() for name in relations]
        expected = f"a Link with rel={declared.link}"
        yield Judgement("DEPRECATION-LINK", holds, expected, link or "no Link", "Link")
