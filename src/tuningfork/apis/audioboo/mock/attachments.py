"""Files that are uploaded in chunks (https://github.com/audioBoom/api: sections/attachments.md)."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from tuningfork.apis.audioboo.mock.models import Attachment, User
from tuningfork.apis.audioboo.mock.permissions import Permissions
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock.app import MEBIBYTE
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import parse_id, whole_number
from tuningfork.mock.state import IdSequence

MAX_FILE_BYTES = 500 * MEBIBYTE


class Attachments:
    """Stores the received chunks of each file; chunks arrive in order and without a gap."""

    def __init__(self, permissions: Permissions) -> None:
        self.permissions = permissions
        self.ids = IdSequence(900_001)
        self._attachments: dict[int, Attachment] = {}

    def create(self, owner: User, size: int, filename: str | None) -> Attachment:
        """Create an attachment without any received bytes (AB-ATT-01)."""
        attachment = Attachment(self.ids.take(), owner, size, filename)
        self._attachments[attachment.id] = attachment
        return attachment

    def find(self, id_: int | None) -> Attachment | None:
        """Return the attachment with this id, or None."""
        return self._attachments.get(id_) if id_ is not None else None

    def get_or_404(self, text: str) -> Attachment:
        """Return the attachment whose id is `text`; raise HttpError 404 if it does not exist."""
        attachment = self.find(parse_id(text))
        if attachment is None:
            raise HttpError(404, "there is no such attachment")
        return attachment

    def read_size(self, context: RequestContext) -> int:
        """Return attachment[size], the bytes of the whole file.

        Raises:
            HttpError: 422 if it is not a number, 413 if it exceeds MAX_FILE_BYTES.
        """
        size = whole_number(context.text("attachment[size]") or "")
        if not size:
            raise HttpError(422, "attachment[size] is not a count of bytes")
        if size > MAX_FILE_BYTES:
            raise HttpError(413, f"attachment[size] is over {MAX_FILE_BYTES} bytes")
        return size

    def read_chunk(self, context: RequestContext) -> bytes | None:
        """Return the bytes of the file attachment[chunk], or None if the request has no such file."""
        file = context.files.get("attachment[chunk]")
        return None if file is None else file.read()

    def read_offset(self, context: RequestContext, default: int | None = None) -> int:
        """Return attachment[chunk_offset], or `default`; raise HttpError 422 if there is neither."""
        text = context.text("attachment[chunk_offset]")
        offset = default if text is None else whole_number(text)
        if offset is None:
            raise HttpError(422, "attachment[chunk_offset] is not a count of bytes")
        return offset

    def require_next_chunk(self, size: int, received: int, offset: int, chunk: bytes) -> None:
        """Check that a chunk starts after the received bytes and ends within the file (AB-ATT-02).

        Raises:
            HttpError: 422 for a gap, an overlap, or bytes past the end.
        """
        if offset != received:
            raise HttpError(422, f"the next chunk is at {received}")
        if offset + len(chunk) > size:
            raise HttpError(422, f"the file has {size} bytes")

    def append_chunk(self, attachment: Attachment, chunk: bytes) -> None:
        """Append a chunk to the received bytes."""
        attachment.data += chunk

    def is_complete(self, attachment: Attachment) -> bool:
        """Return True if all bytes of the file were received."""
        return len(attachment.data) == attachment.size

    def resolve(self, value: Any, context: RequestContext) -> bytes:
        """Return the file that `{"chunked_attachment_id": 1, "fingerprint": "…"}` refers to (AB-ATT-02).

        Raises:
            HttpError: 422, the user has no such attachment, it is incomplete, or the fingerprint differs.
        """
        reference = value if isinstance(value, dict) else {}
        attachment = self.find(parse_id(str(reference.get("chunked_attachment_id", ""))))
        if attachment is None or not self.permissions.owns(attachment, context.user):
            raise HttpError(422, "uploaded_data is neither a file nor an attachment")
        if not self.is_complete(attachment):
            raise HttpError(422, "the attachment is not complete")
        data = bytes(attachment.data)
        if "fingerprint" in reference and not self.matches_fingerprint(reference["fingerprint"], data):
            raise HttpError(422, "the fingerprint is of another file")
        return data

    def matches_fingerprint(self, fingerprint: Any, data: bytes) -> bool:
        """Return True if `fingerprint` is the hexadecimal SHA-1 of `data`."""
        digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        return isinstance(fingerprint, str) and hmac.compare_digest(
            fingerprint.lower().encode(), digest.encode()
        )

    def serialize(self, attachment: Attachment) -> dict[str, Any]:
        """Return the JSON of an attachment: its size and how much of it was received."""
        received = len(attachment.data)
        return {
            "id": attachment.id,
            "filename": attachment.filename,
            "size": attachment.size,
            "received": received,
            "outstanding": attachment.size - received,
            "complete": self.is_complete(attachment),
        }

    def reset(self) -> None:
        """Delete all attachments."""
        self.ids.reset()
        self._attachments.clear()
