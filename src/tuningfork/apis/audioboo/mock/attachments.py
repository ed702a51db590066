"""Files that come in chunks (https://github.com/audioBoom/api: sections/attachments.md)."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any

from tuningfork.apis.audioboo.mock.models import Attachment, User
from tuningfork.mock.app import MEBIBYTE
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import whole_number
from tuningfork.mock.state import IdSequence

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo
    from tuningfork.apis.audioboo.mock.request_context import RequestContext

LARGEST = 500 * MEBIBYTE


class Attachments:
    """Chunks that were received, in their order and without a gap."""

    def __init__(self, mock: AudioBoo) -> None:
        self.mock = mock
        self.ids = IdSequence(900_001)
        self._attachments: dict[int, Attachment] = {}

    def create(self, owner: User, size: int, filename: str | None) -> Attachment:
        """A new one, nothing of it received (AB-ATT-01)."""
        attachment = Attachment(self.ids.take(), owner, size, filename)
        self._attachments[attachment.id] = attachment
        return attachment

    def get(self, id_: int | None) -> Attachment | None:
        """The attachment of an id."""
        return self._attachments.get(id_) if id_ is not None else None

    def need(self, text: str) -> Attachment:
        """The attachment of an id as it was written; HttpError 404."""
        attachment = self.get(self.mock.number(text))
        if attachment is None:
            raise HttpError(404, "there is no such attachment")
        return attachment

    def size(self, call: RequestContext) -> int:
        """The bytes that the whole file has; HttpError 422 without a number, 413 for too many."""
        size = whole_number(call.text("attachment[size]") or "")
        if not size:
            raise HttpError(422, "attachment[size] is a count of bytes")
        if size > LARGEST:
            raise HttpError(413, f"attachment[size] is over {LARGEST} bytes")
        return size

    def chunk(self, call: RequestContext) -> bytes | None:
        """The bytes that the request brings, if any."""
        file = call.files.get("attachment[chunk]")
        return None if file is None else file.read()

    def offset(self, call: RequestContext, default: int | None = None) -> int:
        """Where they belong; HttpError 422 where that is not said."""
        text = call.text("attachment[chunk_offset]")
        offset = default if text is None else whole_number(text)
        if offset is None:
            raise HttpError(422, "attachment[chunk_offset] is a count of bytes")
        return offset

    def need_fit(self, size: int, received: int, offset: int, chunk: bytes) -> None:
        """HttpError 422 for a gap, an overlap, or bytes past the end (AB-ATT-02)."""
        if offset != received:
            raise HttpError(422, f"the next chunk is at {received}")
        if offset + len(chunk) > size:
            raise HttpError(422, f"the file has {size} bytes")

    def extend(self, attachment: Attachment, chunk: bytes) -> None:
        """Take the next bytes."""
        attachment.data += chunk

    def is_complete(self, attachment: Attachment) -> bool:
        """Whether all of it was received."""
        return len(attachment.data) == attachment.size

    def redeem(self, value: Any, call: RequestContext) -> bytes:
        """The file that `{"chunked_attachment_id": 1, "fingerprint": "…"}` stands for.

        Raises:
            HttpError: 422, there is none of this user, it is not complete, or it is another (AB-ATT-02).
        """
        named = value if isinstance(value, dict) else {}
        attachment = self.get(self.mock.number(str(named.get("chunked_attachment_id", ""))))
        if attachment is None or not self.mock.rights.owns(attachment, call.user):
            raise HttpError(422, "uploaded_data is neither a file nor an attachment")
        if not self.is_complete(attachment):
            raise HttpError(422, "the attachment is not complete")
        data = bytes(attachment.data)
        if "fingerprint" in named and not self.agrees(named["fingerprint"], data):
            raise HttpError(422, "the fingerprint is of another file")
        return data

    def agrees(self, fingerprint: Any, data: bytes) -> bool:
        """Whether that is the SHA-1 of these bytes, in hexadecimal."""
        digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        return isinstance(fingerprint, str) and hmac.compare_digest(
            fingerprint.lower().encode(), digest.encode()
        )

    def show(self, attachment: Attachment) -> dict[str, Any]:
        """How much of it is there."""
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
        """None."""
        self.ids.reset()
        self._attachments.clear()
