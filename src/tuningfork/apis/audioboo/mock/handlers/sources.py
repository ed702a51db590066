"""Handlers of POST /sources/register and GET /sources/status: devices in the private scheme."""

from __future__ import annotations

from flask import Response

from tuningfork.apis.audioboo.mock.api_keys import ApiKey
from tuningfork.apis.audioboo.mock.parts import Parts
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock.errors import HttpError

IDENTIFIER = "source[unique_identifier]"


def register(mock: Parts, context: RequestContext) -> Response:
    """Handle POST /sources/register: issue a source key to a service."""
    _require_key(context, "service")
    if not context.text(IDENTIFIER):
        raise HttpError(400, f"{IDENTIFIER} is missing")
    source = mock.api_keys.register_source()
    return mock.envelope.respond({"source": {"api_key": source.key, "api_secret": source.secret}}, 201)


def get_status(mock: Parts, context: RequestContext) -> Response:
    """Handle GET /sources/status: whether the source is linked to a user."""
    user = _require_key(context, "source").user
    return mock.envelope.respond({"linked": user is not None})


def _require_key(context: RequestContext, kind: str) -> ApiKey:
    """Return the key that signed the request; raise HttpError 401 if it is not of this kind."""
    if context.key is None or context.key.kind != kind:
        raise HttpError(401, f"This needs the signature of a {kind} key")
    return context.key
