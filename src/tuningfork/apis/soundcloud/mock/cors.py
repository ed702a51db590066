"""Requests from other origins (https://developers.soundcloud.com/docs/api/guide#crossdomain)."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Request


class Cors:
    """The CORS headers of responses."""

    def is_preflight(self, request: Request) -> bool:
        """Return whether the request is a CORS preflight (Fetch standard, 3.2.2)."""
        headers = request.headers
        has_headers = "Origin" in headers and "Access-Control-Request-Method" in headers
        return request.method == "OPTIONS" and has_headers

    def preflight_headers(self) -> Mapping[str, str]:
        """Return the methods and headers that a page of another origin may send (SC-CORS-02)."""
        return {
            "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE",
            "Access-Control-Allow-Headers": "Authorization, Accept, Content-Type",
            "Access-Control-Max-Age": "86400",
        }

    def headers(self, status: int) -> Mapping[str, str]:
        """Return the headers that let every origin read a response, without cookies (SC-CORS-01, -04)."""
        return {"Access-Control-Allow-Origin": "*"}
