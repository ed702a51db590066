from __future__ import annotations

import errno
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tuningfork.model import Claim, Exchange, Headers, Verdict
from tuningfork.report import results_writer as recorder_module
from tuningfork.report.exchange import ExchangeRecord
from tuningfork.report.exit_codes import Exit, exit_code
from tuningfork.report.results import SCHEMA_FILE, Results, ResultsError, Run, read, schema, totals, write
from tuningfork.report.results_writer import Recorder, operations, percentile
from tuningfork.report.test_result import Breach, Outcome


def test_the_published_schema_is_the_models() -> None:
    published = json.loads(SCHEMA_FILE.read_text())

    assert published == schema(), "publish it again: json.dumps(schema(), indent=2)"


def test_results_fit_the_schema_and_come_back(tmp_path: Path, results: Results) -> None:
    write(results, tmp_path / "results.json")

    content = json.loads((tmp_path / "results.json").read_text())
    jsonschema.Draft202012Validator(schema()).validate(content)
    assert content["schema"] == "tuningfork.results/1"
    assert set(content["claims"][0]) >= {
        "id", "api", "level", "verdict", "reason", "tests", "exchanges",
        "section", "source", "promise", "needs",
    }  # fmt: skip
    assert content["claims"][0]["reason"] is None
    assert read(tmp_path / "results.json") == results


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text[:-200], "is torn, or no JSON"),
        (
            lambda text: text.replace("tuningfork.results/1", "tuningfork.results/2"),
            "is no tuningfork.results/1 but",
        ),
        (lambda _: "[]", "something else"),
        (lambda text: text.replace('"verdict": "passed"', '"verdict": "good"'), "claims.0.verdict"),
        (lambda text: text.replace('"verdict": "passed"', '"verdict": "noted"'), "totals"),
        (lambda text: text.replace('"complete": true', '"complete": false'), "did not come to its end"),
    ],
)
def test_what_is_torn_or_foreign_is_refused_in_a_sentence(
    tmp_path: Path, results: Results, change: Callable[[str], str], said: str
) -> None:
    path = tmp_path / "results.json"
    write(results, path)
    content = json.dumps(json.loads(path.read_text()))
    path.write_text(change(content))

    with pytest.raises(ResultsError, match=said) as caught:
        read(path)

    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="can't be read"):
        read(tmp_path / "results.json")


def test_no_secret_is_in_a_record(exchange: Exchange) -> None:
    record = ExchangeRecord.of(exchange)

    assert "PLANTED" not in record.model_dump_json()
    assert record.response.body == '{"access_token": "$ACCESS_TOKEN", "title": "a"}'
    assert ("Set-Cookie", "s=$COOKIE; Path=/") in record.response.headers
    assert "PLANTED" not in Breach.of("SC-A-01", "x", "/cb?code=PLANTED", exchange=exchange).model_dump_json()


def test_no_secret_is_in_a_reason(outcome: Callable[..., Outcome]) -> None:
    told = outcome(end="error", reason="ValueError:\n{'access_token': 'PLANTED'} at /cb?code=PLANTED")

    assert told.reason == "ValueError: {'access_token': '$ACCESS_TOKEN'} at /cb?code=$CODE"


def test_a_long_body_is_cut_and_a_binary_one_described(exchange: Exchange) -> None:
    def body(content: bytes, kind: str) -> str:
        response = replace(exchange.response, body=content, headers=Headers([("Content-Type", kind)]))
        return ExchangeRecord.of(replace(exchange, response=response)).response.body

    assert body(b"x" * 5000, "text/plain") == "x" * 2000 + "… (5,000 bytes)"
    assert body(b"ID3\0", "audio/mpeg") == "(4 bytes of audio/mpeg)"
    assert body(b"\0\1", "") == "(2 bytes of binary data)"


def test_results_are_on_disk_as_they_come(
    tmp_path: Path,
    run: Run,
    claim: Callable[..., Claim],
    outcome: Callable[..., Outcome],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recorder_module, "EVERY", -1.0)
    path = tmp_path / "reports" / "results.json"
    recorder = Recorder(path.parent, run, [claim("SC-A-01"), claim("SC-A-02")])

    def on_disk() -> dict[str, Any]:
        return dict(json.loads(path.read_text()))

    recorder.start()
    assert not on_disk()["run"]["complete"]
    recorder.add(outcome("SC-A-01"))
    assert [each["verdict"] for each in on_disk()["claims"]] == ["passed", "not verified"]
    assert not on_disk()["run"]["complete"]
    assert not (path.parent / "junit.xml").exists()

    results = recorder.finish([{"soundcloud": {"requests": 9, "operations": {}}}])

    assert read(path) == results
    assert (results.run.requests, results.run.target, results.tests[0].id) == (9, "staging", "t.py::SC-A-01")
    assert {each.name for each in path.parent.iterdir()} == {"results.json", "junit.xml", "summary.md"}


def test_a_run_ended_before_its_time_stays_incomplete(
    tmp_path: Path, run: Run, claim: Callable[..., Claim], outcome: Callable[..., Outcome]
) -> None:
    recorder = Recorder(tmp_path, run, [claim()])
    recorder.start()
    recorder.add(outcome())
    recorder.finish(complete=False)

    with pytest.raises(ResultsError, match="did not come to its end"):
        read(tmp_path / "results.json")


def test_an_outcome_travels_between_processes(
    outcome: Callable[..., Outcome], breach: Callable[..., Breach]
) -> None:
    sent = outcome(end="failed", breaches=(breach(),))

    assert Outcome.model_validate_json(sent.model_dump_json()) == sent


def test_operations_of_several_processes_are_added_up() -> None:
    one = {
        "soundcloud": {
            "requests": 2,
            "operations": {"GET /a": {"statuses": {200: 2}, "seconds": [0.001, 0.003]}},
        }
    }
    two = {
        "soundcloud": {
            "requests": 1,
            "operations": {"GET /a": {"statuses": {200: 1, 404: 1}, "seconds": [0.002]}},
        }
    }

    [seen] = operations([one, two])  # type: ignore[list-item]  # a literal of the same shape

    assert (seen.statuses, seen.p50_ms, seen.p95_ms) == ({"200": 3, "404": 1}, 2.0, 2.9)


def test_percentiles() -> None:
    assert percentile([], 50) == 0
    assert percentile([0.5], 95) == 500
    assert percentile([each / 1000 for each in range(101)], 95) == 95


@pytest.mark.parametrize(
    ("verdicts", "found", "code"),
    [
        ([Verdict.PASSED, Verdict.WARNED, Verdict.NOTED, Verdict.WAIVED, Verdict.NOT_VERIFIED], [], Exit.OK),
        ([Verdict.PASSED, Verdict.FAILED, Verdict.ERROR], [], Exit.FAILED),
        ([Verdict.PASSED], ["SC-A-01: passes again; remove its deviation"], Exit.FAILED),
        ([Verdict.PASSED, Verdict.ERROR], [], Exit.ERROR),
        ([Verdict.NOT_VERIFIED], [], Exit.NOTHING_VERIFIED),
        ([], [], Exit.NOTHING_VERIFIED),
    ],
)
def test_exit_codes(results: Results, verdicts: list[Verdict], found: list[str], code: Exit) -> None:
    claims = [results.claims[0].model_copy(update={"verdict": verdict}) for verdict in verdicts]

    assert exit_code(Results(run=results.run, totals=totals(claims), claims=claims, problems=found)) is code


REASONS = ["refused", "interrupted", "untrusted", "failed", "problem", "error", "lost", "unverified"]
"""Why a run does not return 0, in the order in which they count."""
CODES = dict(zip(REASONS, [4, 2, 3, 1, 1, 3, 3, 5], strict=True))


@pytest.mark.parametrize("applying", [each for n in range(9) for each in combinations(REASONS, n)])
def test_first_reason_gives_the_exit_code(results: Results, applying: tuple[str, ...]) -> None:
    verdicts = {"failed": Verdict.FAILED, "error": Verdict.ERROR}
    shown = [verdicts[reason] for reason in applying if reason in verdicts] or [
        Verdict.NOT_VERIFIED if "unverified" in applying else Verdict.PASSED
    ]
    claims = [results.claims[0].model_copy(update={"verdict": verdict}) for verdict in shown]
    told = {
        "errors": ["a worker died"] if "untrusted" in applying else [],
        "lost": "no answer" if "lost" in applying else "",
    }
    judged = Results(
        run=results.run.model_copy(update=told),
        totals=totals(claims),
        claims=claims,
        problems=["expired"] if "problem" in applying else [],
    )

    code = exit_code(judged, refused="refused" in applying, interrupted="interrupted" in applying)

    assert code == next((CODES[reason] for reason in applying), 0)


@pytest.mark.parametrize("told", [{"errors": ["a worker died"]}, {"lost": "no answer"}])
def test_results_without_trust_or_target_are_not_complete(
    tmp_path: Path, run: Run, claim: Callable[..., Claim], told: dict[str, Any]
) -> None:
    recorder = Recorder(tmp_path, run, [claim()])

    results = recorder.finish(**told)

    assert results.run.complete is False
    for name in ("results.json", "summary.md", "junit.xml"):
        assert (told.get("errors") or [told["lost"]])[0] in (tmp_path / name).read_text()


@pytest.mark.parametrize("name", ["results.json", "summary.md", "junit.xml"])
def test_report_that_cannot_be_written_is_an_error_of_the_run(
    tmp_path: Path, run: Run, claim: Callable[..., Claim], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    recorder = Recorder(tmp_path, run, [claim()])
    write_as_ever = Path.write_text

    def full(self: Path, text: str, **more: Any) -> int:
        written = write_as_ever(self, text[: len(text) // 2], **more)
        if name in self.name:
            raise OSError(errno.ENOSPC, "No space left on device")
        return written and write_as_ever(self, text, **more)

    monkeypatch.setattr(Path, "write_text", full)

    (error,) = recorder.finish().run.errors

    assert f"{name}: can't be written (No space left on device)" in error
    assert {path.name for path in tmp_path.iterdir()} == {"results.json", "summary.md", "junit.xml"} - {name}
