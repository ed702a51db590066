"""/attachments: a file in chunks (AB-ATT-01, AB-ATT-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.audioboo.mock.envelope import reply
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock.errors import HttpError

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo


def create(mock: AudioBoo, call: RequestContext) -> Response:
    """POST /attachments, with or without the first chunk."""
    size = mock.attachments.size(call)
    chunk = mock.attachments.chunk(call) or b""
    mock.attachments.need_fit(size, 0, mock.attachments.offset(call, default=0), chunk)
    attachment = mock.attachments.create(call.user, size, call.text("attachment[filename]"))
    mock.attachments.extend(attachment, chunk)
    location = f"{call.base}/attachments/{attachment.id}"
    return reply(call, {"attachment": mock.attachments.show(attachment)}, 201, {"Location": location})


def extend(mock: AudioBoo, call: RequestContext, attachment_id: str) -> Response:
    """PUT /attachments/{attachment_id}: the next chunk."""
    attachment = mock.attachments.need(attachment_id)
    mock.rights.need_owner(attachment, call)
    chunk = mock.attachments.chunk(call)
    if chunk is None:
        raise HttpError(422, "attachment[chunk] is no file")
    received = len(attachment.data)
    mock.attachments.need_fit(attachment.size, received, mock.attachments.offset(call), chunk)
    mock.attachments.extend(attachment, chunk)
    return reply(call, {"attachment": mock.attachments.show(attachment)})
