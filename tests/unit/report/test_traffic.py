from __future__ import annotations

import base64
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tuningfork.model import Claim, Exchange, Finding, Headers, Level
from tuningfork.report import table, traffic_json, traffic_report
from tuningfork.report.checked_exchange import CheckedExchange
from tuningfork.report.content_coding import MAX_BODY_BYTES, TOO_LARGE, decode_body
from tuningfork.report.recorded_exchange import (
    UNANSWERED,
    RecordedExchange,
    TrafficError,
)
from tuningfork.report.traffic import read
from tuningfork.report.traffic_checker import check_exchanges
from tuningfork.report.traffic_totals import TrafficTotals

REQUEST = {
    "method": "GET",
    "uri": "https://api.test/v1/tracks/1",
    "body": None,
    "headers": {"Accept": ["*/*"]},
}
RESPONSE = {
    "status": {"code": 200, "message": "OK"},
    "headers": {"Content-Type": ["application/json"]},
    "body": {"string": '{"id": 1}'},
}


def vcr(
    request: dict[str, Any] | None = None, response: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    pair = {"request": REQUEST | (request or {}), "response": RESPONSE | (response or {})}
    return {"version": 1, "interactions": [pair]} | more


def har(
    request: dict[str, Any] | None = None, response: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    default_request = {
        "method": "GET",
        "url": REQUEST["uri"],
        "headers": [{"name": "Accept", "value": "*/*"}],
    }
    default_response = {
        "status": 200,
        "statusText": "OK",
        "headers": [{"name": "content-type", "value": "application/json"}],
        "content": {"size": 9, "mimeType": "application/json", "text": '{"id": 1}'},
    }
    entry = {
        "request": default_request | (request or {}),
        "response": default_response | (response or {}),
        "time": 12.5,
    } | more
    return {"log": {"version": "1.2", "entries": [entry]}}


def write_file(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    dump = yaml.safe_dump if name.endswith(".yaml") else json.dumps
    path.write_text(content if isinstance(content, str) else dump(content), encoding="utf-8")
    return path


def exchange(path: Path) -> Exchange:
    [recorded] = read(path)
    assert not recorded.defect
    return recorded.exchange


@pytest.mark.parametrize(("name", "content"), [("a.yaml", vcr()), ("a.json", vcr()), ("a.har", har())])
def test_each_format_has_the_same_exchange(tmp_path: Path, name: str, content: Any) -> None:
    found = exchange(write_file(tmp_path, name, content))

    assert (found.request.method, found.request.url) == ("GET", "https://api.test/v1/tracks/1")
    assert (found.response.status, found.response.reason, found.response.json()) == (200, "OK", {"id": 1})
    assert found.response.media_type == "application/json"
    assert found.request.headers["accept"] == "*/*"
    assert found.seconds == (0.0125 if name == "a.har" else 0)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"string": "ü"}, "ü".encode()),
        ({"string": b"\xff\x00"}, b"\xff\x00"),
        ({"string": None}, b""),
        ({"base64_string": base64.b64encode(b"\xff").decode()}, b"\xff"),
        (None, b""),
        ("text", b"text"),
        ({}, b""),
    ],
)
def test_body_of_each_form_is_parsed(tmp_path: Path, body: Any, expected: bytes) -> None:
    found = exchange(write_file(tmp_path, "a.yaml", vcr({"body": body}, {"body": body})))

    assert (found.request.body, found.response.body) == (expected, expected)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": ["1", "2"], "b": "3"},
        [["X-A", "1"], ["X-A", "2"], ["b", "3"]],
        [["X-A", ["1", "2"]], ["b", 3]],
    ],
)
def test_headers_of_each_form_are_parsed(tmp_path: Path, headers: Any) -> None:
    found = exchange(write_file(tmp_path, "a.yaml", vcr(response={"headers": headers})))

    assert found.response.headers.pairs == (("X-A", "1"), ("X-A", "2"), ("b", "3"))


def test_tags_of_old_recorders_are_ignored(tmp_path: Path) -> None:
    text = yaml.safe_dump(vcr()).replace("string: ", "string: !!python/unicode ")

    assert exchange(write_file(tmp_path, "a.yaml", text)).response.json() == {"id": 1}


TWO_PARTS = gzip.compress(b"{", mtime=0) + gzip.compress(b"}", mtime=0)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        pytest.param("gzip", TWO_PARTS, id="gzip"),
        pytest.param("GZIP", TWO_PARTS, id="capitals"),
        pytest.param("x-gzip", TWO_PARTS, id="x-gzip"),
        pytest.param("deflate", zlib.compress(b"{}"), id="deflate"),
        pytest.param("gzip", b"{}", id="removed"),
        pytest.param("br", b"{}", id="another removed"),
    ],
)
def test_content_coding_is_removed_once(coding: str, body: bytes) -> None:
    assert decode_body(body, Headers([("Content-Encoding", coding)])) == (b"{}", "")


def test_body_larger_than_64_mib_is_not_decoded() -> None:
    bomb = gzip.compress(bytes(MAX_BODY_BYTES + 1), 1)

    assert decode_body(bomb, Headers([("Content-Encoding", "gzip")])) == (b"", TOO_LARGE)


def test_har_with_base64_body_and_form_parameters(tmp_path: Path) -> None:
    content = {"text": base64.b64encode(b"\x00\x01").decode(), "encoding": "base64", "size": 2}
    request = {"method": "POST", "postData": {"mimeType": "x", "params": [{"name": "a", "value": "b c"}]}}
    headers = [{"name": ":status", "value": "200"}, {"name": "x-a", "value": "1"}]

    found = exchange(write_file(tmp_path, "a.har", har(request, {"content": content, "headers": headers})))

    assert (found.request.body, found.response.body) == (b"a=b+c", b"\x00\x01")
    assert found.response.headers.pairs == (("x-a", "1"),)


@pytest.mark.parametrize(
    ("name", "content", "defect"),
    [
        ("a.har", har(response={"status": 0}), UNANSWERED),
        ("a.yaml", vcr() | {"interactions": [{"request": REQUEST, "response": None}]}, UNANSWERED),
        ("a.har", har({"url": "http://[::1/tracks"}), "its URL is not valid"),
        ("a.har", har({"url": "https://api.test:99999/tracks"}), "its URL is not valid"),
        ("a.har", har({"url": "https://api.test/v1/tra\ncks"}), "its URL has control characters"),
        ("a.har", har({"url": "data:text/plain,a"}), "its URL is not an absolute http or https URL"),
        ("a.har", har({"url": "/v1/tracks/1"}), "its URL is not an absolute http or https URL"),
        (
            "a.yaml",
            vcr(response={"headers": {"content-encoding": ["br"]}, "body": {"string": b"\xff\x00"}}),
            "its body is still in the content coding br",
        ),
        (
            "a.yaml",
            vcr(response={"headers": {"content-encoding": ["gzip"]}, "body": {"string": b"\x1f\x8bcut"}}),
            "its body is not complete gzip",
        ),
    ],
)
def test_exchange_that_cannot_be_checked_has_a_defect(
    tmp_path: Path, name: str, content: Any, defect: str
) -> None:
    [found] = checked(*read(write_file(tmp_path, name, content)), api="soundcloud")

    assert (found.defect, found.violations, found.satisfied_claims) == (defect, [], [])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.yaml", "version: 1\ninteractions:\n- request: {", "line 4, column 1: is truncated or not YAML"),
        (
            "a.yaml",
            "interactions: !!python/object:os.system {}",
            "line 1, column 15: has the tag 'python/object:os.system'",
        ),
        ("a.yaml", "just text", "has none of the formats that can be read; give one of: HAR,"),
        ("a.yaml", "", "is empty"),
        ("a.json", [], "has none of the formats"),
        ("a.yaml", vcr(version=2), "is a cassette of version 2, not 1"),
        ("a.yaml", {"interactions": {}}, "its interactions are not a list"),
        ("a.yaml", {"interactions": [{"request": REQUEST}]}, "interaction 1: has no response"),
        ("a.yaml", {"interactions": [REQUEST]}, "interaction 1: has no request"),
        ("a.yaml", vcr({"uri": None}), "interaction 1: has no uri"),
        (
            "a.yaml",
            vcr(response={"status": {"code": "OK"}}),
            "interaction 1: its status is 'OK', not a number from 100 to 999",
        ),
        ("a.yaml", vcr(response={"headers": ["odd"]}), "interaction 1: its headers are not names and values"),
        ("a.json", json.dumps(vcr())[:50], "line 1, column 46: is truncated or not JSON"),
        ("a.har", "<html>", "line 1, column 1: is truncated or not JSON"),
        ("a.har", {"log": {}}, "its log has no list of entries"),
        ("a.har", {"log": []}, "its log has no list of entries"),
        ("a.har", {"log": {"entries": [{}]}}, "entry 1: has no 'request'"),
        ("a.har", har(response={"status": "x"}), "entry 1: its status is 'x', not a number"),
        ("a.har", {"entries": []}, "has none of"),
        ("a.har", "[" * 100_000, "is nested too deeply"),
    ],
)
def test_malformed_file_is_refused_in_one_sentence(
    tmp_path: Path, name: str, content: Any, message: str
) -> None:
    path = write_file(tmp_path, name, content)

    with pytest.raises(TrafficError) as caught:
        read(path)

    assert message in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_missing_and_binary_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(TrafficError, match="can't be read"):
        read(tmp_path / "none.yaml")
    with pytest.raises(TrafficError, match="is not text"):
        read(tmp_path / "a.yaml")


@dataclass
class FakeOperation:
    key: str
    beyond: bool = False


@dataclass
class FakeContract:
    """Documents GET of every path below /tracks."""

    api: str = "soundcloud"
    document: dict[str, Any] = field(default_factory=lambda: {"servers": [{"url": "https://api.test/v1"}]})
    claims: dict[str, Claim] = field(default_factory=lambda: CLAIMS)

    def find(self, method: str, path: str) -> FakeOperation | None:
        return FakeOperation(f"{method} /tracks/{{id}}") if path.startswith("/tracks/") else None


NOTE = "Sources differ."
CLAIMS = {
    name: Claim(
        name, "soundcloud", "Errors", level, "G Errors", f"The promise of {name}", (), "Sources differ."
    )
    for name, level in [("SC-A-01", Level.MUST), ("SC-A-02", Level.SHOULD), ("SC-A-03", Level.MAY)]
}


def check(exchange: Exchange, operation: object) -> Iterator[Finding]:
    body = exchange.response.json()
    yield Finding("SC-A-01", isinstance(body["id"], int), "an integer", f"{body['id']!r}", "/id")
    yield Finding("SC-A-02", operation is not None, "a documented operation", "none")
    yield Finding(None, False, "nothing in particular", "something")


def checked(
    *recorded: RecordedExchange, contracts: Any = None, api: str | None = None
) -> list[CheckedExchange]:
    checks = {"soundcloud": (check,), "other": (check,)}
    return check_exchanges(recorded, contracts or [FakeContract()], checks, api)


def test_claims_that_are_not_in_the_contract_are_ignored(tmp_path: Path) -> None:
    contract = FakeContract(claims={"SC-A-02": CLAIMS["SC-A-02"]})
    broken = vcr(response={"body": {"string": '{"id": "1"}'}})

    [found] = checked(*read(write_file(tmp_path, "a.yaml", broken)), contracts=[contract])

    assert (found.satisfied_claims, found.violations) == (["SC-A-02"], [])


def test_exchange_has_violations_and_satisfied_claims(tmp_path: Path) -> None:
    [recorded] = read(write_file(tmp_path, "a.yaml", vcr(response={"body": {"string": '{"id": "1"}'}})))

    [found] = checked(recorded)

    assert (found.api, found.operation) == ("soundcloud", "GET /tracks/{id}")
    assert [(each.claim, each.pointer) for each in found.violations] == [("SC-A-01", "/id")]
    assert found.satisfied_claims == ["SC-A-02"]


@pytest.mark.parametrize("value", ["REDACTED", "REDACTED-3", "https://a/?client_id=REDACTED"])
def test_redacted_value_breaks_no_claim(tmp_path: Path, value: str) -> None:
    body = {"string": json.dumps({"id": value})}
    [recorded] = read(write_file(tmp_path, "a.yaml", vcr(response={"body": body})))

    [found] = checked(recorded)

    assert found.violations == []
    assert found.satisfied_claims == ["SC-A-02"]


def test_object_with_redacted_value_can_break_a_claim(tmp_path: Path) -> None:
    body = {"string": json.dumps({"id": {"token": "REDACTED"}})}
    [recorded] = read(write_file(tmp_path, "a.yaml", vcr(response={"body": body})))

    assert [each.claim for each in checked(recorded)[0].violations] == ["SC-A-01"]


@pytest.mark.parametrize(
    ("url", "header", "operation"),
    [
        ("https://api.test/v1/tracks/1", None, "GET /tracks/{id}"),
        ("https://API.test/v1/tracks/1", None, "GET /tracks/{id}"),
        ("https://staging.test/tracks/1", None, "GET /tracks/{id}"),
        ("https://staging.test/v1/tracks/1", None, "GET /tracks/{id}"),
        ("https://staging.test/v9/tracks/1", None, None),
        ("http://127.0.0.1:1/v9/tracks/1", {"base_url": "http://127.0.0.1:1/v9"}, "GET /tracks/{id}"),
    ],
)
def test_operation_is_found_by_path_below_base_url(
    tmp_path: Path, url: str, header: Any, operation: str | None
) -> None:
    content = vcr({"uri": url}) | ({"tuningfork": header} if header else {})

    [found] = checked(*read(write_file(tmp_path, "a.yaml", content)), api="soundcloud")

    assert found.operation == operation


def test_host_or_caller_selects_the_api(tmp_path: Path) -> None:
    other = FakeContract("other", {"servers": [{"url": "https://other.test"}]})
    known = read(write_file(tmp_path, "a.yaml", vcr({"uri": "https://other.test/tracks/1"})))
    unknown = read(write_file(tmp_path, "b.yaml", vcr({"uri": "https://staging.test/tracks/1"})))
    contracts = [FakeContract(), other]

    assert checked(*known, contracts=contracts)[0].api == "other"
    assert checked(*unknown, contracts=contracts)[0].defect == "staging.test is in no contract; say --api"
    assert checked(*unknown, contracts=contracts, api="other")[0].api == "other"


def test_other_hosts_of_a_har_are_not_checked(tmp_path: Path) -> None:
    content = har()
    content["log"]["entries"] += har({"url": "https://cdn.test/a.js"})["log"]["entries"]

    first, second = checked(*read(write_file(tmp_path, "a.har", content)))

    assert first.api == "soundcloud"
    assert (second.findings, second.defect) == ((), "cdn.test is not the API")


def printed(*exchanges: CheckedExchange) -> str:
    file = io.StringIO()
    traffic_report.print_traffic(exchanges, CLAIMS, table.console(file, 100))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


def test_print_traffic_shows_violations_and_satisfied_claims(tmp_path: Path) -> None:
    broken = vcr(
        {"uri": "https://api.test/v1/tracks/1?secret_token=PLANTED"}, {"body": {"string": '{"id": "1"}'}}
    )
    text = printed(
        *checked(*read(write_file(tmp_path, "a.yaml", broken)), *read(write_file(tmp_path, "b.yaml", vcr())))
    )

    assert "GET https://api.test/v1/tracks/1?secret_token=$SECRET_TOKEN  200" in text
    assert f"  {tmp_path}/a.yaml, 1: GET /tracks/{{id}}" in text
    assert "  breaks SC-A-01 (MUST, G Errors)\n    The promise of SC-A-01\n    at /id: expected an " in text
    assert "expected an integer; found '1'" in text
    assert "  satisfies: SC-A-01, SC-A-02" in text
    assert "2 exchanges in 2 files\n  failed (MUST): SC-A-01\n  satisfied by all: SC-A-02" in text


def test_as_json_has_violations_and_satisfied_claims(tmp_path: Path) -> None:
    found = checked(*read(write_file(tmp_path, "a.yaml", vcr(response={"body": {"string": '{"id": "1"}'}}))))

    output = traffic_json.as_json(found, CLAIMS)

    assert json.loads(json.dumps(output)) == output
    assert output["broken"] == {"SC-A-01": 1}
    assert output["kept"] == {"SC-A-02": 1}
    assert output["exchanges"][0]["broken"][0] | {"expected": "", "found": ""} == {
        "claim": "SC-A-01", "level": "MUST", "source": "G Errors",
        "expected": "", "found": "", "place": "/id", "note": NOTE,
    }  # fmt: skip
    assert output["exchanges"][0]["notes"] == [
        {"expected": "nothing in particular", "found": "something", "place": ""}
    ]


def test_note_of_broken_claim_is_printed(tmp_path: Path) -> None:
    broken = vcr(response={"body": {"string": '{"id": "1"}'}})

    assert f"    note: {NOTE}" in printed(*checked(*read(write_file(tmp_path, "a.yaml", broken))))


def test_only_a_broken_must_fails_the_check(tmp_path: Path) -> None:
    fine = checked(*read(write_file(tmp_path, "a.yaml", vcr({"uri": "https://api.test/v1/none"}))))
    bad = checked(*read(write_file(tmp_path, "b.yaml", vcr(response={"body": {"string": '{"id": "1"}'}}))))

    assert [each.claim for each in fine[0].violations] == ["SC-A-02"]
    assert not TrafficTotals(fine).breaks_a_must(CLAIMS)
    assert TrafficTotals(bad).breaks_a_must(CLAIMS)
