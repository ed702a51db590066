"""Equal exchanges are checked once, and each is reported with its own number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tuningfork.checks.series.observation import Observation
from tuningfork.model import Finding
from tuningfork.redaction import SecretLocations
from tuningfork.report.checked_exchange import CheckedExchange
from tuningfork.report.recorded_exchange import RecordedExchange
from tuningfork.report.traffic_judge import TrafficJudge

LINE: dict[str, Any] = {
    "method": "GET",
    "url": "https://api.test/things?token=s3cret-value-1",
    "status": 200,
    "headers": {"Content-Type": "application/json"},
    "body": "{}",
}
CHANGES: list[dict[str, Any]] = [
    {"body": "[]"},
    {"body_base64": "W10="},
    {"status": 201},
    {"url": "https://api.test/things"},
    {"request_headers": {"Accept": "text/plain"}},
    {"headers": {"Content-Type": "text/plain"}},
    {"request_body": "{}"},
    {"request_body": ""},
    {"body": None},
]


class Checker:
    """Counts the exchanges that are checked; the first claim is broken, the second one is satisfied."""

    def __init__(self) -> None:
        self.files_with_own_hosts: set[Path] = set()
        self.checked: list[int] = []

    def __call__(self, recorded: RecordedExchange) -> CheckedExchange:
        self.checked.append(recorded.number)
        findings = (Finding("A-1", False, "one", "two", "/x"), Finding("A-2", True, "", ""))
        return CheckedExchange(recorded, "a", "GET /things", findings, "", Observation("client", False))

    def learn_hosts(self, file: Path, recorded: Any) -> None:
        """Learn nothing."""


def judge(tmp_path: Path, *lines: dict[str, Any]) -> tuple[list[int], list[CheckedExchange]]:
    file = tmp_path / "traffic.ndjson"
    file.write_text("\n".join(map(json.dumps, lines)))
    checker = Checker()
    found = TrafficJudge(checker, SecretLocations()).judge_file(file)  # type: ignore[arg-type]
    checked = []
    for each in found:
        assert ("token", "s3cret-value-1") in each.secrets or "token" not in lines[len(checked)]["url"]
        checked.append(each.checked)
    return checker.checked, checked


def test_equal_exchanges_are_checked_once(tmp_path: Path) -> None:
    numbers, (first, second) = judge(tmp_path, LINE, {**LINE, "seconds": 1})

    assert numbers == [1]
    assert (first.recorded.number, second.recorded.number) == (1, 2)
    assert first.violations == second.violations == [Finding("A-1", False, "one", "two", "/x")]
    assert first.satisfied_claims == second.satisfied_claims == ["A-2"]
    assert first.observation == second.observation == Observation("client", False)


@pytest.mark.parametrize("change", CHANGES, ids=map(str, range(len(CHANGES))))
def test_different_exchanges_are_checked(tmp_path: Path, change: dict[str, Any]) -> None:
    numbers, _ = judge(tmp_path, LINE, {**LINE, **change})

    assert numbers == [1, 2]


def test_encoded_bodies_are_always_checked(tmp_path: Path) -> None:
    encoded = {**LINE, "headers": {"Content-Encoding": "gzip"}}

    numbers, _ = judge(tmp_path, encoded, encoded)

    assert numbers == [1, 2]


def test_longest_unused_exchange_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of A B A C A B, the fourth one takes the place of B, not that of A."""
    monkeypatch.setattr("tuningfork.report.traffic_judge.MAX_REMEMBERED", 2)
    a, b, c = ({**LINE, "status": status} for status in (200, 201, 202))

    numbers, _ = judge(tmp_path, a, b, a, c, a, b)

    assert numbers == [1, 2, 4, 6]
