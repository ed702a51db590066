"""Bodies of a HAR: what was not exported is unknown, not empty, and judges nothing."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tuningfork.model import Exchange, Finding
from tuningfork.report.checked_exchange import Judge
from tuningfork.report.recorded_exchange import MAX_BODY, Recorded, TrafficError, UnknownBodyError
from tuningfork.report.traffic import read

BODY = '{"id": 1}'


def har(content: Any, request: Any = None, headers: Any = (), **response: Any) -> dict[str, Any]:
    sent = {"method": "GET", "url": "https://api.test/tracks/1", "headers": [], "bodySize": 0}
    answer = {"status": 200, "headers": [{"name": name, "value": value} for name, value in headers]}
    entry = {"request": sent | (request or {}), "response": answer | response | {"content": content}}
    return {"log": {"entries": [entry]}}


def read_har(folder: Path, *given: Any, **more: Any) -> Recorded:
    (folder / "a.har").write_text(json.dumps(har(*given, **more)))
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
def test_what_was_not_exported_is_unknown(tmp_path: Path, content: Any) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "outside.json").write_text(BODY)
    (folder / "link.json").symlink_to(tmp_path / "outside.json")

    recorded = read_har(folder, content)

    assert recorded.unknown
    assert not recorded.flaw
    with pytest.raises(UnknownBodyError):
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
def test_what_was_exported_is_known(tmp_path: Path, content: Any, body: bytes) -> None:
    (tmp_path / "body.json").write_text(BODY)

    recorded = read_har(tmp_path, content)

    assert (recorded.exchange.response.body, recorded.unknown) == (body, "")


def test_size_of_a_compressed_body_may_be_larger_than_the_body(tmp_path: Path) -> None:
    headers = [("Content-Encoding", "gzip")]

    assert read_har(tmp_path, {"size": 29, "text": BODY}, headers=headers).unknown == ""
    assert read_har(tmp_path, {"size": 500, "text": BODY}, headers=headers).unknown


def test_empty_body_with_a_length_was_not_exported(tmp_path: Path) -> None:
    headers = [("Content-Length", "9")]

    assert read_har(tmp_path, {"size": 0}, headers=headers).unknown
    assert read_har(tmp_path, {"size": 0}, {"method": "HEAD"}, headers).unknown == ""


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_responses_that_have_no_body_are_known(tmp_path: Path, method: str, status: int) -> None:
    recorded = read_har(tmp_path, {"size": -1}, {"method": method}, status=status)

    assert (recorded.exchange.response.body, recorded.unknown) == (b"", "")


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
def test_bodies_of_requests(tmp_path: Path, request_: Any, body: bytes | None) -> None:
    (tmp_path / "body.json").write_text(BODY)

    request = read_har(tmp_path, {"size": 0}, request_).exchange.request

    if body is None:
        with pytest.raises(UnknownBodyError):
            request.body  # noqa: B018 - reading it is what fails
    else:
        assert request.body == body


def zipped(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return path


def test_a_zip_has_its_bodies_beside_the_har(tmp_path: Path) -> None:
    text = json.dumps(har({"size": -1, "_file": "body.json"}))

    [recorded] = read(zipped(tmp_path / "a.zip", run__har_dot_har=text, run__body_dot_json=BODY))

    assert recorded.exchange.response.json() == {"id": 1}


def test_attached_bodies_that_grow_without_bound_are_not_judged(tmp_path: Path) -> None:
    text = json.dumps(har({"size": -1, "_file": "body.json"}))
    path = zipped(tmp_path / "a.zip", run__har_dot_har=text, run__body_dot_json=" " * (MAX_BODY + 1))

    [recorded] = read(path)

    assert recorded.flaw == "the attached bodies are larger than 64 MiB"


@pytest.mark.parametrize("names", [(), ("a_dot_har", "b_dot_har")])
def test_a_zip_without_one_har_is_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    path = zipped(tmp_path / "a.zip", other="", **dict.fromkeys(names, "{}"))

    with pytest.raises(TrafficError, match=r"is a zip with (no|2) HAR in it"):
        read(path)


def by_status(exchange: Exchange, operation: object) -> Iterator[Finding]:
    yield Finding("A", exchange.response.status < 500, "no 5xx", "")
    yield Finding("B", True, "a header", "")
    yield Finding("D", False, "another header", "")


def by_body(exchange: Exchange, operation: object) -> Iterator[Finding]:
    yield Finding("C", True, "what the status shows", "")
    body = exchange.response.body
    yield Finding("B", body != b"{}", "no empty object", "")
    yield Finding("D", True, "a body", "")


def test_an_unknown_body_neither_breaks_nor_keeps_a_claim(tmp_path: Path) -> None:
    judge = Judge({"api": (by_status, by_body)})

    unknown = judge(read_har(tmp_path, {"size": -1}), "api", None)
    known = judge(read_har(tmp_path, {"size": 2, "text": "{}"}), "api", None)

    assert (unknown.kept, [each.claim for each in unknown.broken]) == (["A"], ["D"])
    assert (known.kept, [each.claim for each in known.broken]) == (["A", "C"], ["D", "B"])


def by_request(exchange: Exchange, operation: object) -> Iterator[Finding]:
    yield Finding("A", exchange.request.body == b"a=1", "a=1", "")


def test_an_unknown_body_of_a_request_breaks_nothing(tmp_path: Path) -> None:
    judge = Judge({"api": (by_request,)})

    found = judge(read_har(tmp_path, {"size": 0}, {"bodySize": 3}), "api", None)

    assert (found.kept, found.broken, found.flaw) == ([], [], "")
