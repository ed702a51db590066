"""Error responses (https://developers.soundcloud.com/docs/api/guide#errors)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response

from tuningfork.mock.errors import HttpError

LINK = "https://developers.soundcloud.com/docs/api/explorer/open-api"
CHALLENGE = 'OAuth realm="SoundCloud"'
REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    408: "Request Timeout",
    413: "Payload Too Large",
    414: "URI Too Long",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class Errors:
    """The bodies and headers of error responses."""

    def status(self, code: int) -> str:
        """Return the property `status`, such as `404 - Not Found` (SC-ERR-02)."""
        return f"{code} - {REASONS.get(code, 'Error')}"

    def body(self, code: int, message: str | None = None) -> dict[str, Any]:
        """Return the six properties of an error (SC-ERR-01).

        Args:
            code: the HTTP status.
            message: the status and its reason if None; an empty message leaves `errors` empty.
        """
        message = self.status(code) if message is None else message
        return {
            "code": code,
            "message": message,
            "link": LINK,
            "status": self.status(code),
            "errors": [{"error_message": message}] if message else [],
            "error": None,
        }

    def oauth_body(self, code: int, error: str) -> dict[str, Any]:
        """Return the body for a refused token request: an error with the properties of RFC 6749, 5.2."""
        return {**self.body(code, error), "error": error, "error_code": error}

    def headers(self, code: int) -> Mapping[str, str]:
        """Return the header WWW-Authenticate for a 401, no header for other statuses (SC-AUTH-10)."""
        return {"WWW-Authenticate": CHALLENGE} if code == 401 else {}

    def respond(self, error: HttpError) -> Response:
        """Return the response for an error."""
        code = error.status
        body = self.body(code, error.message) if error.body is None else error.body
        return Response(
            json.dumps(body),
            status=f"{code} {REASONS.get(code, 'Error')}",
            headers={**self.headers(code), **error.headers},
            content_type="application/json; charset=utf-8",
        )
