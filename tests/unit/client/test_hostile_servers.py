"""Each client reports a result for every hostile server, in bounded time and memory."""

from __future__ import annotations

import gzip
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import TYPE_CHECKING

import pytest
from tests.unit.client.hostile_server import (
    CHUNKED,
    CLOSING,
    OK,
    Act,
    HostileServer,
    chunked_bomb,
    many_headers,
    sends,
    sends_and_resets,
    sends_and_stalls,
    sends_encoded,
    sends_forever,
    sends_response,
    sends_slowly,
    zeros,
)
from tests.unit.client.network_clients import CLIENTS, NetworkClients

if TYPE_CHECKING:
    from tests.unit.client.conftest import ClientFactory

TIMEOUT_S = 0.3
"""Timeout of an exchange."""
MAX_BODY = 2**20
"""Maximum bytes of a body."""
MAX_TEST_S = 30
"""Time after which a client counts as hanging; no test gets near it."""
LATE, LARGE, BROKEN, REFUSED, UNKNOWN_HOST, CODING, TLS = (
    "no response within 0.3 s (timeout)",
    "a body of more than 1 MiB",
    "the connection broke",
    "the connection was refused",
    "the name of the host is unknown",
    "a content coding that can't be decoded",
    "a TLS connection with an untrusted certificate",
)
RESPONSE = "response"
LONG = b"Content-Length: 500\r\n\r\n"
GZIP = b"Content-Encoding: gzip\r\n"
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
REDIRECT = b"302 Found"
MUCH = b"x" * 65536

EARLY: dict[str, tuple[Act, str]] = {
    "accepts and is silent": (sends_and_stalls(b""), LATE),
    "closes at once": (sends(b""), BROKEN),
    "resets at once": (sends_and_resets(b""), BROKEN),
    "drips before the request": (sends_slowly(b"", OK + LONG), LATE),
}
BEHAVIOURS: dict[str, tuple[Act, str]] = {
    # silence
    "silent after the request": (sends_and_stalls(b""), LATE),
    "silent in the status line": (sends_and_stalls(b"HTTP/1.1 2"), LATE),
    "silent in a header field": (sends_and_stalls(OK + b"X-A: "), LATE),
    "silent before the body": (sends_and_stalls(OK + LONG), LATE),
    "silent in the body": (sends_and_stalls(OK + LONG + b"half"), LATE),
    "silent in a chunk size": (sends_and_stalls(CHUNKED + b"1"), LATE),
    "silent in a chunk": (sends_and_stalls(CHUNKED + b"5\r\nab"), LATE),
    "silent before the last chunk": (sends_and_stalls(CHUNKED + b"2\r\n{}\r\n"), LATE),
    "silent in the trailer": (sends_and_stalls(CHUNKED + b"2\r\n{}\r\n0\r\nX-A: b\r\n"), LATE),
    "silent after 100": (sends_and_stalls(INTERIM), LATE),
    # drips
    "drips a status line": (sends_slowly(b"", OK * 9), LATE),
    "drips a header field": (sends_slowly(OK, b"X-A: " + b"y" * 200), LATE),
    "drips a body": (sends_slowly(OK + LONG, b"x" * 500), LATE),
    "drips a body without a length": (sends_slowly(CLOSING, b"x" * 500), LATE),
    "drips chunks": (sends_slowly(CHUNKED, b"1\r\nx\r\n" * 90), LATE),
    "drips a chunk size": (sends_slowly(CHUNKED, b"0" * 500), LATE),
    "drips a chunk extension": (sends_slowly(CHUNKED + b"2;a=", b"x" * 500), LATE),
    "drips a trailer": (sends_slowly(CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-A: b\r\n" * 60), LATE),
    "drips a gzip": (sends_slowly(OK + GZIP + LONG, gzip.compress(bytes(range(256)) * 9)), LATE),
    "drips interim responses": (sends_slowly(b"", INTERIM * 20), LATE),
    # no end
    "never ends 100": (sends_forever(b"", INTERIM), f"{LATE}|{LARGE}"),
    "never ends 103": (sends_forever(b"", HINTS), f"{LATE}|{LARGE}"),
    "never ends its status line": (sends_forever(b"HTTP/1.1 200 ", MUCH), BROKEN),
    "never ends a header field": (sends_forever(OK + b"X-A: ", MUCH), BROKEN),
    "never ends its header": (sends_forever(OK, b"X-A: b\r\n"), BROKEN),
    "never ends its body": (sends_forever(CLOSING, MUCH), LARGE),
    "never ends a body of a terabyte": (
        sends_forever(OK + b"Content-Length: 1099511627776\r\n\r\n", MUCH),
        LARGE,
    ),
    "never ends its chunks": (sends_forever(CHUNKED, b"10000\r\n" + MUCH + b"\r\n"), LARGE),
    "never ends its small chunks": (sends_forever(CHUNKED, b"1\r\nx\r\n" * 999), f"{LATE}|{LARGE}"),
    "never ends a chunk size": (sends_forever(CHUNKED, b"0" * 65536), BROKEN),
    "never ends a chunk extension": (sends_forever(CHUNKED + b"2;", MUCH), BROKEN),
    "never ends its trailer": (sends_forever(CHUNKED + b"0\r\n", b"X-A: b\r\n" * 999), f"{LATE}|{LARGE}"),
    "never ends blank lines": (sends_forever(b"", b"\r\n"), BROKEN),
    # bombs
    "gzip bomb": (sends_encoded(b"gzip", lambda: zeros(31)), LARGE),
    "deflate bomb": (sends_encoded(b"deflate", lambda: zeros(15)), LARGE),
    "bare deflate bomb": (sends_encoded(b"deflate", lambda: zeros(-15)), LARGE),
    "gzip bomb in a gzip": (sends_encoded(b"gzip, gzip", lambda: gzip.compress(zeros(31))), LARGE),
    "gzip bomb in a deflate": (sends_encoded(b"gzip, deflate", lambda: zlib.compress(zeros(31))), LARGE),
    "gzip bomb of many members": (sends_encoded(b"gzip", lambda: zeros(31, 2**20) * 20), LARGE),
    "gzip bomb in chunks": (chunked_bomb, LARGE),
    "six codings": (sends_encoded(b", ".join([b"gzip"] * 6), lambda: b"x"), CODING),
    "a coding that was not requested": (sends_encoded(b"br", lambda: b"{}"), f"{RESPONSE}|{CODING}"),
    # invalid content codings
    "plain text as gzip": (sends_encoded(b"gzip", lambda: b"plain"), CODING),
    "half a gzip": (sends_encoded(b"gzip", lambda: gzip.compress(b"{}" * 99)[:20]), f"{RESPONSE}|{CODING}"),
    "plain text as deflate": (sends_encoded(b"deflate", lambda: b"plain"), CODING),
    # lengths
    "a length that is too long": (sends(OK + b"Content-Length: 99\r\n\r\nshort"), BROKEN),
    "a negative length": (sends(OK + b"Content-Length: -5\r\n\r\n{}"), RESPONSE),
    "a length that is not a number": (sends(OK + b"Content-Length: ten\r\n\r\n{}"), RESPONSE),
    "a length of 5,000 digits": (sends(OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n{}"), RESPONSE),
    "a length of an exabyte": (sends(OK + b"Content-Length: " + b"9" * 18 + b"\r\n\r\n{}"), BROKEN),
    "a length beyond 64 bits": (sends(OK + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n{}"), BROKEN),
    "two lengths": (sends(OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), f"{BROKEN}|{RESPONSE}"),
    "a length and chunks": (
        sends(OK + b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        RESPONSE,
    ),
    # chunks
    "a chunk size that is not a number": (sends(CHUNKED + b"zz\r\n{}"), BROKEN),
    "a negative chunk size": (sends(CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n"), f"{BROKEN}|{RESPONSE}"),
    "a chunk of an exabyte": (sends(CHUNKED + b"f" * 15 + b"\r\n{}"), BROKEN),
    "a chunk of 5,000 digits": (sends(CHUNKED + b"f" * 5000 + b"\r\n{}"), BROKEN),
    "a chunk without its end": (sends(CHUNKED + b"2\r\n{}"), BROKEN),
    "chunks without the last": (sends(CHUNKED + b"2\r\n{}\r\n"), BROKEN),
    "invalid chunks": (sends(CHUNKED + b'{"a": 1}'), BROKEN),
    # broken off
    "closes after the request": (sends(b""), BROKEN),
    "closes in the status line": (sends(b"HTTP/1.1 2"), BROKEN),
    "resets in the body": (sends_and_resets(OK + LONG + b"half"), BROKEN),
    # status lines
    "a status line that is none": (sends(b"what?\r\n\r\n"), BROKEN),
    "HTTP/0.9": (sends(b"<html>hello</html>"), BROKEN),
    "another protocol": (sends(b"SSH-2.0-OpenSSH_9.6\r\n"), BROKEN),
    "a binary greeting": (sends(bytes(range(256)) * 9), BROKEN),
    "a status of 99": (sends(b"HTTP/1.1 99 Low\r\n\r\n"), BROKEN),
    "a status of 1000": (sends(b"HTTP/1.1 1000 High\r\n\r\n"), BROKEN),
    "a status in words": (sends(b"HTTP/1.1 two OK\r\n\r\n"), BROKEN),
    "a status in other digits": (sends("HTTP/1.1 ²⁰⁰ OK\r\n\r\n".encode()), BROKEN),
    "HTTP/2 in HTTP/1": (sends(b"HTTP/2 200 OK\r\nContent-Length: 2\r\n\r\n{}"), BROKEN),
    "two status lines": (sends(OK + OK + b"Content-Length: 2\r\n\r\n{}"), RESPONSE),
    "101 to nothing": (sends(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n\0\1\2"), RESPONSE),
    # header fields
    "a NUL in a field": (sends_response(headers=[b"X-A: a\0b", b"Content-Type: \0"]), RESPONSE),
    "bytes of no encoding": (sends_response(headers=[b"X-A: \xff\xfe\x80", b"\xff: x"]), RESPONSE),
    "a field of 100 KB": (sends_response(headers=[b"X-A: " + b"y" * 100_000]), BROKEN),
    "10,000 fields": (sends_response(headers=many_headers(10_000)), BROKEN),
    "a field without a colon": (sends_response(headers=[b"no colon", b"X-A: b"]), RESPONSE),
    "a folded field": (sends_response(headers=[b"X-A: a", b" b", b"\tc"]), RESPONSE),
    "a bare CR in a field": (sends_response(headers=[b"X-A: a\rX-B: b"]), RESPONSE),
    "a charset that is none": (sends_response(b"{}", [b"Content-Type: text/html; charset=rot13"]), RESPONSE),
    "garbage for cookies": (
        sends_response(headers=[b"Set-Cookie: =;;\xff=\0; Path", b"Set-Cookie: a=b; Expires=" + b"9" * 999]),
        RESPONSE,
    ),
    "90 cookies of 4 KB": (
        sends_response(headers=[b"Set-Cookie: c%d=%b" % (n, b"x" * 4000) for n in range(90)]),
        RESPONSE,
    ),
    # redirects
    "a Location with half an address": (
        sends_response(headers=[b"Location: http://[::1"], status=REDIRECT),
        RESPONSE,
    ),
    "a Location with port 99999": (
        sends_response(headers=[b"Location: http://127.0.0.1:99999/"], status=REDIRECT),
        RESPONSE,
    ),
    "a Location of odd bytes": (
        sends_response(headers=[b"Location: http://\xff\0/\x80"], status=REDIRECT),
        RESPONSE,
    ),
    "a Location in no web": (
        sends_response(headers=[b"Location: javascript:alert(1)"], status=b"301 Moved"),
        RESPONSE,
    ),
    "an empty Location": (sends_response(headers=[b"Location:"], status=REDIRECT), RESPONSE),
    "a redirect to itself": (sends_response(headers=[b"Location: ?"], status=b"307 Again"), RESPONSE),
    "a redirect without a Location": (sends_response(status=b"308 Somewhere"), RESPONSE),
    # pauses
    "429 after garbage": (sends_response(headers=[b"Retry-After: soon \xff"], status=b"429 Slow"), RESPONSE),
    "429 after 400 digits": (
        sends_response(headers=[b"Retry-After: " + b"9" * 400], status=b"429 Slow"),
        RESPONSE,
    ),
    "429 after a superscript": (sends_response(headers=[b"Retry-After: \xb2"], status=b"429 Slow"), RESPONSE),
    "429 before now": (sends_response(headers=[b"Retry-After: -7"], status=b"429 Slow"), RESPONSE),
    "429 after a date beyond all": (
        sends_response(headers=[b"Retry-After: Fri, 31 Dec 99999 23:59:59 GMT"], status=b"429 Slow"),
        RESPONSE,
    ),
    # framing that two readers may understand in two clients (RFC 9112 6.3)
    "another answer behind the first": (
        sends(OK + b"Content-Length: 2\r\n\r\n{}" + OK + b"Content-Length: 3\r\n\r\nbad"),
        RESPONSE,
    ),
    "Content-Length and chunks": (
        sends(OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
        RESPONSE,
    ),
    "lengths in a list": (sends(OK + b"Content-Length: 2, 2\r\n\r\n{}"), f"{RESPONSE}|{BROKEN}"),
    "a length in hex": (sends(OK + b"Content-Length: 0x2\r\n\r\n{}"), RESPONSE),
    "a length with a sign": (sends(OK + b"Content-Length: +2\r\n\r\n{}"), RESPONSE),
    "a length of 400 digits": (
        sends(OK + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n{}"),
        f"{RESPONSE}|{BROKEN}",
    ),
    "a chunk of a negative size": (sends(CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n"), BROKEN),
    "a chunk of a huge size": (sends(CHUNKED + b"f" * 300 + b"\r\n{}\r\n0\r\n\r\n"), BROKEN),
    "a chunk with extensions": (sends(CHUNKED + b'2;a="' + b"b" * 999 + b'"\r\n{}\r\n0\r\n\r\n'), RESPONSE),
    "trailer fields": (sends(CHUNKED + b"2\r\n{}\r\n0\r\nX-A: b\r\nContent-Length: 9\r\n\r\n"), RESPONSE),
    "trailer fields without end": (
        sends_forever(CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-A: b\r\n"),
        f"{LARGE}|{LATE}|{RESPONSE}|{BROKEN}",
    ),
    "interim responses with large fields": (
        sends_forever(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </" + b"x" * 30_000 + b">\r\n\r\n"),
        f"{LARGE}|{LATE}",
    ),
    "garbage behind a gzip": (
        sends_encoded(b"gzip", lambda: gzip.compress(b"{}") + b"garbage"),
        f"{RESPONSE}|{CODING}",
    ),
    "ten gzips in one another": (
        sends_encoded(b"gzip", lambda: reduce(lambda inner, _: gzip.compress(inner), range(10), b"{}")),
        RESPONSE,
    ),
    "zstd that is none": (sends_encoded(b"zstd", lambda: b"\x28\xb5\x2f\xfd{}"), f"{RESPONSE}|{CODING}"),
    # where a redirect leads
    **{
        f"a Location {place}": (
            sends_response(headers=[b"Location: " + place.encode()], status=REDIRECT),
            f"{RESPONSE}|{BROKEN}|{REFUSED}|{UNKNOWN_HOST}",
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
        f"a page with {what}": (sends_response(page, [b"Content-Type: text/html"]), RESPONSE)
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
        sends_response(
            headers=[
                b"Set-Cookie: a=b; Domain=.com",
                b"Set-Cookie: a=b; Domain=[::1",
                b"Set-Cookie: a=b; Expires=Fri, 31 Dec 99999 23:59:59 GMT; Max-Age=1e9",
            ]
        ),
        RESPONSE,
    ),
    "429 for ever and a day": (
        sends_response(headers=[b"Retry-After: 1000000000"], status=b"429 Slow"),
        RESPONSE,
    ),
    "a Date that is none": (sends_response(headers=[b"Date: " + b"9" * 5000, b"Date: \xb2"]), RESPONSE),
    # bodies
    "JSON that is deep": (sends_response(b"[" * 100_000), RESPONSE),
    "a number of 5,000 digits": (sends_response(b'{"id": ' + b"1" * 5000 + b"}"), RESPONSE),
    "half a surrogate": (sends_response(rb'{"id": "\ud800", "access_token": "\udc00"}'), RESPONSE),
    "HTML of many tags": (sends_response(b"<b>" * 30_000), RESPONSE),
    "a form that leads nowhere": (
        sends_response(b'<form method=post action="http://[::1"><input name=password>'),
        RESPONSE,
    ),
}
HANDSHAKES: dict[str, tuple[Act, str]] = {
    "silent in the handshake": (sends_and_stalls(b""), LATE),
    "drips the handshake": (sends_slowly(b"\x16\x03\x03\x40\x00", b"\x02" * 500), LATE),
    "no TLS": (sends(b"HTTP/1.1 400 Bad Request\r\n\r\n"), TLS),
    "closes in the handshake": (sends(b"\x16\x03"), f"{TLS}|{BROKEN}"),
    "resets in the handshake": (sends_and_resets(b"\x16\x03\x03"), f"{TLS}|{BROKEN}"),
}


def assert_results(factory: ClientFactory, base_url: str, expected: str, **also: str) -> None:
    """Assert that each of the five clients reports its expected result; they run concurrently."""
    clients = NetworkClients(factory, base_url, TIMEOUT_S if LATE in expected else MAX_TEST_S / 2, MAX_BODY)
    with ThreadPoolExecutor(len(CLIENTS)) as pool:
        futures = {name: pool.submit(getattr(clients, name)) for name in CLIENTS}
        results = {name: future.result(MAX_TEST_S) for name, future in futures.items()}
    for name, result in results.items():
        allowed = also.get(name, expected).split("|")
        assert any(result.startswith(each) for each in allowed), f"{name}: {result}, not {allowed}"


def test_at_least_60_behaviours_are_tested() -> None:
    assert len(EARLY | BEHAVIOURS | HANDSHAKES) >= 60


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_client_reports_result_of_hostile_server(factory: ClientFactory, name: str) -> None:
    act, expected = BEHAVIOURS[name]
    # a raw response is returned undecoded if its content coding is invalid
    also = {"raw": f"{expected}|{RESPONSE}"} if expected in (CODING, LARGE) and "coding" in expected else {}
    with HostileServer(act) as server:
        assert_results(factory, server.base_url, expected, **also)


@pytest.mark.parametrize("name", EARLY)
def test_client_reports_result_if_server_does_not_read(factory: ClientFactory, name: str) -> None:
    act, expected = EARLY[name]
    with HostileServer(act, early=True) as server:
        assert_results(factory, server.base_url, expected)


@pytest.mark.parametrize("name", HANDSHAKES)
def test_client_reports_result_of_hostile_tls_handshake(factory: ClientFactory, name: str) -> None:
    act, expected = HANDSHAKES[name]
    with HostileServer(act, early=True) as server:
        assert_results(factory, server.base_url.replace("http", "https"), expected)


def test_certificate_of_unknown_ca_is_rejected(factory: ClientFactory) -> None:
    with HostileServer(sends_response(), tls=True) as server:
        assert_results(factory, server.base_url, TLS)


def test_refused_connection_is_reported(factory: ClientFactory) -> None:
    with HostileServer(sends_response()) as server:
        base_url = server.base_url
    assert_results(factory, base_url, REFUSED)


def test_upload_that_server_does_not_read_times_out(factory: ClientFactory) -> None:
    with HostileServer(sends_and_stalls(b""), early=True) as server:
        clients = NetworkClients(factory, server.base_url, TIMEOUT_S, MAX_BODY)

        assert [clients.upload(), clients.raw_upload()] == [LATE, LATE]
