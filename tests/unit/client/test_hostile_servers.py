"""Whatever a server does, each of the five ways to it ends with a verdict, in time and in little memory."""

from __future__ import annotations

import gzip
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import TYPE_CHECKING

import pytest
from tests.unit.client.hostility import (
    CHUNKED,
    CLOSING,
    OK,
    Act,
    Hostile,
    chunked_bomb,
    coded,
    drips,
    headers,
    repeats,
    resets,
    says,
    stalls,
    whole,
    zeros,
)
from tests.unit.client.ways import WAYS, Ways

if TYPE_CHECKING:
    from tests.unit.client.conftest import Way

TIME = 0.3
"""Seconds for an exchange."""
CAP = 2**20
"""Bytes of a body."""
GUARD = 30
"""Seconds after which a way is held to have no end; nothing here comes near it."""
LATE, LARGE, BROKEN, CODING, TLS = (
    "no response within 0.3 s (timeout)",
    "a body of more than 1 MiB",
    "the connection broke",
    "a content coding that can't be decoded",
    "a TLS connection with an untrusted certificate",
)
ANSWER = "answer"
LONG = b"Content-Length: 500\r\n\r\n"
GZIP = b"Content-Encoding: gzip\r\n"
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
REDIRECT = b"302 Found"
MUCH = b"x" * 65536

EARLY: dict[str, tuple[Act, str]] = {
    "accepts and is silent": (stalls(b""), LATE),
    "closes at once": (says(b""), BROKEN),
    "resets at once": (resets(b""), BROKEN),
    "drips before it was asked": (drips(b"", OK + LONG), LATE),
}
BEHAVIOURS: dict[str, tuple[Act, str]] = {
    # silence
    "silent after the request": (stalls(b""), LATE),
    "silent in the status line": (stalls(b"HTTP/1.1 2"), LATE),
    "silent in a header field": (stalls(OK + b"X-A: "), LATE),
    "silent before the body": (stalls(OK + LONG), LATE),
    "silent in the body": (stalls(OK + LONG + b"half"), LATE),
    "silent in a chunk size": (stalls(CHUNKED + b"1"), LATE),
    "silent in a chunk": (stalls(CHUNKED + b"5\r\nab"), LATE),
    "silent before the last chunk": (stalls(CHUNKED + b"2\r\n{}\r\n"), LATE),
    "silent in the trailer": (stalls(CHUNKED + b"2\r\n{}\r\n0\r\nX-A: b\r\n"), LATE),
    "silent after 100": (stalls(INTERIM), LATE),
    # drips
    "drips a status line": (drips(b"", OK * 9), LATE),
    "drips a header field": (drips(OK, b"X-A: " + b"y" * 200), LATE),
    "drips a body": (drips(OK + LONG, b"x" * 500), LATE),
    "drips a body without a length": (drips(CLOSING, b"x" * 500), LATE),
    "drips chunks": (drips(CHUNKED, b"1\r\nx\r\n" * 90), LATE),
    "drips a chunk size": (drips(CHUNKED, b"0" * 500), LATE),
    "drips a chunk extension": (drips(CHUNKED + b"2;a=", b"x" * 500), LATE),
    "drips a trailer": (drips(CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-A: b\r\n" * 60), LATE),
    "drips a gzip": (drips(OK + GZIP + LONG, gzip.compress(bytes(range(256)) * 9)), LATE),
    "drips interim answers": (drips(b"", INTERIM * 20), LATE),
    # no end
    "never ends 100": (repeats(b"", INTERIM), f"{LATE}|{LARGE}"),
    "never ends 103": (repeats(b"", HINTS), f"{LATE}|{LARGE}"),
    "never ends its status line": (repeats(b"HTTP/1.1 200 ", MUCH), BROKEN),
    "never ends a header field": (repeats(OK + b"X-A: ", MUCH), BROKEN),
    "never ends its header": (repeats(OK, b"X-A: b\r\n"), BROKEN),
    "never ends its body": (repeats(CLOSING, MUCH), LARGE),
    "never ends a body of a terabyte": (repeats(OK + b"Content-Length: 1099511627776\r\n\r\n", MUCH), LARGE),
    "never ends its chunks": (repeats(CHUNKED, b"10000\r\n" + MUCH + b"\r\n"), LARGE),
    "never ends its small chunks": (repeats(CHUNKED, b"1\r\nx\r\n" * 999), f"{LATE}|{LARGE}"),
    "never ends a chunk size": (repeats(CHUNKED, b"0" * 65536), BROKEN),
    "never ends a chunk extension": (repeats(CHUNKED + b"2;", MUCH), BROKEN),
    "never ends its trailer": (repeats(CHUNKED + b"0\r\n", b"X-A: b\r\n" * 999), f"{LATE}|{LARGE}"),
    "never ends blank lines": (repeats(b"", b"\r\n"), BROKEN),
    # bombs
    "gzip bomb": (coded(b"gzip", lambda: zeros(31)), LARGE),
    "deflate bomb": (coded(b"deflate", lambda: zeros(15)), LARGE),
    "bare deflate bomb": (coded(b"deflate", lambda: zeros(-15)), LARGE),
    "gzip bomb in a gzip": (coded(b"gzip, gzip", lambda: gzip.compress(zeros(31))), LARGE),
    "gzip bomb in a deflate": (coded(b"gzip, deflate", lambda: zlib.compress(zeros(31))), LARGE),
    "gzip bomb of many members": (coded(b"gzip", lambda: zeros(31, 2**20) * 20), LARGE),
    "gzip bomb in chunks": (chunked_bomb, LARGE),
    "six codings": (coded(b", ".join([b"gzip"] * 6), lambda: b"x"), CODING),
    "a coding that nobody asked for": (coded(b"br", lambda: b"{}"), ANSWER),
    # codings that are none
    "plain text as gzip": (coded(b"gzip", lambda: b"plain"), CODING),
    "half a gzip": (coded(b"gzip", lambda: gzip.compress(b"{}" * 99)[:20]), f"{ANSWER}|{CODING}"),
    "plain text as deflate": (coded(b"deflate", lambda: b"plain"), CODING),
    # lengths
    "a length that is too long": (says(OK + b"Content-Length: 99\r\n\r\nshort"), BROKEN),
    "a negative length": (says(OK + b"Content-Length: -5\r\n\r\n{}"), ANSWER),
    "a length that is no number": (says(OK + b"Content-Length: ten\r\n\r\n{}"), ANSWER),
    "a length of 5,000 digits": (says(OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n{}"), ANSWER),
    "a length of an exabyte": (says(OK + b"Content-Length: " + b"9" * 18 + b"\r\n\r\n{}"), BROKEN),
    "a length beyond 64 bits": (says(OK + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n{}"), BROKEN),
    "two lengths": (says(OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), f"{BROKEN}|{ANSWER}"),
    "a length and chunks": (
        says(OK + b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ANSWER,
    ),
    # chunks
    "a chunk size that is no number": (says(CHUNKED + b"zz\r\n{}"), BROKEN),
    "a negative chunk size": (says(CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n"), f"{BROKEN}|{ANSWER}"),
    "a chunk of an exabyte": (says(CHUNKED + b"f" * 15 + b"\r\n{}"), BROKEN),
    "a chunk of 5,000 digits": (says(CHUNKED + b"f" * 5000 + b"\r\n{}"), BROKEN),
    "a chunk without its end": (says(CHUNKED + b"2\r\n{}"), BROKEN),
    "chunks without the last": (says(CHUNKED + b"2\r\n{}\r\n"), BROKEN),
    "chunks that are none": (says(CHUNKED + b'{"a": 1}'), BROKEN),
    # broken off
    "closes after the request": (says(b""), BROKEN),
    "closes in the status line": (says(b"HTTP/1.1 2"), BROKEN),
    "resets in the body": (resets(OK + LONG + b"half"), BROKEN),
    # status lines
    "a status line that is none": (says(b"what?\r\n\r\n"), BROKEN),
    "HTTP/0.9": (says(b"<html>hello</html>"), BROKEN),
    "another protocol": (says(b"SSH-2.0-OpenSSH_9.6\r\n"), BROKEN),
    "a binary greeting": (says(bytes(range(256)) * 9), BROKEN),
    "a status of 99": (says(b"HTTP/1.1 99 Low\r\n\r\n"), BROKEN),
    "a status of 1000": (says(b"HTTP/1.1 1000 High\r\n\r\n"), BROKEN),
    "a status in words": (says(b"HTTP/1.1 two OK\r\n\r\n"), BROKEN),
    "a status in other digits": (says("HTTP/1.1 ²⁰⁰ OK\r\n\r\n".encode()), BROKEN),
    "HTTP/2 in HTTP/1": (says(b"HTTP/2 200 OK\r\nContent-Length: 2\r\n\r\n{}"), BROKEN),
    "two status lines": (says(OK + OK + b"Content-Length: 2\r\n\r\n{}"), ANSWER),
    "101 to nothing": (says(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n\0\1\2"), ANSWER),
    # header fields
    "a NUL in a field": (whole(fields=[b"X-A: a\0b", b"Content-Type: \0"]), ANSWER),
    "bytes of no encoding": (whole(fields=[b"X-A: \xff\xfe\x80", b"\xff: x"]), ANSWER),
    "a field of 100 KB": (whole(fields=[b"X-A: " + b"y" * 100_000]), BROKEN),
    "10,000 fields": (whole(fields=headers(10_000)), BROKEN),
    "a field without a colon": (whole(fields=[b"no colon", b"X-A: b"]), ANSWER),
    "a folded field": (whole(fields=[b"X-A: a", b" b", b"\tc"]), ANSWER),
    "a bare CR in a field": (whole(fields=[b"X-A: a\rX-B: b"]), ANSWER),
    "a charset that is none": (whole(b"{}", [b"Content-Type: text/html; charset=rot13"]), ANSWER),
    "garbage for cookies": (
        whole(fields=[b"Set-Cookie: =;;\xff=\0; Path", b"Set-Cookie: a=b; Expires=" + b"9" * 999]),
        ANSWER,
    ),
    "90 cookies of 4 KB": (
        whole(fields=[b"Set-Cookie: c%d=%b" % (n, b"x" * 4000) for n in range(90)]),
        ANSWER,
    ),
    # redirects
    "a Location with half an address": (whole(fields=[b"Location: http://[::1"], status=REDIRECT), ANSWER),
    "a Location with port 99999": (
        whole(fields=[b"Location: http://127.0.0.1:99999/"], status=REDIRECT),
        ANSWER,
    ),
    "a Location of odd bytes": (whole(fields=[b"Location: http://\xff\0/\x80"], status=REDIRECT), ANSWER),
    "a Location in no web": (whole(fields=[b"Location: javascript:alert(1)"], status=b"301 Moved"), ANSWER),
    "an empty Location": (whole(fields=[b"Location:"], status=REDIRECT), ANSWER),
    "a redirect to itself": (whole(fields=[b"Location: ?"], status=b"307 Again"), ANSWER),
    "a redirect without a Location": (whole(status=b"308 Somewhere"), ANSWER),
    # pauses
    "429 after garbage": (whole(fields=[b"Retry-After: soon \xff"], status=b"429 Slow"), ANSWER),
    "429 after 400 digits": (whole(fields=[b"Retry-After: " + b"9" * 400], status=b"429 Slow"), ANSWER),
    "429 after a superscript": (whole(fields=[b"Retry-After: \xb2"], status=b"429 Slow"), ANSWER),
    "429 before now": (whole(fields=[b"Retry-After: -7"], status=b"429 Slow"), ANSWER),
    "429 after a date beyond all": (
        whole(fields=[b"Retry-After: Fri, 31 Dec 99999 23:59:59 GMT"], status=b"429 Slow"),
        ANSWER,
    ),
    # framing that two readers may understand in two ways (RFC 9112 6.3)
    "another answer behind the first": (
        says(OK + b"Content-Length: 2\r\n\r\n{}" + OK + b"Content-Length: 3\r\n\r\nbad"),
        ANSWER,
    ),
    "Content-Length and chunks": (
        says(OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
        ANSWER,
    ),
    "lengths in a list": (says(OK + b"Content-Length: 2, 2\r\n\r\n{}"), f"{ANSWER}|{BROKEN}"),
    "a length in hex": (says(OK + b"Content-Length: 0x2\r\n\r\n{}"), ANSWER),
    "a length with a sign": (says(OK + b"Content-Length: +2\r\n\r\n{}"), ANSWER),
    "a length of 400 digits": (
        says(OK + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n{}"),
        f"{ANSWER}|{BROKEN}",
    ),
    "a chunk of a negative size": (says(CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n"), BROKEN),
    "a chunk of a huge size": (says(CHUNKED + b"f" * 300 + b"\r\n{}\r\n0\r\n\r\n"), BROKEN),
    "a chunk with extensions": (says(CHUNKED + b'2;a="' + b"b" * 999 + b'"\r\n{}\r\n0\r\n\r\n'), ANSWER),
    "trailer fields": (says(CHUNKED + b"2\r\n{}\r\n0\r\nX-A: b\r\nContent-Length: 9\r\n\r\n"), ANSWER),
    "trailer fields without end": (
        repeats(CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-A: b\r\n"),
        f"{LARGE}|{LATE}|{ANSWER}|{BROKEN}",
    ),
    "interim answers with large fields": (
        repeats(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </" + b"x" * 30_000 + b">\r\n\r\n"),
        f"{LARGE}|{LATE}",
    ),
    "garbage behind a gzip": (
        coded(b"gzip", lambda: gzip.compress(b"{}") + b"garbage"),
        f"{ANSWER}|{CODING}",
    ),
    "ten gzips in one another": (
        coded(b"gzip", lambda: reduce(lambda inner, _: gzip.compress(inner), range(10), b"{}")),
        ANSWER,
    ),
    "zstd that is none": (coded(b"zstd", lambda: b"\x28\xb5\x2f\xfd{}"), f"{ANSWER}|{CODING}"),
    # where a redirect leads
    **{
        f"a Location {place}": (
            whole(fields=[b"Location: " + place.encode()], status=REDIRECT),
            f"{ANSWER}|{BROKEN}",
        )
        for place in (
            "file:///etc/passwd",
            "data:text/html,x",
            "ftp://127.0.0.1/x",
            "//[fe80::1%25eth0]/x",
            "http://u:p@127.0.0.1:1/x",
            "http://127.0.0.1:0/",
            "http://xn--/",
            "http://b\u00fccher.invalid/",
            "http://127.0.0.1:1\\@x/",
            "http:x",
            "http:///x",
            "/" + "x" * 60_000,
        )
    },
    # pages of consent
    **{
        f"a page with {what}": (whole(page, [b"Content-Type: text/html"]), ANSWER)
        for what, page in {
            "a base elsewhere": b'<base href="http://[::1"><form method=post><input name=password>',
            "a button that leads elsewhere": b'<form method=post><input name=password><button formaction="http://x.test/">',
            "a refresh": b'<meta http-equiv=refresh content="0;url=javascript:x">',
            "a form of GET with a password": b'<form action="/x"><input type=password name=password>',
            "a form in a form": b"<form>" * 2000 + b"<input name=password>",
            "500 fields": b"<form method=post>" + b"<input name=a value=b>" * 500,
            "an action that is none": b'<form method=post action="http://a:99999/"><input name=password>',
            "a NUL in a name": b'<form method=post><input name="pass\0word"><input name=password>',
        }.items()
    },
    "cookies of other domains": (
        whole(
            fields=[
                b"Set-Cookie: a=b; Domain=.com",
                b"Set-Cookie: a=b; Domain=[::1",
                b"Set-Cookie: a=b; Expires=Fri, 31 Dec 99999 23:59:59 GMT; Max-Age=1e9",
            ]
        ),
        ANSWER,
    ),
    "429 for ever and a day": (whole(fields=[b"Retry-After: 1000000000"], status=b"429 Slow"), ANSWER),
    "a Date that is none": (whole(fields=[b"Date: " + b"9" * 5000, b"Date: \xb2"]), ANSWER),
    # bodies
    "JSON that is deep": (whole(b"[" * 100_000), ANSWER),
    "a number of 5,000 digits": (whole(b'{"id": ' + b"1" * 5000 + b"}"), ANSWER),
    "half a surrogate": (whole(rb'{"id": "\ud800", "access_token": "\udc00"}'), ANSWER),
    "HTML of many tags": (whole(b"<b>" * 30_000), ANSWER),
    "a form that leads nowhere": (
        whole(b'<form method=post action="http://[::1"><input name=password>'),
        ANSWER,
    ),
}
HANDSHAKES: dict[str, tuple[Act, str]] = {
    "silent in the handshake": (stalls(b""), LATE),
    "drips the handshake": (drips(b"\x16\x03\x03\x40\x00", b"\x02" * 500), LATE),
    "no TLS": (says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), TLS),
    "closes in the handshake": (says(b"\x16\x03"), f"{TLS}|{BROKEN}"),
    "resets in the handshake": (resets(b"\x16\x03\x03"), f"{TLS}|{BROKEN}"),
}


def ends(way: Way, base_url: str, expected: str, **also: str) -> None:
    """Each of the five ways ends with its verdict: all at once, to save time."""
    ways = Ways(way, base_url, TIME if LATE in expected else GUARD / 2, CAP)
    with ThreadPoolExecutor(len(WAYS)) as pool:
        told = {name: pool.submit(getattr(ways, name)) for name in WAYS}
        found = {name: future.result(GUARD) for name, future in told.items()}
    for name, verdict in found.items():
        allowed = also.get(name, expected).split("|")
        assert any(verdict.startswith(each) for each in allowed), f"{name}: {verdict}, not {allowed}"


def test_there_are_enough_of_them() -> None:
    assert len(EARLY | BEHAVIOURS | HANDSHAKES) >= 60


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_each_way_ends_with_a_verdict(way: Way, name: str) -> None:
    act, expected = BEHAVIOURS[name]
    # what no library sends is shown as it came where its coding can't be removed
    also = {"raw": f"{expected}|{ANSWER}"} if expected in (CODING, LARGE) and "coding" in expected else {}
    with Hostile(act) as server:
        ends(way, server.base_url, expected, **also)


@pytest.mark.parametrize("name", EARLY)
def test_each_way_ends_where_nothing_is_read(way: Way, name: str) -> None:
    act, expected = EARLY[name]
    with Hostile(act, early=True) as server:
        ends(way, server.base_url, expected)


@pytest.mark.parametrize("name", HANDSHAKES)
def test_each_way_ends_in_a_handshake(way: Way, name: str) -> None:
    act, expected = HANDSHAKES[name]
    with Hostile(act, early=True) as server:
        ends(way, server.base_url.replace("http", "https"), expected)


def test_a_certificate_of_an_unknown_ca_is_not_trusted(way: Way) -> None:
    with Hostile(whole(), tls=True) as server:
        ends(way, server.base_url, TLS)


def test_nobody_listens(way: Way) -> None:
    with Hostile(whole()) as server:
        base_url = server.base_url
    ends(way, base_url, BROKEN)


def test_a_body_that_nobody_reads_is_given_up(way: Way) -> None:
    with Hostile(stalls(b""), early=True) as server:
        ways = Ways(way, server.base_url, TIME, CAP)

        assert [ways.upload(), ways.raw_upload()] == [LATE, LATE]
