"""The API version that a client requests in the Accept header (Standard Parameters)."""

from __future__ import annotations

import re

from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock.errors import HttpError

OUT_OF_DATE = 800
_VERSION = re.compile(r';\s*version\s*=\s*("[^"]*"|[^;,]*)', re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]+", re.ASCII)


class ApiVersion:
    """Checks that the server supports the requested version."""

    def error_status(self) -> int:
        """Return the status of the response to an unsupported version (AB-VER-02)."""
        return 406

    def requested_versions(self, accept: str) -> list[str]:
        """Return the values of all `version` parameters of an Accept header."""
        return [text.strip().strip('"').strip() for text in _VERSION.findall(accept)]

    def is_number(self, version: str) -> bool:
        """Return True if a version consists of digits (AB-VER-05)."""
        return _NUMBER.fullmatch(version) is not None

    def is_supported(self, version: str) -> bool:
        """Return True if this server supports the version (AB-VER-01)."""
        return version.lstrip("0") == "1"

    def is_exempt(self, context: RequestContext) -> bool:
        """Return True for requests whose version is not checked: OAuth and audio (AB-VER-03)."""
        return context.request.path.startswith("/oauth/") or context.request.path.endswith(".mp3")

    def check(self, context: RequestContext) -> None:
        """Accept a request without a version, or with at least one supported version (AB-VER-04).

        Raises:
            HttpError: 400 if a version is not a number, otherwise error code 800.
        """
        versions = self.requested_versions(context.request.headers.get("Accept", ""))
        if not versions or self.is_exempt(context) or any(map(self.is_supported, versions)):
            return
        if not all(map(self.is_number, versions)):
            raise HttpError(400, "The version in the Accept header is not a number")
        raise HttpError(
            self.error_status(), "This version of the API is not supported: please update", code=OUT_OF_DATE
        )
