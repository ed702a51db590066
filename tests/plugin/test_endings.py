"""However a run ends, what stands in reports/ is its own, and says whether it is whole."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tuningfork.report.results import ResultsError, read

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


@pytest.mark.parametrize(
    ("suite", "reason"),
    [
        ("import nothing_of_that_name\n", "ModuleNotFoundError: No module named 'nothing_of_that_name'"),
        ("def test_(:\n", "SyntaxError: invalid syntax"),
        ("raise ValueError('two\\nlines')\n", "ValueError: two"),
        ("@pytest.mark.no_such_mark\ndef test_odd(): pass\n", "no_such_mark"),
        ('@pytest.mark.parametrize("x", [1])\n@claim("SC-TRACK-01")\ndef test_odd(): pass\n', "argument 'x'"),
    ],
)
def test_suite_that_cannot_be_collected_returns_3_and_judges_nothing(
    checkout: Checkout, suite: str, reason: str
) -> None:
    checkout.suite(GOOD)
    checkout.suite("import pytest\n" + suite, name="test_torn")

    result = checkout.run("-n", "2" if suite.startswith("import") else "0")

    run = checkout.results()["run"]
    assert (result.ret, run["complete"], len(run["errors"])) == (3, False, 1)
    assert run["errors"][0].startswith("suites/soundcloud/test_torn.py")
    assert reason in run["errors"][0]
    assert run["errors"][0] in str(result.stdout)
    assert "Traceback" not in str(result.stdout)
    assert (checkout.path / "reports/traceback.txt").is_file()
    assert checkout.verdicts()["SC-TRACK-01"] == "not verified"


@pytest.mark.parametrize("workers", ["0", "1"])
def test_broken_conftest_of_a_suite_returns_3(checkout: Checkout, workers: str) -> None:
    checkout.suite(GOOD)
    (checkout.path / "suites/soundcloud/conftest.py").write_text("import nothing_of_that_name\n")

    assert checkout.run("-n", workers).ret == 3
    (error,) = checkout.results()["run"]["errors"]
    assert "suites/soundcloud" in error
    assert "nothing_of_that_name" in error


@pytest.mark.parametrize("workers", ["0", "1"])
def test_rest_is_judged_if_collection_errors_are_passed_over(checkout: Checkout, workers: str) -> None:
    checkout.suite(GOOD)
    checkout.suite("import nothing_of_that_name\n", name="test_torn")

    assert checkout.run("--continue-on-collection-errors", "-n", workers).ret == 3
    assert checkout.verdicts()["SC-TRACK-01"] == "passed"
    assert checkout.results()["run"]["complete"] is False


@pytest.mark.parametrize(
    ("options", "workers"),
    [
        (["-k", "nothing"], "0"),
        (["-k", "nothing"], "1"),
        (["--ignore", "suites/soundcloud/test_small.py"], "0"),
        (["suites"], "0"),
        (["suites"], "1"),
    ],
)
def test_run_that_judges_nothing_returns_5(checkout: Checkout, options: list[str], workers: str) -> None:
    text = (
        'import pytest\npytest.skip("not here", allow_module_level=True)\n' if options == ["suites"] else ""
    )
    checkout.suite(text + GOOD)

    assert checkout.run("-n", workers, *options).ret == 5
    assert checkout.results()["run"]["complete"] is True
    assert set(checkout.verdicts().values()) == {"not verified"}


@pytest.mark.parametrize(
    ("hook", "workers"),
    [
        ("pytest_runtest_logreport(report)", "0"),
        ("pytest_runtest_protocol(item)", "0"),
        ("pytest_runtest_protocol(item)", "1"),
    ],
)
def test_internal_error_returns_3_in_one_sentence(checkout: Checkout, workers: str, hook: str) -> None:
    checkout.suite(GOOD)
    (checkout.path / "conftest.py").write_text(f"def {hook}:\n    raise ZeroDivisionError('ours')\n")

    result = checkout.run("-n", workers)

    run = checkout.results()["run"]
    assert (result.ret, run["complete"], len(run["errors"])) == (3, False, 1)
    assert "ours" in run["errors"][0]
    assert "Traceback" not in f"{result.stdout}{result.stderr}"
    assert "ZeroDivisionError" in (checkout.path / "reports/traceback.txt").read_text()
    assert (checkout.path / "reports/summary.md").is_file()


def test_fixture_that_fails_after_an_interruption_returns_2(checkout: Checkout) -> None:
    checkout.suite(
        """
        import pytest

        @pytest.fixture
        def ending():
            yield
            raise ValueError("ours")

        @claim("SC-TRACK-01")
        def test_stopping(api, ending):
            pytest.exit("as by Ctrl-C")
        """
    )

    assert checkout.run().ret == 2
    assert checkout.results()["run"]["complete"] is False
    assert "ours" in checkout.results()["run"]["errors"][0]


@pytest.mark.parametrize("workers", ["0", "1"])
def test_run_that_stops_early_is_not_complete(checkout: Checkout, workers: str) -> None:
    checkout.suite(GOOD + "    assert False\n")

    assert checkout.run("-x", "-n", workers).ret == 1
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

    for restarts in ("0", "1"):
        assert checkout.run("-n", "1", f"--max-worker-restart={restarts}").ret == 3
        run = checkout.results()["run"]
        assert run["complete"] is False
        assert any("test_dying" in error for error in run["errors"])
