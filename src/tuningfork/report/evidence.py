"""The evidence of a claim as text: its source, its violations, their exchanges, and where its test is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tuningfork.report.exchange import ExchangeRecord, Message
from tuningfork.report.plain_text import block, line
from tuningfork.report.results import ClaimResult, Results
from tuningfork.report.sections import source
from tuningfork.report.test_result import Violation

MAX_MESSAGE_CHARS = 3_000
"""Characters of a request or response; results.json and index.html have more."""
DURING_CLEANUP = "the clean-up of the test"


@dataclass(frozen=True, slots=True)
class Location:
    """A line of a file; the path is relative to the root of the repository."""

    file: str
    line: int


def request_text(exchange: ExchangeRecord) -> str:
    """Return a request as text: method and URL, header fields, body; a long text is cut."""
    return _message(f"{exchange.method} {exchange.url}", exchange.request)


def response_text(exchange: ExchangeRecord) -> str:
    """Return a response as text: status and reason, header fields, body; a long text is cut."""
    return _message(f"{exchange.status} {exchange.reason}".rstrip(), exchange.response)


def exchanges(violation: Violation) -> list[ExchangeRecord]:
    """Return the exchange that breaks the claim, and those that it was compared with."""
    return [*([violation.exchange] if violation.exchange else []), *violation.compared]


def locate(results: Results, claim: ClaimResult, violation: Violation | None = None) -> Location:
    """Return the location of the test that found a violation; see `file_of_test`."""
    test = _test(claim, violation)
    line = next((each.line for each in results.tests if each.id == test), 0)
    return Location(file_of_test(results, claim, violation), max(line, 1))


def file_of_test(results: Results, claim: ClaimResult, violation: Violation | None = None) -> str:
    """Return the file of the test that found a violation, by default the first violation of the claim.

    For a claim without a violation it is that of its first test, else the list of claims of its API.
    """
    file = _test(claim, violation).partition("::")[0] or f"specs/{claim.api}/claims.toml"
    return results.run.in_repository(file)


def _test(claim: ClaimResult, violation: Violation | None) -> str:
    """Return the id of the test to show for a claim; empty without one."""
    violations = [violation] if violation else claim.violations
    return next((each.test for each in violations if each.test), "") or next(iter(claim.tests), "")


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
        f"> {request_text(exchange)}\n\n< {response_text(exchange)}"
        for violation in claim.violations
        for exchange in exchanges(violation)
    ]
    return "\n\n".join(texts)


def _violation_rows(results: Results, violation: Violation) -> Iterator[str]:
    """Yield what was expected and found, the commands that repeat it, and the one that runs its test."""
    if violation.during_cleanup:
        yield _row("during", DURING_CLEANUP)
    for label, text in violation.rows():
        yield f"{label}:\n{block(text)}" if "\n" in text else _row(label, block(text))
    if violation.test:
        yield _row("run again", line(results.run.rerun(violation.test)))


def _row(label: str, text: str) -> str:
    return f"{label + ':':<10} {text}"


def _message(start: str, message: Message) -> str:
    lines = [start, *(f"{name}: {value}" for name, value in message.headers)]
    return block("\n".join([*lines, "", message.body] if message.body else lines), MAX_MESSAGE_CHARS)
