"""Every operation of the API and what handles it, by the contract's keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response

from tuningfork.apis.audiosocket.mock import handlers

Handler = Callable[..., Response]

ROUTES: Mapping[str, Handler] = {
    "GET /tracks": handlers.index,
    "POST /tracks": handlers.create,
    "GET /tracks/{id}": handlers.show,
    "DELETE /tracks/{id}": handlers.delete,
}
