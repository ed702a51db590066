"""Error responses (Response Status Codes): two headers, and the same values in the body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response

from tuningfork.apis.audioboo.mock.envelope import Envelope
from tuningfork.mock.errors import HttpError

CODE = "X-Audioboo-Error_code"
DESCRIPTION = "X-Audioboo-Error_description"
CHALLENGE = 'OAuth realm="https://api.audioboom.com/"'
MAX_DESCRIPTION_CHARS = 300


class Errors:
    """Creates error responses."""

    def __init__(self, envelope: Envelope) -> None:
        self.envelope = envelope

    def code(self, error: HttpError) -> int:
        """Return the error code: the error's own, or its status."""
        return error.code or error.status

    def status_phrase(self, status: int) -> str:
        """Return the reason phrase of a status."""
        try:
            return HTTPStatus(status).phrase
        except ValueError:
            return "The request was refused"

    def to_one_line(self, text: str) -> str:
        """Return `text` as one line of printable ASCII characters (AB-ERR-06)."""
        return re.sub(r"[^ -~]+", " ", text).strip()[:MAX_DESCRIPTION_CHARS]

    def description(self, error: HttpError) -> str:
        """Return the description of an error, never an empty one (AB-ERR-01)."""
        return self.to_one_line(error.message or "") or self.status_phrase(error.status)

    def headers(self, error: HttpError) -> Mapping[str, str]:
        """Return the error headers of a 4xx (AB-ERR-01); a server error has none (AB-ERR-05)."""
        if error.status >= 500:
            return {}
        headers = {CODE: str(self.code(error)), DESCRIPTION: self.description(error)}
        return headers | ({"WWW-Authenticate": CHALLENGE} if error.status == 401 else {})

    def body(self, error: HttpError) -> dict[str, Any]:
        """Return the body of a 4xx in the envelope (AB-ERR-03); a server error has an empty one."""
        if error.status >= 500:
            return {}
        return {"error": {"code": self.code(error), "description": self.description(error)}}

    def respond(self, error: HttpError) -> Response:
        """Return the complete error response."""
        response = self.envelope.respond(self.body(error), error.status)
        response.headers.update({**self.headers(error), **error.headers})
        return response
