"""The shards of an audit: each fault is in exactly one, and `merge --audit` joins all of one audit only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tuningfork.audit.dealing import deal, describe_shard
from tuningfork.audit.fault import MockPatch
from tuningfork.audit.fault_result import FaultResult
from tuningfork.audit.merging import merge_audits
from tuningfork.audit.results import AuditResults, MutantTotals, read_audit, write_audit
from tuningfork.cli import main
from tuningfork.report.merging import MergeError

IDS = [f"fault_{number}" for number in range(23)]
Part = Callable[..., AuditResults]


def make_patches(count: int, *, is_fault: bool = True) -> list[MockPatch]:
    return [
        MockPatch(f"{is_fault} {number}", "soundcloud", ("SC-A-01",), "", str, is_fault)
        for number in range(count)
    ]


def make_part(index: int, ids: Sequence[str] = (), *, count: int = 2, **changes: Any) -> AuditResults:
    """Return the results of a shard whose faults are all killed, unless their id begins with "survivor"."""
    faults = [
        FaultResult(
            id=each,
            api="soundcloud",
            claims=["SC-A-01"],
            verdict="survived" if each.startswith("survivor") else "killed",
        )
        for each in ids
    ]
    shard = describe_shard(index, count, changes.pop("commit", "c0ffee"), changes.pop("dealt", IDS))
    values = {"started": f"2026-01-0{index}", "seconds": 2.0, "version": "1", "faults": faults}
    return AuditResults.model_validate({**values, "shard": shard, **changes})


@pytest.mark.parametrize("count", [1, 2, 5, 40])
def test_each_fault_and_variant_is_in_exactly_one_shard(count: int) -> None:
    patches = [*make_patches(23), *make_patches(7, is_fault=False)]

    shards = [deal(patches, index, count) for index in range(1, count + 1)]

    assert sorted(each.id for shard in shards for each in shard) == sorted(each.id for each in patches)
    sizes = [sum(each.is_fault for each in shard) for shard in shards]
    assert max(sizes) - min(sizes) <= 1


def test_deal_does_not_depend_on_the_order_or_on_the_other_kind() -> None:
    patches = [*make_patches(23), *make_patches(7, is_fault=False)]
    faults = [each for each in patches if each.is_fault]

    reverse = deal(patches[::-1], 2, 3)

    assert {each.id for each in reverse} == {each.id for each in deal(patches, 2, 3)}
    assert [each for each in deal(patches, 2, 3) if each.is_fault] == deal(faults, 2, 3)


def test_neighbours_are_in_different_shards() -> None:
    patches = make_patches(40)

    numbers = [patches.index(each) for each in deal(patches, 1, 2)]

    assert numbers not in (list(range(20)), list(range(20, 40)), list(range(0, 40, 2)), list(range(1, 40, 2)))


def test_merged_audit_has_all_faults_and_the_mutants_of_one_shard() -> None:
    mutants = MutantTotals(mutants=3, killed=3, by_operation={"soundcloud": {"GET /tracks": 3}})

    merged = merge_audits({"b": make_part(2, ["a", "survivor"]), "a": make_part(1, ["z"], wire=mutants)})

    assert [each.id for each in merged.faults] == ["a", "survivor", "z"]
    assert (merged.shard, merged.wire, merged.started) == (None, mutants, "2026-01-01")
    assert (merged.seconds, merged.is_clean) == (4.0, False)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([make_part(1)], "shard 2 of 2 is missing; add the results"),
        ([make_part(1), make_part(1)], "1: is shard 1/2, as 0 is; give each shard once"),
        (
            [make_part(1), make_part(2, count=3)],
            "1: is shard 2/3, but 0 is shard 1/2; give the shards of one audit",
        ),
        ([make_part(1), make_part(2, commit="f00")], "1: is of another commit than 0; give"),
        ([make_part(1), make_part(2, version="2")], "1: is of another version of tuningfork than 0; give"),
        ([make_part(1), make_part(2, dealt=IDS[1:])], "1: was dealt out otherwise than 0; give"),
        ([make_part(1), make_part(2, shard=None)], "1: is of a whole audit; give the results of `tuningfork"),
    ],
    ids=["missing", "twice", "count", "commit", "version", "deal", "whole"],
)
def test_other_results_are_refused(parts: list[AuditResults], message: str) -> None:
    with pytest.raises(MergeError) as caught:
        merge_audits({str(number): part for number, part in enumerate(parts)})

    assert str(caught.value).startswith(message)


def merge_in(folder: Path, parts: Sequence[AuditResults], *options: str) -> Result:
    names = []
    for part in parts:
        assert part.shard is not None
        names.append(str(folder / f"shard-{part.shard.index}"))
        Path(names[-1]).mkdir()
        write_audit(part, Path(names[-1]))
    return CliRunner().invoke(
        main, ["merge", "--audit", *names, "--report-dir", str(folder / "all"), *options]
    )


@pytest.mark.parametrize(("fault", "code"), [("a", 0), ("survivor", 1)])
def test_command_has_the_exit_code_of_the_whole_audit(tmp_path: Path, fault: str, code: int) -> None:
    result = merge_in(tmp_path, [make_part(1, ["z"]), make_part(2, [fault])])

    assert result.exit_code == code, result.output
    assert [each.id for each in read_audit(tmp_path / "all").faults] == [fault, "z"]


def test_command_refuses_a_missing_shard_and_a_broken_file(tmp_path: Path) -> None:
    missing = merge_in(tmp_path, [make_part(1)])
    (tmp_path / "shard-1/audit.json").write_text("{")
    broken = CliRunner().invoke(main, ["merge", "--audit", str(tmp_path / "shard-1")])
    absent = CliRunner().invoke(main, ["merge", "--audit", str(tmp_path / "shard-9")])

    assert [missing.exit_code, broken.exit_code, absent.exit_code] == [4, 4, 4]
    assert "shard 2 of 2 is missing" in missing.output
    assert "shard-1/audit.json: is not the audit.json of an audit; run the audit again." in broken.output
    assert (
        "shard-9: can't be read (No such file or directory); give audit.json or its folder." in absent.output
    )
    assert not (tmp_path / "all").exists()
