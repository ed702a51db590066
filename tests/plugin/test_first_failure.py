"""The order of a run that ends at its first failure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tuningfork.depth.digests import digest
from tuningfork.depth.matrix import FILE, Matrix, MatrixRow

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

MODULE = "suites/soundcloud/test_small.py"
FAILING = """
@claim("SC-TRACK-01")
def test_first(api):
    api.get("/tracks", limit=1).expect_status(404)


@claim("SC-TRACK-01")
def test_second(api):
    api.get("/tracks", limit=1).expect_status(404)


@claim("SC-TRACK-01")
def test_third(api):
    api.get("/tracks/9007199254740991").expect_status(200)
"""
TEARDOWN_FAILS = """
import pytest

@claim("SC-TRACK-01")
def test_first(api):
    api.get("/tracks", limit=1).expect_status(200)


@pytest.fixture
def wrong_end(api):
    yield
    api.get("/tracks", limit=1).expect_status(404)


@claim("SC-TRACK-01")
def test_third(api, wrong_end):
    api.get("/tracks", limit=1).expect_status(200)
"""
ONE_FAILS = FAILING.replace("(404)", "(200)")


def write_matrix(checkout: Checkout, **faults: tuple[int, ...]) -> None:
    """Write a matrix whose tests find these faults, of three, with one request each."""
    rows = tuple(
        MatrixRow(
            test=f"{MODULE}::test_{name}", claims=("SC-TRACK-01",), requests=1, seconds=0.01, faults=found
        )
        for name, found in faults.items()
    )
    matrix = Matrix(digests={MODULE: digest(checkout.path / MODULE)}, faults=("x", "y", "z"), tests=rows)
    (checkout.claims.parent / FILE).write_text(matrix.to_text(), encoding="utf-8")


def ran(checkout: Checkout) -> list[str]:
    """Return the names of the tests that ran."""
    return [test["id"].partition("::test_")[2] for test in checkout.results()["tests"]]


def test_test_that_finds_the_most_faults_runs_first(checkout: Checkout) -> None:
    checkout.suite(FAILING)
    write_matrix(checkout, first=(), second=(0, 1), third=(2,))

    checkout.run("-p", "no:randomly", "-x")

    assert ran(checkout) == ["second"]


def test_test_of_which_nothing_is_known_runs_before_one_that_finds_nothing_new(checkout: Checkout) -> None:
    checkout.suite(FAILING.replace("(404)", "(200)", 1))
    write_matrix(checkout, first=(0,), second=())

    checkout.run("-p", "no:randomly", "-x")

    assert ran(checkout) == ["first", "third"]


def test_test_that_failed_last_runs_first_without_a_matrix(checkout: Checkout) -> None:
    checkout.suite(ONE_FAILS)
    checkout.run("-p", "no:randomly", "-x")
    assert ran(checkout) == ["first", "second", "third"]

    checkout.run("-p", "no:randomly", "-x")

    assert ran(checkout) == ["third"]


def test_each_test_of_a_claim_that_failed_last_runs_first(checkout: Checkout) -> None:
    """The report has the three most important violations of a claim."""
    failing = "".join(FAILING.replace("test_", f"test_{number}_") for number in range(2))
    checkout.suite(ONE_FAILS + failing)
    checkout.run("-p", "no:randomly")
    failed = {test["id"] for test in checkout.results()["tests"] if test["outcome"] == "failed"}
    assert len(failed) > 3

    checkout.run("-p", "no:randomly", "--maxfail", str(len(failed)))

    assert {test["id"] for test in checkout.results()["tests"]} == failed


def test_test_whose_clean_up_failed_last_runs_first(checkout: Checkout) -> None:
    checkout.suite(TEARDOWN_FAILS)
    checkout.run("-p", "no:randomly", "-x")
    assert [each.partition(" ")[0] for each in ran(checkout)][-1] == "third"

    checkout.run("-p", "no:randomly", "-x")

    assert {each.partition(" ")[0] for each in ran(checkout)} == {"third"}


def test_test_that_failed_last_runs_before_what_finds_faults(checkout: Checkout) -> None:
    checkout.suite(ONE_FAILS)
    write_matrix(checkout, first=(0,), second=(1, 2), third=())
    checkout.run("-p", "no:randomly")

    checkout.run("-p", "no:randomly", "-x")

    assert ran(checkout) == ["third"]


def test_worker_knows_what_failed_last(checkout: Checkout) -> None:
    checkout.suite(ONE_FAILS + "".join(ONE_FAILS.replace("test_", f"test_{n}_") for n in range(3)))
    checkout.run("-p", "no:randomly")

    checkout.run("-p", "no:randomly", "-x", "-n", "1", "--dist", "load")

    assert "third" in ran(checkout)[0]


def test_corrected_test_and_all_others_run_once(checkout: Checkout) -> None:
    checkout.suite(ONE_FAILS)
    checkout.run("-p", "no:randomly")
    checkout.suite(ONE_FAILS.replace('"/tracks/9007199254740991"', '"/tracks", limit=1'))

    checkout.run("-p", "no:randomly", "-x")

    assert sorted(ran(checkout)) == ["first", "second", "third"]


def test_warning_of_the_last_run_does_not_count(checkout: Checkout) -> None:
    checkout.suite(ONE_FAILS.replace("01", "02"))
    checkout.run("-p", "no:randomly")

    checkout.run("-p", "no:randomly", "-x")

    assert checkout.verdicts()["SC-TRACK-02"] == "warned"
    assert ran(checkout) == ["first", "second", "third"]


def test_failure_on_another_target_does_not_count(checkout: Checkout) -> None:
    checkout.suite(ONE_FAILS)
    checkout.run("-p", "no:randomly")
    file = checkout.path / "reports/results.json"
    results = checkout.results()
    results["run"]["target"] = "staging"
    file.write_text(json.dumps(results), encoding="utf-8")

    checkout.run("-p", "no:randomly", "-x")

    assert ran(checkout) == ["first", "second", "third"]


@pytest.mark.parametrize("text", ["", "[]", '{"run": {"target": "mock"}}'])
def test_unreadable_results_do_not_stop_a_run(checkout: Checkout, text: str) -> None:
    checkout.suite(ONE_FAILS)
    (checkout.path / "reports").mkdir(exist_ok=True)
    (checkout.path / "reports/results.json").write_text(text, encoding="utf-8")

    checkout.run("-p", "no:randomly", "-x")

    assert ran(checkout) == ["first", "second", "third"]


def test_shards_have_each_test_once_although_one_failed_last(checkout: Checkout) -> None:
    checkout.suite(ONE_FAILS)
    checkout.run("-p", "no:randomly")

    checkout.run("-p", "no:randomly", "--maxfail", "9", "--shard", "1/2")
    one = ran(checkout)
    checkout.run("-p", "no:randomly", "--maxfail", "9", "--shard", "2/2")

    assert sorted(one + ran(checkout)) == ["first", "second", "third"]
