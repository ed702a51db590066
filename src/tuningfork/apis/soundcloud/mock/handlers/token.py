"""Handlers of POST /oauth2/token (https://developers.soundcloud.com/docs/api/guide#authentication)."""

from __future__ import annotations

from flask import Response

from tuningfork.apis.soundcloud.mock.oauth_server import HEADERS, OAuthRequest
from tuningfork.apis.soundcloud.mock.parts import SoundCloudParts
from tuningfork.apis.soundcloud.mock.request_context import RequestContext
from tuningfork.mock.errors import HttpError

FORM_TYPE = "application/x-www-form-urlencoded"


def issue(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle POST /oauth2/token; a body that is not a form or repeats a field returns 400 (SC-TOKEN-16)."""
    form = context.request.form
    if context.request.mimetype != FORM_TYPE or any(len(values) > 1 for values in form.listvalues()):
        raise HttpError(400, headers=HEADERS, body=mock.errors.oauth_body(400, "invalid_request"))
    authorization = context.request.headers.get("Authorization", "")
    return mock.oauth_server.respond(
        OAuthRequest(form.to_dict(), context.request.remote_addr or "", authorization)
    )
