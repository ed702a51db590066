"""`tuningfork diff` compares two results.json, and fails on what `--fail-on` names."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tuningfork.cli import main
from tuningfork.model import Verdict
from tuningfork.report import results_file
from tuningfork.report.results import Results, as_json, totals, write

Edit = Callable[[dict[str, Any]], object]


def diff(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["diff", *map(str, arguments)])


def error_of(*arguments: str | Path) -> str:
    """Run the command, expect exit code 4 and one line; return the line."""
    result = diff(*arguments)
    assert (result.exit_code, result.output.count("\n")) == (4, 1), result.output
    return result.output


def with_verdicts(results: Results, verdicts: dict[str, str]) -> Results:
    """Return the results with other verdicts of some claims; a claim without a verdict is left out."""
    claims = [
        claim.model_copy(update={"verdict": Verdict(verdicts.get(claim.id, claim.verdict))})
        for claim in results.claims
        if verdicts.get(claim.id) != "gone"
    ]
    return results.model_copy(update={"claims": claims, "totals": totals(claims)})


@pytest.fixture
def old(tmp_path: Path, results: Results) -> Path:
    """The folder of an older run."""
    write(results, tmp_path / "old/results.json")
    return tmp_path / "old"


@pytest.fixture
def new(tmp_path: Path, results: Results) -> Callable[..., Path]:
    """Writes the results.json of a newer run: `new({"SC-A-01": "failed"}, depth="smoke")`."""

    def write_new(verdicts: dict[str, str] | None = None, **run: Any) -> Path:
        changed = with_verdicts(results, verdicts or {})
        changed = changed.model_copy(update={"run": changed.run.model_copy(update=run)})
        write(changed, tmp_path / "new/results.json")
        return tmp_path / "new/results.json"

    return write_new


@pytest.mark.parametrize(
    ("verdicts", "options", "code"),
    [
        ({}, [], 0),
        ({"SC-A-01": "failed"}, [], 1),
        ({"SC-A-01": "error"}, [], 1),
        ({"SC-A-01": "not verified"}, [], 1),
        ({"SC-A-01": "warned"}, [], 0),
        ({"SC-A-01": "gone"}, [], 0),
        ({"SC-A-02": "passed", "SC-C-01": "passed"}, [], 0),
        ({"SC-A-01": "not verified"}, ["--fail-on", "newly-failing"], 0),
        ({"SC-A-01": "failed"}, ["--fail-on", "newly-not-verified"], 0),
        ({"SC-A-01": "warned"}, ["--fail-on", "newly-warned"], 1),
        ({"SC-A-01": "gone"}, ["--fail-on", "newly-failing", "--fail-on", "gone"], 1),
        ({}, ["--fail-on", "still-failing"], 1),
    ],
)
def test_exit_code_is_that_of_the_changes(
    old: Path, new: Callable[..., Path], verdicts: dict[str, str], options: list[str], code: int
) -> None:
    result = diff(old, new(verdicts), *options)

    assert result.exit_code == code, result.output


def test_table_names_each_change_and_what_is_needed(old: Path, new: Callable[..., Path]) -> None:
    output = diff(old, new({"SC-A-01": "failed", "SC-A-02": "passed", "SC-A-04": "gone"})).output

    lines = [" ".join(line.split()) for line in output.splitlines()]
    assert "newly failing: 1 claim (failed or in error now, but not before)" in lines
    assert any(line.startswith("SC-A-01 MUST passed failed") for line in lines)
    assert "SC-A-02 MUST failed passed The promise of SC-A-02" in lines
    assert "SC-A-04 MAY info - The promise of SC-A-04" in lines


def test_claim_that_is_no_longer_verified_says_what_it_takes(old: Path, new: Callable[..., Path]) -> None:
    file = new({"SC-C-01": "passed", "SC-C-02": "passed"})

    output = diff(file, old).output

    assert "newly not verified: 2 claims" in output
    assert output.count("add users.second") == 2


def test_json_has_a_list_for_each_kind(old: Path, new: Callable[..., Path]) -> None:
    content = json.loads(diff(old, new({"SC-A-01": "failed"}), "--json").output)

    assert [change["claim"] for change in content["changes"]["newly failing"]] == ["SC-A-01"]
    assert content["changes"]["newly failing"][0]["before"] == "passed"
    assert content["changes"]["gone"] == []
    assert content["new"]["target"] == "staging"


def test_markdown_has_a_table_for_each_kind_and_no_markup_of_a_target(
    tmp_path: Path, results: Results, old: Path
) -> None:
    worse = with_verdicts(results, {"SC-A-01": "failed"})
    claims = [claim.model_copy(update={"reason": "found <b> | @team"}) for claim in worse.claims]
    write(worse.model_copy(update={"claims": claims}), tmp_path / "new.json")

    output = diff(old, tmp_path / "new.json", "--markdown").output

    assert "## newly failing: 1 claim\n\n| claim | level | before | now | reason |" in output
    assert "| SC-A-01 | MUST | passed | failed | found &lt;b&gt; \\| @&#8203;team |" in output


def test_no_change_is_said(old: Path, new: Callable[..., Path], results: Results) -> None:
    quiet = {claim.id: "passed" for claim in results.claims}
    file = new(quiet)

    assert diff(file, file).output == "No verdict changed.\n"
    assert diff(file, file, "--markdown").output.endswith("\nNo verdict changed.\n")


def test_different_depths_are_refused(old: Path, new: Callable[..., Path]) -> None:
    error = error_of(old, new(depth="smoke"))

    assert "the older run is at depth full, this one at smoke" in error
    assert diff(old, new(depth="smoke"), "--any-depth").exit_code == 0


def test_different_targets_and_apis_are_said(old: Path, new: Callable[..., Path]) -> None:
    output = diff(old, new(target="live", apis={})).output

    assert "The runs have different targets: staging before, live now." in output
    assert "The runs have different APIs: soundcloud before, none now." in output


def test_run_that_did_not_complete_is_refused(old: Path, new: Callable[..., Path]) -> None:
    assert "did not complete" in error_of(old, new(complete=False))


def test_formats_exclude_each_other(old: Path) -> None:
    assert "--markdown and --json" in error_of(old, old, "--markdown", "--json")


def _edited(results: Results, edit: Edit) -> bytes:
    """Return the text of results.json after a change of its content, with lone surrogates as escapes."""
    content = json.loads(as_json(results))
    edit(content)
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (
            lambda content: content.update(schema="tuningfork.results/9"),
            "has the schema tuningfork.results/9",
        ),
        (lambda content: content.update(schema="\x1b" * 9000), "has the schema"),
        (lambda content: content.update(schema={"a": 1}), "has the schema of another format"),
        (lambda content: content.pop("schema"), "has the schema of another format"),
        (lambda content: content.update(claims={}), "claims: input should be a valid"),
        (lambda content: content["run"].update(seed="x"), "run.seed: "),
        (lambda content: content["run"].update(seconds=float("nan")), "run.seconds: "),
        (lambda content: content["run"].update(seconds=1e300), "run.seconds: "),
        (lambda content: content["run"].update(started="yesterday"), "run.started: "),
        (lambda content: content["run"].update(requests=-1), "run.requests: "),
        (lambda content: content["run"].update(target="\ud800"), "is truncated or not JSON"),
        (lambda content: content["claims"][0].update(verdict="good"), "claims.0.verdict: "),
        (lambda content: content["claims"].pop(), "its totals are not those of its claims"),
    ],
)
def test_other_content_is_refused(
    tmp_path: Path, old: Path, results: Results, edit: Edit, reason: str
) -> None:
    file = tmp_path / "edited.json"
    file.write_bytes(_edited(results, edit))

    error = error_of(old, file)

    assert reason in error
    assert len(error) < 400


@pytest.mark.parametrize("content", [b"", b"[", b"[" * 100_000, b"\xff\xfe", b'{"a": "\\ud800"}', b"null"])
def test_text_that_is_not_results_is_refused(tmp_path: Path, old: Path, content: bytes) -> None:
    (tmp_path / "other.json").write_bytes(content)

    assert f"{tmp_path}/other.json: " in error_of(tmp_path / "other.json", old)


def test_pipe_is_refused_without_reading_it(tmp_path: Path, old: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert "pipe: is not a file" in error_of(old, tmp_path / "pipe")


def test_missing_file_and_folder_without_results_are_refused(tmp_path: Path, old: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert "missing: can't be read (No such file" in error_of(old, tmp_path / "missing")
    assert "empty/results.json: can't be read" in error_of(tmp_path / "empty", old)


def test_too_large_file_is_refused(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results_file, "MAX_FILE_BYTES", 2**10)

    assert "is larger than" in error_of(old, old)
