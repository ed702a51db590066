"""Reads a file of recorded traffic into values, in bounded time and memory for any content."""

from __future__ import annotations

import codecs
import io
import os
import re
import stat
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tuningfork.report.readers.attachments import (
    ZIP_ERRORS,
    Attachments,
    attachments_beside,
    attachments_in_zip,
)
from tuningfork.report.readers.json_values import JsonError, parse_json, weigh_json
from tuningfork.report.readers.yaml_values import YamlError, parse_yaml
from tuningfork.report.recorded_exchange import TrafficError, UnknownFormatError

JSON, YAML = (".har", ".json"), (".yaml", ".yml")
MAX_FILE_BYTES = 64 * 2**20
"""Size of a file, or of the HAR in a zip."""
MAX_MEMORY_BYTES = 200 * 2**20
"""Estimated memory for the text of a file and its values."""
BYTES_PER_MARK, BYTES_PER_STRING = {b",": 48, b"{": 500, b"[": 150}, 90
"""Estimated memory of JSON values; most objects are headers, which are stored in several forms."""
MAX_ZIP_FILES = 20_000
RECORDING = re.compile(r"\b(?:log|entries|(?:http_)?interactions|recorded_with|item|executions|request)\b")
"""Found in the first MAX_HEAD_CHARS of a recording, also of one that is cut off or has an error."""
MAX_HEAD_CHARS = 2_000
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def load(path: Path) -> tuple[Any, Attachments]:
    """Return the content of a JSON or YAML file or of the HAR in a zip, and the bodies in files beside it.

    Raises:
        TrafficError: the file can't be read, is too large, or is neither JSON nor YAML.
    """
    content, attachments, suffix = _read_bytes(path), attachments_beside(path), path.suffix.lower()
    if content.startswith(b"PK\x03\x04"):
        content, attachments = _read_zip(path, content)
        suffix = ".har"
    return parse_content(path, content, suffix in JSON or _is_json(content, suffix)), attachments


def parse_content(location: object, content: bytes, is_json: bool = True) -> Any:
    """Return the value of JSON or YAML; the text of `location` is the start of an error message.

    Raises:
        TrafficError: the content is not of this format, or needs too much memory.
    """
    text = _text(location, content, is_json)
    del content
    return _parse(location, text, is_json)


def _is_json(content: bytes, suffix: str) -> bool:
    """Return whether a file starts like JSON; a list can also be YAML, so the suffix decides for it."""
    start = content.removeprefix(codecs.BOM_UTF8)[:1000].lstrip()[:1]
    return start == b"{" or (start == b"[" and suffix not in YAML)


def _read_bytes(path: Path) -> bytes:
    """Return the content of a regular file of at most MAX_FILE_BYTES; TrafficError for any other."""
    with open_file(path) as file:
        is_large = os.fstat(file.fileno()).st_size > MAX_FILE_BYTES
        content = b"" if is_large else file.read(MAX_FILE_BYTES + 1)
    if is_large or len(content) > MAX_FILE_BYTES:
        raise TrafficError(f"{path}: is larger than {MAX_FILE_BYTES >> 20} MiB; give a smaller recording")
    return content


@contextmanager
def open_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a regular file.

    Raises:
        TrafficError: there is no such file, or it can't be read.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise TrafficError(f"{path}: can't be read (it is not a regular file); give recorded traffic")
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise TrafficError(f"{path}: can't be read ({error.strerror})") from None
    except TrafficError:
        raise
    except ValueError:
        raise TrafficError(f"{str(path)!r}: can't be read (it is not the name of a file)") from None


def _read_zip(path: Path, content: bytes) -> tuple[bytes, Attachments]:
    """Return the only HAR in a zip, as Playwright writes it, and the bodies in the other files of the zip."""
    try:
        if content.count(b"PK\x01\x02") > MAX_ZIP_FILES:
            raise TrafficError(f"{path}: has more than {MAX_ZIP_FILES:,} files; give a smaller recording")
        archive = zipfile.ZipFile(io.BytesIO(content))
        names = [name for name in archive.namelist() if name.lower().endswith(".har")]
        if len(names) != 1:
            kind = TrafficError if names else UnknownFormatError
            raise kind(f"{path}: is a zip with {len(names) or 'no'} HAR in it; give one with a single HAR")
        with archive.open(names[0]) as file:
            har = file.read(MAX_FILE_BYTES + 1)
    except TrafficError:
        raise
    except ZIP_ERRORS:
        raise TrafficError(f"{path}: is a zip that can't be read; export it again") from None
    if len(har) > MAX_FILE_BYTES:
        raise TrafficError(
            f"{path}: the HAR in it is larger than {MAX_FILE_BYTES >> 20} MiB; give a smaller one"
        )
    return har, attachments_in_zip(archive, names[0])


def _text(location: object, content: bytes, is_json: bool) -> str:
    """Return the text of a file.

    Raises:
        TrafficError: the text and its values need more than MAX_MEMORY_BYTES, or it is not Unicode.
    """
    encoding = next((name for bom, name in BOMS if content.startswith(bom)), "utf-8-sig")
    values = weigh_json(content, MAX_MEMORY_BYTES, BYTES_PER_MARK, BYTES_PER_STRING) if is_json else 0
    copies = 2 if is_json else 4  # the YAML parser has its own buffers
    if copies * len(content) * _width(content) + values > MAX_MEMORY_BYTES:
        raise TrafficError(f"{location}: needs too much memory to read; give a smaller recording")
    try:
        return content.decode(encoding)
    except UnicodeError:
        raise TrafficError(f"{location}: is not text in UTF-8; give a recording in JSON or YAML") from None


def _width(content: bytes) -> int:
    """Return the bytes that Python needs for each character of a text: those of its widest character."""
    if content.isascii():
        return 1
    widths = ((4, rb"[\xf0-\xff]"), (2, rb"[\xc4-\xef]"))
    return next((width for width, pattern in widths if re.search(pattern, content)), 1)


def _parse(location: object, text: str, is_json: bool) -> Any:
    """Return the value of a JSON or YAML text; raise TrafficError if it is neither."""
    try:
        if is_json:
            return parse_json(text)
        return parse_yaml(text, MAX_MEMORY_BYTES - 2 * sys.getsizeof(text))
    except (JsonError, YamlError) as error:
        kind = TrafficError if RECORDING.search(text, 0, MAX_HEAD_CHARS) else UnknownFormatError
        raise kind(f"{location}{error.location}: {error}") from None
