"""The client's side of the private signing scheme: vectors computed with printf and sha1sum."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from tuningfork.apis.audioboo.signing_scheme import Kind, PrivateKey, signature

AT = 1255083877
IN_QUERY = "39111dea500f4de605889705f7e5da553076ca4e"
"""/users/12/audio_clips/followed:A=ä +&page[items]=5&service[timestamp]=1255083877:s3cret"""
OF_FILE = "cf93f58f687cf7f0b9d7bfd5ecde4774a0c97ff2"
"""/account/audio_clips:audio_clip[title]=New Romney&audio_clip[uploaded_data]=CONTENT&source[timestamp]=…"""
CONTENT = b"\r\n--\xff\x00\r\n"


def prepare(kind: Kind, method: str, path: str, **rest: Any) -> Any:
    auth = PrivateKey(kind, "k", "s3cret", clock=lambda: AT + 0.7)
    return requests.Request(method, f"https://127.0.0.1:1{path}", auth=auth, **rest).prepare()


def test_query_is_signed() -> None:
    signed = prepare(
        "service", "GET", "/users/12/audio_clips/followed", params=[("page[items]", "5"), ("A", "ä +")]
    )

    assert parse_qsl(urlsplit(signed.url).query) == [
        ("signed_page[items]", "5"),
        ("signed_A", "ä +"),
        ("signed_service[timestamp]", str(AT)),
        ("version", "200"),
        ("fmt", "json"),
        ("service[key]", "k"),
        ("service[signature]", IN_QUERY),
    ]
    assert signed.body is None


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_form_is_signed(method: str) -> None:
    signed = prepare(
        "service", method, "/users/12/audio_clips/followed", data=[("page[items]", "5"), ("A", "ä +")]
    )

    fields = dict(parse_qsl(signed.body))
    assert (fields["signed_A"], fields["service[signature]"]) == ("ä +", IN_QUERY)
    assert signed.headers["Content-Length"] == str(len(signed.body))
    assert urlsplit(signed.url).query == ""


def test_missing_body_becomes_form() -> None:
    signed = prepare("source", "POST", "/p")

    fields = dict(parse_qsl(signed.body))
    assert fields["source[signature]"] == signature("/p", [("source[timestamp]", str(AT).encode())], "s3cret")
    assert signed.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_file_is_signed_with_its_bytes() -> None:
    signed = prepare(
        "source",
        "POST",
        "/account/audio_clips",
        data={"audio_clip[title]": "New Romney"},
        files={"audio_clip[uploaded_data]": ("a.wav", CONTENT, "audio/wav")},
    )

    assert (
        b'name="signed_audio_clip[uploaded_data]"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n'
        in (signed.body)
    )
    assert CONTENT in signed.body
    assert f'name="source[signature]"\r\n\r\n{OF_FILE}\r\n'.encode() in signed.body
    assert signed.headers["Content-Length"] == str(len(signed.body))


def test_names_are_sorted_without_case() -> None:
    parts = [("b", b"2"), ("C", b"3"), ("a", b"1")]

    assert signature("/p", parts, "s") == signature("/p", sorted(parts), "s")
    assert signature("/p", parts, "s") != signature("/P", parts, "s")


def test_repr_does_not_contain_secret() -> None:
    assert "s3cret" not in repr(PrivateKey("service", "k", "s3cret"))
