"""After every end of a run, reports/ has only its own results, which say whether they are complete."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tuningfork.report.results_file import ResultsError, read

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

GOOD = """
@claim("SC-TRACK-01")
def test_good(api):
    api.get("/tracks", limit=1).expect_ok()
"""
ERRONEOUS = """
@claim("SC-TRACK-02")
def test_bad(api):
    raise RuntimeError("internal")
"""
WAITS = """
import sys

@claim("SC-TRACK-02")
def test_waiting(api):
    print("waiting", file=sys.__stdout__, flush=True)
    sys.stdin.read()
"""
INTERRUPTED = """
import pytest

@claim("SC-TRACK-02")
def test_stopping(api):
    pytest.exit("like Ctrl-C")
"""
KILLED = """
import os

@claim("SC-TRACK-02")
def test_dying(api):
    os._exit(9)
"""


def read_results(checkout: Checkout) -> None:
    """Read results.json like `tuningfork diff`: ResultsError if the run is incomplete."""
    read(checkout.path / "reports/results.json")


def run_successfully(checkout: Checkout) -> None:
    checkout.suite(GOOD)
    assert checkout.run().ret == 0
    read_results(checkout)


def test_killed_run_leaves_incomplete_results(checkout: Checkout) -> None:
    run_successfully(checkout)
    checkout.suite(WAITS)
    command = [sys.executable, "-m", "pytest", "-s", "-p", "no:randomly", "-p", "no:cacheprovider"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert any("waiting" in line for line in run.stdout)
        run.kill()

    results = checkout.results()
    assert results["run"]["complete"] is False
    assert sum(results["totals"].values()) == len(results["claims"]) == 8
    with pytest.raises(ResultsError, match="did not complete"):
        read_results(checkout)


def test_interrupted_run_writes_the_results_so_far(checkout: Checkout) -> None:
    checkout.suite(GOOD + INTERRUPTED)
    page = checkout.path / "reports/index.html"
    page.parent.mkdir()
    page.write_text("an earlier run")

    assert checkout.run("-p", "no:randomly").ret == 2
    assert checkout.results()["run"]["complete"] is False
    assert checkout.verdicts()["SC-TRACK-01"] == "passed"
    assert not page.exists() or "an earlier run" not in page.read_text()


def test_run_that_stops_at_its_first_error_is_incomplete(checkout: Checkout) -> None:
    checkout.suite(ERRONEOUS + GOOD)

    assert checkout.run("-x", "-p", "no:randomly").ret == 3
    assert checkout.results()["run"]["complete"] is False
    assert checkout.verdicts()["SC-TRACK-01"] == "not verified"


@pytest.mark.parametrize(
    ("suite", "reason"),
    [
        ("import missing_module\n", "ModuleNotFoundError: No module named 'missing_module'"),
        ("def test_(:\n", "SyntaxError: invalid syntax"),
        ("raise ValueError('two\\nlines')\n", "ValueError: two"),
        ("@pytest.mark.no_such_mark\ndef test_invalid(): pass\n", "no_such_mark"),
        (
            '@pytest.mark.parametrize("x", [1])\n@claim("SC-TRACK-01")\ndef test_x(): pass\n',
            "argument 'x'",
        ),
    ],
)
def test_collection_error_exits_3_and_verifies_nothing(checkout: Checkout, suite: str, reason: str) -> None:
    checkout.suite(GOOD)
    checkout.suite("import pytest\n" + suite, name="test_broken")

    result = checkout.run("-n", "2" if suite.startswith("import") else "0")

    run = checkout.results()["run"]
    assert (result.ret, run["complete"], len(run["errors"])) == (3, False, 1)
    assert run["errors"][0].startswith("suites/soundcloud/test_broken.py")
    assert reason in run["errors"][0]
    assert run["errors"][0] in str(result.stdout)
    assert "Traceback" not in str(result.stdout)
    assert (checkout.path / "reports/traceback.txt").is_file()
    assert checkout.verdicts()["SC-TRACK-01"] == "not verified"


@pytest.mark.parametrize("workers", ["0", "1"])
def test_failing_conftest_of_a_suite_exits_3(checkout: Checkout, workers: str) -> None:
    checkout.suite(GOOD)
    (checkout.path / "suites/soundcloud/conftest.py").write_text("import missing_module\n")

    assert checkout.run("-n", workers).ret == 3
    (error,) = checkout.results()["run"]["errors"]
    assert "suites/soundcloud" in error
    assert "missing_module" in error


@pytest.mark.parametrize("workers", ["0", "1"])
def test_other_tests_run_with_continue_on_collection_errors(checkout: Checkout, workers: str) -> None:
    checkout.suite(GOOD)
    checkout.suite("import missing_module\n", name="test_broken")

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
def test_run_without_tests_exits_5(checkout: Checkout, options: list[str], workers: str) -> None:
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
def test_internal_error_exits_3_in_one_sentence(checkout: Checkout, workers: str, hook: str) -> None:
    checkout.suite(GOOD)
    (checkout.path / "conftest.py").write_text(f"def {hook}:\n    raise ZeroDivisionError('internal')\n")

    result = checkout.run("-n", workers)

    run = checkout.results()["run"]
    assert (result.ret, run["complete"], len(run["errors"])) == (3, False, 1)
    assert "internal" in run["errors"][0]
    assert "Traceback" not in f"{result.stdout}{result.stderr}"
    assert "ZeroDivisionError" in (checkout.path / "reports/traceback.txt").read_text()
    assert (checkout.path / "reports/summary.md").is_file()


def test_teardown_error_after_an_interruption_exits_2(checkout: Checkout) -> None:
    checkout.suite(
        """
        import pytest

        @pytest.fixture
        def ending():
            yield
            raise ValueError("internal")

        @claim("SC-TRACK-01")
        def test_stopping(api, ending):
            pytest.exit("like Ctrl-C")
        """
    )

    assert checkout.run().ret == 2
    assert checkout.results()["run"]["complete"] is False
    assert "internal" in checkout.results()["run"]["errors"][0]


@pytest.mark.parametrize("workers", ["0", "1"])
def test_run_that_stops_at_its_first_failure_is_incomplete(checkout: Checkout, workers: str) -> None:
    checkout.suite(GOOD + "    assert False\n")

    assert checkout.run("-x", "-n", workers).ret == 1
    assert checkout.results()["run"]["complete"] is False


@pytest.mark.parametrize("option", ["--target=nowhere", "--claim=SC-NOT-*", "--no-such-option"])
def test_refused_run_deletes_earlier_results(checkout: Checkout, option: str) -> None:
    run_successfully(checkout)

    assert checkout.run(option).ret == 4

    if option != "--no-such-option":  # pytest rejects it before it loads the plugin
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
def test_listing_option_keeps_earlier_results(checkout: Checkout, options: list[str], code: int) -> None:
    run_successfully(checkout)
    before = checkout.results()

    assert checkout.run(*options).ret == code
    assert checkout.results() == before


def test_dead_worker_exits_3(checkout: Checkout) -> None:
    checkout.suite(GOOD + KILLED)

    for restarts in ("0", "1"):
        assert checkout.run("-n", "1", f"--max-worker-restart={restarts}").ret == 3
        run = checkout.results()["run"]
        assert run["complete"] is False
        assert any("test_dying" in error for error in run["errors"])
