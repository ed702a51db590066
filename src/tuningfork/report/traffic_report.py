"""Prints the claims that recorded traffic breaks and satisfies, for `tuningfork check`."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from tuningfork.model import BROKEN, Claim, Finding, Level
from tuningfork.redaction import Disclosure, KnownSecrets, SecretLocations, printable_line
from tuningfork.report.checked_exchange import CheckedExchange
from tuningfork.report.sections import plural
from tuningfork.report.traffic_totals import TrafficTotals

STYLES = {Level.MUST: "bold red", Level.SHOULD: "yellow", Level.MAY: "cyan"}
MAX_SECRETS = 1000
"""Secrets that are removed wherever they occur, those that were found last.

Each request may be signed with a value of its own, so long traffic has any number of them.
"""
MAX_CONFORMING = 200
"""Exchanges without a violation that are listed as text."""
MAX_METHOD_CHARS, MAX_URL_CHARS, MAX_POINTER_CHARS, MAX_TEXT_CHARS = 40, 300, 300, 600


class Disclosures:
    """The disclosure of each exchange, which removes the secrets from its texts.

    Args:
        locations: where each API has its secrets, by API.
    """

    def __init__(self, locations: Mapping[str, SecretLocations] | None = None) -> None:
        self._locations = locations or {}
        self.all_locations = functools.reduce(operator.or_, self._locations.values(), SecretLocations())
        self._secrets = KnownSecrets(MAX_SECRETS)

    def learn(self, secrets: Iterable[tuple[str, str]]) -> None:
        """Add pairs of name and secret, so that these secrets are removed from all texts."""
        for name, secret in secrets:
            self._secrets.add(name, secret)

    def __getitem__(self, checked: CheckedExchange) -> Disclosure:
        """Return the disclosure of an exchange; it knows the secret locations of the exchange's API."""
        return Disclosure(self._locations.get(checked.api, self.all_locations), self._secrets)


def print_traffic(
    checked: Sequence[CheckedExchange],
    claims: Mapping[str, Claim],
    console: Console,
    disclosures: Disclosures | None = None,
) -> None:
    """Print each exchange with the claims that it breaks and satisfies, and a summary.

    Args:
        checked: from `traffic.check_exchanges`.
        claims: by id, of every API that was checked.
        console: from `table.console`.
        disclosures: know the secrets of each API; by default only common locations of secrets are known.
    """
    report = TextReport(claims, console, disclosures or Disclosures())
    for each in checked:
        report.add(each)
    report.end(TrafficTotals(checked))


class TextReport:
    """Prints each exchange when it is added, and a summary at the end.

    Of the exchanges that break no claim only the first MAX_CONFORMING are printed.

    Args:
        claims: by id, of every API that was checked.
        console: from `table.console`.
        disclosures: know the secrets of each API.
    """

    def __init__(self, claims: Mapping[str, Claim], console: Console, disclosures: Disclosures) -> None:
        self._claims, self._console, self._disclosures = claims, console, disclosures
        self._conforming = 0

    def add(self, checked: CheckedExchange) -> None:
        """Print an exchange of an API."""
        if not checked.api:
            return
        if not checked.violations:
            self._conforming += 1
            if self._conforming > MAX_CONFORMING:
                return
        _print_exchange(checked, self._claims, self._console, self._disclosures[checked])
        self._console.file.flush()

    def end(self, totals: TrafficTotals, errors: Iterable[str] = ()) -> None:
        """Print the summary, unless nothing could be read; the command prints the errors."""
        if totals.exchanges or not any(errors):
            _print_summary(totals, self._claims, self._console, max(self._conforming - MAX_CONFORMING, 0))


def _print_exchange(
    checked: CheckedExchange, claims: Mapping[str, Claim], console: Console, disclosure: Disclosure
) -> None:
    """Print the request and the status of an exchange, its violations, satisfied claims and notes."""
    request, response = checked.recorded.exchange.request, checked.recorded.exchange.response
    location = printable_line(f"{checked.recorded.file}, {checked.recorded.number}")
    method = disclosure.line(request.method, MAX_METHOD_CHARS)
    url = disclosure.line(request.url, MAX_URL_CHARS)
    console.print()
    console.print(Text(f"{method} {url}", "bold").append(f"  {response.status}", "bold"), soft_wrap=True)
    operation = checked.operation or "no documented operation"
    console.print(Text(f"  {location}: {operation}", "dim"), soft_wrap=True)
    if checked.defect:
        console.print(Text(f"  not judged: {disclosure.line(checked.defect)}", "magenta"))
    elif checked.recorded.missing_body:
        reason = disclosure.line(checked.recorded.missing_body)
        console.print(Text(f"  body not judged: {reason}", "magenta"))
    violations, satisfied = checked.violations, checked.satisfied_claims
    for claim in claims.values():
        if of_claim := [each for each in violations if each.claim == claim.id]:
            _print_violations(claim, of_claim, console, disclosure)
    for line in _claim_list([claim for claim in claims if claim in satisfied], "satisfies"):
        console.print(_indented(Text(line, "green")))
    for finding in checked.notes:
        console.print(_indented(Text(f"note: {_sentence(finding, disclosure)}", "dim")))


def _print_violations(
    claim: Claim, violations: Sequence[Finding], console: Console, disclosure: Disclosure
) -> None:
    """Print a broken claim and what an exchange has instead; all violations are of this claim."""
    headline = Text(f"breaks {claim.id} ({claim.level}, {claim.source})", STYLES[claim.level])
    console.print(_indented(headline))
    console.print(_indented(Text(claim.promise, "dim"), 4))
    for violation in violations:
        console.print(_indented(Text(_sentence(violation, disclosure)), 4))
    if claim.note:
        console.print(_indented(Text(f"note: {claim.note}", "dim"), 4))


def _sentence(finding: Finding, disclosure: Disclosure) -> str:
    """Return the location of a finding, what was expected and what was found, without secrets."""
    location = f"at {disclosure.line(finding.pointer, MAX_POINTER_CHARS)}: " if finding.pointer else ""
    expected, found = (disclosure.line(text, MAX_TEXT_CHARS) for text in (finding.expected, finding.found))
    return f"{location}expected {expected}; found {found}"


def _print_summary(
    totals: TrafficTotals, claims: Mapping[str, Claim], console: Console, unlisted: int
) -> None:
    """Print the number of exchanges, why some were not checked, and the totals of the claims."""
    numbers = f"{plural(totals.exchanges, 'exchange')} in {plural(totals.files, 'file')}"
    console.print(Text(f"\n{numbers}", "bold"))
    if unlisted:
        console.print(f"  {unlisted:,} that break no claim are not listed; --json lists all")
    if totals.other_files:
        console.print(f"  {plural(totals.other_files, 'file')} of other formats")
    if totals.undocumented:
        console.print(f"  {totals.undocumented} of no documented operation")
    for defect, count in totals.defects.items():
        console.print(f"  {count} not judged: {printable_line(defect)}", markup=False, highlight=False)
    for reason, count in totals.missing_bodies.items():
        console.print(
            f"  {count} judged without the body: {printable_line(reason)}", markup=False, highlight=False
        )
    if not totals.verifies_anything:
        console.print("  no claim is broken or satisfied: nothing is verified")
    _print_claim_totals(totals, claims, console)


def _print_claim_totals(totals: TrafficTotals, claims: Mapping[str, Claim], console: Console) -> None:
    """Print the ids of the broken claims by level, and of the claims that no exchange breaks."""
    broken, satisfied = totals.broken, totals.satisfied
    for level in Level:
        ids = [claim for claim in claims if broken[claim] and claims[claim].level is level]
        for line in _claim_list(ids, f"{BROKEN[level]} ({level})", broken):
            console.print(_indented(Text(line, STYLES[level])))
    never_broken = [claim for claim in claims if satisfied[claim] and not broken[claim]]
    for line in _claim_list(never_broken, "satisfied by all"):
        console.print(_indented(Text(line, "green")))


def _claim_list(ids: Sequence[str], heading: str, counts: Mapping[str, int] | None = None) -> list[str]:
    """Return one line with the heading and the ids, with counts above 1; no line if there are no ids."""
    words = [f"{each} x{counts[each]}" if counts and counts[each] > 1 else each for each in ids]
    return [f"{heading}: {', '.join(words)}"] if words else []


def _indented(text: Text, columns: int = 2) -> Padding:
    """Return the text indented by a number of columns, also where it is wrapped."""
    return Padding(text, (0, 0, 0, columns), expand=False)
