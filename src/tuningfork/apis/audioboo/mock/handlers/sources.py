"""POST /sources/register, GET /sources/status: devices in the private scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.audioboo.mock.call import Call
from tuningfork.apis.audioboo.mock.envelope import reply
from tuningfork.mock.errors import Refusal

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo
    from tuningfork.apis.audioboo.mock.keys import Key

IDENTIFIER = "source[unique_identifier]"


def register(mock: AudioBoo, call: Call) -> Response:
    """A key for a device, which a service asks for."""
    _need(call, "service")
    if not call.text(IDENTIFIER):
        raise Refusal(400, f"{IDENTIFIER} is missing")
    source = mock.keys.register_source()
    return reply(call, {"source": {"api_key": source.key, "api_secret": source.secret}}, 201)


def status(mock: AudioBoo, call: Call) -> Response:
    """Whether a device posts in a user's name."""
    user = _need(call, "source").user
    return reply(call, {"linked": user is not None})


def _need(call: Call, kind: str) -> Key:
    """The key that signed the call; Refusal 401 for another kind or none."""
    if call.key is None or call.key.kind != kind:
        raise Refusal(401, f"This needs the signature of a {kind} key")
    return call.key
