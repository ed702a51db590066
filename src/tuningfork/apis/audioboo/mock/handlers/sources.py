"""POST /sources/register, GET /sources/status: devices in the private scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.audioboo.mock.envelope import reply
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock.errors import HttpError

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.api_keys import ApiKey
    from tuningfork.apis.audioboo.mock.app import AudioBoo

IDENTIFIER = "source[unique_identifier]"


def register(mock: AudioBoo, call: RequestContext) -> Response:
    """A key for a device, which a service asks for."""
    _need(call, "service")
    if not call.text(IDENTIFIER):
        raise HttpError(400, f"{IDENTIFIER} is missing")
    source = mock.keys.register_source()
    return reply(call, {"source": {"api_key": source.key, "api_secret": source.secret}}, 201)


def status(mock: AudioBoo, call: RequestContext) -> Response:
    """Whether a device posts in a user's name."""
    user = _need(call, "source").user
    return reply(call, {"linked": user is not None})


def _need(call: RequestContext, kind: str) -> ApiKey:
    """The key that signed the call; HttpError 401 for another kind or none."""
    if call.key is None or call.key.kind != kind:
        raise HttpError(401, f"This needs the signature of a {kind} key")
    return call.key
