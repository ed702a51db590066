"""However a run ends, what stands in reports/ is its own, and says whether it is whole."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tuningfork.report.record import ResultsError, read

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

GOOD = """
@claim("SC-TRACK-01")
def test_good(api):
    api.get("/tracks", limit=1).is_ok()
"""
BAD = """
@claim("SC-TRACK-02")
def test_bad(api):
    raise RuntimeError("ours")
"""
WAITING = """
import sys

@claim("SC-TRACK-02")
def test_waiting(api):
    print("waiting", file=sys.__stdout__, flush=True)
    sys.stdin.read()
"""
STOPPING = """
import pytest

@claim("SC-TRACK-02")
def test_stopping(api):
    pytest.exit("as by Ctrl-C")
"""
DYING = """
import os

@claim("SC-TRACK-02")
def test_dying(api):
    os._exit(9)
"""


def read_by_others(checkout: Checkout) -> None:
    """As `tuningfork diff` reads them: ResultsError if they are not of a whole run."""
    read(checkout.path / "reports/results.json")


def ended_well(checkout: Checkout) -> None:
    checkout.suite(GOOD)
    assert checkout.run().ret == 0
    read_by_others(checkout)


def test_a_run_that_is_killed_leaves_results_that_say_so(checkout: Checkout) -> None:
    ended_well(checkout)
    checkout.suite(WAITING)
    command = [sys.executable, "-m", "pytest", "-s", "-p", "no:randomly", "-p", "no:cacheprovider"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert any("waiting" in line for line in run.stdout)
        run.kill()

    results = checkout.results()
    assert results["run"]["complete"] is False
    assert sum(results["totals"].values()) == len(results["claims"]) == 8
    with pytest.raises(ResultsError, match="did not come to its end"):
        read_by_others(checkout)


def test_an_interrupted_run_keeps_what_it_has_seen(checkout: Checkout) -> None:
    checkout.suite(GOOD + STOPPING)
    page = checkout.path / "reports/index.html"
    page.parent.mkdir()
    page.write_text("an earlier run")

    assert checkout.run("-p", "no:randomly").ret == 2
    assert checkout.results()["run"]["complete"] is False
    assert checkout.verdicts()["SC-TRACK-01"] == "passed"
    assert not page.exists() or "an earlier run" not in page.read_text()


def test_a_run_that_stops_at_its_first_failure_is_not_whole(checkout: Checkout) -> None:
    checkout.suite(BAD + GOOD)

    assert checkout.run("-x", "-p", "no:randomly").ret == 3
    assert checkout.results()["run"]["complete"] is False
    assert checkout.verdicts()["SC-TRACK-01"] == "not verified"


def test_a_suite_that_can_not_be_imported_ends_the_run(checkout: Checkout) -> None:
    ended_well(checkout)
    checkout.suite("import nothing_of_that_name\n", name="test_torn")

    assert checkout.run().ret == 2
    assert checkout.results()["run"]["complete"] is False


@pytest.mark.parametrize("option", ["--target=nowhere", "--claim=SC-NOT-*", "--no-such-option"])
def test_results_of_an_earlier_run_do_not_stay_where_a_run_was_refused(
    checkout: Checkout, option: str
) -> None:
    ended_well(checkout)

    assert checkout.run(option).ret == 4

    if option != "--no-such-option":  # which no plugin ever hears of
        assert list((checkout.path / "reports").glob("*")) == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--collect-only"], 0),
        (["--fixtures"], 0),
        (["--help"], 0),
        (["--collect-only", "--target", "nowhere"], 4),
    ],
)
def test_what_only_shows_leaves_the_results_alone(checkout: Checkout, options: list[str], code: int) -> None:
    ended_well(checkout)
    before = checkout.results()

    assert checkout.run(*options).ret == code
    assert checkout.results() == before


def test_a_worker_that_dies_is_our_error(checkout: Checkout) -> None:
    checkout.suite(GOOD + DYING)

    assert checkout.run("-n", "1", "--max-worker-restart=0").ret not in (0, 1, 5)
    assert checkout.results()["run"]["complete"] is False
