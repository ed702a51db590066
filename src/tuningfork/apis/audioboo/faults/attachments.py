"""What goes wrong with files in chunks (https://github.com/audioBoom/api: sections/attachments.md)."""

from __future__ import annotations

import hashlib
from typing import Any

from tuningfork.apis.audioboo.mock.models import Attachment
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

CREATE = "POST /attachments"


@fault("AB-ATT-01")
def attachment_has_no_location(mock: Any) -> None:
    """A new attachment is answered without a Location."""

    def create(handle: Any, *args: Any) -> Any:
        response = handle(*args)
        del response.headers["Location"]
        return response

    wrap_handler(mock.handlers, CREATE, create)


@fault("AB-ATT-01", "AB-ERR-04")
def new_attachment_is_answered_200(mock: Any) -> None:
    """A new attachment is answered 200."""

    def create(handle: Any, *args: Any) -> Any:
        response = handle(*args)
        response.status_code = 200
        return response

    wrap_handler(mock.handlers, CREATE, create)


@fault("AB-ATT-01")
def clip_in_chunks_lasts_a_hundred_times_as_long(mock: Any) -> None:
    """The duration of a clip that came in chunks is a hundred times too high."""
    wrap_method(
        mock.attachments, "resolve", lambda original, value, context: _InChunks(original(value, context))
    )
    wrap_method(
        mock.uploads,
        "measure_duration",
        lambda original, data: original(data) * (100 if isinstance(data, _InChunks) else 1),
    )


@fault("AB-ATT-01")
def third_chunk_does_not_fit(mock: Any) -> None:
    """A file may come in two chunks: a third is refused."""
    chunks: dict[int, int] = {}

    def append_chunk(original: Any, attachment: Attachment, chunk: bytes) -> None:
        chunks[attachment.id] = chunks.get(attachment.id, 0) + bool(chunk)
        if chunks[attachment.id] > 2:
            raise HttpError(422, "a file has two chunks")
        original(attachment, chunk)

    wrap_method(mock.attachments, "append_chunk", append_chunk)


@fault("AB-ATT-01")
def file_ends_after_64_kilobytes(mock: Any) -> None:
    """What comes after the first 65,536 bytes of a file is dropped."""

    def append_chunk(original: Any, attachment: Attachment, chunk: bytes) -> None:
        original(attachment, chunk[: max(0, 2**16 - len(attachment.data))])

    wrap_method(mock.attachments, "append_chunk", append_chunk)


@fault("AB-ATT-02", "AB-ATT-01")
def chunk_may_overlap_by_a_byte(mock: Any) -> None:
    """A chunk that begins one byte early is taken, with the byte that was there already."""
    _fitting(mock, lambda received, offset: max(offset, received) if received - offset == 1 else offset)


@fault("AB-ATT-02", "AB-ATT-01")
def gap_between_chunks_is_closed(mock: Any) -> None:
    """A chunk that begins too late is taken for the next one."""
    _fitting(mock, lambda received, offset: received if offset > received else offset)


@fault("AB-ATT-02")
def first_chunk_may_begin_anywhere(mock: Any) -> None:
    """The chunk of POST /attachments is taken for the beginning, wherever it says that it belongs."""
    wrap_method(
        mock.attachments,
        "read_offset",
        lambda original, context, default=None: (
            0 if context.operation == CREATE else original(context, default)
        ),
    )


@fault("AB-ATT-02", "AB-ATT-01")
def bytes_past_the_end_are_taken(mock: Any) -> None:
    """The last chunk may be longer than what is missing."""

    def require_next_chunk(original: Any, _size: int, received: int, offset: int, chunk: bytes) -> None:
        original(received + len(chunk), received, offset, chunk)

    wrap_method(mock.attachments, "require_next_chunk", require_next_chunk)
    mock.attachments.is_complete = lambda attachment: len(attachment.data) >= attachment.size


@fault("AB-ATT-02")
def fingerprint_is_compared_by_its_first_digits(mock: Any) -> None:
    """A fingerprint whose first eight digits are right is right."""

    def matches_fingerprint(original: Any, fingerprint: Any, data: bytes) -> bool:
        start = hashlib.sha1(data, usedforsecurity=False).hexdigest()[:8]
        return original(fingerprint, data) or str(fingerprint).startswith(start)

    wrap_method(mock.attachments, "matches_fingerprint", matches_fingerprint)


@fault("AB-ATT-02")
def fingerprint_is_not_compared(mock: Any) -> None:
    """Any fingerprint is right."""
    mock.attachments.matches_fingerprint = lambda _fingerprint, _data: True


@fault("AB-ATT-02")
def incomplete_file_makes_a_clip(mock: Any) -> None:
    """An attachment of which a part is missing is used as it is."""
    wrap_method(
        mock.attachments,
        "resolve",
        lambda original, value, context: _redeemed_early(mock, original, value, context),
    )


@fault("AB-ATT-02")
def wrong_fingerprint_is_refused_and_used(mock: Any) -> None:
    """A wrong fingerprint is refused, but the clip is there."""

    def upload(handle: Any, mock: Any, context: Any) -> Any:
        try:
            return handle(mock, context)
        except HttpError as error:
            if "fingerprint" in (error.message or ""):
                mock.clips.create(context.user, mock.form_fields.read_clip(context), 1.0)
            raise

    wrap_handler(mock.handlers, "POST /account/audio_clips", upload)


def _fitting(mock: Any, place: Any) -> None:
    """Judge a chunk at another offset than the one that it names."""

    def require_next_chunk(original: Any, size: int, received: int, offset: int, chunk: bytes) -> None:
        original(size, received, place(received, offset), chunk[: size - received])

    wrap_method(mock.attachments, "require_next_chunk", require_next_chunk)


def _redeemed_early(mock: Any, redeem: Any, value: Any, context: Any) -> Any:
    attachment = mock.attachments.find(mock.number(str(value.get("chunked_attachment_id"))))
    if attachment is not None and 64 <= len(attachment.data) < attachment.size:
        return bytes(attachment.data)
    return redeem(value, context)


class _InChunks(bytes):
    """A file that came in chunks."""
