"""Malformed request bodies: JSON, forms and multipart that are not parseable, of wrong types, or huge."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tuningfork.testing.malformed.values import QUERY_VALUES

TEXTS = (
    "'\"; DROP TABLE tracks; --",
    "\x00",
    "\ud800",
    "\u202e\u2028\ufeff",
    "💩" * 500,
    "<script>alert(1)</script>",
    "{{7*7}} ${7*7} %s %n",
    "x" * 100_000,
)
"""Strings as the value of a property."""

SCALARS: tuple[object, ...] = ("", " ", None, True, -1, 1.5, 10**40, [], {}, [[]], {"": None})
"""Values of wrong types for a property that is a string."""


def bodies(resource: str, properties: tuple[str, ...]) -> Iterator[bytes]:
    """Yield bodies to send as JSON: not parseable, deeply nested, huge, in other encodings, of wrong types.

    Args:
        resource: the only property of a valid body, such as "track" of {"track": {"title": "a"}}.
        properties: properties of the resource, such as ("title",).
    """
    yield from BROKEN
    yield from (_json(value) for value in (*SCALARS, "x", [None], {resource: None}))
    yield from (_json({resource: value}) for value in (*SCALARS, "x", [None], {"no-such-property": 1}))
    yield from (_json({resource: {name: value}}) for name in properties for value in SCALARS)
    yield from (_json({resource: {properties[0]: text}}) for text in TEXTS)
    yield f'{{"{resource}": {{}}, "{resource}": {{"{properties[0]}": {"1" * 5_000}}}}}'.encode()


def property_bodies(body: dict[str, object]) -> Iterator[bytes]:
    """Yield a valid JSON object with values of wrong types, and odd texts, for each of its properties."""
    for name in body:
        yield from (_json({**body, name: value}) for value in (*SCALARS, *TEXTS))


def forms(name: str) -> Iterator[bytes]:
    """Yield malformed form bodies; `name` is the name of a valid form field."""
    yield from (b"", b"&&&", b"=", b"%", b"%zz=%zz", b"\xff=\xff", b"\x00", name.encode() + b"[]=x", b"{}")
    yield from (f"{name}={value}".encode("latin-1") for value in QUERY_VALUES)
    yield from (f"{name}[{key}]={value}".encode() for key in ("", "[", "%00", "a][b") for value in ("", "x"))
    yield b"&".join(b"p%d=1" % number for number in range(1200))


def multiparts(resource: str, file: str) -> Iterator[tuple[str, bytes]]:
    """Yield pairs of a Content-Type header and a body: malformed multipart/form-data.

    Args:
        resource: the part `resource[title]` is a text.
        file: the part `resource[file]` is a file.
    """
    title = f'form-data; name="{resource}[title]"'.encode()
    valid_part = b"--b\r\nContent-Disposition: " + title + b"\r\n\r\nx\r\n"
    media_type = "multipart/form-data; boundary=b"
    yield from (
        (media_type, body)
        for body in (
            b"",
            b"--b",
            b"--b--\r\n",
            b"--b\r\n\r\n--b--",
            valid_part,
            valid_part + b"--b",
            b"\r\n" * 9,
        )
    )
    yield from ((other, valid_part + b"--b--\r\n") for other in _content_types())
    yield from ((media_type, _part(head) + b"--b--\r\n") for head in _dispositions(resource, file))
    yield media_type, valid_part * 1200 + b"--b--\r\n"
    yield media_type, valid_part.replace(b"\r\n", b"\n") + b"--b--\n"


BROKEN = (
    b"",
    b" ",
    b"{",
    b"}",
    b"nul",
    b"{'a': 1}",
    b'{"a": 1,}',
    b'{"a": 1} x',
    b'"\\ud800"',
    b'"\\x"',
    b"\xff\xfe",
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"-",
    b"[1,]",
    b"\xef\xbb\xbf{}",
    "{}".encode("utf-16"),
    b'{"\x00": 1}',
    b"[" * 100_000,
    b"[" * 5_000 + b"]" * 5_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b"9" * 10_000,
)
"""Bodies that are not JSON, and JSON that many parsers reject."""


def _content_types() -> tuple[str, ...]:
    """Return Content-Type headers that do not fit a multipart body whose boundary is "b"."""
    return (
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary="',
        "multipart/form-data; boundary=other",
        "multipart/form-data; boundary=" + "b" * 300,
        "multipart/form-data; boundary=b; charset=nothing",
        "multipart/mixed; boundary=b",
        "multipart/",
        "application/x-www-form-urlencoded",
        "application/json",
        "text/plain",
        "",
    )


def _dispositions(resource: str, file: str) -> Iterator[bytes]:
    """Yield malformed header lines of a multipart part, with and without Content-Disposition."""
    upload = f'Content-Disposition: form-data; name="{resource}[{file}]"; filename='.encode()
    names = (
        b'""',
        b'"../../etc/passwd"',
        b'"\x00"',
        b'"\xff"',
        b'"' + b"x" * 5_000 + b'"',
        b'"',
        b"x y",
        b'"a\\"b"',
    )
    yield from (upload + name for name in names)
    yield from (b"", b"Content-Disposition:", b"Content-Disposition: form-data", b"X", b": x", b"\xff: \xff")
    yield upload + b'"a.wav"\r\nContent-Type: \xff'
    yield upload + b'"a.wav"\r\nContent-Transfer-Encoding: base64'
    yield upload + b'"a.wav"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c'
    yield f"Content-Disposition: form-data; name*=utf-8''%FF; name={resource}".encode()
    yield f'Content-Disposition: form-data; name="{resource}[title][x]"'.encode()
    yield f'Content-Disposition: form-data; name="{resource}"'.encode()


def _part(head: bytes) -> bytes:
    """Return a multipart part with these header lines and the content "x"."""
    return b"--b\r\n" + head + b"\r\n\r\nx\r\n"


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
