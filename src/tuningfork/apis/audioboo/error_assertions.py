"""Assertions about error responses and successes."""

from __future__ import annotations

import re

from tuningfork.client.response import Response
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed

CODE, DESCRIPTION = "X-Audioboo-Error_code", "X-Audioboo-Error_description"
FORBIDDEN_STATUSES = (401, 403, 404)
"""Statuses that a write to another user's resource may return (AB-CLIP-12)."""


def assert_refused(response: Response, *allowed: int) -> Response:
    """Return a 4xx (of the statuses `allowed`, if given) with both error headers (AB-ERR-01).

    Raises:
        ExpectationFailed: another status, or an error header is missing or malformed.
    """
    if allowed:
        response.expect_status(*allowed)
    else:
        response.expect_client_error()
    code, description = response.headers.get(CODE, ""), response.headers.get(DESCRIPTION, "")
    if not re.fullmatch(r"-?[0-9]+", code.strip()) or not description.strip():
        raise ExpectationFailed(
            f"{CODE}, an integer, and {DESCRIPTION}, not empty",
            f"{response.status} with {to_json(code)} and {to_json(description)}",
        )
    return response


def assert_success(response: Response) -> Response:
    """Return a 2xx; raise ExpectationFailed for any other status."""
    if not 200 <= response.status < 300:
        raise ExpectationFailed("a 2xx", str(response))
    return response
