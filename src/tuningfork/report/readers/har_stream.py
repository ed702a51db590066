"""Splits a HAR into its entries while it is read, so that a file of any size needs little memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tuningfork.report.readers.files import MAX_FILE_BYTES, parse_content
from tuningfork.report.recorded_exchange import TrafficError

KIND = "entry"
CHUNK_BYTES = 2**18
HEAD_BYTES = 2**20
"""Size of the start of a small file that is searched for the list of entries."""
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_OTHER = rb'[^"\[\]{}]*+'
_FLAT = rb"\{" + _OTHER + rb"(?:" + _STRING + _OTHER + rb")*+\}"
_TO_BRACKET = re.compile(_OTHER + rb"(?:" + _STRING + _OTHER + rb")*+([\[\]{}])", re.DOTALL)
"""Everything up to the next bracket that is outside of strings."""
_TO_NESTED = re.compile(
    _OTHER + rb"(?:(?:" + _STRING + rb"|" + _FLAT + rb")" + _OTHER + rb")*+([\[\]{}])", re.DOTALL
)
"""The same, beyond objects without lists and objects in them, such as headers: fewer steps."""
_TOKEN = re.compile(_STRING + rb"|[\[\]{}]", re.DOTALL)
_LIST = re.compile(rb"\s*+:\s*+\[")
_DEPTH = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
_STAND_IN = b"0"
"""Replaces an entry when the rest of the file is parsed."""


@dataclass(frozen=True, slots=True)
class RawEntry:
    """The JSON of an exchange that is not parsed yet.

    Args:
        file: the file that contains it.
        kind: the word for it in error messages: "entry" or "line".
        number: its position in the file, from 1.
        content: the JSON.
    """

    file: Path
    kind: str
    number: int
    content: bytes


def find_entries(head: bytes) -> int | None:
    """Return the position after the bracket of the list log.entries; None if it is not in `head`."""
    depth, parent = 0, b""
    for token in _TOKEN.finditer(head):
        text = token[0]
        if text in _DEPTH:
            depth += _DEPTH[text]
        elif depth == 1:
            parent = text
        elif depth == 2 and (parent, text) == (b'"log"', b'"entries"') and _LIST.match(head, token.end()):
            return head.index(b"[", token.end()) + 1
    return None


def split_entries(path: Path, file: IO[bytes], start: int) -> Iterator[RawEntry]:
    """Yield the entries of a HAR one after the other; the list of entries begins at `start`.

    Raises:
        TrafficError: the file breaks off, is not JSON or has a larger entry than MAX_FILE_BYTES. It is raised
            after the last complete entry.
    """
    splitter = _Splitter(path, file, start)
    yield from splitter.entries()
    splitter.require_valid_rest()


class _Splitter:
    """Reads a file in chunks; keeps only the current entry, and what is outside of the entries.

    Args:
        path: the name of the file, for messages.
        file: its content.
        start: where the list of entries begins.
    """

    def __init__(self, path: Path, file: IO[bytes], start: int) -> None:
        self._path, self._file = path, file
        self._rest = [file.read(start)]
        """The file with _STAND_IN in place of each entry."""
        self._data, self._position = b"", 0
        self._number = 0

    def entries(self) -> Iterator[RawEntry]:
        """Yield each entry that is an object or a list."""
        while True:
            begin = self._skip_to_bracket(self._position) - 1
            if self._data[begin : begin + 1] not in (b"{", b"["):
                return
            end = self._end_of_value(begin)
            self._number += 1
            self._rest += [self._data[self._position : begin], _STAND_IN]
            yield RawEntry(self._path, KIND, self._number, self._data[begin:end])
            self._position = end
            if end > CHUNK_BYTES:
                self._data, self._position = self._data[end:], 0

    def require_valid_rest(self) -> None:
        """Raise TrafficError unless the file without its entries is JSON, with nothing else in their list."""
        self._rest += [self._data[self._position :], self._file.read(MAX_FILE_BYTES + 1)]
        content = b"".join(self._rest)
        if len(content) > MAX_FILE_BYTES:
            raise TrafficError(f"{self._path}: has over {MAX_FILE_BYTES >> 20} MiB outside of its entries")
        if parse_content(self._path, content)["log"]["entries"] != [0] * self._number:
            raise TrafficError(f"{self._path}: has an entry that is not an object; export it again")

    def _end_of_value(self, begin: int) -> int:
        """Return the position after the object or list that begins at a position."""
        depth, position = 1, begin + 1
        while depth:
            position = self._skip_to_bracket(position, _TO_NESTED)
            depth += _DEPTH[self._data[position - 1 : position]]
            if position - begin > MAX_FILE_BYTES:
                raise self._error(f"is larger than {MAX_FILE_BYTES >> 20} MiB")
        return position

    def _skip_to_bracket(self, position: int, pattern: re.Pattern[bytes] = _TO_BRACKET) -> int:
        """Return the position after the next bracket that is outside of strings."""
        while (match := pattern.match(self._data, position)) is None:
            if len(self._data) - self._position > 2 * MAX_FILE_BYTES:
                raise self._error(f"is larger than {MAX_FILE_BYTES >> 20} MiB")
            chunk = self._file.read(max(CHUNK_BYTES, len(self._data)))
            if not chunk:
                raise self._error("is not complete, because the file breaks off")
            self._data += chunk
        return match.end()

    def _error(self, problem: str) -> TrafficError:
        """Return the error of the entry after the last complete one."""
        return TrafficError(
            f"{self._path}, entry {self._number + 1:,}: {problem}; {self._number:,} entries were read"
        )
