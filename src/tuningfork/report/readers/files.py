"""Reads a file of recorded traffic into values: whatever it is, in bounded time and memory."""

from __future__ import annotations

import codecs
import io
import json
import re
import stat
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tuningfork.report.readers.attachments import BROKEN_ZIP, Attachments, beside, within
from tuningfork.report.readers.yaml_values import YamlError, parse_yaml
from tuningfork.report.recorded_exchange import TrafficError

JSON, YAML = (".har", ".json"), (".yaml", ".yml")
MAX_FILE = 64 * 2**20
"""Bytes of a file, or of the archive in a zip."""
MAX_MEMORY = 200 * 2**20
"""Bytes that its text and values may take, roughly."""
COSTS, COST_OF_STRING = {b",": 48, b"{": 500, b"[": 150}, 90
"""What each of these costs of it: an object is mostly a header, which is kept in several forms."""
MAX_MEMBERS = 20_000
"""Files in a zip."""
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_LONGEST_INTEGER = 300
"""Digits; more are in no number that a recorder writes."""


def load(path: Path) -> tuple[Any, Attachments]:
    """The value of a JSON or YAML file, or of the HAR in a zip, and the bodies that are in files beside it.

    Raises:
        TrafficError: it can't be read, is too large, or is neither.
    """
    content, attached, suffix = _bytes(path), beside(path), path.suffix.lower()
    if content.startswith(b"PK\x03\x04"):
        content, attached = _of_zip(path, content)
        suffix = ".har"
    is_json = suffix in JSON or _looks_like_json(content, suffix)
    text = _text(path, content, is_json)
    del content
    return _json(path, text) if is_json else _yaml(path, text), attached


def _looks_like_json(content: bytes, suffix: str) -> bool:
    """Whether a file begins as JSON; a list may be YAML too."""
    beginning = content.removeprefix(codecs.BOM_UTF8)[:1000].lstrip()[:1]
    return beginning == b"{" or (beginning == b"[" and suffix not in YAML)


def _bytes(path: Path) -> bytes:
    try:
        found = path.stat()
        is_regular, is_large = stat.S_ISREG(found.st_mode), found.st_size > MAX_FILE
        with path.open("rb") if is_regular and not is_large else io.BytesIO() as opened:
            content = opened.read(MAX_FILE + 1)
    except OSError as unread:
        raise TrafficError(f"{path}: can't be read ({unread.strerror})") from None
    except ValueError:
        raise TrafficError(f"{str(path)!r}: can't be read (it is not the name of a file)") from None
    if not is_regular:
        raise TrafficError(f"{path}: can't be read (it is not a regular file); give recorded traffic")
    if is_large or len(content) > MAX_FILE:
        raise TrafficError(f"{path}: is larger than {MAX_FILE >> 20} MiB; give a smaller recording")
    return content


def _of_zip(path: Path, content: bytes) -> tuple[bytes, Attachments]:
    """The one HAR of a zip, as Playwright writes it."""
    try:
        if content.count(b"PK\x01\x02") > MAX_MEMBERS:
            raise TrafficError(f"{path}: has more than {MAX_MEMBERS:,} files in it; give a smaller recording")
        archive = zipfile.ZipFile(io.BytesIO(content))
        names = [name for name in archive.namelist() if name.lower().endswith(".har")]
        if len(names) != 1:
            raise TrafficError(f"{path}: is a zip with {len(names) or 'no'} HAR in it; give one with one")
        with archive.open(names[0]) as opened:
            har = opened.read(MAX_FILE + 1)
    except TrafficError:
        raise
    except BROKEN_ZIP:
        raise TrafficError(f"{path}: is a zip that can't be read; export it again") from None
    if len(har) > MAX_FILE:
        raise TrafficError(f"{path}: the HAR in it is larger than {MAX_FILE >> 20} MiB; give a smaller one")
    return har, within(archive, names[0])


def _text(path: Path, content: bytes, is_json: bool) -> str:
    """The text of a file, if that and its values don't take too much memory."""
    encoding = next((name for bom, name in BOMS if content.startswith(bom)), "utf-8-sig")
    values = weigh_json(content, MAX_MEMORY, COSTS, COST_OF_STRING) if is_json else 0
    copies = 2 if is_json else 4  # the parser of YAML has buffers of its own
    if copies * len(content) * _width(content) + values > MAX_MEMORY:
        raise TrafficError(f"{path}: would take too much memory to read; give a smaller recording")
    try:
        return content.decode(encoding)
    except UnicodeError:
        raise TrafficError(f"{path}: is not text in UTF-8; give a recording in JSON or YAML") from None


def _width(content: bytes) -> int:
    """Bytes of memory that a character of UTF-8 takes: as many as the widest of the text needs."""
    widths = ((4, rb"[\xf0-\xff]"), (2, rb"[\xc4-\xef]"))
    return next((width for width, pattern in widths if re.search(pattern, content)), 1)


def _yaml(path: Path, text: str) -> Any:
    try:
        return parse_yaml(text, MAX_MEMORY - 2 * sys.getsizeof(text))
    except YamlError as torn:
        raise TrafficError(f"{path}{torn.place}: {torn}") from None


def weigh_json(text: bytes, limit: int, costs: Mapping[bytes, int], string: int = 0) -> int:
    """The sum of what brackets, commas and strings cost; counting ends once it is over the limit."""
    cost, position = 0, 0
    for found in _STRING.finditer(text):
        cost += string + sum(each * text.count(mark, position, found.start()) for mark, each in costs.items())
        position = found.end()
        if cost > limit:
            return cost
    return cost + sum(each * text.count(mark, position) for mark, each in costs.items())


def _json(path: Path, text: str) -> Any:
    try:
        return json.loads(text, parse_int=_integer, object_pairs_hook=_once_each)
    except json.JSONDecodeError as torn:
        place = f"line {torn.lineno}, column {torn.colno}"
        raise TrafficError(f"{path}, {place}: is torn, or not JSON; export it again") from None
    except RecursionError:
        raise TrafficError(f"{path}: is nested too deeply; export it again") from None
    except _OddError as odd:
        raise TrafficError(f"{path}: has {odd}; export it again") from None


class _OddError(Exception):
    """What is JSON, and has no clear value."""


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name, count in Counter(names).items() if count > 1)
        raise _OddError(f"the key {twice[:40]!r} twice in one object")
    return mapping


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_INTEGER:
        raise _OddError(f"a number of {len(digits):,} digits")
    return int(digits)
