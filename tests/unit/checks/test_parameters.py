from __future__ import annotations

import pytest
from urllib3.filepost import encode_multipart_formdata

from tuningfork.checks.parameters import parameters
from tuningfork.model import Headers, Request

URL = "https://api.example.com/books?a%5B1%5D=%C3%A9&b="


def request(kind: str, body: bytes) -> Request:
    return Request("POST", URL, Headers([("Content-Type", kind)]), body)


QUERY = (("a[1]", "é"), ("b", ""))


def test_those_of_the_query_are_enough() -> None:
    assert parameters(Request("GET", URL)) == QUERY


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded; charset=utf-8"]
)
def test_a_form_has_more(kind: str) -> None:
    assert parameters(request(kind, b"c=1+2&c=%26&d=")) == (*QUERY, ("c", "1 2"), ("c", "&"), ("d", ""))


def test_parts_that_are_files_are_none() -> None:
    body, kind = encode_multipart_formdata({"c": "1\r\n2", "d": ("d.bin", b"\x00\xff"), "e[f]": "é"})

    assert parameters(request(kind, body)) == (*QUERY, ("c", "1\r\n2"), ("e[f]", "é"))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"c": 1}'),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"c=1"),
    ],
)
def test_any_other_body_has_none(kind: str, body: bytes) -> None:
    assert parameters(request(kind, body)) == QUERY
