"""Reproduce blocks of real faults show their violation on the faulty mock, and not on the sound one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.audit.evidence import judge
from tests.audit.printed_responses import ComparedResponse, printed, recorded
from tests.audit.reproduction import first_violation, repeat_violation, run_fault

from tuningfork.audit.fault import MockPatch
from tuningfork.redaction import Disclosure
from tuningfork.report.exchange import ExchangeRecord, Message
from tuningfork.report.test_result import Violation

SAMPLE = (
    "non_ascii_path_returns_500",
    "location_is_of_other_track",
    "newest_track_returns_404",
    "invalid_created_at_bound_returns_403",
    "playback_count_of_a_blocked_track_is_a_string",
    "control_characters_in_json_strings_are_accepted",
    "query_signed_request_can_be_replayed",
    "private_signature_is_compared_by_half",
    "repeated_favourite_returns_409",
    "body_hash_of_large_body_is_not_checked",
)
"""Faults shown by one request, by ids of a test, by a login, by an upload, and by two sorts of signatures."""


@pytest.mark.parametrize("fault", SAMPLE)
def test_block_shows_violation_of_fault_only_on_faulty_mock(
    fault: str, patches: dict[str, MockPatch], tmp_path: Path
) -> None:
    run_fault(patches[fault], tmp_path, "--exitfirst")
    violation = first_violation(patches[fault], tmp_path)
    assert violation is not None

    trial = repeat_violation(patches[fault], violation)

    assert trial.failure == "", f"{trial.evidence}\n{violation.text()}"


HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
FAULTY, SOUND = f'{HEAD}{{"id": 1000017, "kind": "odd"}}', f'{HEAD}{{"id": 1000017, "kind": "even"}}'


def violation_of(
    body: str = '{"id": 1000001, "kind": "odd"}', status: int = 200, pointer: str = ""
) -> Violation:
    response = Message(headers=[("Content-Type", "application/json")], body=body)
    record = ExchangeRecord(
        method="GET", url="https://api.example.mock/a", status=status, reason="", seconds=0.0,
        request=Message(headers=[], body=""), response=response, curl="",
    )  # fmt: skip
    return Violation(claim="X-1", expected="'even'", found="'odd'", pointer=pointer, exchange=record)


@pytest.mark.parametrize(
    ("violation", "faulty", "sound", "failure"),
    [
        (violation_of(), FAULTY, SOUND, ""),
        (violation_of(pointer="/kind"), FAULTY, SOUND, ""),
        (violation_of(), "", SOUND, "the block prints no response on the faulty mock"),
        (violation_of(), FAULTY, "", "the block prints 0 of 1 responses on the sound mock"),
        (violation_of(), FAULTY, FAULTY, "the responses of both mocks are equal"),
        (violation_of(), SOUND, FAULTY, "the responses of the mocks differ, but not as recorded"),
        (
            violation_of(pointer="/id"),
            FAULTY,
            SOUND,
            "the responses of the mocks differ, but not as recorded",
        ),
        (violation_of(status=404), FAULTY, SOUND, "the status is 200 on the faulty mock, not 404"),
    ],
)
def test_judge_compares_both_mocks_with_the_record(
    violation: Violation, faulty: str, sound: str, failure: str
) -> None:
    redact = Disclosure()

    assert judge(violation, printed(faulty, redact), printed(sound, redact))[0] == failure


NOVEMBER, DECEMBER = "Sun, 29 Nov 2026 11:41:00 GMT", "Wed, 30 Dec 2026 10:00:01 GMT"
BODY = '{"id": 1000025, "of": 1000025, "at": "2026-12-30T10:00:00Z", "url": "https://api.a.mock/a/1000025"}'


def response(body: str, date: str = DECEMBER) -> ComparedResponse:
    return printed(f"HTTP/1.1 200 OK\r\nDate: {date}\r\n\r\n{body}", Disclosure())[0]


def test_values_that_differ_between_runs_are_equal() -> None:
    earlier = BODY.replace("1000025", "1000017").replace("2026-12-30T10:00:00Z", "2026-11-29T11:40:38Z")

    one = response(earlier.replace("https://api.a.mock", "http://127.0.0.1:81"), NOVEMBER)

    assert one.values == response(BODY).values
    assert one.exact["/id"] != response(BODY).exact["/id"]


@pytest.mark.parametrize(
    ("old", "new", "location"),
    [
        ('of": 1000025', 'of": 1000026', "/of"),
        ("T10", " 10", "/at"),
        ("T10", "T15", "/at"),
        ("a.mock/a", "a.mock/b", "/url"),
    ],
)
def test_ids_of_new_servers_and_formats_of_times_are_compared(old: str, new: str, location: str) -> None:
    first, second = response(BODY).exact, response(BODY.replace(old, new)).exact

    assert {each for each in first if first[each] != second[each]} == {location}


def test_end_of_truncated_body_is_unknown() -> None:
    assert violation_of().exchange is not None
    truncated = violation_of('[{"id": 1, "a": [1, 2]}, {"id": 2, "a"… (5,000 bytes)').exchange
    assert truncated is not None

    response = recorded(truncated)

    assert response.values["/1/id"] == "2"
    assert response.knows("/0/a/1")
    assert not response.knows("/1/a")
    assert response.knows("header location")
