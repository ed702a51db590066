"""Parts of requests and responses, in the shapes in which recorders write them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from tuningfork.model import Headers
from tuningfork.report.recorded_exchange import Place, TrafficError, Unknown

CHARSET = re.compile(r"(?:iso-8859-\d+|windows-12\d\d|latin-?1|utf-16(?:[lb]e)?)", re.IGNORECASE)
"""Encodings of a body's text that are not UTF-8."""
STATUS_LINE = re.compile(r"HTTP/[0-9.]+ ([0-9]{3})\b")


def member(value: Any, name: str, place: Place) -> Any:
    """A member that must be there.

    Raises:
        TrafficError: it is not.
    """
    if not isinstance(value, Mapping) or value.get(name) is None:
        raise TrafficError(f"{place}: has no {name}; record it again")
    return value[name]


def headers(value: Any, place: Place) -> Headers:
    """From a mapping of names to values, pairs, tables of a name (or key) and a value, or lines.

    The pseudo-fields of HTTP/2 (RFC 9113 8.3) and fields that are switched off are left out.

    Raises:
        TrafficError: it is something else.
    """
    try:
        pairs = [(_text(name), _text(each)) for name, values in _fields(value) for each in _all(values)]
    except (AttributeError, LookupError, TypeError, ValueError):
        raise TrafficError(f"{place}: its headers are not names and values; record it again") from None
    return Headers(pair for pair in pairs if not pair[0].startswith(":"))


def _fields(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()
        return
    for each in value.splitlines() if isinstance(value, str) else value or ():
        if isinstance(each, str | bytes):
            name, _, content = _text(each).partition(":")
            if not _:
                raise ValueError(each)
            yield name.strip(), content.strip()
        elif not isinstance(each, Mapping):
            name, content = each
            yield name, content
        elif not each.get("disabled"):
            yield each["name"] if "name" in each else each["key"], each.get("value")


def _all(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _text(value: Any) -> str:
    if isinstance(value, Mapping | list):
        raise TypeError(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)


def status(value: Any, place: Place) -> int | None:
    """From a mapping with a code, a number, its digits or a status line; None where there was no response.

    Raises:
        TrafficError: it is something else.
    """
    code = value.get("code") if isinstance(value, Mapping) else value
    digits = STATUS_LINE.match(code) if isinstance(code, str) else None
    text = digits[1] if digits else str(code)
    if code is None or text in ("", "0", "-1"):
        return None
    if not re.fullmatch(r"[1-9][0-9]{2}", text, re.ASCII):
        shown = repr(code) if isinstance(code, str | int | float) else "of a wrong type"
        raise TrafficError(f"{place}: its status is {shown}, not a number from 100 to 999; record it again")
    return int(text)


def reason(value: Any) -> str:
    """The phrase beside a status; empty if there is none."""
    return _text(value.get("message")) if isinstance(value, Mapping) else ""


def body(value: Any) -> bytes | Unknown:
    """From text, bytes, null, or a mapping with `string` or `base64_string`, and maybe an `encoding`."""
    if not isinstance(value, Mapping):
        return encoded(value)
    if "base64_string" in value:
        return of_base64(value["base64_string"])
    return encoded(value.get("string"), value.get("encoding"))


def encoded(text: Any, charset: Any = None) -> bytes | Unknown:
    """The bytes of a body's text; null is an empty body."""
    if isinstance(text, bytes):
        return text
    if isinstance(text, Mapping | list):
        return Unknown("its body is neither text nor bytes")
    if isinstance(charset, str) and CHARSET.fullmatch(charset):
        try:
            return _text(text).encode(charset)
        except (LookupError, UnicodeError):
            pass
    return _text(text).encode("utf-8", "surrogatepass")


def of_base64(text: Any) -> bytes | Unknown:
    """The bytes that base64 stands for, in lines or not, with the alphabet of URLs or the usual one."""
    if text is None:
        return b""
    usual = "".join(_text(text).translate({ord("-"): "+", ord("_"): "/"}).split()).rstrip("=")
    try:
        return base64.b64decode(usual + "=" * (-len(usual) % 4), validate=True)
    except (binascii.Error, ValueError):
        return Unknown("its body is not valid base64")


def form(fields: Any) -> bytes:
    """The urlencoded body of parameters: tables of a name (or key) and a value."""
    pairs = [(_text(name), _text(value)) for name, value in _fields(fields)]
    return urlencode(pairs).encode()
