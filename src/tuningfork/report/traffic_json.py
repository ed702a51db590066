"""The output of `tuningfork check --json`: findings by exchange, counts of broken and satisfied claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tuningfork.model import Claim, Finding
from tuningfork.redaction import Disclosure, printable_line
from tuningfork.report.checked_exchange import CheckedExchange
from tuningfork.report.traffic_report import Disclosures, count_claims

MAX_URL_CHARS = 20_000


def as_json(
    checked: Sequence[CheckedExchange],
    claims: Mapping[str, Claim],
    disclosures: Disclosures | None = None,
) -> dict[str, Any]:
    """Return the findings for each exchange, and how many exchanges break and satisfy each claim.

    Args:
        checked: from `traffic.check_exchanges`.
        claims: by id, of every API that was checked.
        disclosures: know the secrets of each API; by default only common locations of secrets are known.
    """
    disclosures = disclosures or Disclosures()
    broken, satisfied = count_claims(checked)
    return {
        "schema": "tuningfork.findings/1",
        "exchanges": [_exchange(each, claims, disclosures[each]) for each in checked],
        "broken": {claim: broken[claim] for claim in claims if broken[claim]},
        "kept": {claim: satisfied[claim] for claim in claims if satisfied[claim]},
    }


def _exchange(
    checked: CheckedExchange, claims: Mapping[str, Claim], disclosure: Disclosure
) -> dict[str, Any]:
    """Return an exchange without its secrets, the claims that it breaks and those that it satisfies."""
    exchange = checked.recorded.exchange
    return {
        "file": printable_line(str(checked.recorded.file)),
        "number": checked.recorded.number,
        "api": checked.api or None,
        "method": disclosure.line(exchange.request.method),
        "url": disclosure.line(exchange.request.url, MAX_URL_CHARS),
        "status": exchange.response.status,
        "operation": checked.operation,
        "not_judged": disclosure.line(checked.defect) or None,
        "body_not_judged": disclosure.line(checked.recorded.missing_body) or None,
        "kept": checked.satisfied_claims,
        "broken": [_violation(each, claims[str(each.claim)], disclosure) for each in checked.violations],
        "notes": [_finding(each, disclosure) for each in checked.notes],
    }


def _violation(finding: Finding, claim: Claim, disclosure: Disclosure) -> dict[str, Any]:
    """Return a finding that breaks a claim, with the level, source and note of the claim."""
    return {
        "claim": claim.id,
        "level": claim.level,
        "source": claim.source,
        **_finding(finding, disclosure),
        "note": claim.note or None,
    }


def _finding(finding: Finding, disclosure: Disclosure) -> dict[str, Any]:
    """Return what was expected, what was found, and at which JSON pointer, without secrets."""
    return {
        "expected": disclosure.line(finding.expected),
        "found": disclosure.line(finding.found),
        "place": disclosure.line(finding.pointer),
    }
