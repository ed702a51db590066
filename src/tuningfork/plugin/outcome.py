"""What the end of a test means for its claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tuningfork.model import Exchange, Finding, Unmet
from tuningfork.plugin.collection import claims_of
from tuningfork.plugin.stage import Stage

PASSED, FAILED, NOT_VERIFIED, ERROR = "passed", "failed", "not verified", "error"


@dataclass(frozen=True, slots=True)
class Breach:
    """One claim that was broken, and the exchange that shows it."""

    claim: str
    expected: str
    found: str
    place: str = ""
    exchange: Exchange | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A test's own end, and every breach that was seen while it ran."""

    test: str
    api: str
    claims: tuple[str, ...]
    end: str
    reason: str
    breaches: tuple[Breach, ...]
    exchanges: tuple[Exchange, ...]
    seconds: float


def outcome_of(item: pytest.Item, call: pytest.CallInfo[None], stage: Stage) -> Outcome:
    """Judge a test's setup or call: an assertion is the target's failure, any other exception our error."""
    claims = claims_of(item)
    exchanges = stage.journal.exchanges
    end, reason, breaches = PASSED, "", []
    if call.excinfo is not None:
        end, reason = _end_of(call.excinfo.value, str(call.when))
    if end == FAILED:
        assert call.excinfo is not None
        breaches = list(_own_breaches(call.excinfo.value, claims, exchanges))
    breaches += _seen_breaches(stage, {breach.claim for breach in breaches})
    return Outcome(
        item.nodeid, stage.name, claims, end, reason, tuple(breaches), tuple(exchanges[-1:]), call.duration
    )


def _end_of(raised: BaseException, when: str) -> tuple[str, str]:
    if isinstance(raised, pytest.skip.Exception):
        return NOT_VERIFIED, str(raised.msg)
    if not _is_assertion(raised):
        return ERROR, f"{type(raised).__name__}: {raised}"
    if when == "setup":
        return NOT_VERIFIED, f"it could not be set up: {_first(raised)}"
    return FAILED, str(_first(raised))


def _is_assertion(raised: BaseException) -> bool:
    if isinstance(raised, BaseExceptionGroup):
        return all(_is_assertion(one) for one in raised.exceptions)
    return isinstance(raised, AssertionError)


def _first(raised: BaseException) -> BaseException:
    return _first(raised.exceptions[0]) if isinstance(raised, BaseExceptionGroup) else raised


def _own_breaches(raised: BaseException, claims: tuple[str, ...], seen: list[Exchange]) -> Iterator[Breach]:
    first = _first(raised)
    last = seen[-1] if seen else None
    if not isinstance(first, Unmet):
        lines = str(first).strip().splitlines() or ["the assertion does not hold"]
        yield from (Breach(claim, "the promise to hold", lines[0], exchange=last) for claim in claims)
        return
    for claim in claims if first.claim is None else (first.claim,):
        yield Breach(claim, first.expected, first.found, exchange=last)


def _seen_breaches(stage: Stage, named: set[str]) -> list[Breach]:
    """What the checks of single exchanges saw, each claim and place once."""
    found: dict[tuple[str, str], Breach] = {}
    for finding, exchange in stage.journal.broken:
        if _counts(finding, stage, named):
            claim = str(finding.claim)
            found.setdefault(
                (claim, finding.place),
                Breach(claim, finding.expected, finding.found, finding.place, exchange),
            )
    return list(found.values())


def _counts(finding: Finding, stage: Stage, named: set[str]) -> bool:
    return (
        finding.claim in stage.contract.claims
        and finding.claim not in named
        and stage.run.wants(finding.claim)
    )
