"""`tuningfork report` makes the reports again from results.json, and documents contracts without a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from tuningfork.cli import main
from tuningfork.report.report_files import DERIVED_FILES, REPORT_FILES

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

Change = Callable[[dict[str, Any]], object]
SUITE = """
import pytest

@claim("SC-TRACK-01")
def test_list(api):
    '''Lists the tracks.

    More about it.'''
    api.get("/tracks", limit=1).expect_ok()

@claim("SC-TRACK-06")
@pytest.mark.parametrize("limit", [1, 2])
def test_missing(api, limit):
    api.get("/tracks/9", limit=limit).expect_ok()
"""


def report(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["report", *map(str, arguments)])


def error_of(*arguments: str | Path) -> str:
    """Run the command, expect exit code 4 and one line; return the line."""
    result = report(*arguments)
    assert (result.exit_code, result.output.count("\n")) == (4, 1), result.output
    return result.output


@pytest.fixture
def ran(checkout: Checkout) -> Checkout:
    """A checkout with the reports of a run in which a claim passed and one failed."""
    checkout.suite(SUITE)
    assert checkout.run().ret == 1
    return checkout


@pytest.fixture
def older(ran: Checkout) -> Path:
    """The results.json of an older run, in which SC-TRACK-06 passed."""

    def passed(content: dict[str, Any]) -> None:
        claim = next(each for each in content["claims"] if each["id"] == "SC-TRACK-06")
        claim |= {"verdict": "passed", "reason": None, "breaches": []}
        content["totals"] |= {"passed": 2, "failed": 0}
        content["run"]["started"] = "2024-02-03T04:05:06+00:00"

    return change(ran.path / "reports/results.json", passed, ran.path / "old/results.json")


def change(file: Path, edit: Change, copy: Path | None = None) -> Path:
    """Change a results.json, or write a changed copy of it."""
    content = json.loads(file.read_text(encoding="utf-8"))
    edit(content)
    target = copy or file
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(content), encoding="utf-8")
    return target


def test_reports_are_those_of_the_run(ran: Checkout) -> None:
    folder = ran.path / "reports"
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in DERIVED_FILES}
    results = (folder / "results.json").read_bytes()
    for name in DERIVED_FILES:
        (folder / name).unlink()

    result = report()

    assert result.exit_code == 0, result.output
    assert "index.html" in result.output
    assert {name: (folder / name).read_text(encoding="utf-8") for name in DERIVED_FILES} == texts
    assert (folder / "results.json").read_bytes() == results


def test_run_without_reports_writes_results_from_which_they_are_rendered(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    result = checkout.run("--no-reports")

    assert [file.name for file in (checkout.path / "reports").iterdir()] == ["results.json"]
    result.stdout.fnmatch_lines(["reports: */reports/ (results.json)"])
    assert report().exit_code == 0
    assert {file.name for file in (checkout.path / "reports").iterdir()} == set(REPORT_FILES)


def test_report_dir_has_the_results_and_gets_the_reports(ran: Checkout) -> None:
    (ran.path / "reports").rename(ran.path / "kept")
    (ran.path / "kept/summary.md").unlink()

    assert report("--report-dir", "kept").exit_code == 0

    assert (ran.path / "kept/summary.md").is_file()
    assert not (ran.path / "reports").exists()


@pytest.mark.parametrize("is_folder", [True, False])
def test_against_says_what_got_worse(ran: Checkout, older: Path, is_folder: bool) -> None:
    assert report("--against", older.parent if is_folder else older).exit_code == 0

    summary = (ran.path / "reports/summary.md").read_text(encoding="utf-8")
    assert "## Since 2024-02-03T04:05:06+00:00\n\n- newly failing: SC-TRACK-06\n" in summary
    assert "newly failing" in (ran.path / "reports/index.html").read_text(encoding="utf-8")


def test_against_says_what_got_better(ran: Checkout, older: Path) -> None:
    assert report("--report-dir", "old", "--against", "reports").exit_code == 0

    assert "- fixed: SC-TRACK-06\n" in (ran.path / "old/summary.md").read_text(encoding="utf-8")


def test_against_the_same_results_says_that_nothing_changed(ran: Checkout, older: Path) -> None:
    assert report("--report-dir", "old", "--against", "old").exit_code == 0

    assert "- no verdict changed\n" in (ran.path / "old/summary.md").read_text(encoding="utf-8")


def test_against_another_depth_is_refused(ran: Checkout, older: Path) -> None:
    change(older, lambda content: content["run"].update(depth="smoke"))
    (ran.path / "reports/summary.md").unlink()

    assert "--against old: the older run is at depth smoke, this one at full" in error_of("--against", "old")
    assert not (ran.path / "reports/summary.md").exists()


def test_against_another_target_says_so(ran: Checkout, older: Path) -> None:
    change(older, lambda content: content["run"].update(target="staging"))

    assert report("--against", "old").exit_code == 0

    for name in ("summary.md", "index.html"):
        assert "different targets: staging before, mock now" in (ran.path / "reports" / name).read_text(
            "utf-8"
        )


def test_incomplete_run_is_shown_as_incomplete(ran: Checkout) -> None:
    change(ran.path / "reports/results.json", lambda content: content["run"].update(complete=False))

    assert report().exit_code == 0

    assert "did not complete" in (ran.path / "reports/summary.md").read_text(encoding="utf-8")
    assert "did not complete" in (ran.path / "reports/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            None,
            "/results.json: can't be read (No such file or directory); name the results.json of a run.",
        ),
        ('{"schema": "tuningfork.results/1", "run": {', "is truncated or not JSON"),
        ("\udcff", "is truncated or not JSON"),
        ("[]", "has the schema of another format, not tuningfork.results/1"),
        ('{"schema": "tuningfork.results/9"}', "has the schema tuningfork.results/9"),
        ('{"schema": "tuningfork.results/1"}', "is not the results.json of a run: it has no run"),
    ],
)
def test_unusable_results_are_refused(checkout: Checkout, text: str | None, reason: str) -> None:
    if text is not None:
        (checkout.path / "reports").mkdir()
        (checkout.path / "reports/results.json").write_bytes(text.encode("utf-8", "surrogateescape"))

    assert reason in error_of()
    assert not (checkout.path / "reports/index.html").exists()


def test_unusable_older_results_are_refused(ran: Checkout) -> None:
    (ran.path / "reports/summary.md").unlink()

    assert "old.json: can't be read" in error_of("--against", "old.json")
    assert not (ran.path / "reports/summary.md").exists()


def test_report_that_cannot_be_written_is_named(ran: Checkout) -> None:
    (ran.path / "reports/junit.xml").unlink()
    (ran.path / "reports/junit.xml").mkdir()

    assert "reports/junit.xml: can't be written (Is a directory)" in error_of()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--contract", "--against", "old.json"], "leave out --contract"),
        (["--output", "claims.html"], "add it"),
        (["--api", "soundcloud"], "add it"),
    ],
)
def test_options_that_do_not_fit_are_refused(checkout: Checkout, arguments: list[str], message: str) -> None:
    assert message in error_of(*arguments)


def test_contract_has_claims_tests_and_operations(checkout: Checkout) -> None:
    checkout.suite(SUITE)

    result = report("--contract", "--api", "soundcloud")

    assert result.exit_code == 0, result.output
    html = (checkout.path / "reports/index.html").read_text(encoding="utf-8")
    for text in ("SC-RATE-01", "test_list", "Lists the tracks.", "/tracks/{track_id}"):
        assert text in html
    assert "More about it." not in html
    assert not (checkout.path / "reports/results.json").exists()


def test_contract_names_the_faults_of_each_claim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])

    result = report("--contract", "--api", "audiosocket", "--output", tmp_path / "claims.html")

    assert result.exit_code == 0, result.output
    html = (tmp_path / "claims.html").read_text(encoding="utf-8")
    assert "AS-AUTH-01" in html
    assert "DELETE returns 401 for every token" in html
    assert 'id="SC-' not in html


def test_contract_is_written_to_output(checkout: Checkout) -> None:
    checkout.suite(SUITE)

    assert report("--contract", "--output", "site/claims.html").exit_code == 0

    assert "SC-TRACK-01" in (checkout.path / "site/claims.html").read_text(encoding="utf-8")
    assert not (checkout.path / "reports").exists()


def test_contract_whose_suite_cannot_be_collected_is_refused(checkout: Checkout) -> None:
    checkout.suite("import nowhere")

    assert "can't be imported" in error_of("--contract")


def test_contract_that_cannot_be_written_is_refused(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    (checkout.path / "claims.html").mkdir()

    assert "claims.html: can't be written" in error_of("--contract", "--output", "claims.html")
