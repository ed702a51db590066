"""Joins the audit.json of all shards of an audit into that of the whole audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tuningfork.audit.fault_result import FaultResult
from tuningfork.audit.results import AuditResults, MutantTotals, VariantResult
from tuningfork.report.merging import MergeError, names_in_order
from tuningfork.report.results import Shard


def merge_audits(parts: Mapping[str, AuditResults]) -> AuditResults:
    """Return the results of the audit whose shards these are.

    Args:
        parts: of each shard, by a name for messages.

    Raises:
        MergeError: a result is not of a shard, a shard is missing or given twice, or the shards are of
            different commits, versions, faults or options.
    """
    shards = {name: _shard_of(name, part) for name, part in parts.items()}
    _require_same_audit(parts, shards)
    ordered = [parts[name] for name in names_in_order(shards)]
    return AuditResults(
        started=min(part.started for part in ordered),
        seconds=round(sum(part.seconds for part in ordered), 1),
        version=ordered[0].version,
        faults=sorted((each for part in ordered for each in part.faults), key=_sort_key),
        variants=sorted((each for part in ordered for each in part.variants), key=_sort_key),
        wire=_merge_mutants(part.wire for part in ordered),
        tests=ordered[0].tests,
    )


def _sort_key(result: FaultResult | VariantResult) -> tuple[str, str]:
    return result.api, result.id


def _shard_of(name: str, part: AuditResults) -> Shard:
    """Return the shard of a result; raise MergeError if it is of a whole audit."""
    if part.shard is None:
        raise MergeError(f"{name}: is of a whole audit; give the results of `tuningfork audit --shard`")
    return part.shard


def _require_same_audit(parts: Mapping[str, AuditResults], shards: Mapping[str, Shard]) -> None:
    """Raise MergeError if the results are of shards of different audits."""
    (first, *others) = parts
    for name in others:
        one, two = shards[first], shards[name]
        differences = {
            f"is shard {two}, but {first} is shard {one}": one.count != two.count,
            f"is of another commit than {first}": one.commit != two.commit,
            f"is of another version of tuningfork than {first}": parts[first].version != parts[name].version,
            f"was dealt out otherwise than {first}": one.deal != two.deal,
        }
        for problem in (text for text, is_different in differences.items() if is_different):
            raise MergeError(f"{name}: {problem}; give the shards of one audit")


def _merge_mutants(totals: Iterable[MutantTotals]) -> MutantTotals:
    """Return the totals of the shard that has checked the response mutants; empty ones if none has."""
    return next((each for each in totals if each.mutants), MutantTotals())
