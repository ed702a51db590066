"""Compares the responses that a block of shell commands prints with those of a recorded violation.

A response is compared as a mapping of locations ("status", "header content-type", "/body/0/title") to values.
Values that differ between runs of one server are replaced: times, long random texts, and hosts. Ids of
created resources are equal on two new servers, but not in the record of an earlier run: for the comparison
with a record, the ids of each property are numbered in the order of their occurrence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from tuningfork.redaction import Disclosure
from tuningfork.redaction.disclosure import escape_controls
from tuningfork.report.exchange import ExchangeRecord

Locations = Mapping[str, str]

LONG_AGO_S = 400 * 86400
MASK_CHARS = 100
"""The last characters of a truncated text, where a masked value may be cut in two."""
_STATUS_LINE = re.compile(r"HTTP/1\.[01] (?P<status>\d{3})[^\n]*\n")
_IGNORED_HEADERS = frozenset(
    {"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"}
)
_HOST = re.compile(r"https?://(?:127\.0\.0\.1:\d+|[a-z.]+\.mock)")
_SECRET = re.compile(r"\$\{?[A-Z][A-Z0-9_]+\}?")
_RANDOM = re.compile(r"(?<![\w-])(?=[\w-]*\d)[\w-]{16,}")
_UNIQUE = re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{8}\b")
_TIME = re.compile(
    r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d|\b1[789]\d{8}\b"
)
_ID = re.compile(r"(?<![\w.])\d{5,12}(?![\w.])")
_TRUNCATED = re.compile(r"… \([\d,]+ bytes\)\Z")


@dataclass(frozen=True)
class ComparedResponse:
    """A response as locations and values.

    Args:
        values: the value of each location, with ids replaced.
        exact: the value of each location, with ids.
        texts: the value of each location as it was sent.
        is_truncated: whether the end of the body is unknown.
    """

    values: Locations
    exact: Locations
    texts: Locations
    is_truncated: bool = False

    def begins(self, other: ComparedResponse) -> bool:
        """Return whether the body, which is text, is the truncated start of another one."""
        start = self.values.get("body", "")[:-MASK_CHARS]
        return self.is_truncated and bool(start) and other.values.get("body", "").startswith(start)

    def knows(self, location: str) -> bool:
        """Return whether it is known which value a location has, or that it has none."""
        return location in self.values or not (self.is_truncated and location.startswith(("/", "body")))


def printed(output: str, disclosure: Disclosure) -> list[ComparedResponse]:
    """Return the responses in the output of `curl -i` commands."""
    starts = list(_STATUS_LINE.finditer(output))
    ends = [*(match.start() for match in starts), len(output)][1:]
    responses = []
    for match, end in zip(starts, ends, strict=True):
        head, _, body = output[match.end() : end].replace("\r\n", "\n").partition("\n\n")
        headers = [
            (name, value.strip()) for name, _, value in (line.partition(":") for line in head.split("\n"))
        ]
        media_type = next((value for name, value in headers if name.lower() == "content-type"), "")
        text = disclosure.body(body.encode(), media_type.partition(";")[0].strip().lower()).decode()
        redacted = [(name, disclosure.header(name, value)) for name, value in headers]
        responses.append(_compared(match["status"], redacted, escape_controls(text)))
    return responses


def recorded(record: ExchangeRecord) -> ComparedResponse:
    """Return the response of a recorded exchange."""
    return _compared(str(record.status), record.response.headers, record.response.body)


def _compared(status: str, headers: list[tuple[str, str]], body: str) -> ComparedResponse:
    text = _TRUNCATED.sub("", body)
    is_truncated = text != body
    texts = {"status": status}
    for name, value in headers:
        if name and name.lower() not in _IGNORED_HEADERS:
            texts[f"header {name.lower()}"] = value
    value = _read_json(_close_brackets(text) if is_truncated else text)
    if value is None:
        texts["body"] = text
    else:
        texts.update(
            (pointer, json.dumps(scalar, ensure_ascii=False))
            for pointer, scalar in _flatten(value, is_truncated)
        )
    mask = _Masks(next((value for name, value in headers if name.lower() == "date"), ""))
    exact = {location: mask.text(value) for location, value in texts.items()}
    values = {location: mask.ids(location, value) for location, value in exact.items()}
    return ComparedResponse(values, exact, texts, is_truncated)


class _Masks:
    """Replaces the values of one response that differ between runs.

    Args:
        date: the Date header of the response, to which times are relative; empty without one.
    """

    def __init__(self, date: str) -> None:
        self._date = _seconds(date) if date else None
        self._ids: dict[str, dict[str, str]] = {}

    def ids(self, location: str, text: str) -> str:
        """Return a text with the ids of a property replaced by their numbers."""
        numbers = self._ids.setdefault(re.sub(r"/\d+", "", location), {})
        return _ID.sub(lambda found: numbers.setdefault(found[0], f"<id {len(numbers) + 1}>"), text)

    def text(self, text: str) -> str:
        """Return a text with the values that differ between runs replaced, but not its ids."""
        text = _HOST.sub("<base>", _SECRET.sub("<random>", text))
        text = _TIME.sub(lambda time: self._time(time[0]), text)
        text = _RANDOM.sub("<random>", text)
        return _UNIQUE.sub("<unique>", text)

    def _time(self, text: str) -> str:
        """Return the hours from Date to a time, and its format; a time of long ago is returned unchanged."""
        seconds = _seconds(text)
        if self._date is None or seconds is None or abs(seconds - self._date) > LONG_AGO_S:
            return text
        shape = re.sub(r"[A-Za-z]{3}", "Mmm", re.sub(r"\d", "0", text))
        return f"<{round((seconds - self._date) / 3600)} h {shape}>"


def _seconds(time: str) -> float | None:
    """Return the Unix time of a date of HTTP, a time like 2026-11-29 11:40:38, or a number."""
    try:
        if time.isdecimal():
            return float(time)
        if "," in time:
            return parsedate_to_datetime(f"{time.removesuffix(' GMT')} GMT").timestamp()
        return datetime.fromisoformat(f"{time.replace('/', '-')}+00:00").timestamp()
    except (ValueError, OverflowError):
        return None


def _read_json(text: str) -> Any:
    """Return the first JSON object or array of a text; None if it does not begin with one."""
    try:
        value, _ = json.JSONDecoder().raw_decode(text.lstrip())
    except ValueError:
        return None
    return value if isinstance(value, (dict, list)) else None


def _flatten(value: Any, is_truncated: bool, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the JSON pointer and the value of each scalar, and the length of each array."""
    if isinstance(value, dict) and value:
        for name, item in value.items():
            yield from _flatten(item, is_truncated, f"{pointer}/{name}")
    elif isinstance(value, list) and value:
        if not is_truncated:
            yield f"{pointer} length", len(value)
        for index, item in enumerate(value):
            yield from _flatten(item, is_truncated, f"{pointer}/{index}")
    else:
        yield pointer, value


def _close_brackets(text: str) -> str:
    """Return the start of a truncated JSON text as valid JSON: up to its last comma, with brackets closed."""
    best, stack, in_string, is_escaped = "", "", False, False
    for position, character in enumerate(text):
        if in_string:
            in_string = is_escaped or character != '"'
            is_escaped = character == "\\" and not is_escaped
        elif character == '"':
            in_string = True
        elif character in "[{":
            stack = {"[": "]", "{": "}"}[character] + stack
        elif character in "]}":
            stack = stack[1:]
        elif character == ",":
            best = text[:position] + stack
    return best
