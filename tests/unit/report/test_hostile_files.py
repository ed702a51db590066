"""Files that are malformed or need much memory are refused in one sentence, before they are parsed."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from tuningfork.report.readers import files
from tuningfork.report.recorded_exchange import TrafficError
from tuningfork.report.traffic import read

ALIASES = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 9)
)
MERGES = "a0: &a0 {x0: 1}\n" + "".join(
    f"a{level}: &a{level} {{<<: [{', '.join([f'*a{level - 1}'] * 9)}], x{level}: 1}}\n"
    for level in range(1, 12)
)
EXCHANGE = (
    '- request: {{method: GET, uri: "https://api.test/"}}\n  response: {{status: 200, headers: {}, body: {}}}'
)


def refusal(path: Path) -> str:
    with pytest.raises(TrafficError) as caught:
        read(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ALIASES + "interactions: *a8", "line 7, column 10: needs too much memory"),
        (MERGES + "interactions: *a11", "needs too much memory"),
        (ALIASES + "interactions:\n" + EXCHANGE.format("{X: *a8}", "a"), "needs too much memory"),
        (ALIASES + "interactions:\n" + EXCHANGE.format("{}", "*a8"), "needs too much memory"),
        (f"a: &a {'x' * 10**6}\ninteractions: [{'*a, ' * 1000}]", "needs too much memory"),
        ("interactions: &a [*a]", "column 19: has an alias of an unknown or enclosing value"),
        ("interactions: &a {<<: *a}", "has an alias of an unknown or enclosing value"),
        ("interactions: *a", "has an alias of an unknown or enclosing value"),
        ("[" * 200, "is nested too deeply"),
        ("- " * 10**5, "is nested too deeply"),
        ("interactions: []\ninteractions: []", "line 2, column 1: has the key 'interactions' twice"),
        ("? [a]\n: 1", "has a key that is not a text"),
        ("interactions: !!set {a, b}", "has the tag 'set'"),
        ("interactions: !!omap [a: 1]", "has the tag 'omap'"),
        ("interactions: !!python/object/apply:os.system [x]", "has the tag 'python/object/apply:os.system'"),
        ("interactions: !!binary '%%%'", "column 15: has binary data that is not valid base64"),
        ("a: 1\n---\nb: 2", "line 2, column 1: has several documents"),
        ("interactions: 2020-99-99\nrecorded: 0000-00-00", "its interactions are not a list"),
        ("interactions: 1_000", "its interactions are not a list"),
        ("a: \0", "is truncated or not YAML"),
        ("%YAML 9.9\n--- a", "is truncated or not YAML"),
        ("interactions:\n" + EXCHANGE.replace("200", "3.5").format("{}", "a"), "its status is '3.5'"),
        ("interactions:\n" + EXCHANGE.replace("200", "1e999").format("{}", "a"), "its status is '1e999'"),
        ("interactions:\n" + EXCHANGE.format("{X: {a: b}}", "a"), "its headers are not names and values"),
    ],
)
def test_hostile_yaml_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.yaml").write_text(text)

    assert message in refusal(tmp_path / "a.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"log": {"entries": [' + "9" * 6000 + "]}}", "has a number of 6,000 digits"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"a":' * 100_000, "is nested too deeply"),
        ('{"log": 1, "log": 2}', "has the key 'log' twice"),
        ('{"a": "\0"}', "line 1, column 8: is truncated or not JSON"),
        ("[" + "[]," * 2_000_000 + "0]", "needs too much memory"),
        ("[" + "0," * 5_000_000 + "0]", "needs too much memory"),
    ],
)
def test_hostile_json_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.har").write_text(text)

    assert message in refusal(tmp_path / "a.har")


@pytest.mark.parametrize(
    "status", ["1e999", "NaN", "-5", '"200 OK"', "3.5", "true", "[]", "99", '"\uff12\uff10\uff10"']
)
def test_status_that_is_not_three_digits_is_refused(tmp_path: Path, status: str) -> None:
    request = '{"method": "GET", "url": "https://api.test/", "headers": []}'
    entry = f'{{"request": {request}, "response": {{"status": {status}, "headers": []}}}}'
    (tmp_path / "a.har").write_text(f'{{"log": {{"entries": [{entry}]}}}}', encoding="utf-8")

    assert "entry 1: its status is " in refusal(tmp_path / "a.har")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_each_unicode_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.har").write_text(json.dumps({"log": {"entries": []}}), encoding=encoding)
    (tmp_path / "a.yaml").write_text("interactions: []", encoding=encoding)

    assert read(tmp_path / "a.har") == read(tmp_path / "a.yaml") == []


@pytest.mark.parametrize("content", [b"\xff", b"\xff\xfe\x00", b"{\xe9}", b"\x00\xd8" * 9, b"\x89PNG\r\n"])
def test_binary_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.har").write_bytes(content)

    assert "is not text in UTF-8" in refusal(tmp_path / "a.har")


def test_folder_pipe_and_device_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")

    for path in (tmp_path, tmp_path / "a.yaml", Path("/dev/zero")):
        assert "it is not a regular file" in refusal(path)
    assert "not the name of a file" in refusal(Path("a\0b"))


def test_file_larger_than_64_mib_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.har").open("wb") as sparse:
        sparse.truncate(2**40)

    assert "is larger than 64 MiB" in refusal(tmp_path / "a.har")


def test_memory_of_wide_characters_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_MEMORY_BYTES", 6000)
    (tmp_path / "a.har").write_text('{"log": {"entries": [], "a": "' + "x" * 1000 + '"}}')
    (tmp_path / "b.har").write_text('{"log": {"entries": [], "a": "' + "x" * 1000 + '\U0001f600"}}', "utf-8")

    assert read(tmp_path / "a.har") == []
    assert "needs too much memory" in refusal(tmp_path / "b.har")


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"PK\x03\x04" + b"PK\x01\x02" * 30_000])
def test_malformed_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)

    assert "a.zip: " in refusal(tmp_path / "a.zip")


def test_har_in_zip_larger_than_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 10_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.har", " " * 1_000_000)
    (tmp_path / "a.zip").write_bytes(packed.getvalue())

    assert "the HAR in it is larger than" in refusal(tmp_path / "a.zip")
