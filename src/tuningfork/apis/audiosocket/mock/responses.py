"""Responses and their envelope: the table of status codes in the introduction."""

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
    """Creates responses in the API's envelope."""

    def status_phrase(self, status: int) -> str:
        """Return the reason phrase of a status (AS-ENV-03)."""
        try:
            return HTTPStatus(status).phrase
        except ValueError:
            return "Error"

    def base_body(self, status: int) -> dict[str, Any]:
        """Return the properties that every body has (AS-ENV-01, AS-ENV-02)."""
        return {"status": status, "message": self.status_phrase(status)}

    def success_body(self, status: int, data: Any) -> dict[str, Any]:
        """Return the body of a success, with `data` (AS-ENV-04)."""
        return {**self.base_body(status), "data": data}

    def error_body(self, status: int, detail: str | None) -> dict[str, Any]:
        """Return the body of an error, with `error` (AS-ENV-05, AS-ENV-09)."""
        return {**self.base_body(status), "error": self.error_text(status, detail)}

    def error_text(self, status: int, detail: str | None) -> str:
        """Return the documented text of an error status, followed by `detail` if there is any."""
        text = ERRORS.get(status, self.status_phrase(status))
        return f"{text}: {detail}" if detail else text

    def error_headers(self, status: int) -> Mapping[str, str]:
        """Return the headers that an error status requires (AS-AUTH-06)."""
        return {"WWW-Authenticate": CHALLENGE} if status == 401 else {}

    def success(self, data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """Return a success response with `data`."""
        return Response(to_json(self.success_body(status, data)), status, headers, content_type=JSON)

    def no_content(self) -> Response:
        """Return a 204, which has no body (AS-ENV-08)."""
        return Response(status=204)

    def error(self, error: HttpError) -> Response:
        """Return the response to an error."""
        status = error.status
        return Response(
            to_json(self.error_body(status, error.message)),
            status,
            {**self.error_headers(status), **error.headers},
            content_type=JSON,
        )
