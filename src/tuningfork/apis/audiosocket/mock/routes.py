"""The handler of each operation; operations are named as in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response

from tuningfork.apis.audiosocket.mock import handlers

Handler = Callable[..., Response]

ROUTES: Mapping[str, Handler] = {
    "GET /tracks": handlers.list_tracks,
    "POST /tracks": handlers.create_track,
    "GET /tracks/{id}": handlers.show_track,
    "DELETE /tracks/{id}": handlers.delete_track,
}
