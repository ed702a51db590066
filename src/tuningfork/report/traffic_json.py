"""The output of `tuningfork check --json`: findings by exchange, counts of broken and satisfied claims."""

from __future__ import annotations

import functools
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from textwrap import indent
from typing import IO, Any

from tuningfork.model import Claim, Finding
from tuningfork.redaction import Disclosure, printable_line
from tuningfork.report.checked_exchange import CheckedExchange
from tuningfork.report.traffic_report import Disclosures
from tuningfork.report.traffic_totals import TrafficTotals

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
    file = io.StringIO()
    report = JsonReport(claims, file, disclosures or Disclosures())
    for each in checked:
        report.add(each)
    report.end(TrafficTotals(checked))
    output: dict[str, Any] = json.loads(file.getvalue())
    return output


class JsonReport:
    """Writes each exchange when it is added, and how many exchanges break and satisfy each claim at the end.

    Args:
        claims: by id, of every API that was checked.
        file: where the JSON is written.
        disclosures: know the secrets of each API.
    """

    def __init__(self, claims: Mapping[str, Claim], file: IO[str], disclosures: Disclosures) -> None:
        self._claims, self._file, self._disclosures = claims, file, disclosures
        self._separator = '{\n  "schema": "tuningfork.findings/1",\n  "exchanges": [\n'

    def add(self, checked: CheckedExchange) -> None:
        """Write an exchange."""
        exchange = _exchange(checked, self._claims, self._disclosures[checked])
        properties = ",\n".join(f'      "{name}": {_indented(value)}' for name, value in exchange.items())
        self._file.write(f"{self._separator}    {{\n{properties}\n    }}")
        self._file.flush()
        self._separator = ",\n"

    def end(self, totals: TrafficTotals, errors: Iterable[str] = ()) -> None:
        """Write the totals, and the errors if not everything could be read."""
        counts = {"broken": totals.broken, "kept": totals.satisfied}
        end = {
            name: {claim: count[claim] for claim in self._claims if count[claim]}
            for name, count in counts.items()
        }
        messages = [printable_line(error) for error in errors]
        rest = json.dumps(end | ({"errors": messages} if messages else {}), indent=2).removeprefix("{")
        begin = self._separator.rstrip("\n,") if not totals.exchanges else "\n  "
        self._file.write(f"{begin}],{rest}\n")
        self._file.flush()


def _indented(value: Any) -> str:
    """Return the JSON of a property of an exchange as `json.dumps` indents it there, in less time."""
    if isinstance(value, list) and value:
        return _indented_list(tuple(value)) if isinstance(value[0], str) else _indented_objects(value)
    return _encode(value)


@functools.lru_cache(maxsize=1024)
def _indented_list(texts: tuple[str, ...]) -> str:
    """Return the JSON of a list; cached because many exchanges satisfy the same claims."""
    return _indented_objects(list(texts))


def _indented_objects(values: Sequence[Any]) -> str:
    """Return the JSON of any list."""
    return indent(json.dumps(values, indent=2), "      ").lstrip()


_encode = json.JSONEncoder().encode


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
