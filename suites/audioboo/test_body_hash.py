"""Signatures: uploads are signed with their body (OAuth Request Body Hash)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

import pytest
from requests import PreparedRequest

from tuningfork import claim
from tuningfork.apis.audioboo.error_assertions import assert_refused, assert_success
from tuningfork.apis.audioboo.factories import object_in_body, sample_audio, upload
from tuningfork.apis.audioboo.lookup import expect_no_clip_titled
from tuningfork.client.client import Client
from tuningfork.testing.expect import expect
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.payloads import multipart

from .support.chunked_upload import send_next_chunk, start_upload
from .support.owned_resources import OwnedResources
from .support.signature_tampering import (
    in_body,
    in_header,
    remove_parameter,
    replace_value,
)
from .support.signed_clients import signing_client

Fresh = Callable[[str], str]
MARK = b"\x11\x22\x33\x44\x55\x66\x77\x78"
MARKED = sample_audio()[:2000] + MARK + sample_audio()[2000 + len(MARK) :]
"""Audio with something in it that can be changed."""
CHANGES = (
    (MARK, MARK[::-1]),
    (MARK, MARK[:-1] + b"\x79"),
    (MARK, b""),
    (b"DESCRIBED", b"DESCRIBEd"),
    (b"DESCRIBED", b"DESCRIBED, too"),
    (b"recording.wav", b"recording.WAV"),
    (b"audio/wav", b"audio/WAV"),
    (b"audio_clip[description]", b"audio_clip[descriptioN]"),
)
"""Of an upload: its audio, a text, the name and the type of the file, the name of a part."""


@claim("AB-SIGN-05")
@pytest.mark.parametrize("placement", ["header", "query"])
def test_an_upload_is_signed_with_its_body(placement: str, user: Client, unique_name: Fresh) -> None:
    """By a hash of all of it, it is accepted."""
    title = unique_name("signed ä")

    made = upload(signing_client(user, placement=placement), {"title": title})

    expect(object_in_body(made.expect_created(), "audio_clip")["title"], title, "title")


@claim("AB-SIGN-05")
@pytest.mark.parametrize("placement", ["header", "query"])
def test_another_body_is_refused(placement: str, user: Client, unique_name: Fresh) -> None:
    """One bit of the audio or a letter of a text, a part that is renamed: nothing is created."""
    title = unique_name("signed")
    fields = {"title": title, "description": "DESCRIBED"}

    for old, new in CHANGES:
        assert_refused(
            upload(signing_client(user, in_body(old, new), placement=placement), fields, MARKED), 401
        )

    expect_no_clip_titled(user, title)


@claim("AB-SIGN-05")
def test_a_new_hash_needs_a_new_signature(user: Client, unique_name: Fresh) -> None:
    """One that fits the other body is refused too, and so is none."""
    fields = {"title": unique_name("signed"), "description": "DESCRIBED"}
    other = in_body(MARK, MARK[::-1])

    assert_refused(upload(signing_client(user, other, hashed_again), fields, MARKED), 401)
    assert_refused(
        upload(signing_client(user, other, in_header(remove_parameter("oauth_body_hash"))), fields, MARKED),
        401,
    )
    assert_refused(
        upload(signing_client(user, in_header(remove_parameter("oauth_body_hash"))), fields, MARKED), 401
    )


@claim("AB-SIGN-05")
def test_a_hash_of_another_body_is_refused(user: Client, unique_name: Fresh) -> None:
    """Though it is signed: that of an empty body among them."""
    title = unique_name("signed")

    for wrong in ("", "x", "2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "0" * 28):
        client = signing_client(user, parameter_overrides={"oauth_body_hash": wrong})
        assert_refused(upload(client, {"title": title}), 400, 401)

    expect_no_clip_titled(user, title)


@claim("AB-SIGN-05")
def test_an_upload_without_a_hash_is_accepted_or_401(user: Client, unique_name: Fresh) -> None:
    """Either way."""
    answer = upload(signing_client(user, body_hash=False), {"title": unique_name("unhashed")})

    if answer.status < 300:
        answer.expect_created()
    else:
        assert_refused(answer, 401)


@claim("AB-SIGN-05")
def test_every_multipart_body_is_signed(owned_resources: OwnedResources) -> None:
    """Of each operation that takes one, with a file or without; nothing has changed."""
    forms = [one for one in enumerate(owned_resources.write_requests()) if "form" in one[1][2]]

    for number, (verb, at, rest) in at_least_one(forms, "no form is written"):
        parts = multipart({"unsigned": "BEFORE", **rest["form"], **rest.get("files", {})})
        changed = signing_client(
            owned_resources.me, in_body(b"BEFORE", b"AFTER!"), placement=("header", "query")[number % 2]
        )
        assert_refused(changed.request(verb, at, **parts), 401)

    owned_resources.is_unchanged()


@claim("AB-SIGN-05")
def test_a_chunk_is_signed_with_its_body(user: Client) -> None:
    """Another one is not taken in its place, and then the right one is."""
    _, where = start_upload(user, MARKED, 1000)

    assert_refused(
        send_next_chunk(signing_client(user, in_body(MARK, MARK[::-1])), where, MARKED[1000:], 1000), 401
    )

    assert_success(send_next_chunk(user, where, MARKED[1000:], 1000))


def hashed_again(request: PreparedRequest) -> None:
    """Give a changed body the hash that fits it."""
    content = request.body if isinstance(request.body, bytes) else b""
    digest = hashlib.sha1(content, usedforsecurity=False).digest()
    in_header(replace_value("oauth_body_hash", base64.b64encode(digest).decode()))(request)
