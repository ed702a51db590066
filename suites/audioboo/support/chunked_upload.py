"""Uploading a file in chunks, and creating a clip from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any
from urllib.parse import urljoin

from tuningfork import not_verified
from tuningfork.apis.audioboo.error_assertions import assert_success
from tuningfork.apis.audioboo.factories import AUDIO_PARAMETER, object_in_body
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.payloads import bracketed, multipart

NAME, TYPE = "recording.wav", "audio/wav"


def send_first_chunk(client: Client, content: bytes, size: int, offset: int = 0) -> Response:
    """Send POST /attachments with the first bytes of a file of `size` bytes."""
    chunk = {"size": size, "filename": NAME, "chunk": (NAME, content, TYPE), "chunk_offset": offset}
    return client.post("/attachments", **multipart(bracketed("attachment", chunk)))


def send_next_chunk(client: Client, where: str, content: bytes, offset: int) -> Response:
    """Send PUT with the bytes at `offset` of a file."""
    chunk = {"chunk": (NAME, content, TYPE), "chunk_offset": offset}
    return client.put(where, **multipart(bracketed("attachment", chunk)))


def location_of(answer: Response) -> str:
    """Return the URL for the next chunk from the Location header; raise ExpectationFailed without it."""
    location = answer.headers.get("Location", "").strip()
    if not location:
        raise ExpectationFailed("a Location", "none")
    return urljoin(answer.exchange.request.url, location)


def split_at(content: bytes, cuts: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    """Yield the offset and the bytes of each chunk between the cuts."""
    for start, end in pairwise([0, *cuts, len(content)]):
        yield start, content[start:end]


def even_cuts(content: bytes, count: int) -> list[int]:
    """Return the cuts that make `count` chunks of almost equal size."""
    return [len(content) * number // count for number in range(1, count)]


def cuts_after(sizes: Sequence[int]) -> list[int]:
    """Return the cuts after chunks of these sizes."""
    return list(accumulate(sizes))


def upload_in_chunks(client: Client, content: bytes, cuts: Sequence[int]) -> JsonObject:
    """Upload a file in chunks and return the attachment; expect the progress of each (AB-ATT-01)."""
    pieces = split_at(content, cuts)
    _, start = next(pieces)
    answer = send_first_chunk(client, start, len(content)).expect_created()
    assert_progress(answer, len(start), len(content))
    where = location_of(answer)
    for offset, piece in pieces:
        answer = assert_success(send_next_chunk(client, where, piece, offset))
        assert_progress(answer, offset + len(piece), len(content))
    return object_in_body(answer, "attachment")


def assert_progress(answer: Response, received: int, size: int) -> None:
    """Raise ExpectationFailed unless a response has the number of received and of all bytes."""
    attachment = object_in_body(answer, "attachment")
    wanted = (size, received, received == size)
    found = (attachment["size"], attachment["received"], attachment["complete"])
    if found != wanted:
        raise ExpectationFailed(f"size, received and complete {wanted}", str(found))


def start_upload(client: Client, content: bytes, length: int) -> tuple[JsonObject, str]:
    """Return an attachment with its first bytes and the URL for the next; else not verified."""
    try:
        answer = send_first_chunk(client, content[:length], len(content)).expect_created()
        return object_in_body(answer, "attachment"), location_of(answer)
    except ExpectationFailed as unmet:
        not_verified(f"the target takes no first chunk: {unmet}")


def fingerprint_of(content: bytes) -> str:
    """Return the SHA-1 hash of a file in hexadecimal digits."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def create_clip_from(client: Client, title: str, attachment: Any, fingerprint: str) -> Response:
    """Send POST of a clip whose audio is the attachment with this id."""
    reference = json.dumps({"chunked_attachment_id": attachment, "fingerprint": fingerprint})
    return client.post(
        "/account/audio_clips", **multipart({"audio_clip[title]": title, AUDIO_PARAMETER: reference})
    )
