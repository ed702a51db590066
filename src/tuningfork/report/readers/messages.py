"""Parses the parts of requests and responses, in the forms in which recorders store them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from tuningfork.model import Headers
from tuningfork.report.recorded_exchange import EntryLocation, MissingBody, TrafficError

CHARSET = re.compile(r"(?:iso-8859-\d+|windows-12\d\d|latin-?1|utf-16(?:[lb]e)?)", re.IGNORECASE)
"""Encodings of a body's text other than UTF-8."""
_NAME_AND_VALUE = {"name", "value"}
STATUS_LINE = re.compile(r"HTTP/[0-9.]+ ([0-9]{3})\b")


def required(value: Any, name: str, location: EntryLocation) -> Any:
    """Return a property of a mapping.

    Raises:
        TrafficError: the value is not a mapping, or the property is missing or null.
    """
    if not isinstance(value, Mapping) or value.get(name) is None:
        raise TrafficError(f"{location}: has no {name}; record it again")
    return value[name]


def parse_headers(value: Any, location: EntryLocation) -> Headers:
    """Return headers from a mapping, pairs, objects with a name (or key) and a value, or lines.

    The pseudo-header fields of HTTP/2 (RFC 9113 8.3) and disabled fields are left out.

    Raises:
        TrafficError: the value has another form.
    """
    try:
        pairs = _plain_pairs(value) or [
            (_text(name), _text(each)) for name, values in _fields(value) for each in _as_list(values)
        ]
    except (AttributeError, LookupError, TypeError, ValueError):
        raise TrafficError(f"{location}: its headers are not names and values; record it again") from None
    return Headers(pair for pair in pairs if not pair[0].startswith(":"))


def _plain_pairs(value: Any) -> list[tuple[str, str]]:
    """Return the headers of a list of objects with a name and a value, as HAR has them; else none."""
    if not isinstance(value, list) or not all(
        type(each) is dict and each.keys() == _NAME_AND_VALUE for each in value
    ):
        return []
    pairs = [(each["name"], each["value"]) for each in value]
    return pairs if all(type(name) is type(text) is str for name, text in pairs) else []


def _fields(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield pairs of name and value from any form that `parse_headers` accepts."""
    if isinstance(value, Mapping):
        yield from value.items()
        return
    for each in value.splitlines() if isinstance(value, str) else value or ():
        if isinstance(each, str | bytes):
            name, colon, content = _text(each).partition(":")
            if not colon:
                raise ValueError(each)
            yield name.strip(), content.strip()
        elif not isinstance(each, Mapping):
            name, content = each
            yield name, content
        elif not each.get("disabled"):
            yield each["name"] if "name" in each else each["key"], each.get("value")


def _as_list(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _text(value: Any) -> str:
    """Return a scalar as text, null as an empty text; raise TypeError for a mapping or list."""
    if isinstance(value, Mapping | list):
        raise TypeError(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)


def parse_status(value: Any, location: EntryLocation) -> int | None:
    """Return a status from a number, digits, a status line or a mapping with a code; None for no response.

    Raises:
        TrafficError: the value has another form.
    """
    code = value.get("code") if isinstance(value, Mapping) else value
    status_line = STATUS_LINE.match(code) if isinstance(code, str) else None
    text = status_line[1] if status_line else str(code)
    if code is None or text in ("", "0", "-1"):
        return None
    if not re.fullmatch(r"[1-9][0-9]{2}", text, re.ASCII):
        shown = repr(code) if isinstance(code, str | int | float) else "of a wrong type"
        raise TrafficError(
            f"{location}: its status is {shown}, not a number from 100 to 999; record it again"
        )
    return int(text)


def parse_reason(value: Any) -> str:
    """Return the reason phrase of a status, or an empty string if it has none."""
    return _text(value.get("message")) if isinstance(value, Mapping) else ""


def parse_body(value: Any) -> bytes | MissingBody:
    """Return a body from text, bytes, null, or a mapping with `string` and `encoding` or `base64_string`."""
    if not isinstance(value, Mapping):
        return encode_text(value)
    if "base64_string" in value:
        return decode_base64(value["base64_string"])
    return encode_text(value.get("string"), value.get("encoding"))


def encode_text(text: Any, charset: Any = None) -> bytes | MissingBody:
    """Return the bytes of a body's text, in UTF-8 if the charset is unknown; null is an empty body."""
    if isinstance(text, bytes):
        return text
    if isinstance(text, Mapping | list):
        return MissingBody("its body is neither text nor bytes")
    if isinstance(charset, str) and CHARSET.fullmatch(charset):
        try:
            return _text(text).encode(charset)
        except (LookupError, UnicodeError):
            pass
    return _text(text).encode("utf-8", "surrogatepass")


def decode_base64(text: Any) -> bytes | MissingBody:
    """Return the bytes of base64, in the standard or the URL alphabet, with or without padding."""
    if text is None:
        return b""
    standard = "".join(_text(text).translate({ord("-"): "+", ord("_"): "/"}).split()).rstrip("=")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return MissingBody("its body is not valid base64")


def encode_form(fields: Any) -> bytes:
    """Return the urlencoded body of form fields: objects with a name (or key) and a value."""
    pairs = [(_text(name), _text(value)) for name, value in _fields(fields)]
    return urlencode(pairs).encode()
