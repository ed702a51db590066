"""What answers look like: the table of status codes in the introduction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response

from tuningfork.mock.errors import HttpError

JSON = "application/json"
CHALLENGE = 'Bearer realm="Audiosocket"'
ERRORS = {
    400: "Invalid or missing parameters",
    401: "Invalid or missing Bearer Token",
    403: "Access to this resource is denied",
    404: "Resource not found",
    409: "Resource conflict",
    500: "An unexpected error occurred",
    503: "The server is currently unavailable",
}
to_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class Responses:
    """Words answers, good and bad."""

    def phrase(self, status: int) -> str:
        """The phrase of a status (AS-ENV-03)."""
        try:
            return HTTPStatus(status).phrase
        except ValueError:
            return "Error"

    def body(self, status: int) -> dict[str, Any]:
        """What every body begins with (AS-ENV-01, AS-ENV-02)."""
        return {"status": status, "message": self.phrase(status)}

    def success(self, status: int, data: Any) -> dict[str, Any]:
        """With `data` (AS-ENV-04)."""
        return {**self.body(status), "data": data}

    def failure(self, status: int, detail: str | None) -> dict[str, Any]:
        """With `error`: the documented text, and what is known beyond it (AS-ENV-05, AS-ENV-09)."""
        return {**self.body(status), "error": self.text(status, detail)}

    def text(self, status: int, detail: str | None) -> str:
        """What failed."""
        known = ERRORS.get(status, self.phrase(status))
        return f"{known}: {detail}" if detail else known

    def headers(self, status: int) -> Mapping[str, str]:
        """What an error's status asks for (AS-AUTH-06)."""
        return {"WWW-Authenticate": CHALLENGE} if status == 401 else {}

    def ok(self, data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """A good answer with data."""
        return Response(to_json(self.success(status, data)), status, headers, content_type=JSON)

    def nothing(self) -> Response:
        """204, which has no body (AS-ENV-08)."""
        return Response(status=204)

    def error(self, refusal: HttpError) -> Response:
        """A refusal or a failure."""
        status = refusal.status
        return Response(
            to_json(self.failure(status, refusal.message)),
            status,
            {**self.headers(status), **refusal.headers},
            content_type=JSON,
        )
