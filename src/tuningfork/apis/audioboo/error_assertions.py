"""What a refusal says in its headers."""

from __future__ import annotations

import re

from tuningfork.client.response import Response
from tuningfork.model import ExpectationFailed

CODE, DESCRIPTION = "X-Audioboo-Error_code", "X-Audioboo-Error_description"
FORBIDDEN_STATUSES = (401, 403, 404)
"""The answers that somebody may get who wants to change what is another's (AB-CLIP-12)."""


def assert_refused(answer: Response, *allowed: int) -> Response:
    """A 4xx, of these if any are named, with both error headers (AB-ERR-01); ExpectationFailed otherwise."""
    if allowed:
        answer.expect_status(*allowed)
    else:
        answer.expect_client_error()
    code, description = answer.headers.get(CODE, ""), answer.headers.get(DESCRIPTION, "")
    if not re.fullmatch(r"-?[0-9]+", code.strip()) or not description.strip():
        raise ExpectationFailed(
            f"{CODE}, an integer, and {DESCRIPTION}, a text",
            f"{answer.status} with {code!r} and {description!r}",
        )
    return answer


def assert_success(answer: Response) -> Response:
    """Any 2xx, or ExpectationFailed."""
    if not 200 <= answer.status < 300:
        raise ExpectationFailed("a 2xx", f"{answer.status} with {answer.text!r}")
    return answer
