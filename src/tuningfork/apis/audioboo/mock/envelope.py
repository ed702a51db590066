"""The envelope of every JSON answer (Response Envelope)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Response

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo
    from tuningfork.apis.audioboo.mock.request_context import RequestContext

CONTENT_TYPE = "application/json; charset=utf-8"

to_json = json.JSONEncoder(separators=(",", ":")).encode


class Envelope:
    """Wraps what is answered."""

    def __init__(self, mock: AudioBoo) -> None:
        self.mock = mock

    def version(self) -> int:
        """Of the envelope; it has nothing to do with the version that is asked for (AB-VER-06)."""
        return 200

    def timestamp(self) -> int:
        """Seconds since 1970 (AB-ENV-02)."""
        return int(self.mock.clock.now())

    def window(self) -> int:
        """Seconds for which an answer may be kept (AB-ENV-04)."""
        return 60

    def wrap(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The root of an answer (AB-ENV-01, AB-ENV-03)."""
        return {
            "window": self.window(),
            "version": self.version(),
            "timestamp": self.timestamp(),
            "body": body,
        }

    def answer(self, body: Mapping[str, Any], status: int = 200) -> Response:
        """An answer in JSON (AB-ENV-05)."""
        return Response(to_json(self.wrap(body)), status, content_type=CONTENT_TYPE)


def reply(
    call: RequestContext, body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer to a call."""
    answer = call.mock.envelope.answer(body, status)
    answer.headers.update(headers or {})
    return answer
