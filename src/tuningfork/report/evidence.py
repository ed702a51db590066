"""The evidence of a claim as text: its source, its violations, their exchanges, and where its test is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tuningfork.report.exchange import ExchangeRecord, Message
from tuningfork.report.plain_text import block, line
from tuningfork.report.rerun import TEARDOWN
from tuningfork.report.results import ClaimResult, Results
from tuningfork.report.sections import source
from tuningfork.report.test_result import Violation


@dataclass(frozen=True, slots=True)
class Location:
    """A line of a file; the path is relative to the root of the repository."""

    file: str
    line: int


def request_text(exchange: ExchangeRecord) -> str:
    """Return a request as text: method and URL, header fields, body."""
    return _message(f"{exchange.method} {exchange.url}", exchange.request)


def response_text(exchange: ExchangeRecord) -> str:
    """Return a response as text: status and reason, header fields, body."""
    return _message(f"{exchange.status} {exchange.reason}".rstrip(), exchange.response)


def exchanges(violation: Violation) -> list[ExchangeRecord]:
    """Return the exchange that breaks the claim, and those that it was compared with."""
    return [*([violation.exchange] if violation.exchange else []), *violation.compared]


def locate(results: Results, claim: ClaimResult, violation: Violation | None = None) -> Location:
    """Return the location of the test that found a violation, by default the first one of the claim.

    For a claim without a violation it is that of its first test, else the list of claims of its API.
    """
    violations = [violation] if violation else claim.violations
    tests = [each.test for each in violations if each.test] or claim.tests
    if not tests:
        return Location(results.run.in_repository(f"specs/{claim.api}/claims.toml"), 1)
    name = tests[0].removesuffix(TEARDOWN)
    number = next((test.line for test in results.tests if test.id.removesuffix(TEARDOWN) == name), 0)
    return Location(results.run.in_repository(name.partition("::")[0]), max(number, 1))


def claim_text(results: Results, claim: ClaimResult) -> str:
    """Return the promise and the source of a claim, its reason, and the rows of each violation."""
    head = [f"{claim.id} ({claim.level}) {claim.verdict}: {line(claim.promise)}"]
    head.append(_row("source", line(source(results, claim))))
    if claim.reason and not claim.violations:
        head.append(_row("reason", line(claim.reason)))
    if claim.waiver:
        head.append(_row("waived", line(claim.reason or claim.waiver.reason)))
    paragraphs = ["\n".join(head)]
    paragraphs += ["\n".join(_violation_rows(results, violation)) for violation in claim.violations]
    location = locate(results, claim)
    return "\n\n".join([*paragraphs, f"at: {location.file}:{location.line}"])


def exchanges_text(claim: ClaimResult) -> str:
    """Return every request and response of the violations of a claim."""
    texts = [
        f"> {block(request_text(exchange))}\n\n< {block(response_text(exchange))}"
        for violation in claim.violations
        for exchange in exchanges(violation)
    ]
    return "\n\n".join(texts)


def _violation_rows(results: Results, violation: Violation) -> Iterator[str]:
    """Yield what was expected and found, the commands that repeat it, and the one that runs its test."""
    for label, text in violation.rows():
        separator = "\n" if "\n" in text else ""
        yield _row(label, separator + block(text))
    if violation.test:
        yield _row("run again", line(results.run.rerun(violation.test)))


def _row(label: str, text: str) -> str:
    return f"{label + ':':<10} {text}"


def _message(start: str, message: Message) -> str:
    lines = [start, *(f"{name}: {value}" for name, value in message.headers)]
    return "\n".join([*lines, "", message.body] if message.body else lines)
