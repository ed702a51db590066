"""Reads exchanges as lines of JSON (NDJSON): entries of a HAR, or flat objects that are easy to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from tuningfork.report.readers import har, messages
from tuningfork.report.readers.attachments import Attachments
from tuningfork.report.readers.files import MAX_FILE_BYTES, parse_content
from tuningfork.report.readers.har_stream import RawEntry
from tuningfork.report.recorded_exchange import (
    EntryLocation,
    MissingBody,
    RecordedExchange,
    TrafficError,
    read_entry,
    recorded_exchange,
    recorded_request,
)

SUFFIXES = (".ndjson", ".jsonl")


def split_lines(path: Path, file: IO[bytes]) -> Iterator[RawEntry]:
    """Yield each line that is not empty as soon as it is read.

    Raises:
        TrafficError: a line is too long, or the last one is not complete; after the lines before it.
    """
    number = 0
    while line := file.readline(MAX_FILE_BYTES + 1):
        number += 1
        if len(line) > MAX_FILE_BYTES:
            raise TrafficError(f"{path}, line {number:,}: is larger than {MAX_FILE_BYTES >> 20} MiB")
        if line.strip():
            yield RawEntry(path, "line", number, line)


def parse_raw(raw: RawEntry, attachments: Attachments) -> RecordedExchange:
    """Return the exchange of a line, or of an entry of a HAR.

    Raises:
        TrafficError: it is not JSON or not complete.
    """

    def parse(location: EntryLocation, value: Any) -> RecordedExchange:
        """Return the exchange of either form."""
        if isinstance(value, Mapping) and "request" not in value and raw.kind == "line":
            return _parse_flat(location, value)
        return har.parse_entry(location, value, attachments)

    location = EntryLocation(raw.file, raw.kind, raw.number)
    return read_entry(location, parse_content(location, raw.content), parse)


def _parse_flat(location: EntryLocation, value: Mapping[str, Any]) -> RecordedExchange:
    """Return the exchange of an object whose properties are the parts of a request and a response."""
    request = recorded_request(
        str(messages.required(value, "method", location)).upper(),
        str(messages.required(value, "url", location)),
        messages.parse_headers(value.get("request_headers"), location),
        _body(value, "request_body"),
    )
    return recorded_exchange(
        location,
        request,
        messages.parse_status(value.get("status"), location),
        messages.parse_headers(value.get("headers"), location),
        _body(value, "body"),
        seconds=float(value.get("seconds") or 0),
    )


def _body(value: Mapping[str, Any], name: str) -> bytes | MissingBody:
    """Return a body that is text, or base64 in the property with `_base64` after its name."""
    if value.get(f"{name}_base64") is not None:
        return messages.decode_base64(value[f"{name}_base64"])
    return messages.encode_text(value[name]) if value.get(name) is not None else MissingBody()
