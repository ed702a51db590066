"""Passes checked exchanges between processes as plain values, which are pickled in a fraction of the time."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tuningfork.checks.series.observation import Observation
from tuningfork.model import Exchange, Finding, Headers, Request, Response
from tuningfork.report.checked_exchange import CheckedExchange
from tuningfork.report.recorded_exchange import RecordedExchange

PackedExchange = tuple[Any, ...]
"""The method, URL and status, then the other parts of an exchange that a report needs; not its number."""
_NO_HEADERS = Headers()


def pack(checked: CheckedExchange) -> PackedExchange:
    """Return the parts of a checked exchange that a report needs: of a satisfied claim only the id."""
    recorded, seen = checked.recorded, checked.observation
    request, response = recorded.exchange.request, recorded.exchange.response
    is_plain = seen is not None and seen.page is None and seen.tagged is None and seen.quota is None
    return (
        (request.method, request.url, response.status),
        (recorded.defect, recorded.base_url, recorded.missing_body),
        (checked.api, checked.operation, checked.defect),
        tuple(checked.satisfied_claims),
        [_pack_finding(each) for each in (*checked.violations, *checked.notes)],
        (seen.client, seen.may_change) if seen is not None and is_plain else seen,
    )


def unpack(packed: PackedExchange, file: Path, number: int) -> CheckedExchange:
    """Return the checked exchange with a number in a file."""
    (method, url, status), (defect, base_url, missing_body), found, *rest = packed
    satisfied, others, seen = rest
    request, response = Request(method, url, _NO_HEADERS), Response(status, "", _NO_HEADERS)
    recorded = RecordedExchange(file, number, Exchange(request, response), defect, base_url, missing_body)
    api, operation, reason = found
    findings = (*_unpack_findings(others), *map(_satisfied, satisfied))
    observation = Observation(*seen) if isinstance(seen, tuple) else seen
    return CheckedExchange(recorded, api, operation, findings, reason, observation)


def _pack_finding(finding: Finding) -> tuple[str | None, str, str, str]:
    return finding.claim, finding.expected, finding.found, finding.pointer


def _unpack_findings(packed: Sequence[tuple[str | None, str, str, str]]) -> list[Finding]:
    return [Finding(claim, False, *texts) for claim, *texts in packed]


@functools.cache
def _satisfied(claim: str) -> Finding:
    return Finding(claim, True, "", "")
