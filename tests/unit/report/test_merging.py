"""`tuningfork merge` joins all shards of one run, and refuses anything else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.unit.report.conftest import MakeClaim, MakeResult, MakeViolation, build_results

from tuningfork.cli import main
from tuningfork.model import Claim, Level, Verdict
from tuningfork.report.merging import MergeError, merge
from tuningfork.report.report_files import REPORT_FILES
from tuningfork.report.results import Requirements, Results, RunInfo, Shard, Waiver, write
from tuningfork.report.test_result import TestResult

ShardOf = Callable[..., Results]
WAIVER = Waiver(reason="known", link="https://tracker.test/1", owner="ann", expiry="2999-12-31")


@pytest.fixture
def claims(make_claim: MakeClaim) -> list[Claim]:
    """Four claims, one of them a SHOULD."""
    levels = (Level.MUST, Level.MUST, Level.SHOULD, Level.MUST)
    return [make_claim(f"SC-A-0{number}", level) for number, level in enumerate(levels, 1)]


@pytest.fixture
def shard_of(run_info: RunInfo, claims: list[Claim]) -> ShardOf:
    """Builds the results of a shard of two: `shard_of(1, test_result, target="other")`."""

    def make(index: int, *results: TestResult, tests: int = 4, count: int = 2, **run: Any) -> Results:
        shard = Shard(index=index, count=count, commit="c0ffee", tests=tests, deal="d")
        built = build_results(run_info, claims, list(results))
        return built.model_copy(update={"run": built.run.model_copy(update={"shard": shard, **run})})

    return make


@pytest.fixture
def pair(shard_of: ShardOf, make_result: MakeResult, make_violation: MakeViolation) -> list[Results]:
    """Two shards: claim 1 passes, 2 fails in the second, 3 is skipped in both, 4 is in error in the first."""
    skipped = {"outcome": "not verified", "reason": "needs user2"}
    first = [
        make_result("SC-A-01", test="t.py::one", claims=("SC-A-01", "SC-A-02")),
        make_result("SC-A-03", test="t.py::two", **skipped),
        make_result("SC-A-04", "error", "t.py::three", reason="KeyError: 'x'"),
    ]
    failed = make_result("SC-A-02", "failed", "t.py::four", violations=(make_violation("SC-A-02"),))
    second = [
        failed,
        make_result("SC-A-04", test="t.py::five"),
        make_result("SC-A-03", test="t.py::six", **skipped),
    ]
    return [shard_of(1, *first, tests=6), shard_of(2, *second, tests=6)]


def named(*parts: Results) -> dict[str, Results]:
    return {f"shard-{number}": part for number, part in enumerate(parts)}


def test_verdicts_are_those_of_one_run(pair: list[Results], run_info: RunInfo, claims: list[Claim]) -> None:
    merged = merge(named(*pair))

    verdicts = {claim.id: (claim.verdict, claim.reason) for claim in merged.claims}
    assert verdicts == {
        "SC-A-01": (Verdict.PASSED, None),
        "SC-A-02": (Verdict.FAILED, "GET /tracks: expected 401; found 200"),
        "SC-A-03": (Verdict.NOT_VERIFIED, "needs user2"),
        "SC-A-04": (Verdict.ERROR, "KeyError: 'x'"),
    }
    assert [violation.found for violation in merged.claims[1].violations] == ["200"]
    assert merged.claims[1].tests == ["t.py::one", "t.py::four"]
    assert len(merged.tests) == 6


def test_violation_names_the_operations_of_all_shards(
    shard_of: ShardOf, make_result: MakeResult, make_violation: MakeViolation
) -> None:
    first, second = (
        shard_of(
            index,
            *(
                make_result("SC-A-01", "failed", f"t.py::{name}", violations=(broken,))
                for name in names
                for broken in [make_violation("SC-A-01", operation=name)]
            ),
            tests=4,
        )
        for index, names in enumerate([("GET /a", "GET /b"), ("GET /c", "GET /d")], 1)
    )

    [violation] = merge(named(first, second)).claims[0].violations

    assert (violation.operation, violation.also) == ("GET /a", ("GET /b", "GET /c", "GET /d"))


def test_order_of_the_arguments_does_not_matter(pair: list[Results]) -> None:
    assert merge(named(*pair)) == merge(named(*pair[::-1]))


def test_run_is_a_whole_one_with_added_requests_and_times(pair: list[Results]) -> None:
    later = pair[1].run.model_copy(update={"started": "2024-05-01T09:59:00+01:00", "requests": 5})

    run = merge(named(pair[0], pair[1].model_copy(update={"run": later}))).run

    assert (run.shard, run.complete, run.errors) == (None, True, [])
    assert (run.requests, run.seconds, run.started) == (2105, 5.0, "2024-05-01T09:59:00+01:00")


def test_claim_waived_in_one_shard_is_waived(
    shard_of: ShardOf, make_result: MakeResult, make_violation: MakeViolation
) -> None:
    """A deviation whose claim passes in one shard only is not reported."""
    broken = make_result("SC-A-01", "failed", "t.py::a", violations=(make_violation("SC-A-01"),))
    first, second = (
        shard_of(index, result, tests=2, deviations={"SC-A-01": WAIVER})
        for index, result in enumerate([broken, make_result("SC-A-01", test="t.py::b")], 1)
    )
    claim = first.claims[0].model_copy(
        update={"verdict": Verdict.WAIVED, "reason": "known (x)", "waiver": WAIVER}
    )
    first = first.model_copy(update={"claims": [claim, *first.claims[1:]]})

    merged = merge(named(first, second))

    assert (merged.claims[0].verdict, merged.claims[0].waiver, merged.problems) == ("waived", WAIVER, [])


def test_deviation_whose_claim_passes_in_all_shards_is_a_problem(
    shard_of: ShardOf, make_result: MakeResult
) -> None:
    parts = [
        shard_of(
            index, make_result("SC-A-01", test=f"t.py::{index}"), tests=2, deviations={"SC-A-01": WAIVER}
        )
        for index in (1, 2)
    ]

    assert merge(named(*parts)).problems == ["SC-A-01: passes again; remove its deviation"]


def test_requirements_of_the_shards_are_judged(pair: list[Results]) -> None:
    requirements = Requirements(min_verified=2, require=["SC-A-03"])
    parts = [
        part.model_copy(update={"run": part.run.model_copy(update={"requirements": requirements})})
        for part in pair
    ]

    (problem,) = merge(named(*parts)).problems

    assert problem == (
        "SC-A-03 is required, but not every claim of it is verified; add users.second (SC-A-03)."
    )


@pytest.mark.parametrize(
    ("run", "errors"),
    [
        ({"complete": False}, ["shard 2/2 did not complete; run it again."]),
        ({"complete": False, "errors": ["a worker died."]}, ["shard 2/2: a worker died."]),
        ({"complete": False, "lost": "soundcloud: no response"}, []),
    ],
)
def test_run_is_as_incomplete_as_its_shards(
    pair: list[Results], run: dict[str, Any], errors: list[str]
) -> None:
    second = pair[1].model_copy(update={"run": pair[1].run.model_copy(update=run)})

    merged = merge(named(pair[0], second)).run

    assert (merged.complete, merged.errors) == (False, errors)
    assert merged.lost == ("shard 2/2: soundcloud: no response" if "lost" in run else "")


def test_test_without_a_result_makes_the_run_unreliable(shard_of: ShardOf, make_result: MakeResult) -> None:
    parts = [shard_of(index, make_result("SC-A-01", test="t.py::a"), tests=3) for index in (1, 2)]

    assert merge(named(*parts)).run.errors == [
        "1 test ran in several shards, such as t.py::a.",
        "1 test have a result, but the run has 3.",
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"target": "live"}, "shard-1: the target is live, but in shard-0 it is staging; give the shards"),
        ({"depth": "smoke"}, "the depth is smoke, but in shard-0 it is full"),
        ({"seed": 8}, "the seed is 8, but in shard-0 it is 7"),
        ({"version": "9"}, "the version of tuningfork is 9"),
        ({"apis": {}}, "the APIs is none, but in shard-0 it is soundcloud"),
        ({"options": ["--read-only"]}, "the options is --read-only"),
        ({"deviations": {"SC-A-01": WAIVER}}, "the deviations is SC-A-01"),
        ({"requirements": Requirements(min_verified=3)}, 'the requirements is {"min_verified":3'),
        ({"shard": Shard(index=2, count=2, commit="beef", deal="d")}, "the commit is beef, but in shard-0"),
        (
            {"shard": Shard(index=2, count=3, commit="c0ffee", deal="d")},
            "is shard 2/3, but shard-0 is shard 1/2",
        ),
        ({"shard": Shard(index=2, count=2, commit="c0ffee", deal="e")}, "were dealt out otherwise"),
        (
            {"shard": Shard(index=1, count=2, commit="c0ffee", deal="d")},
            "shard-1: is shard 1/2, as shard-0 is",
        ),
        ({"shard": None}, "shard-1: is of a whole run"),
    ],
)
def test_shards_of_different_runs_are_refused(
    pair: list[Results], changes: dict[str, Any], reason: str
) -> None:
    second = pair[1].model_copy(update={"run": pair[1].run.model_copy(update=changes)})

    with pytest.raises(MergeError) as caught:
        merge(named(pair[0], second))

    assert reason in str(caught.value)


def test_shards_of_different_claims_are_refused(pair: list[Results]) -> None:
    with pytest.raises(MergeError, match="shard-1: has other claims than shard-0"):
        merge(named(pair[0], pair[1].model_copy(update={"claims": pair[1].claims[1:]})))


@pytest.mark.parametrize(
    ("indexes", "reason"),
    [((1, 3), "shard 2 of 3 is missing"), ((2,), "shards 1, 3 of 3 are missing")],
)
def test_missing_shards_are_named(shard_of: ShardOf, indexes: tuple[int, ...], reason: str) -> None:
    with pytest.raises(MergeError, match=reason):
        merge(named(*(shard_of(index, count=3) for index in indexes)))


@pytest.fixture
def folders(tmp_path: Path, pair: list[Results]) -> list[Path]:
    """The folders of two shards."""
    found = [tmp_path / "one", tmp_path / "two"]
    for folder, part in zip(found, pair, strict=True):
        write(part, folder / "results.json")
    return found


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["merge", *map(str, arguments)])


def error_of(*arguments: str | Path) -> str:
    """Run the command, expect exit code 4 and one line; return the line."""
    result = run(*arguments)
    assert (result.exit_code, result.output.count("\n")) == (4, 1), result.output
    return result.output


def test_command_writes_all_reports_and_has_the_exit_code_of_the_run(
    tmp_path: Path, folders: list[Path]
) -> None:
    result = run(*folders, "--report-dir", tmp_path / "all")

    assert result.exit_code == 1, result.output
    assert {file.name for file in (tmp_path / "all").iterdir()} == set(REPORT_FILES)
    assert "1 failed" in (tmp_path / "all/summary.md").read_text(encoding="utf-8")
    assert run(*folders, "--report-dir", tmp_path / "one/all").exit_code == 1


def test_options_replace_the_requirements_of_the_shards(tmp_path: Path, folders: list[Path]) -> None:
    all_reports = ["--report-dir", str(tmp_path / "all")]

    assert run(*folders, *all_reports, "--min-verified", "3", "--require", "SC-A-04").exit_code == 1

    problems = json.loads((tmp_path / "all/results.json").read_text(encoding="utf-8"))["problems"]
    assert [problem.partition(";")[0] for problem in problems] == [
        "only 2 of 4 claims are verified, 3 are required",
        "SC-A-04 is required, but not every claim of it is verified",
    ]
    assert "--require: no claim of the run matches X" in error_of(*folders, *all_reports, "--require", "X")
    assert "--min-verified: 5 claims can't" in error_of(*folders, *all_reports, "--min-verified", "5")


def test_results_of_a_shard_are_not_overwritten(folders: list[Path]) -> None:
    assert "has the results of a shard" in error_of(*folders, "--report-dir", folders[0])
    assert "has the results of a shard" in error_of(
        folders[0] / "results.json", folders[1], "--report-dir", folders[0]
    )


def test_unusable_shards_are_refused(tmp_path: Path, folders: list[Path]) -> None:
    assert "shard 2 of 2 is missing" in error_of(folders[0])
    assert "a path is given twice" in error_of(folders[0], folders[0])
    assert "three/results.json: can't be read" in error_of(folders[0], tmp_path / "three/results.json")
    (tmp_path / "two/results.json").write_text("{")
    assert "is truncated or not JSON" in error_of(*folders)
