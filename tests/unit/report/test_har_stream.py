"""A HAR is split into its entries while it is read."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tuningfork.report import traffic
from tuningfork.report.readers import har_stream
from tuningfork.report.readers.har_stream import find_entries, split_entries
from tuningfork.report.recorded_exchange import TrafficError

PATH = Path("a.har")


def entry(text: str = "x") -> dict[str, Any]:
    request = {"method": "GET", "url": "https://api.test/tracks", "headers": []}
    content = {"size": len(text), "text": text}
    return {"request": request, "response": {"status": 200, "headers": [], "content": content}}


ENTRIES = [entry(text) for text in ("x", '{"a": ["]}"]}\\', "\u00e9\U0001f600", '"[{', "")]
ARCHIVE = {"x": [{"log": {"entries": [1]}}], "log": {"pages": [{"entries": []}], "entries": ENTRIES, "z": {}}}


def split(content: bytes) -> tuple[list[Any], str]:
    """Return the entries, and the error after the last one."""
    found: list[Any] = []
    start = find_entries(content)
    assert start is not None
    try:
        for raw in split_entries(PATH, io.BytesIO(content), start):
            assert raw.number == len(found) + 1
            found.append(json.loads(raw.content))
    except TrafficError as error:
        return found, str(error)
    return found, ""


@pytest.mark.parametrize("chunk_bytes", [1, 7, 10_000])
@pytest.mark.parametrize("indent", [None, 2])
def test_each_entry_is_found(monkeypatch: pytest.MonkeyPatch, chunk_bytes: int, indent: int | None) -> None:
    monkeypatch.setattr(har_stream, "CHUNK_BYTES", chunk_bytes)
    content = json.dumps(ARCHIVE, indent=indent, ensure_ascii=False).encode()

    assert split(content) == (ENTRIES, "")


def test_file_cut_anywhere_yields_the_entries_before() -> None:
    content = json.dumps(ARCHIVE, ensure_ascii=False).encode()
    begin = find_entries(content)
    assert begin is not None

    for end in range(begin, len(content)):
        found, error = split(content[:end])
        assert found == ENTRIES[: len(found)]
        assert "breaks off" in error or (len(found) == len(ENTRIES) and "truncated" in error)
        assert "\n" not in error


@pytest.mark.parametrize("odd", ["7", "null", '"x"', "{} {}", "{},", ",{}"])
def test_entry_that_is_not_an_object_is_refused(odd: str) -> None:
    assert split(f'{{"log": {{"entries": [{{}}, {odd}]}}}}'.encode())[1]


@pytest.mark.parametrize("end", ["]}} x", "]}, {}", '], "entries": []}}'])
def test_rest_that_is_not_valid_is_refused(end: str) -> None:
    found, error = split(b'{"log": {"entries": [{}' + end.encode())

    assert found == [{}]
    assert str(PATH) in error


@pytest.mark.parametrize(
    "text",
    [
        '{"entries": []}',
        '{"log": {"x": {"entries": []}}}',
        '{"x": {"entries": []}}',
        '[{"log": {"entries": []}}]',
        '{"log": "entries"}',
        '{"a": "log", "b": {"entries": [',
    ],
)
def test_other_lists_of_entries_are_not_those_of_a_har(text: str) -> None:
    assert find_entries(text.encode()) is None


def test_entry_larger_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(har_stream, "MAX_FILE_BYTES", 2_000)
    monkeypatch.setattr(har_stream, "CHUNK_BYTES", 10)
    content = json.dumps({"log": {"entries": [entry(), entry("x" * 10_000), entry()]}}).encode()

    found, error = split(content)

    assert found == [entry()]
    assert "entry 2: is larger than" in error


def test_error_in_an_entry_follows_the_entries_before(tmp_path: Path) -> None:
    file = tmp_path / "a.har"
    file.write_text('{"log": {"entries": [' + json.dumps(entry()) + ', {"a": 1, "a": 2}]}}')
    found = traffic.iterate(file)

    assert next(found).number == 1
    with pytest.raises(TrafficError, match="entry 2: has the key 'a' twice"):
        next(found)
