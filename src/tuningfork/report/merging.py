"""Joins the results of the shards of a run into the results of the whole run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from tuningfork.model import Verdict
from tuningfork.report.deviations import Deviation
from tuningfork.report.merged_operations import merge_operations
from tuningfork.report.requirements import unmet_requirements
from tuningfork.report.rerun import TEARDOWN
from tuningfork.report.results import ClaimResult, Results, RunInfo, Shard, Test, Waiver, totals
from tuningfork.report.sections import plural
from tuningfork.report.verdicts import decide, most_important, problems

MAX_VALUE_CHARS = 60
SAME: Mapping[str, Callable[[RunInfo], object]] = {
    "the commit": lambda run: _shard(run).commit,
    "the version of tuningfork": lambda run: run.version,
    "the target": lambda run: run.target,
    "the depth": lambda run: run.depth,
    "the seed": lambda run: run.seed,
    "the APIs": lambda run: ", ".join(sorted(run.apis)),
    "the options": lambda run: " ".join(run.options),
    "the requirements": lambda run: run.requirements.model_dump_json(),
    "the deviations": lambda run: ", ".join(run.deviations),
}
"""What all shards of a run have in common, and where it is."""


class MergeError(ValueError):
    """Results that are not all the shards of one run; the message is one sentence."""


def merge(results: Mapping[str, Results]) -> Results:
    """Return the results of the run whose shards these are, as if one job had run all tests.

    Requests and durations are added. A shard that did not complete makes the whole run incomplete.

    Args:
        results: of each shard, by a name for messages.

    Raises:
        MergeError: a result is not of a shard, a shard is missing or given twice, or the shards are of
            different commits, targets, depths, seeds, claims or tests.
    """
    parts = _in_order(results)
    tests = [test for part in parts for test in part.tests]
    tests_of: dict[str, list[Test]] = defaultdict(list)
    for test in tests:
        for claim in dict.fromkeys(test.claims):
            tests_of[claim].append(test)
    by_claim = zip(*(part.claims for part in parts), strict=True)
    claims = [_merge_claim(each, tests_of[each[0].id]) for each in by_claim]
    merged = Results(
        run=_merge_runs([part.run for part in parts], tests),
        totals=totals(claims),
        claims=claims,
        operations=merge_operations([part.operations for part in parts]),
        tests=tests,
    )
    return with_problems(merged) if merged.run.complete else merged


def with_problems(results: Results) -> Results:
    """Return the results with a sentence for each deviation and requirement that fails a complete run."""
    run = results.run
    deviations = [_as_deviation(claim, run.target, each) for claim, each in run.deviations.items()]
    sentences = [*problems(results.claims, deviations), *unmet_requirements(results)]
    return results.model_copy(update={"problems": sentences})


def _as_deviation(claim: str, target: str, waiver: Waiver) -> Deviation:
    """Return the deviation of a claim, as deviations.toml has it."""
    expiry = date.fromisoformat(waiver.expiry)
    return Deviation.model_construct(
        claim=claim, target=target, reason=waiver.reason, link=waiver.link, owner=waiver.owner, expiry=expiry
    )


def _in_order(results: Mapping[str, Results]) -> list[Results]:
    """Return the results in the order of the shards; raise MergeError unless they are those of one run."""
    for name, each in results.items():
        if each.run.shard is None:
            raise MergeError(f"{name}: is of a whole run; give the results of `tuningfork run --shard`")
    (first_name, first), *others = results.items()
    for name, other in others:
        _require_same_run(first_name, first, name, other)
    return [results[name] for name in names_in_order({name: _shard(results[name].run) for name in results})]


def names_in_order(shards: Mapping[str, Shard]) -> list[str]:
    """Return the names of all shards in the order of their numbers.

    Raises:
        MergeError: a shard is missing or given twice.
    """
    names: dict[int, str] = {}
    for name, shard in shards.items():
        if shard.index in names:
            raise MergeError(f"{name}: is shard {shard}, as {names[shard.index]} is; give each shard once")
        names[shard.index] = name
    _require_all(names, next(iter(shards.values())).count)
    return [names[index] for index in sorted(names)]


def _require_all(indexes: Iterable[int], count: int) -> None:
    """Raise MergeError if a shard is missing."""
    if missing := [str(index) for index in range(1, count + 1) if index not in indexes]:
        noun, verb = ("shard", "is") if len(missing) == 1 else ("shards", "are")
        raise MergeError(f"{noun} {', '.join(missing)} of {count} {verb} missing; add the results")


def _require_same_run(first_name: str, first: Results, name: str, other: Results) -> None:
    """Raise MergeError if two results are not of shards of the same run."""
    one, two = _shard(first.run), _shard(other.run)
    if one.count != two.count:
        raise MergeError(
            f"{name}: is shard {two}, but {first_name} is shard {one}; give the shards of one run"
        )
    for what, value in SAME.items():
        if value(first.run) != value(other.run):
            raise MergeError(
                f"{name}: {what} is {_shown(value(other.run))}, but in {first_name} it is "
                f"{_shown(value(first.run))}; give the shards of one run"
            )
    if [claim.id for claim in first.claims] != [claim.id for claim in other.claims]:
        raise MergeError(f"{name}: has other claims than {first_name}; run all shards with the same --claim")
    if one.deal != two.deal and one.deal and two.deal:
        raise MergeError(
            f"{name}: its tests were dealt out otherwise than those of {first_name}; run all shards with the "
            "same options, suites and matrix.json"
        )


def _shown(value: object) -> str:
    """Return a value for a message."""
    text = str(value) or "none"
    return text if len(text) <= MAX_VALUE_CHARS else f"{text[:MAX_VALUE_CHARS]}…"


def _shard(run: RunInfo) -> Shard:
    """Return the shard of a run that has one."""
    assert run.shard is not None, "results of whole runs are refused"
    return run.shard


def _merge_claim(parts: Sequence[ClaimResult], tests: Sequence[Test]) -> ClaimResult:
    """Return the verdict of a claim by the tests of all shards, with the evidence of all.

    Args:
        parts: the claim in each shard.
        tests: of the claim, in all shards.
    """
    violations = [violation for part in parts for violation in part.violations]
    verdict, reason = decide(parts[0].level, tests, violations)
    waived = next((part for part in parts if part.verdict is Verdict.WAIVED), None)
    if violations and waived is not None:
        verdict, reason = waived.verdict, waived.reason
    exchanges = next((part.exchanges for part in parts if part.exchanges), [])
    update: dict[str, Any] = {
        "verdict": verdict,
        "reason": reason,
        "tests": list(dict.fromkeys(test for part in parts for test in part.tests)),
        "violations": most_important(violations),
        "exchanges": [] if violations else exchanges,
        "waiver": waived and waived.waiver,
    }
    return parts[0].model_copy(update=update)


def _merge_runs(runs: Sequence[RunInfo], tests: Sequence[Test]) -> RunInfo:
    """Return what all shards say about the run; requests and durations are added."""
    errors = [*_errors(runs)]
    is_complete = all(run.complete for run in runs)
    if is_complete and not errors:
        errors += _wrong_tests(_shard(runs[0]).tests, tests)
    return runs[0].model_copy(
        update={
            "started": min((run.started for run in runs), key=_timestamp),
            "seconds": round(sum(run.seconds for run in runs), 3),
            "requests": sum(run.requests for run in runs),
            "expected_requests": _sum([run.expected_requests for run in runs]),
            "errors": errors,
            "lost": "; ".join(f"shard {run.shard}: {run.lost}" for run in runs if run.lost),
            "complete": is_complete and not errors,
            "shard": None,
        }
    )


def _sum(numbers: Sequence[int | None]) -> int | None:
    """Return the sum of numbers; None if one is missing."""
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _timestamp(time: str) -> float:
    """Return the Unix time of a time in ISO 8601."""
    return datetime.fromisoformat(time).timestamp()


def _errors(runs: Iterable[RunInfo]) -> Iterator[str]:
    """Yield why the shards are not reliable."""
    for run in runs:
        yield from (f"shard {run.shard}: {error}" for error in run.errors)
        if not (run.complete or run.errors or run.lost):
            yield f"shard {run.shard} did not complete; run it again."


def _wrong_tests(expected: int, tests: Iterable[Test]) -> Iterator[str]:
    """Yield a sentence if tests of the run have no result, or several."""
    results = Counter(test.id for test in tests if not test.id.endswith(TEARDOWN))
    if repeated := [test for test, number in results.items() if number > 1]:
        yield f"{plural(len(repeated), 'test')} ran in several shards, such as {repeated[0]}."
    if len(results) != expected:
        yield f"{plural(len(results), 'test')} have a result, but the run has {expected:,}."
