"""Every operation of the API and what handles it, by the contract's keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response

from tuningfork.apis.audioboo.mock.handlers import sources

Handler = Callable[..., Response]

OPERATIONS: Mapping[str, Handler] = {
    "POST /sources/register": sources.register,
    "GET /sources/status": sources.status,
}
