"""Files that are sent in chunks, and used in place of a file that comes at once."""

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
    """POST /attachments with the start of a file of so many bytes, whatever comes of it."""
    chunk = {"size": size, "filename": NAME, "chunk": (NAME, content, TYPE), "chunk_offset": offset}
    return client.post("/attachments", **multipart(bracketed("attachment", chunk)))


def send_next_chunk(client: Client, where: str, content: bytes, offset: int) -> Response:
    """PUT what stands at an offset of a file, whatever comes of it."""
    chunk = {"chunk": (NAME, content, TYPE), "chunk_offset": offset}
    return client.put(where, **multipart(bracketed("attachment", chunk)))


def location_of(answer: Response) -> str:
    """Where the next chunk goes, by the Location of a new attachment, or ExpectationFailed."""
    location = answer.headers.get("Location", "").strip()
    if not location:
        raise ExpectationFailed("a Location", "none")
    return urljoin(answer.exchange.request.url, location)


def split_at(content: bytes, cuts: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    """The pieces between the cuts, each with its offset."""
    for start, end in pairwise([0, *cuts, len(content)]):
        yield start, content[start:end]


def even_cuts(content: bytes, count: int) -> list[int]:
    """The cuts that make so many pieces of nearly one size."""
    return [len(content) * number // count for number in range(1, count)]


def cuts_after(sizes: Sequence[int]) -> list[int]:
    """The cuts after pieces of these sizes."""
    return list(accumulate(sizes))


def upload_in_chunks(client: Client, content: bytes, cuts: Sequence[int]) -> JsonObject:
    """A whole attachment; ExpectationFailed where a chunk is not taken, or is not counted (AB-ATT-01)."""
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
    """ExpectationFailed where an answer tells another number of bytes that have come, or are to come."""
    attachment = object_in_body(answer, "attachment")
    wanted = (size, received, received == size)
    found = (attachment["size"], attachment["received"], attachment["complete"])
    if found != wanted:
        raise ExpectationFailed(f"size, received and complete {wanted}", str(found))


def start_upload(client: Client, content: bytes, length: int) -> tuple[JsonObject, str]:
    """An attachment that has got so many bytes, and where the next go; without it nothing is verified."""
    try:
        answer = send_first_chunk(client, content[:length], len(content)).expect_created()
        return object_in_body(answer, "attachment"), location_of(answer)
    except ExpectationFailed as unmet:
        not_verified(f"the target takes no first chunk: {unmet}")


def fingerprint_of(content: bytes) -> str:
    """SHA-1 of a file, in hex."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def create_clip_from(client: Client, title: str, attachment: Any, fingerprint: str) -> Response:
    """POST a clip whose audio is the attachment with this id, whatever comes of it."""
    reference = json.dumps({"chunked_attachment_id": attachment, "fingerprint": fingerprint})
    return client.post(
        "/account/audio_clips", **multipart({"audio_clip[title]": title, AUDIO_PARAMETER: reference})
    )
