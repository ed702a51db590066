"""Bodies that no well-meaning client sends: JSON, forms and multipart, broken, odd and huge."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tuningfork.testing.malformed.values import VALUES

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
"""Texts for a member of a body."""

SCALARS: tuple[object, ...] = ("", " ", None, True, -1, 1.5, 10**40, [], {}, [[]], {"": None})
"""Values of other types for a member of a body."""


def bodies(resource: str, members: tuple[str, ...]) -> Iterator[bytes]:
    """JSON, and what claims to be: broken, deep, huge, in other encodings, with members of other types."""
    yield from BROKEN
    yield from (_json(value) for value in (*SCALARS, "x", [None], {resource: None}))
    yield from (_json({resource: value}) for value in (*SCALARS, "x", [None], {"no-such-member": 1}))
    yield from (_json({resource: {member: value}}) for member in members for value in SCALARS)
    yield from (_json({resource: {members[0]: text}}) for text in TEXTS)
    yield f'{{"{resource}": {{}}, "{resource}": {{"{members[0]}": {"1" * 5_000}}}}}'.encode()


def forms(name: str) -> Iterator[bytes]:
    """Urlencoded forms, broken and odd."""
    yield from (b"", b"&&&", b"=", b"%", b"%zz=%zz", b"\xff=\xff", b"\x00", name.encode() + b"[]=x", b"{}")
    yield from (f"{name}={value}".encode("latin-1") for value in VALUES)
    yield from (f"{name}[{key}]={value}".encode() for key in ("", "[", "%00", "a][b") for value in ("", "x"))
    yield b"&".join(b"p%d=1" % number for number in range(1200))


def multiparts(resource: str, file: str) -> Iterator[tuple[str, bytes]]:
    """Content types and bodies of multipart/form-data, broken and odd.

    Args:
        resource: what the parts are about, `resource[title]` among them.
        file: the member that is a file, `resource[file]`.
    """
    title = f'form-data; name="{resource}[title]"'.encode()
    good = b"--b\r\nContent-Disposition: " + title + b"\r\n\r\nx\r\n"
    kind = "multipart/form-data; boundary=b"
    yield from (
        (kind, body)
        for body in (b"", b"--b", b"--b--\r\n", b"--b\r\n\r\n--b--", good, good + b"--b", b"\r\n" * 9)
    )
    yield from ((other, good + b"--b--\r\n") for other in _types())
    yield from ((kind, _part(head) + b"--b--\r\n") for head in _dispositions(resource, file))
    yield kind, good * 1200 + b"--b--\r\n"
    yield kind, good.replace(b"\r\n", b"\n") + b"--b--\n"


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
"""What is no JSON, or none that a parser likes."""


def _types() -> tuple[str, ...]:
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
    return b"--b\r\n" + head + b"\r\n\r\nx\r\n"


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
