"""Reads files of recorded traffic, without a network."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tuningfork.report.readers import bare_vcr, exchange_lines, har, postman, vcr
from tuningfork.report.readers.attachments import Attachments, attachments_beside
from tuningfork.report.readers.files import MAX_FILE_BYTES, load, open_file
from tuningfork.report.readers.har_stream import HEAD_BYTES, RawEntry, find_entries, split_entries
from tuningfork.report.recorded_exchange import (
    MALFORMED_ENTRY_ERRORS,
    RecordedExchange,
    TrafficError,
    UnknownFormatError,
)

FORMATS = (
    "HAR, alone or in a zip; VCR cassettes of vcrpy, Ruby's VCR, betamax, Schemathesis and PHP-VCR; Postman "
    "collections with saved responses; Newman's JSON report; lines of JSON (.ndjson)"
)


def read(path: Path) -> list[RecordedExchange]:
    """Return the exchanges of a file in any of the FORMATS.

    Raises:
        TrafficError: the file can't be read, is truncated, or has another format.
    """
    return list(iterate(path))


def iterate(path: Path) -> Iterator[RecordedExchange]:
    """Yield the exchanges of a file; those of a HAR while it is read.

    Raises:
        TrafficError: as `read`, after the last complete exchange.
    """
    attachments = attachments_beside(path)
    for each in iterate_raw(path):
        yield parse(each, attachments)


def parse(recorded: RecordedExchange | RawEntry, attachments: Attachments) -> RecordedExchange:
    """Return an exchange that may not be parsed yet.

    Raises:
        TrafficError: it is not JSON or not complete.
    """
    if isinstance(recorded, RecordedExchange):
        return recorded
    return exchange_lines.parse_raw(recorded, attachments)


def iterate_raw(path: Path) -> Iterator[RecordedExchange | RawEntry]:
    """Yield the exchanges of a file, not yet parsed if it is a HAR or has a line for each.

    Raises:
        TrafficError: as `read`, after the last complete exchange.
    """
    if path.suffix.lower() in exchange_lines.SUFFIXES:
        with open_file(path) as file:
            yield from exchange_lines.split_lines(path, file)
        return
    start = _find_entries(path)
    if start is not None:
        with open_file(path) as file:
            yield from split_entries(path, file, start)
        return
    content, attachments = load(path)
    try:
        yield from _exchanges(path, content, attachments)
    except TrafficError:
        raise
    except MALFORMED_ENTRY_ERRORS:
        raise TrafficError(f"{path}: is not complete; record or export it again") from None


def _find_entries(path: Path) -> int | None:
    """Return where the entries of a HAR begin; None for a file that is not a HAR or is read as a whole."""
    with open_file(path) as file:
        is_small = os.fstat(file.fileno()).st_size <= MAX_FILE_BYTES
        return find_entries(file.read(HEAD_BYTES if is_small else MAX_FILE_BYTES))


def _exchanges(path: Path, content: Any, attachments: Attachments) -> Iterable[RecordedExchange]:
    """Return the exchanges of a file; the structure of its content decides the format."""
    if har.is_archive(content):
        return har.read_exchanges(path, content, attachments)
    if vcr.is_cassette(content):
        return vcr.read_exchanges(path, content)
    if bare_vcr.is_list_of_exchanges(content):
        return bare_vcr.read_exchanges(path, content)
    if postman.is_report(content):
        return postman.read_report(path, content)
    if postman.is_collection(content):
        return postman.read_collection(path, content)
    problem = "is empty" if content is None else "has none of the formats that can be read"
    raise UnknownFormatError(f"{path}: {problem}; give one of: {FORMATS}")
