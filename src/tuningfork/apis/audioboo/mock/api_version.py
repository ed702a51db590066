"""The version that a client asks for in Accept (Standard Parameters)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tuningfork.mock.errors import HttpError

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.request_context import RequestContext

OUT_OF_DATE = 800
_VERSION = re.compile(r';\s*version\s*=\s*("[^"]*"|[^;,]*)', re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]+", re.ASCII)


class ApiVersion:
    """Judges versions."""

    def status(self) -> int:
        """Of the answer to a version that is not supported (AB-VER-02)."""
        return 406

    def asked(self, accept: str) -> list[str]:
        """The versions that an Accept header names."""
        return [text.strip().strip('"').strip() for text in _VERSION.findall(accept)]

    def is_number(self, version: str) -> bool:
        """Whether it can be a version at all (AB-VER-05)."""
        return _NUMBER.fullmatch(version) is not None

    def supported(self, version: str) -> bool:
        """Whether this server speaks it (AB-VER-01)."""
        return version.lstrip("0") == "1"

    def exempt(self, call: RequestContext) -> bool:
        """Whether no version matters: legs of OAuth, and audio (AB-VER-03)."""
        return call.request.path.startswith("/oauth/") or call.request.path.endswith(".mp3")

    def judge(self, call: RequestContext) -> None:
        """Pass one version that is supported, or none at all (AB-VER-04).

        Raises:
            HttpError: 400 for what is no number, else with code 800.
        """
        versions = self.asked(call.request.headers.get("Accept", ""))
        if not versions or self.exempt(call) or any(map(self.supported, versions)):
            return
        if not all(map(self.is_number, versions)):
            raise HttpError(400, "The version in the Accept header is not a number")
        raise HttpError(
            self.status(), "This version of the API is not supported: please update", code=OUT_OF_DATE
        )
