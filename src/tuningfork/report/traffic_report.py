"""Prints the claims that recorded traffic breaks and satisfies, for `tuningfork check`."""

from __future__ import annotations

import functools
import operator
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from tuningfork.model import BROKEN, Claim, Exchange, Finding, Level
from tuningfork.redaction import Disclosure, KnownSecrets, SecretLocations, collect_secrets, printable_line
from tuningfork.report.checked_exchange import CheckedExchange
from tuningfork.report.sections import plural

STYLES = {Level.MUST: "bold red", Level.SHOULD: "yellow", Level.MAY: "cyan"}
MAX_METHOD_CHARS, MAX_URL_CHARS, MAX_POINTER_CHARS, MAX_TEXT_CHARS = 40, 300, 300, 600


class Disclosures:
    """The disclosure of each exchange, which removes the secrets from its texts.

    Args:
        locations: where each API has its secrets, by API.
    """

    def __init__(self, locations: Mapping[str, SecretLocations] | None = None) -> None:
        self._locations = locations or {}
        self._all_locations = functools.reduce(operator.or_, self._locations.values(), SecretLocations())
        self._secrets = KnownSecrets()

    def learn(self, exchanges: Iterable[Exchange]) -> None:
        """Add the secrets of these exchanges, so that they are removed from all texts."""
        for exchange in exchanges:
            collect_secrets(exchange, self._all_locations, self._secrets)

    def __getitem__(self, checked: CheckedExchange) -> Disclosure:
        """Return the disclosure of an exchange; it knows the secret locations of the exchange's API."""
        return Disclosure(self._locations.get(checked.api, self._all_locations), self._secrets)


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
    disclosures = disclosures or Disclosures()
    for each in checked:
        if each.api:
            _print_exchange(each, claims, console, disclosures[each])
    _print_summary(checked, claims, console)


def breaks_a_must(checked: Iterable[CheckedExchange], claims: Mapping[str, Claim]) -> bool:
    """Return whether an exchange breaks a claim of level MUST; the exit code is 1 then."""
    return any(
        claims[str(finding.claim)].level is Level.MUST for each in checked for finding in each.violations
    )


def verifies_anything(checked: Iterable[CheckedExchange]) -> bool:
    """Return whether an exchange breaks or satisfies any claim; the exit code is 5 otherwise."""
    return any(each.violations or each.satisfied_claims for each in checked)


def count_claims(checked: Iterable[CheckedExchange]) -> tuple[Counter[str], Counter[str]]:
    """Return how many exchanges break each claim, and how many satisfy it."""
    broken: Counter[str] = Counter()
    satisfied: Counter[str] = Counter()
    for each in checked:
        broken.update({str(finding.claim) for finding in each.violations})
        satisfied.update(each.satisfied_claims)
    return broken, satisfied


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


def _print_summary(checked: Sequence[CheckedExchange], claims: Mapping[str, Claim], console: Console) -> None:
    """Print the number of exchanges, why some were not checked, and the totals of the claims."""
    files = len({each.recorded.file for each in checked})
    console.print(Text(f"\n{plural(len(checked), 'exchange')} in {plural(files, 'file')}", "bold"))
    if undocumented := sum(each.operation is None and bool(each.api) for each in checked):
        console.print(f"  {undocumented} of no documented operation")
    for defect, count in Counter(each.defect for each in checked if each.defect).items():
        console.print(f"  {count} not judged: {printable_line(defect)}", markup=False, highlight=False)
    missing = Counter(each.recorded.missing_body for each in checked if each.is_partly_checked)
    for reason, count in missing.items():
        console.print(
            f"  {count} judged without the body: {printable_line(reason)}", markup=False, highlight=False
        )
    if not verifies_anything(checked):
        console.print("  no claim is broken or satisfied: nothing is verified")
    _print_claim_totals(checked, claims, console)


def _print_claim_totals(
    checked: Sequence[CheckedExchange], claims: Mapping[str, Claim], console: Console
) -> None:
    """Print the ids of the broken claims by level, and of the claims that no exchange breaks."""
    broken, satisfied = count_claims(checked)
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
