"""Bodies in a HAR: a body that was not exported is missing, not empty, and decides no claim."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tuningfork.model import Exchange, Finding
from tuningfork.report.checked_exchange import ExchangeChecker
from tuningfork.report.content_coding import MAX_BODY_BYTES
from tuningfork.report.recorded_exchange import (
    MissingBodyError,
    RecordedExchange,
    TrafficError,
)
from tuningfork.report.traffic import read

BODY = '{"id": 1}'


def har(content: Any, request: Any = None, headers: Any = (), **response: Any) -> dict[str, Any]:
    default_request = {"method": "GET", "url": "https://api.test/tracks/1", "headers": [], "bodySize": 0}
    default_response = {"status": 200, "headers": [{"name": name, "value": value} for name, value in headers]}
    entry = {
        "request": default_request | (request or {}),
        "response": default_response | response | {"content": content},
    }
    return {"log": {"entries": [entry]}}


def read_har(folder: Path, *parts: Any, **response: Any) -> RecordedExchange:
    (folder / "a.har").write_text(json.dumps(har(*parts, **response)))
    [recorded] = read(folder / "a.har")
    return recorded


@pytest.mark.parametrize(
    "content",
    [
        {"size": -1, "mimeType": "application/json"},
        {"size": 99, "mimeType": "application/json"},
        {"size": -1, "text": ""},
        {"size": 99, "text": ""},
        {"size": 0, "comment": "Response bodies are not included."},
        {"mimeType": "application/json"},
        {},
        None,
        {"size": 500, "text": BODY},
        {"size": 9, "text": BODY, "comment": "Body truncated: 9 of 500 bytes recorded"},
        {"size": 9, "text": BODY, "encoding": "gzip"},
        {"size": 9, "text": "%%%", "encoding": "base64"},
        {"size": 9, "text": BODY, "_error": "net::ERR_ABORTED"},
        {"size": -1, "_file": "none.json"},
        {"size": -1, "_file": "../outside.json"},
        {"size": -1, "_file": "/etc/hostname"},
        {"size": -1, "_file": "link.json"},
        {"size": -1, "_file": "a\0b"},
        {"size": -1, "_file": "."},
    ],
)
def test_body_that_was_not_exported_is_missing(tmp_path: Path, content: Any) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "outside.json").write_text(BODY)
    (folder / "link.json").symlink_to(tmp_path / "outside.json")

    recorded = read_har(folder, content)

    assert recorded.missing_body
    assert not recorded.defect
    with pytest.raises(MissingBodyError):
        recorded.exchange.response.text  # noqa: B018 - reading it is what fails


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ({"size": 0}, b""),
        ({"size": 0, "text": ""}, b""),
        ({"text": ""}, b""),
        ({"size": 9, "text": BODY}, BODY.encode()),
        ({"size": 2, "text": BODY}, BODY.encode()),
        ({"size": 12, "text": BODY}, BODY.encode()),
        ({"text": BODY, "encoding": "UTF-8"}, BODY.encode()),
        ({"size": 1, "text": "/w==", "encoding": "Base64"}, b"\xff"),
        ({"size": 1, "text": "_w", "encoding": "base64"}, b"\xff"),
        ({"size": 30, "compression": -21, "text": BODY}, BODY.encode()),
        ({"size": -1, "_file": "body.json"}, BODY.encode()),
    ],
)
def test_exported_body_is_decoded(tmp_path: Path, content: Any, body: bytes) -> None:
    (tmp_path / "body.json").write_text(BODY)

    recorded = read_har(tmp_path, content)

    assert (recorded.exchange.response.body, recorded.missing_body) == (body, "")


def test_compressed_size_may_exceed_size_of_small_body(tmp_path: Path) -> None:
    headers = [("Content-Encoding", "gzip")]

    assert read_har(tmp_path, {"size": 29, "text": BODY}, headers=headers).missing_body == ""
    assert read_har(tmp_path, {"size": 500, "text": BODY}, headers=headers).missing_body


def test_empty_body_with_content_length_is_missing(tmp_path: Path) -> None:
    headers = [("Content-Length", "9")]

    assert read_har(tmp_path, {"size": 0}, headers=headers).missing_body
    assert read_har(tmp_path, {"size": 0}, {"method": "HEAD"}, headers).missing_body == ""


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_response_that_cannot_have_a_body_has_an_empty_one(tmp_path: Path, method: str, status: int) -> None:
    recorded = read_har(tmp_path, {"size": -1}, {"method": method}, status=status)

    assert (recorded.exchange.response.body, recorded.missing_body) == (b"", "")


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        ({}, b""),
        ({"postData": {"text": "a=1"}, "bodySize": 3}, b"a=1"),
        ({"postData": {"text": base64.b64encode(b"\xff").decode(), "encoding": "base64"}}, b"\xff"),
        ({"postData": {"params": [{"name": "a", "value": "b c"}]}}, b"a=b+c"),
        ({"postData": {"_file": "body.json"}}, BODY.encode()),
        ({"postData": {"text": "", "params": []}, "bodySize": 0}, b""),
        ({"postData": {"text": "", "params": []}, "bodySize": -1}, None),
        ({"postData": {"params": [{"name": "a", "fileName": "a.wav"}]}}, None),
        ({"postData": {"text": "a=", "comment": "Request bodies are not included."}}, None),
        ({"bodySize": 3}, None),
        ({"_content": {"text": "/w==", "encoding": "base64", "size": 1}}, b"\xff"),
        ({"_requestBodyStatus": "discarded:too-large"}, None),
        ({"headers": [{"name": "Content-Length", "value": "3"}]}, None),
    ],
)
def test_request_body_is_decoded_or_missing(tmp_path: Path, request_: Any, body: bytes | None) -> None:
    (tmp_path / "body.json").write_text(BODY)

    request = read_har(tmp_path, {"size": 0}, request_).exchange.request

    if body is None:
        with pytest.raises(MissingBodyError):
            request.body  # noqa: B018 - reading it is what fails
    else:
        assert request.body == body


def zipped(path: Path, **contents: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in contents.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return path


def test_attached_body_is_read_from_zip(tmp_path: Path) -> None:
    text = json.dumps(har({"size": -1, "_file": "body.json"}))

    [recorded] = read(zipped(tmp_path / "a.zip", run__har_dot_har=text, run__body_dot_json=BODY))

    assert recorded.exchange.response.json() == {"id": 1}


def test_attached_bodies_larger_than_64_mib_are_a_defect(tmp_path: Path) -> None:
    text = json.dumps(har({"size": -1, "_file": "body.json"}))
    path = zipped(tmp_path / "a.zip", run__har_dot_har=text, run__body_dot_json=" " * (MAX_BODY_BYTES + 1))

    [recorded] = read(path)

    assert recorded.defect == "the attached bodies are larger than 64 MiB"


@pytest.mark.parametrize("names", [(), ("a_dot_har", "b_dot_har")])
def test_zip_with_no_or_two_hars_is_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    path = zipped(tmp_path / "a.zip", other="", **dict.fromkeys(names, "{}"))

    with pytest.raises(TrafficError, match=r"is a zip with (no|2) HAR in it"):
        read(path)


def check_status(exchange: Exchange, operation: object) -> Iterator[Finding]:
    yield Finding("A", exchange.response.status < 500, "no 5xx", "")
    yield Finding("B", True, "a header", "")
    yield Finding("D", False, "another header", "")


def check_body(exchange: Exchange, operation: object) -> Iterator[Finding]:
    yield Finding("C", True, "a claim of the status", "")
    body = exchange.response.body
    yield Finding("B", body != b"{}", "no empty object", "")
    yield Finding("D", True, "a body", "")


def test_missing_response_body_decides_no_claim(tmp_path: Path) -> None:
    checker = ExchangeChecker({"api": (check_status, check_body)})

    without_body = checker(read_har(tmp_path, {"size": -1}), "api", None)
    with_body = checker(read_har(tmp_path, {"size": 2, "text": "{}"}), "api", None)

    assert without_body.satisfied_claims == ["A"]
    assert [each.claim for each in without_body.violations] == ["D"]
    assert (with_body.satisfied_claims, [each.claim for each in with_body.violations]) == (
        ["A", "C"],
        ["D", "B"],
    )


def check_request(exchange: Exchange, operation: object) -> Iterator[Finding]:
    yield Finding("A", exchange.request.body == b"a=1", "a=1", "")


def test_missing_request_body_decides_no_claim(tmp_path: Path) -> None:
    checker = ExchangeChecker({"api": (check_request,)})

    checked = checker(read_har(tmp_path, {"size": 0}, {"bodySize": 3}), "api", None)

    assert (checked.satisfied_claims, checked.violations, checked.defect) == ([], [], "")


JSON_TYPE = ("Content-Type", "application/json")


@pytest.mark.parametrize(
    ("text", "headers", "is_cut"),
    [
        (BODY[:-2], [JSON_TYPE, ("Content-Length", "900")], True),
        (BODY, [JSON_TYPE, ("Content-Length", "900")], False),
        (BODY[:-2], [JSON_TYPE, ("Content-Length", str(len(BODY)))], False),
        (BODY[:-2], [JSON_TYPE, ("Content-Length", "900"), ("Content-Encoding", "gzip")], False),
        (BODY[:-2], [("Content-Type", "text/plain"), ("Content-Length", "900")], False),
        (BODY[:-2], [JSON_TYPE, ("Content-Length", "many")], False),
    ],
    ids=["cut", "shortened, but whole", "not JSON", "compressed", "text", "no length"],
)
def test_body_shorter_than_its_content_length_is_judged_only_if_it_is_whole(
    tmp_path: Path, text: str, headers: list[tuple[str, str]], is_cut: bool
) -> None:
    recorded = read_har(tmp_path, {"text": text, "size": len(text)}, None, headers)

    assert bool(recorded.missing_body) is is_cut


@pytest.mark.parametrize("response", [None, "left out"])
def test_entry_without_a_response_does_not_end_the_file(tmp_path: Path, response: str | None) -> None:
    log = har({"text": BODY})
    [entry] = log["log"]["entries"]
    without = {name: value for name, value in entry.items() if name != "response"}
    log["log"]["entries"] = [without if response else {**entry, "response": None}, entry]
    (tmp_path / "a.har").write_text(json.dumps(log))

    first, second = read(tmp_path / "a.har")

    assert "no response" in first.defect
    assert not second.defect
