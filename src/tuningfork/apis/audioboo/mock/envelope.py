"""The envelope of every JSON response (Response Envelope)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from tuningfork.mock.clock import Clock
from tuningfork.mock.json_encoding import encode_json

CONTENT_TYPE = "application/json; charset=utf-8"


class Envelope:
    """Creates JSON responses."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def version(self) -> int:
        """Return the version of the envelope, which does not depend on the requested version (AB-VER-06)."""
        return 200

    def timestamp(self) -> int:
        """Return the server's time in seconds since 1970 (AB-ENV-02)."""
        return int(self.clock.now())

    def window(self) -> int:
        """Return for how many seconds a client may cache the response (AB-ENV-04)."""
        return 60

    def wrap(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the envelope with `body` in it (AB-ENV-01, AB-ENV-03)."""
        return {
            "window": self.window(),
            "version": self.version(),
            "timestamp": self.timestamp(),
            "body": body,
        }

    def respond(
        self, body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Return a JSON response with `body` in its envelope (AB-ENV-05)."""
        return Response(encode_json(self.wrap(body)), status, headers, content_type=CONTENT_TYPE)
