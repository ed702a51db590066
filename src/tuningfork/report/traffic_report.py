"""What recorded traffic keeps and breaks, for a terminal and for programs."""

from __future__ import annotations

import functools
import operator
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from tuningfork.model import BROKEN, Claim, Exchange, Finding, Level
from tuningfork.redaction import Disclosure, KnownSecrets, SecretLocations, collect_secrets, printable_line
from tuningfork.report.checked_exchange import CheckedExchange
from tuningfork.report.sections import plural

STYLES = {Level.MUST: "bold red", Level.SHOULD: "yellow", Level.MAY: "cyan"}


class Disclosures:
    """What makes the texts of each exchange.

    Args:
        places: where each API has its secrets, by API.
    """

    def __init__(self, places: Mapping[str, SecretLocations] | None = None) -> None:
        self._places = places or {}
        self._any = functools.reduce(operator.or_, self._places.values(), SecretLocations())
        self._known = KnownSecrets()

    def learn(self, exchanges: Iterable[Exchange]) -> None:
        """Hide in all texts what is secret in these exchanges."""
        for exchange in exchanges:
            collect_secrets(exchange, self._any, self._known)

    def __getitem__(self, judged: CheckedExchange) -> Disclosure:
        return Disclosure(self._places.get(judged.api, self._any), self._known)


def show(
    judged: Sequence[CheckedExchange],
    claims: Mapping[str, Claim],
    to: Console,
    told: Disclosures | None = None,
) -> None:
    """Print each exchange with its operation and what it breaks and keeps, then a summary.

    Args:
        judged: by `traffic.judge`.
        claims: by id, of every API that was judged.
        to: made by `table.console`.
        told: know the secrets of each API; only the usual places if not given.
    """
    told = told or Disclosures()
    for each in judged:
        if each.api:
            _show_one(each, claims, to, told[each])
    _show_summary(judged, claims, to)


def as_json(
    judged: Sequence[CheckedExchange], claims: Mapping[str, Claim], told: Disclosures | None = None
) -> dict[str, Any]:
    """The same for programs: exchanges with their findings, and the claims broken and kept by any."""
    told = told or Disclosures()
    broken, kept = _counted(judged)
    return {
        "schema": "tuningfork.findings/1",
        "exchanges": [_json(each, claims, told[each]) for each in judged],
        "broken": {claim: broken[claim] for claim in claims if broken[claim]},
        "kept": {claim: kept[claim] for claim in claims if kept[claim]},
    }


def breaks_a_must(judged: Iterable[CheckedExchange], claims: Mapping[str, Claim]) -> bool:
    """Whether the exit code is 1."""
    return any(_level(each, claims) is Level.MUST for one in judged for each in one.broken)


def judges_anything(judged: Iterable[CheckedExchange]) -> bool:
    """Whether any claim was kept or broken; otherwise the exit code is 5."""
    return any(each.broken or each.kept for each in judged)


def _show_one(judged: CheckedExchange, claims: Mapping[str, Claim], to: Console, told: Disclosure) -> None:
    request, response = judged.recorded.exchange.request, judged.recorded.exchange.response
    place = printable_line(f"{judged.recorded.file}, {judged.recorded.number}")
    method, url = told.line(request.method, 40), told.line(request.url, 300)
    to.print()
    to.print(Text(f"{method} {url}", "bold").append(f"  {response.status}", "bold"), soft_wrap=True)
    operation = judged.operation or "no documented operation"
    to.print(Text(f"  {place}: {operation}", "dim"), soft_wrap=True)
    if judged.flaw:
        to.print(Text(f"  not judged: {told.line(judged.flaw)}", "magenta"))
    elif judged.recorded.unknown:
        to.print(Text(f"  body not judged: {told.line(judged.recorded.unknown)}", "magenta"))
    broken, kept = judged.broken, judged.kept
    names = {each.claim for each in broken}
    for claim in (claim for claim in claims.values() if claim.id in names):
        _show_broken(claim, [each for each in broken if each.claim == claim.id], to, told)
    for line in _grouped([claim for claim in claims if claim in kept], "keeps"):
        to.print(Padding(Text(line, "green"), (0, 0, 0, 2), expand=False))
    for finding in judged.notes:
        to.print(Padding(Text(f"note: {_words(finding, told)}", "dim"), (0, 0, 0, 2), expand=False))


def _show_broken(claim: Claim, findings: Sequence[Finding], to: Console, told: Disclosure) -> None:
    head = Text(f"breaks {claim.id} ({claim.level}, {claim.source})", STYLES[claim.level])
    to.print(Padding(head, (0, 0, 0, 2), expand=False))
    to.print(Padding(Text(claim.promise, "dim"), (0, 0, 0, 4), expand=False))
    for finding in findings:
        to.print(Padding(Text(_words(finding, told)), (0, 0, 0, 4), expand=False))
    if claim.note:
        to.print(Padding(Text(f"note: {claim.note}", "dim"), (0, 0, 0, 4), expand=False))


def _words(finding: Finding, told: Disclosure) -> str:
    place = f"at {told.line(finding.pointer, 300)}: " if finding.pointer else ""
    expected, found = (told.line(text, 600) for text in (finding.expected, finding.found))
    return f"{place}expected {expected}; found {found}"


def _show_summary(judged: Sequence[CheckedExchange], claims: Mapping[str, Claim], to: Console) -> None:
    broken, kept = _counted(judged)
    files = len({each.recorded.file for each in judged})
    unknown = sum(each.operation is None and bool(each.api) for each in judged)
    to.print(Text(f"\n{plural(len(judged), 'exchange')} in {plural(files, 'file')}", "bold"))
    if unknown:
        to.print(f"  {unknown} of no documented operation")
    for flaw, count in Counter(each.flaw for each in judged if each.flaw).items():
        to.print(f"  {count} not judged: {printable_line(flaw)}", markup=False, highlight=False)
    for why, count in Counter(each.recorded.unknown for each in judged if each.is_in_part).items():
        to.print(f"  {count} judged without the body: {printable_line(why)}", markup=False, highlight=False)
    if not judges_anything(judged):
        to.print("  no claim was kept or broken: nothing is verified")
    for level in Level:
        ids = [claim for claim in claims if broken[claim] and claims[claim].level is level]
        for line in _grouped(ids, f"{BROKEN[level]} ({level})", broken):
            to.print(Padding(Text(line, STYLES[level]), (0, 0, 0, 2), expand=False))
    always = [claim for claim in claims if kept[claim] and not broken[claim]]
    for line in _grouped(always, "kept by all"):
        to.print(Padding(Text(line, "green"), (0, 0, 0, 2), expand=False))


def _grouped(ids: Sequence[str], heading: str, counted: Mapping[str, int] | None = None) -> list[str]:
    """A line of claims, or none."""
    words = [f"{each} x{counted[each]}" if counted and counted[each] > 1 else each for each in ids]
    return [f"{heading}: {', '.join(words)}"] if words else []


def _counted(judged: Iterable[CheckedExchange]) -> tuple[Counter[str], Counter[str]]:
    """In how many exchanges each claim is broken, and in how many it is kept."""
    broken: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for each in judged:
        broken.update({str(finding.claim) for finding in each.broken})
        kept.update(each.kept)
    return broken, kept


def _level(finding: Finding, claims: Mapping[str, Claim]) -> Level:
    return claims[str(finding.claim)].level


def _json(judged: CheckedExchange, claims: Mapping[str, Claim], told: Disclosure) -> dict[str, Any]:
    exchange = judged.recorded.exchange
    return {
        "file": printable_line(str(judged.recorded.file)),
        "number": judged.recorded.number,
        "api": judged.api or None,
        "method": told.line(exchange.request.method),
        "url": told.line(exchange.request.url, 20_000),
        "status": exchange.response.status,
        "operation": judged.operation,
        "not_judged": told.line(judged.flaw) or None,
        "body_not_judged": told.line(judged.recorded.unknown) or None,
        "kept": judged.kept,
        "broken": [_json_of_broken(each, claims[str(each.claim)], told) for each in judged.broken],
        "notes": [_json_of_finding(each, told) for each in judged.notes],
    }


def _json_of_broken(finding: Finding, claim: Claim, told: Disclosure) -> dict[str, Any]:
    return {
        "claim": claim.id,
        "level": claim.level,
        "source": claim.source,
        **_json_of_finding(finding, told),
        "note": claim.note or None,
    }


def _json_of_finding(finding: Finding, told: Disclosure) -> dict[str, Any]:
    return {
        "expected": told.line(finding.expected),
        "found": told.line(finding.found),
        "place": told.line(finding.pointer),
    }
