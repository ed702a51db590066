"""Uploading a file in chunks, and creating a clip from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import urljoin

from tuningfork import not_verified
from tuningfork.apis.audioboo.error_assertions import assert_success
from tuningfork.apis.audioboo.factories import AUDIO_PARAMETER, object_in_body
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed
from tuningfork.testing.expect import expect_properties, expect_true
from tuningfork.testing.payloads import bracketed, multipart

NAME, TYPE = "recording.wav", "audio/wav"


def send_first_chunk(client: Client, content: bytes, size: int, offset: int = 0) -> Response:
    """Send POST /attachments with the first bytes of a file of `size` bytes."""
    chunk = {"size": size, "filename": NAME, "chunk": (NAME, content, TYPE), "chunk_offset": offset}
    return client.post("/attachments", **multipart(bracketed("attachment", chunk)))


def send_next_chunk(client: Client, url: str, content: bytes, offset: int) -> Response:
    """Send PUT with the bytes at `offset` of a file."""
    chunk = {"chunk": (NAME, content, TYPE), "chunk_offset": offset}
    return client.put(url, **multipart(bracketed("attachment", chunk)))


def location_of(response: Response) -> str:
    """Return the URL for the next chunk from the Location header; raise ExpectationFailed without it."""
    location = response.headers.get("Location", "").strip()
    expect_true(location != "", "a Location header", to_json(location), response)
    return urljoin(response.exchange.request.url, location)


def split_at(content: bytes, cuts: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    """Yield the offset and the bytes of each chunk between the cuts."""
    for start, end in pairwise([0, *cuts, len(content)]):
        yield start, content[start:end]


def even_cuts(content: bytes, count: int) -> list[int]:
    """Return the cuts that divide a file into `count` chunks of almost equal size."""
    return [len(content) * number // count for number in range(1, count)]


def upload_in_chunks(client: Client, content: bytes, cuts: Sequence[int]) -> JsonObject:
    """Upload a file in chunks and return the attachment; expect the progress of each (AB-ATT-01)."""
    (_, first), *others = split_at(content, cuts)
    response = send_first_chunk(client, first, len(content)).expect_created()
    attachment = assert_progress(response, len(first), len(content))
    url = location_of(response)
    for offset, chunk in others:
        response = assert_success(send_next_chunk(client, url, chunk, offset))
        attachment = assert_progress(response, offset + len(chunk), len(content))
    return attachment


def assert_progress(response: Response, received: int, size: int) -> JsonObject:
    """Return the attachment; raise ExpectationFailed unless it has these numbers of bytes."""
    attachment = object_in_body(response, "attachment")
    expect_properties(attachment, size=size, received=received, complete=received == size)
    return attachment


def start_upload(client: Client, content: bytes, length: int) -> tuple[JsonObject, str]:
    """Return an attachment with its first bytes and the URL for the next; else not verified."""
    try:
        response = send_first_chunk(client, content[:length], len(content)).expect_created()
        return object_in_body(response, "attachment"), location_of(response)
    except ExpectationFailed as failure:
        not_verified(f"the target does not accept a first chunk: {failure}")


def fingerprint_of(content: bytes) -> str:
    """Return the SHA-1 hash of a file in hexadecimal digits."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def create_clip_from(
    client: Client, title: str | None, attachment: JsonObject, fingerprint: str | None, **fields: str
) -> Response:
    """Send POST of a clip whose audio is an attachment, without a title or a fingerprint that is None."""
    reference: dict[str, Any] = {"chunked_attachment_id": attachment["id"]}
    if fingerprint is not None:
        reference["fingerprint"] = fingerprint
    texts = bracketed("audio_clip", fields if title is None else {"title": title, **fields})
    return client.post("/account/audio_clips", **multipart({**texts, AUDIO_PARAMETER: json.dumps(reference)}))
