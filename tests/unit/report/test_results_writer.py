from __future__ import annotations

import errno
import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.unit.report.conftest import MakeClaim, MakeResult

from tuningfork.report import results_writer
from tuningfork.report.report_files import REPORT_FILES
from tuningfork.report.results import Results, RunInfo
from tuningfork.report.results_file import ResultsError, read
from tuningfork.report.results_writer import ResultsWriter


def test_results_are_written_while_the_run_continues(
    tmp_path: Path,
    run_info: RunInfo,
    make_claim: MakeClaim,
    make_result: MakeResult,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(results_writer, "WRITE_INTERVAL_S", -1.0)
    monkeypatch.setattr(results_writer, "MAX_WRITE_SHARE", math.inf)
    path = tmp_path / "reports" / "results.json"
    writer = ResultsWriter(path.parent, run_info, [make_claim("SC-A-01"), make_claim("SC-A-02")])

    def content() -> dict[str, Any]:
        return dict(json.loads(path.read_text()))

    writer.start()
    assert not content()["run"]["complete"]
    writer.add(make_result("SC-A-01"))
    assert [each["verdict"] for each in content()["claims"]] == ["passed", "not verified"]
    assert not content()["run"]["complete"]
    assert not (path.parent / "junit.xml").exists()

    results = writer.finish([{"soundcloud": {"requests": 9, "operations": {}}}])

    assert read(path) == results
    assert (results.run.requests, results.run.target, results.tests[0].id) == (9, "staging", "t.py::SC-A-01")
    assert {each.name for each in path.parent.iterdir()} == set(REPORT_FILES)


def test_interrupted_run_is_incomplete(
    tmp_path: Path, run_info: RunInfo, make_claim: MakeClaim, make_result: MakeResult
) -> None:
    writer = ResultsWriter(tmp_path, run_info, [make_claim()])
    writer.start()
    writer.add(make_result())
    writer.finish(complete=False)

    with pytest.raises(ResultsError, match="did not complete"):
        read(tmp_path / "results.json")


@pytest.mark.parametrize("end", [{"errors": ["a worker died"]}, {"lost": "no response"}])
def test_run_with_error_or_lost_target_is_incomplete(
    tmp_path: Path, run_info: RunInfo, make_claim: MakeClaim, end: dict[str, Any]
) -> None:
    writer = ResultsWriter(tmp_path, run_info, [make_claim()])

    results = writer.finish(**end)

    assert results.run.complete is False
    for name in ("index.html", "results.json", "summary.md", "junit.xml"):
        assert (end.get("errors") or [end["lost"]])[0] in (tmp_path / name).read_text()


@pytest.mark.parametrize("name", REPORT_FILES)
def test_report_that_cannot_be_written_is_an_error_of_the_run(
    tmp_path: Path, run_info: RunInfo, make_claim: MakeClaim, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    writer = ResultsWriter(tmp_path, run_info, [make_claim()])
    write_text = Path.write_text

    def write_half(self: Path, text: str, **more: Any) -> int:
        written = write_text(self, text[: len(text) // 2], **more)
        if name in self.name:
            raise OSError(errno.ENOSPC, "No space left on device")
        return written and write_text(self, text, **more)

    monkeypatch.setattr(Path, "write_text", write_half)

    (error,) = writer.finish().run.errors

    assert f"{name}: can't be written (No space left on device)" in error
    assert {path.name for path in tmp_path.iterdir()} == set(REPORT_FILES) - {name}


def test_time_between_writes_grows_with_the_time_that_a_write_takes(
    tmp_path: Path,
    run_info: RunInfo,
    make_claim: MakeClaim,
    make_result: MakeResult,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A write takes 0.1 s, so at 1 % of the time the next one is after 10 s."""
    clock = [0.0]
    writes: list[float] = []

    def write(results: Results, path: Path) -> None:
        writes.append(clock[0])
        clock[0] += 0.1

    monkeypatch.setattr(results_writer, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(results_writer, "write", write)
    writer = ResultsWriter(tmp_path, run_info, [make_claim()])
    for second in range(0, 30, 3):
        clock[0] = float(second)
        writer.add(make_result())

    assert writes == [3.0, 15.0, 27.0]


def test_only_results_are_written_on_request(
    tmp_path: Path, run_info: RunInfo, make_claim: MakeClaim
) -> None:
    writer = ResultsWriter(tmp_path, run_info, [make_claim()], only_results=True)
    writer.start()

    writer.finish()

    assert [file.name for file in tmp_path.iterdir()] == ["results.json"]
