from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from tests.unit.report.conftest import MakeResult, MakeViolation

from tuningfork.model import Exchange, Headers, Verdict
from tuningfork.report.exchange import ExchangeRecord
from tuningfork.report.results import SCHEMA_FILE, Results, schema, write
from tuningfork.report.results_file import ResultsError, read
from tuningfork.report.test_result import TestResult, Violation


def test_published_schema_is_that_of_the_model() -> None:
    published = json.loads(SCHEMA_FILE.read_text())

    assert published == schema(), "publish it again: json.dumps(schema(), indent=2)"


def test_results_match_schema_and_can_be_read_again(tmp_path: Path, results: Results) -> None:
    write(results, tmp_path / "results.json")

    content = json.loads((tmp_path / "results.json").read_text())
    jsonschema.Draft202012Validator(schema()).validate(content)
    assert content["schema"] == "tuningfork.results/1"
    assert set(content["claims"][0]) >= {
        "id", "api", "level", "verdict", "reason", "tests", "exchanges",
        "section", "source", "promise", "needs", "breaches",
    }  # fmt: skip
    assert content["claims"][0]["reason"] is None
    assert read(tmp_path / "results.json") == results


def test_old_name_of_verdict_info_can_be_read(tmp_path: Path, results: Results) -> None:
    path = tmp_path / "results.json"
    write(results, path)
    old = path.read_text().replace('"info"', '"noted"')
    assert '"verdict": "noted"' in old.replace('":"', '": "')
    path.write_text(old)

    assert read(path) == results
    assert read(path).totals[Verdict.INFO] == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text[:-200], "is truncated or not JSON"),
        (
            lambda text: text.replace("tuningfork.results/1", "tuningfork.results/2"),
            "has the schema tuningfork.results/2, not tuningfork.results/1",
        ),
        (lambda _: "[]", "has the schema of another format"),
        (lambda text: text.replace('"verdict": "passed"', '"verdict": "good"'), "claims.0.verdict"),
        (lambda text: text.replace('"verdict": "passed"', '"verdict": "info"'), "totals"),
        (lambda text: text.replace('"complete": true', '"complete": false'), "did not complete"),
    ],
)
def test_truncated_foreign_or_incomplete_file_is_refused(
    tmp_path: Path, results: Results, change: Callable[[str], str], message: str
) -> None:
    path = tmp_path / "results.json"
    write(results, path)
    content = json.dumps(json.loads(path.read_text()))
    path.write_text(change(content))

    with pytest.raises(ResultsError, match=message) as caught:
        read(path)

    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="can't be read"):
        read(tmp_path / "results.json")


def test_record_of_exchange_contains_no_secret(exchange: Exchange) -> None:
    record = ExchangeRecord.of(exchange)

    assert "PLANTED" not in record.model_dump_json()
    assert record.response.body == '{"access_token": "$ACCESS_TOKEN", "title": "a"}'
    assert ("Set-Cookie", "s=$COOKIE; Path=/") in record.response.headers
    assert "PLANTED" not in record.summary()
    violation = Violation.of("SC-A-01", "x", "/cb?code=PLANTED", exchange=exchange)
    assert "PLANTED" not in violation.model_dump_json()


def test_reason_contains_no_secret(make_result: MakeResult) -> None:
    reason = "ValueError:\n{'access_token': 'PLANTED'} at /cb?code=PLANTED"

    result = make_result(outcome="error", reason=reason)

    assert result.reason == "ValueError: {'access_token': '$ACCESS_TOKEN'} at /cb?code=$CODE"


def test_long_body_is_truncated_and_binary_body_is_described(exchange: Exchange) -> None:
    def body(content: bytes, kind: str) -> str:
        response = replace(exchange.response, body=content, headers=Headers([("Content-Type", kind)]))
        return ExchangeRecord.of(replace(exchange, response=response)).response.body

    assert body(b"x" * 9000, "text/plain") == "x" * 8000 + "… (9,000 bytes)"
    assert body(b"ID3\0", "audio/mpeg") == "(4 bytes of audio/mpeg)"
    assert body(b"\0\1", "") == "(2 bytes of binary data)"


def test_result_survives_transfer_between_processes(
    make_result: MakeResult, make_violation: MakeViolation
) -> None:
    result = make_result(outcome="failed", violations=(make_violation(),))

    assert TestResult.model_validate_json(result.model_dump_json()) == result
