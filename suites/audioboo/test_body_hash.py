"""Signatures: uploads are signed with a hash of their body (OAuth Request Body Hash)."""

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
from tuningfork.testing.expect import expect_properties
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.payloads import multipart

from .support.chunked_upload import send_next_chunk, start_upload
from .support.owned_resources import OwnedResources
from .support.signature_tampering import in_body, in_header, remove_parameter, replace_value
from .support.signed_clients import signing_client

UniqueName = Callable[[str], str]
MARK = b"\x11\x22\x33\x44\x55\x66\x77\x78"
MARKED_AUDIO = sample_audio()[:2000] + MARK + sample_audio()[2000 + len(MARK) :]
"""Audio with bytes that a test can replace."""
REPLACEMENTS = (
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
WITHOUT_HASH = in_header(remove_parameter("oauth_body_hash"))


@claim("AB-SIGN-05")
@pytest.mark.parametrize("placement", ["header", "query"])
def test_upload_with_the_hash_of_its_body_is_accepted(
    user: Client, unique_name: UniqueName, placement: str
) -> None:
    title = unique_name("signed ä")

    response = upload(signing_client(user, placement=placement), {"title": title})

    expect_properties(object_in_body(response.expect_created(), "audio_clip"), title=title)


@claim("AB-SIGN-05")
@pytest.mark.parametrize("placement", ["header", "query"])
def test_edited_body_returns_401(user: Client, unique_name: UniqueName, placement: str) -> None:
    """Nothing is created."""
    title = unique_name("signed")

    for old, new in REPLACEMENTS:
        client = signing_client(user, in_body(old, new), placement=placement)
        assert_refused(upload(client, {"title": title, "description": "DESCRIBED"}, MARKED_AUDIO), 401)

    expect_no_clip_titled(user, title)


@claim("AB-SIGN-05")
def test_edited_hash_returns_401(user: Client, unique_name: UniqueName) -> None:
    """With and without an edited body, a hash that fits the body but not the signature, or no hash."""
    fields, edit = {"title": unique_name("signed")}, in_body(MARK, MARK[::-1])

    for changes in ((edit, set_body_hash), (edit, WITHOUT_HASH), (WITHOUT_HASH,)):
        assert_refused(upload(signing_client(user, *changes), fields, MARKED_AUDIO), 401)


@claim("AB-SIGN-05")
def test_signed_hash_of_another_body_returns_4xx(user: Client, unique_name: UniqueName) -> None:
    """The hash of an empty body among them; nothing is created."""
    title = unique_name("signed")

    for body_hash in ("", "x", "2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "0" * 28):
        client = signing_client(user, parameter_overrides={"oauth_body_hash": body_hash})
        assert_refused(upload(client, {"title": title}), 400, 401)

    expect_no_clip_titled(user, title)


@claim("AB-SIGN-05")
def test_upload_without_a_hash_returns_201_or_401(user: Client, unique_name: UniqueName) -> None:
    response = upload(signing_client(user, body_hash=False), {"title": unique_name("unhashed")})

    if response.status < 300:
        response.expect_created()
    else:
        assert_refused(response, 401)


@claim("AB-SIGN-05")
def test_edited_multipart_body_of_any_write_returns_401(owned_resources: OwnedResources) -> None:
    """With and without a file; nothing is changed."""
    writes = [request for request in owned_resources.write_requests() if "form" in request.arguments]

    for number, request in enumerate(at_least_one(writes, "no write has a form")):
        files = request.arguments.get("files", {})
        parts = multipart({"unsigned": "BEFORE", **request.arguments["form"], **files})
        placement = ("header", "query")[number % 2]
        client = signing_client(owned_resources.user, in_body(b"BEFORE", b"AFTER!"), placement=placement)
        assert_refused(client.request(request.method, request.path, **parts), 401)

    owned_resources.assert_unchanged()


@claim("AB-SIGN-05")
def test_edited_chunk_returns_401(user: Client) -> None:
    """The original chunk is accepted afterwards."""
    _, path = start_upload(user, MARKED_AUDIO, 1000)
    client = signing_client(user, in_body(MARK, MARK[::-1]))

    assert_refused(send_next_chunk(client, path, MARKED_AUDIO[1000:], 1000), 401)

    assert_success(send_next_chunk(user, path, MARKED_AUDIO[1000:], 1000))


def set_body_hash(request: PreparedRequest) -> None:
    """Replace the hash by that of the changed body."""
    content = request.body if isinstance(request.body, bytes) else b""
    digest = hashlib.sha1(content, usedforsecurity=False).digest()
    in_header(replace_value("oauth_body_hash", base64.b64encode(digest).decode()))(request)
