"""Errors (https://developers.soundcloud.com/docs/api/guide#errors)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response

from tuningfork.mock.errors import Refusal

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
    """Words errors."""

    def status(self, code: int) -> str:
        """`404 - Not Found` (SC-ERR-02)."""
        return f"{code} - {REASONS.get(code, 'Error')}"

    def body(self, code: int, message: str | None = None) -> dict[str, Any]:
        """The six members of every error (SC-ERR-01); an empty message has no entry in errors."""
        message = self.status(code) if message is None else message
        return {
            "code": code,
            "message": message,
            "link": LINK,
            "status": self.status(code),
            "errors": [{"error_message": message}] if message else [],
            "error": None,
        }

    def oauth(self, code: int, error: str) -> dict[str, Any]:
        """The body of a refused token request: as RFC 6749, 5.2, within the usual envelope."""
        return {**self.body(code, error), "error": error, "error_code": error}

    def headers(self, code: int) -> Mapping[str, str]:
        """What an error's status asks for (SC-AUTH-10)."""
        return {"WWW-Authenticate": CHALLENGE} if code == 401 else {}

    def answer(self, refusal: Refusal) -> Response:
        """The whole answer."""
        code = refusal.status
        body = self.body(code, refusal.message) if refusal.body is None else refusal.body
        return Response(
            json.dumps(body),
            status=f"{code} {REASONS.get(code, 'Error')}",
            headers={**self.headers(code), **refusal.headers},
            content_type="application/json; charset=utf-8",
        )
