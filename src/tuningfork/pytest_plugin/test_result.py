"""What the end of a test means for its claims."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tuningfork.model import Exchange, ExpectationFailed, Finding
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.pytest_plugin.blame import blamed, misled
from tuningfork.pytest_plugin.collection import claims_of
from tuningfork.redaction import Disclosure, printable_line
from tuningfork.report.exchange import ExchangeRecord
from tuningfork.report.test_result import TestOutcome, TestResult, Violation

SENT_NOTHING = "the test sent nothing to the target"


def make_test_result(item: pytest.Item, call: pytest.CallInfo[None], stage: ApiSession) -> TestResult:
    """Judge a phase of a test: an assertion is the target's failure, any other exception our error.

    Of a teardown that raises nothing only what its exchanges broke is told: it judges no claim of its own.
    """
    name, claims = item.nodeid, claims_of(item)
    if call.when == "teardown":
        name, claims = f"{name} (teardown)", claims if call.excinfo else ()
    exchanges, told = stage.journal.exchanges, stage.disclosure
    if call.excinfo is not None or any(finding.claim for finding, _ in stage.journal.violations):
        stage.learn()
    end: TestOutcome = "passed"
    reason = ""
    breaches: list[Violation] = []
    if call.excinfo is not None:
        raised = blamed(call.excinfo.value, stage.journal)
        end, reason = _end_of(raised, str(call.when))
        if end == "error" and (why := misled(raised, stage.journal)):
            end, reason = "not verified", why
        if end == "failed" and not stage.is_silent:
            breaches = list(_own_breaches(raised, claims, exchanges, told))
    elif call.when == "call" and not stage.journal.test_requests:
        end, reason = "not verified", SENT_NOTHING
    if stage.is_silent and end in ("passed", "failed"):
        end, reason = "not verified", f"the target is lost: {stage.lost}"
    breaches += _seen_breaches(stage, {breach.claim for breach in breaches})
    return TestResult(
        test=printable_line(name),
        api=stage.name,
        claims=claims,
        end=end,
        reason=told.line(" ".join(reason.split())),
        breaches=tuple(breach.model_copy(update={"test": printable_line(name)}) for breach in breaches),
        exchanges=_shown(stage, claims, end),
        seconds=call.duration,
        requests=len(exchanges),
    )


def _shown(stage: ApiSession, claims: tuple[str, ...], end: TestOutcome) -> tuple[ExchangeRecord, ...]:
    """The last exchange; none where each claim has one already, since the report has room for one."""
    last = stage.journal.exchanges[-1:]
    if end == "passed" and stage.shown.issuperset(claims):
        return ()
    if last:
        stage.shown.update(claims)
    return tuple(ExchangeRecord.of(exchange, stage.disclosure) for exchange in last)


def _end_of(raised: BaseException, when: str) -> tuple[TestOutcome, str]:
    if isinstance(raised, pytest.skip.Exception):
        return "not verified", str(raised.msg)
    if not _is_assertion(raised):
        return "error", f"{type(raised).__name__}: {raised}"
    if when == "setup":
        return "not verified", f"it could not be set up: {_first(raised)}"
    return "failed", str(_first(raised))


def _is_assertion(raised: BaseException) -> bool:
    if isinstance(raised, BaseExceptionGroup):
        return all(_is_assertion(one) for one in raised.exceptions)
    return isinstance(raised, AssertionError)


def _first(raised: BaseException) -> BaseException:
    return _first(raised.exceptions[0]) if isinstance(raised, BaseExceptionGroup) else raised


def _own_breaches(
    raised: BaseException, claims: tuple[str, ...], seen: list[Exchange], told: Disclosure
) -> Iterator[Violation]:
    first = _first(raised)
    last = seen[-1] if seen else None
    if not isinstance(first, ExpectationFailed):
        lines = told.block(str(first)).strip().splitlines() or ["the assertion does not hold"]
        for claim in claims:
            yield Violation.of(claim, "the promise to hold", lines[0], exchange=last, disclosure=told)
        return
    for claim in claims if first.claim is None else (first.claim,):
        yield Violation.of(
            claim, first.expected, first.found, exchange=first.exchange or last, disclosure=told
        )


def _seen_breaches(stage: ApiSession, named: set[str]) -> list[Violation]:
    """What the checks of single exchanges saw, each claim and place once."""
    found: dict[tuple[str, str], Violation] = {}
    for finding, exchange in stage.journal.violations:
        if _counts(finding, stage, named):
            claim, told = str(finding.claim), stage.disclosure
            found.setdefault(
                (claim, finding.pointer),
                Violation.of(claim, finding.expected, finding.found, finding.pointer, exchange, told),
            )
    return list(found.values())


def _counts(finding: Finding, stage: ApiSession, named: set[str]) -> bool:
    return (
        finding.claim in stage.contract.claims
        and finding.claim not in named
        and stage.run.wants(finding.claim)
    )
