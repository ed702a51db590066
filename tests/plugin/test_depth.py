"""Depths, budgets, and what a run says it costs before its first test."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tuningfork.client.run_budget import RESERVED_REQUESTS
from tuningfork.depth.digests import digest
from tuningfork.depth.matrix import FILE, Matrix, MatrixRow

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

MODULE = "suites/soundcloud/test_small.py"
SUITE = """
import pytest


@claim("SC-TRACK-01")
def test_cheap(api):
    api.get("/tracks", limit=1).expect_ok()


@claim("SC-TRACK-01")
def test_dear(api):
    for _ in range(3):
        api.get("/tracks", limit=1).expect_ok()


@claim("SC-TRACK-02")
def test_unknown_track(api):
    api.get("/tracks/9007199254740991").expect_status(404)
"""
SENT_BEFORE = 19
"""Requests that find out whether the target and its credentials are good."""
MANY = """
import pytest


@pytest.mark.parametrize("number", range(60))
@claim("SC-TRACK-01")
def test_list(api, number):
    api.get("/tracks", limit=1).expect_ok()
"""


def write_matrix(checkout: Checkout, **requests: int) -> None:
    """Write a matrix with a row for each of these tests of the suite."""
    rows = [
        MatrixRow(
            test=f"{MODULE}::test_{name}",
            claims=("SC-TRACK-02",) if name == "unknown_track" else ("SC-TRACK-01",),
            requests=number,
            seconds=0.01,
        )
        for name, number in requests.items()
    ]
    matrix = Matrix(digests={MODULE: digest(checkout.path / MODULE)}, faults=(), tests=tuple(rows))
    (checkout.claims.parent / FILE).write_text(matrix.to_text(), encoding="utf-8")


def outcomes(checkout: Checkout) -> dict[str, str]:
    """Return the outcome of each test that ran, by the name of its function."""
    return {test["id"].partition("::test_")[2]: test["outcome"] for test in checkout.results()["tests"]}


def test_smoke_leaves_out_what_others_verify_for_less(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    write_matrix(checkout, cheap=1, dear=2850, unknown_track=1)

    result = checkout.run("--depth", "smoke", "--slice", "1")

    assert outcomes(checkout) == {"cheap": "passed", "unknown_track": "passed"}
    result.stdout.fnmatch_lines(
        ["smoke: 2 tests of 3, with slice 1 of 10 of the others; about 2 requests*", "*2 passed at smoke*"]
    )
    run = checkout.results()["run"]
    assert (run["depth"], run["expected_requests"]) == ("smoke", 2)


def test_listing_shows_the_tests_of_a_depth(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    write_matrix(checkout, cheap=1, dear=2850, unknown_track=1)

    result = checkout.run("--depth", "smoke", "--slice", "1", "--collect-only", "-q")

    listed = {line.partition("::test_")[2] for line in result.outlines if "::test_" in line}
    assert listed == {"cheap", "unknown_track"}


def test_shards_without_git_take_the_same_slice(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    write_matrix(checkout, cheap=1, dear=2850, unknown_track=1)
    checkout.run("--depth", "smoke")  # it is counted, and took slice 1

    for shard in ("1/2", "2/2"):
        result = checkout.run("--depth", "smoke", "--shard", shard)
        result.stdout.fnmatch_lines(["smoke: * with slice 2 of 10 of the others*"])


def test_ten_slices_run_the_test_that_is_left_out_once(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    write_matrix(checkout, cheap=1, dear=2850, unknown_track=1)

    runs = []
    for number in range(1, 11):
        checkout.run("--depth", "smoke", "--slice", str(number), "-k", "dear or cheap")
        runs.append("dear" in outcomes(checkout))

    assert runs.count(True) == 1


def test_new_test_runs_at_smoke(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    write_matrix(checkout, cheap=1, unknown_track=1)

    result = checkout.run("--depth", "smoke", "--slice", "1")

    assert outcomes(checkout)["dear"] == "passed"
    result.stdout.fnmatch_lines(["*(1 test by a guess)*", "NOTE: 1 test not in matrix.json*--matrix*"])


def test_changed_module_runs_at_smoke(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    write_matrix(checkout, cheap=1, dear=2850, unknown_track=1)
    checkout.suite(SUITE + "# changed\n")

    result = checkout.run("--depth", "smoke", "--slice", "1")

    assert outcomes(checkout)["dear"] == "passed"
    result.stdout.fnmatch_lines([f"NOTE: {MODULE}: changed since matrix.json, so all 3 tests of them run*"])


def test_named_test_runs_at_any_depth(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    write_matrix(checkout, cheap=1, dear=2850, unknown_track=1)

    checkout.run("--depth", "smoke", f"{MODULE}::test_dear")

    assert outcomes(checkout) == {"dear": "passed"}
    assert checkout.results()["run"]["depth"] == "full"


def test_unreadable_matrix_stops_a_depth_but_not_a_whole_run(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    (checkout.claims.parent / FILE).write_text("{", encoding="utf-8")

    assert "matrix.json: " in checkout.expect_error("--depth", "smoke", "--slice", "1")
    checkout.run()
    assert set(outcomes(checkout).values()) == {"passed"}


@pytest.mark.parametrize(
    "options",
    [
        ("--slice", "1"),
        ("--depth", "smoke", "--slice", "11"),
        ("--max-requests", "0"),
        ("--max-minutes", "nan"),
        ("--target", "cassette", "--depth", "smoke"),
    ],
)
def test_impossible_limit_is_one_sentence(checkout: Checkout, options: tuple[str, ...]) -> None:
    checkout.suite(SUITE)

    assert options[-2] in checkout.expect_error(*options) or options[0] == "--target"


def test_budget_of_one_request_verifies_and_sends_nothing(checkout: Checkout, served: Served) -> None:
    checkout.suite(SUITE)
    checkout.target(served.settings, requests=1)

    result = checkout.run("--target", "served")

    assert result.ret == 5
    assert "the budget of the run (requests = 1)" in checkout.reasons()["SC-TRACK-01"]
    assert len(served.requests) <= 1


def test_budget_holds_over_all_workers(checkout: Checkout, served: Served) -> None:
    checkout.suite(MANY)
    limit = 2 * RESERVED_REQUESTS + 30
    checkout.target(served.settings, requests=limit)

    checkout.run("--target", "served", "-n", "2")

    ran = [test["outcome"] for test in checkout.results()["tests"]]
    assert (len(ran), 0 < ran.count("passed") <= 30) == (60, True)
    assert len(served.requests) <= limit


def test_most_worthy_tests_run_first_within_a_budget(checkout: Checkout, served: Served) -> None:
    checkout.suite(SUITE)
    write_matrix(checkout, cheap=1, dear=3, unknown_track=1)
    checkout.target(served.settings, requests=RESERVED_REQUESTS + SENT_BEFORE + 4)

    checkout.run("--target", "served")

    assert outcomes(checkout) == {"cheap": "passed", "unknown_track": "passed", "dear": "not verified"}


def test_reports_of_different_depths_are_not_compared(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    checkout.run("--report-dir", "old")
    results = json.loads((checkout.path / "old/results.json").read_text(encoding="utf-8"))
    results["run"]["depth"] = "smoke"
    (checkout.path / "old/results.json").write_text(json.dumps(results), encoding="utf-8")
    checkout.run()

    result = checkout.pytester.run("tuningfork", "report", "--against", "old")

    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: --against old: the older run is at depth smoke, this one at full*"])
