from __future__ import annotations

import pytest
from urllib3.filepost import encode_multipart_formdata

from tuningfork.checks.parameters import parameters
from tuningfork.model import Headers, Request

URL = "https://api.example.com/books?a%5B1%5D=%C3%A9&b="


def request(content_type: str, body: bytes) -> Request:
    return Request("POST", URL, Headers([("Content-Type", content_type)]), body)


QUERY = (("a[1]", "é"), ("b", ""))


def test_request_without_body_has_query_parameters() -> None:
    assert parameters(Request("GET", URL)) == QUERY


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded; charset=utf-8"]
)
def test_urlencoded_form_is_read(content_type: str) -> None:
    assert parameters(request(content_type, b"c=1+2&c=%26&d=")) == (
        *QUERY,
        ("c", "1 2"),
        ("c", "&"),
        ("d", ""),
    )


def test_files_of_multipart_form_are_left_out() -> None:
    body, content_type = encode_multipart_formdata({"c": "1\r\n2", "d": ("d.bin", b"\x00\xff"), "e[f]": "é"})

    assert parameters(request(content_type, body)) == (*QUERY, ("c", "1\r\n2"), ("e[f]", "é"))


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"c": 1}'),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"c=1"),
    ],
)
def test_other_body_has_no_parameters(content_type: str, body: bytes) -> None:
    assert parameters(request(content_type, body)) == QUERY
