"""Requests from other origins (https://developers.soundcloud.com/docs/api/guide#crossdomain)."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Request


class Cors:
    """Says to browsers who may read."""

    def is_preflight(self, request: Request) -> bool:
        """Whether it is a browser's question before the request itself (Fetch standard, 3.2.2)."""
        asked = request.headers
        return request.method == "OPTIONS" and "Origin" in asked and "Access-Control-Request-Method" in asked

    def preflight(self) -> Mapping[str, str]:
        """What may be sent (SC-CORS-02)."""
        return {
            "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE",
            "Access-Control-Allow-Headers": "Authorization, Accept, Content-Type",
            "Access-Control-Max-Age": "86400",
        }

    def headers(self, status: int) -> Mapping[str, str]:
        """Who may read an answer: everybody, without cookies (SC-CORS-01, SC-CORS-04)."""
        return {"Access-Control-Allow-Origin": "*"}
