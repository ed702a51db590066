"""What the end of a test means for its claims."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tuningfork.model import Exchange, Finding, Unmet
from tuningfork.plugin.collection import claims_of
from tuningfork.plugin.secrets import Secrets
from tuningfork.plugin.stage import Stage
from tuningfork.redaction import Places
from tuningfork.report.exchange import ExchangeRecord
from tuningfork.report.outcome import Breach, End, Outcome

SENT_NOTHING = "the test sent nothing to the target"


def outcome_of(item: pytest.Item, call: pytest.CallInfo[None], stage: Stage) -> Outcome:
    """Judge a phase of a test: an assertion is the target's failure, any other exception our error.

    Of a teardown that raises nothing only what its exchanges broke is told: it judges no claim of its own.
    """
    name, claims = item.nodeid, claims_of(item)
    if call.when == "teardown":
        name, claims = f"{name} (teardown)", claims if call.excinfo else ()
    exchanges, places = stage.journal.exchanges, stage.profile.places
    end: End = "passed"
    reason = ""
    breaches: list[Breach] = []
    if call.excinfo is not None:
        end, reason = _end_of(call.excinfo.value, str(call.when))
        if end == "failed":
            breaches = list(_own_breaches(call.excinfo.value, claims, exchanges, places))
    elif call.when == "call" and not stage.journal.sent:
        end, reason = "not verified", SENT_NOTHING
    breaches += _seen_breaches(stage, {breach.claim for breach in breaches})
    outcome = Outcome(
        test=name,
        api=stage.name,
        claims=claims,
        end=end,
        reason=reason,
        breaches=tuple(breach.model_copy(update={"test": name}) for breach in breaches),
        exchanges=tuple(ExchangeRecord.of(exchange, places) for exchange in exchanges[-1:]),
        seconds=call.duration,
        requests=len(exchanges),
    )
    return _without(stage.run.secrets, outcome)


def _without(secrets: Secrets, outcome: Outcome) -> Outcome:
    """The outcome without the secrets that stand where none is looked for."""
    told = outcome.model_dump(mode="json")
    texts = {name: secrets.hide_within(told[name]) for name in ("reason", "breaches", "exchanges")}
    return Outcome.model_validate(told | texts)


def _end_of(raised: BaseException, when: str) -> tuple[End, str]:
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
    raised: BaseException, claims: tuple[str, ...], seen: list[Exchange], places: Places
) -> Iterator[Breach]:
    first = _first(raised)
    last = seen[-1] if seen else None
    if not isinstance(first, Unmet):
        lines = str(first).strip().splitlines() or ["the assertion does not hold"]
        for claim in claims:
            yield Breach.of(claim, "the promise to hold", lines[0], exchange=last, places=places)
        return
    for claim in claims if first.claim is None else (first.claim,):
        yield Breach.of(claim, first.expected, first.found, exchange=last, places=places)


def _seen_breaches(stage: Stage, named: set[str]) -> list[Breach]:
    """What the checks of single exchanges saw, each claim and place once."""
    found: dict[tuple[str, str], Breach] = {}
    for finding, exchange in stage.journal.broken:
        if _counts(finding, stage, named):
            claim, places = str(finding.claim), stage.profile.places
            found.setdefault(
                (claim, finding.place),
                Breach.of(claim, finding.expected, finding.found, finding.place, exchange, places),
            )
    return list(found.values())


def _counts(finding: Finding, stage: Stage, named: set[str]) -> bool:
    return (
        finding.claim in stage.contract.claims
        and finding.claim not in named
        and stage.run.wants(finding.claim)
    )
