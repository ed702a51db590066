"""Handlers of /attachments: uploads in chunks (AB-ATT-01, AB-ATT-02)."""

from __future__ import annotations

from flask import Response

from tuningfork.apis.audioboo.mock.parts import Parts
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock.errors import HttpError


def create(mock: Parts, context: RequestContext) -> Response:
    """Handle POST /attachments, with or without the first chunk."""
    size = mock.attachments.read_size(context)
    chunk = mock.attachments.read_chunk(context) or b""
    offset = mock.attachments.read_offset(context, default=0)
    mock.attachments.require_next_chunk(size, 0, offset, chunk)
    attachment = mock.attachments.create(context.user, size, context.text("attachment[filename]"))
    mock.attachments.append_chunk(attachment, chunk)
    location = f"{context.base}/attachments/{attachment.id}"
    body = {"attachment": mock.attachments.serialize(attachment)}
    return mock.envelope.respond(body, 201, {"Location": location})


def append_chunk(mock: Parts, context: RequestContext, attachment_id: str) -> Response:
    """Handle PUT /attachments/{attachment_id}: append the next chunk."""
    attachment = mock.attachments.get_or_404(attachment_id)
    mock.permissions.require_owner(attachment, context)
    chunk = mock.attachments.read_chunk(context)
    if chunk is None:
        raise HttpError(422, "attachment[chunk] is not a file")
    received, offset = len(attachment.data), mock.attachments.read_offset(context)
    mock.attachments.require_next_chunk(attachment.size, received, offset, chunk)
    mock.attachments.append_chunk(attachment, chunk)
    return mock.envelope.respond({"attachment": mock.attachments.serialize(attachment)})
