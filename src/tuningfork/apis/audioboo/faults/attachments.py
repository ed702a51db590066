"""Faults of uploads in chunks (https://github.com/audioBoom/api: sections/attachments.md)."""

from __future__ import annotations

import hashlib
from typing import Any

from tuningfork.apis.audioboo.mock.models import Attachment
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

FIRST_CHUNK = "POST /attachments"


@fault("AB-ATT-01")
def attachment_has_no_location(mock: Any) -> None:
    """The response to POST /attachments, which creates an attachment, has no Location header."""

    def create(handle: Any, *args: Any) -> Any:
        response = handle(*args)
        del response.headers["Location"]
        return response

    wrap_handler(mock.handlers, FIRST_CHUNK, create)


@fault("AB-ATT-01", "AB-ERR-04")
def new_attachment_returns_200(mock: Any) -> None:
    """POST /attachments, which creates an attachment, returns 200 instead of 201."""

    def create(handle: Any, *args: Any) -> Any:
        response = handle(*args)
        response.status_code = 200
        return response

    wrap_handler(mock.handlers, FIRST_CHUNK, create)


@fault("AB-ATT-01")
def chunked_clip_has_hundredfold_duration(mock: Any) -> None:
    """The duration of a clip that was uploaded in chunks is multiplied by 100."""
    wrap_method(
        mock.attachments, "resolve", lambda original, value, context: _ChunkedFile(original(value, context))
    )
    wrap_method(
        mock.uploads,
        "measure_duration",
        lambda original, data: original(data) * (100 if isinstance(data, _ChunkedFile) else 1),
    )


@fault("AB-ATT-01")
def third_chunk_is_refused(mock: Any) -> None:
    """An attachment accepts two chunks and returns 422 for the third."""
    chunks: dict[int, int] = {}

    def append_chunk(original: Any, attachment: Attachment, chunk: bytes) -> None:
        chunks[attachment.id] = chunks.get(attachment.id, 0) + bool(chunk)
        if chunks[attachment.id] > 2:
            raise HttpError(422, "a file has two chunks")
        original(attachment, chunk)

    wrap_method(mock.attachments, "append_chunk", append_chunk)


@fault("AB-ATT-01")
def file_is_cut_after_64_kibibytes(mock: Any) -> None:
    """The file of an attachment is cut after 65,536 bytes."""

    def append_chunk(original: Any, attachment: Attachment, chunk: bytes) -> None:
        original(attachment, chunk[: max(0, 2**16 - len(attachment.data))])

    wrap_method(mock.attachments, "append_chunk", append_chunk)


@fault("AB-ATT-02", "AB-ATT-01")
def chunk_may_overlap_by_a_byte(mock: Any) -> None:
    """A chunk whose offset is one byte too low is accepted, with its first byte duplicated."""
    _replace_offset(
        mock, lambda received, offset: max(offset, received) if received - offset == 1 else offset
    )


@fault("AB-ATT-02", "AB-ATT-01")
def gap_between_chunks_is_ignored(mock: Any) -> None:
    """A chunk whose offset is too high is accepted and appended to the received bytes."""
    _replace_offset(mock, lambda received, offset: received if offset > received else offset)


@fault("AB-ATT-02")
def first_chunk_ignores_its_offset(mock: Any) -> None:
    """The first chunk of a file (POST /attachments) is stored at offset 0: its `chunk_offset` is ignored."""
    wrap_method(
        mock.attachments,
        "read_offset",
        lambda original, context, default=None: (
            0 if context.operation == FIRST_CHUNK else original(context, default)
        ),
    )


@fault("AB-ATT-02", "AB-ATT-01")
def bytes_past_the_end_are_accepted(mock: Any) -> None:
    """A chunk with bytes past the announced size of the file is accepted; the file counts as complete."""

    def require_next_chunk(original: Any, _size: int, received: int, offset: int, chunk: bytes) -> None:
        original(received + len(chunk), received, offset, chunk)

    wrap_method(mock.attachments, "require_next_chunk", require_next_chunk)
    mock.attachments.is_complete = lambda attachment: len(attachment.data) >= attachment.size


@fault("AB-ATT-02")
def fingerprint_is_compared_by_first_digits(mock: Any) -> None:
    """Only the first eight digits of a fingerprint are compared."""

    def matches_fingerprint(original: Any, fingerprint: Any, data: bytes) -> bool:
        start = hashlib.sha1(data, usedforsecurity=False).hexdigest()[:8]
        return original(fingerprint, data) or str(fingerprint).startswith(start)

    wrap_method(mock.attachments, "matches_fingerprint", matches_fingerprint)


@fault("AB-ATT-02")
def fingerprint_is_not_compared(mock: Any) -> None:
    """A fingerprint is not compared with the file, so every fingerprint is accepted."""
    mock.attachments.matches_fingerprint = lambda _fingerprint, _data: True


@fault("AB-ATT-02")
def incomplete_file_creates_clip(mock: Any) -> None:
    """A file that is incomplete but has at least 64 bytes can be published as a clip."""
    wrap_method(
        mock.attachments,
        "resolve",
        lambda original, value, context: _resolve_incomplete(mock, original, value, context),
    )


@fault("AB-ATT-02")
def wrong_fingerprint_is_refused_but_clip_created(mock: Any) -> None:
    """A wrong fingerprint returns 422, but the clip is created."""

    def upload(handle: Any, mock: Any, context: Any) -> Any:
        try:
            return handle(mock, context)
        except HttpError as error:
            if "fingerprint" in (error.message or ""):
                mock.clips.create(context.user, mock.form_fields.read_clip(context), 1.0)
            raise

    wrap_handler(mock.handlers, "POST /account/audio_clips", upload)


@fault("AB-ATT-01")
def clip_from_attachment_has_no_tags(mock: Any) -> None:
    """A clip from an attachment has no tags: its `tag_list` is ignored."""

    def upload(handle: Any, mock: Any, context: Any) -> Any:
        if context.text("audio_clip[uploaded_data]"):
            context.parameters = [pair for pair in context.parameters if pair[0] != "audio_clip[tag_list]"]
        return handle(mock, context)

    wrap_handler(mock.handlers, "POST /account/audio_clips", upload)


@fault("AB-ATT-02")
def incomplete_attachment_needs_no_fingerprint(mock: Any) -> None:
    """A file that is incomplete can be published as a clip if the request has no fingerprint."""

    def resolve(original: Any, value: Any, context: Any) -> Any:
        attachment = mock.attachments.find(mock.number(str(value.get("chunked_attachment_id"))))
        is_free = attachment is not None and "fingerprint" not in value
        return bytes(attachment.data) if is_free else original(value, context)

    wrap_method(mock.attachments, "resolve", resolve)


def _replace_offset(mock: Any, new_offset: Any) -> None:
    """Check a chunk at `new_offset(received, offset)` instead of its offset; cut it to the file's size."""

    def require_next_chunk(original: Any, size: int, received: int, offset: int, chunk: bytes) -> None:
        original(size, received, new_offset(received, offset), chunk[: size - received])

    wrap_method(mock.attachments, "require_next_chunk", require_next_chunk)


def _resolve_incomplete(mock: Any, redeem: Any, value: Any, context: Any) -> Any:
    """Return the attachment's bytes if it is incomplete; otherwise resolve it as the mock does."""
    attachment = mock.attachments.find(mock.number(str(value.get("chunked_attachment_id"))))
    if attachment is not None and 64 <= len(attachment.data) < attachment.size:
        return bytes(attachment.data)
    return redeem(value, context)


class _ChunkedFile(bytes):
    """The bytes of a file that was uploaded in chunks."""
