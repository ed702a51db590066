"""The headers of deprecated operations of the reference server."""

from __future__ import annotations

from email.utils import formatdate

from flask import Response

from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.part import Part

DEPRECATED_S, SUNSET_S = 1_688_169_599, 1_893_456_000


class DeprecationPart(Part):
    """Marks the responses of deprecated operations."""

    key = "deprecation"

    def after(self, call: Call, response: Response) -> Response:
        """Add the declared headers to a success."""
        declared = self.of(call)
        if declared is None or call.operation is None or response.status_code >= 300:
            return response
        if declared.sunset:
            response.headers["Sunset"] = self.sunset()
        if declared.deprecation:
            response.headers["Deprecation"] = f"@{DEPRECATED_S}"
        if declared.link is not None:
            response.headers.add("Link", f'<https://example.com/deprecation>; rel="{declared.link}"')
        return response

    def sunset(self) -> str:
        """Return the date of the end of an operation."""
        return formatdate(SUNSET_S, usegmt=True)
