"""Turns the end of a test, and the findings of its exchanges, into a TestResult for its claims."""

from __future__ import annotations

from collections.abc import Iterator, Set

import pytest

from tuningfork.model import EVIDENCE, Exchange, ExpectationFailed, Finding
from tuningfork.pytest_plugin import reproduction
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.pytest_plugin.blame import blame_target_if_unparsable, explain_by_violation
from tuningfork.pytest_plugin.collection import claims_of, first_paragraph
from tuningfork.report.exchange import MAX_BODY_CHARS, MAX_VIOLATION_BODY_CHARS, ExchangeRecord
from tuningfork.report.test_result import NOT_JUDGED, TestOutcome, TestResult, Violation

MAX_DETAILED = 6
"""Violations of a claim in one process with a block of commands and a long body; a report shows three."""
SENT_NOTHING = "the test sent nothing to the target"
SETUP_FAILED = "the setup of the test failed"


def make_test_result(item: pytest.Item, call: pytest.CallInfo[None], session: ApiSession) -> TestResult:
    """Return the result of one phase of a test (setup, call or teardown).

    A failed assertion is a failure of the target; any other exception is an error of the test. A teardown
    that raises nothing has no outcome for the test's claims; only violations of its exchanges count.
    """
    name, claims = item.nodeid, claims_of(item)
    if call.when == "teardown":
        name, claims = f"{name} (teardown)", claims if call.excinfo else ()
    log, disclosure = session.exchange_log, session.disclosure
    if call.excinfo is not None or any(finding.claim for finding, _ in log.violations):
        session.collect_new_secrets()
    outcome, reason, violations = _judge(call, claims, session)
    violations += _violations_of_exchanges(session, {violation.claim for violation in violations})
    unjudged = _unjudged(item, claims, log.judged) if outcome == "passed" and call.when == "call" else ()
    if unjudged and len(unjudged) == len(claims):
        outcome, reason, unjudged = "not verified", NOT_JUDGED, ()
    claims = tuple(claim for claim in claims if claim not in unjudged)
    name = disclosure.test_id(name)  # a case of a test may have a secret in its id
    return TestResult(
        test=name,
        line=(item.location[1] or 0) + 1,
        api=session.name,
        claims=claims,
        unjudged=unjudged,
        doc=first_paragraph(item),
        outcome=outcome,
        reason=disclosure.line(" ".join(reason.split())),
        violations=tuple(
            violation.model_copy(update={"test": name, "during_cleanup": call.when == "teardown"})
            for violation in violations
        ),
        exchanges=_select_exchanges(session, claims, outcome),
        seconds=call.duration,
        requests=len(log.exchanges),
    )


def _unjudged(item: pytest.Item, claims: tuple[str, ...], judged: Set[str | None]) -> tuple[str, ...]:
    """Return the claims by which no exchange was judged, of a test that leaves that to the checks."""
    mark = item.get_closest_marker("convention")
    is_by_checks = mark is not None and mark.kwargs.get("by_checks", False)
    return tuple(claim for claim in claims if claim not in judged) if is_by_checks else ()


def _judge(
    call: pytest.CallInfo[None], claims: tuple[str, ...], session: ApiSession
) -> tuple[TestOutcome, str, list[Violation]]:
    """Return the outcome, its reason, and the violations of the claims that the test itself reports."""
    log = session.exchange_log
    outcome: TestOutcome = "passed"
    reason = ""
    violations: list[Violation] = []
    if call.excinfo is not None:
        error = blame_target_if_unparsable(call.excinfo.value, log)
        outcome, reason = _outcome_of(error, str(call.when))
        if outcome == "error" and (explanation := explain_by_violation(error, log)):
            outcome, reason = "not verified", explanation
        if outcome == "failed" and not session.loss.is_confirmed:
            violations = list(_violations_of_test(error, claims, session))
    elif call.when == "call" and not log.test_requests:
        outcome, reason = "not verified", SENT_NOTHING
    if session.loss.is_confirmed and outcome in ("passed", "failed"):
        outcome, reason = "not verified", f"the target is lost: {session.loss.reason}"
    return outcome, reason, violations


def _outcome_of(error: BaseException, phase: str) -> tuple[TestOutcome, str]:
    """Return the outcome and the reason of a phase ("setup", "call" or "teardown") that raised `error`."""
    if isinstance(error, pytest.skip.Exception):
        return "not verified", str(error.msg)
    if not _is_assertion(error):
        return "error", _describe_error(error)
    if phase == "setup":
        return "not verified", f"{SETUP_FAILED}: {_first_of(error)}"
    return "failed", str(_first_of(error))


def _describe_error(error: BaseException) -> str:
    """Return what a test raised, in one phrase."""
    if isinstance(error, pytest.FixtureLookupError):
        return f"there is no fixture {error.argname!r}; correct the name or define it in a conftest.py"
    return f"{type(error).__name__}: {error}"


def _is_assertion(error: BaseException) -> bool:
    """Return whether `error`, or each exception of a group, is an AssertionError."""
    if isinstance(error, BaseExceptionGroup):
        return all(_is_assertion(nested) for nested in error.exceptions)
    return isinstance(error, AssertionError)


def _first_of(error: BaseException) -> BaseException:
    """Return `error`, or the first exception of an exception group."""
    return _first_of(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def _violations_of_test(
    error: BaseException, claims: tuple[str, ...], session: ApiSession
) -> Iterator[Violation]:
    """Yield a violation for each claim that a failed assertion is about."""
    first = _first_of(error)
    assert isinstance(first, AssertionError), "a test fails by an assertion"
    failure = ExpectationFailed.of(first)
    exchanges = session.exchange_log.exchanges
    exchange = failure.exchange or (exchanges[-1] if exchanges else None)
    # The last exchange is shown too: the test may have read an earlier one only for its message.
    broken = claims if failure.claim is None else (failure.claim,)
    detailed = [claim for claim in broken if _is_detailed(session, claim)]
    shown = [*failure.compared, *exchanges[-1:]]
    reproduce = reproduction.commands(session, exchange, shown) if detailed else ""
    for claim in broken:
        yield Violation.of(
            claim,
            failure.expected,
            failure.found,
            failure.pointer,
            exchange if session.run.has_evidence else None,
            session.disclosure,
            compared=failure.compared if claim in detailed else (),
            reproduce=reproduce if claim in detailed else "",
            operation=_operation(session, exchange),
            max_body=MAX_VIOLATION_BODY_CHARS if claim in detailed else MAX_BODY_CHARS,
        )


def _violations_of_exchanges(session: ApiSession, reported: set[str]) -> list[Violation]:
    """Return one violation for each claim, pointer and operation, without the `reported` claims."""
    violations: dict[tuple[str, str, str], Violation] = {}
    for finding, exchange in session.exchange_log.violations:
        claim, operation = str(finding.claim), _operation(session, exchange)
        key = (claim, finding.pointer, operation)
        if key not in violations and _counts(finding, session, reported):
            is_detailed = _is_detailed(session, claim)
            violations[key] = Violation.of(
                claim,
                finding.expected,
                finding.found,
                finding.pointer,
                exchange if session.run.has_evidence else None,
                session.disclosure,
                reproduce=reproduction.commands(session, exchange) if is_detailed else "",
                operation=operation,
                max_body=MAX_VIOLATION_BODY_CHARS if is_detailed else MAX_BODY_CHARS,
            )
    return list(violations.values())


def _operation(session: ApiSession, exchange: Exchange | None) -> str:
    """Return the method and the documented path of an exchange; empty without one, or without evidence."""
    found = None if exchange is None or not session.run.has_evidence else session.find_operation(exchange)
    return "" if exchange is None or found is None else f"{exchange.request.method} {found.path}"


def _is_detailed(session: ApiSession, claim: str) -> bool:
    """Count a violation of a claim; return whether it is one of the first, which have all evidence."""
    session.violation_counts[claim] += 1
    return session.run.has_evidence and session.violation_counts[claim] <= MAX_DETAILED


def _counts(finding: Finding, session: ApiSession, reported: set[str]) -> bool:
    """Return whether a finding is of a claim that the run covers and the test does not report itself."""
    return (
        finding.claim in session.contract.claims
        and finding.claim not in reported
        and session.run.wants(finding.claim)
    )


def _select_exchanges(
    session: ApiSession, claims: tuple[str, ...], outcome: TestOutcome
) -> tuple[ExchangeRecord, ...]:
    """Return the exchanges that the last expectation of a passed test compared.

    None is returned if the report has exchanges for each of the claims, if the test did not pass, since its
    violations have theirs, or if the run has no evidence.
    """
    if outcome != "passed" or not session.run.has_evidence or session.claims_with_exchange.issuperset(claims):
        return ()
    compared = [read.exchange for read in EVIDENCE.judged()] or session.exchange_log.exchanges[-1:]
    if compared:
        session.claims_with_exchange.update(claims)
    return tuple(ExchangeRecord.of(exchange, session.disclosure) for exchange in compared)
