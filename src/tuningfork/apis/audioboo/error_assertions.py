"""What a refusal says in its headers."""

from __future__ import annotations

import re

from tuningfork.client.client import Answer
from tuningfork.model import Unmet

CODE, DESCRIPTION = "X-Audioboo-Error_code", "X-Audioboo-Error_description"
FORBIDDEN = (401, 403, 404)
"""The answers that somebody may get who wants to change what is another's (AB-CLIP-12)."""


def refused(answer: Answer, *allowed: int) -> Answer:
    """A 4xx, of these if any are named, with both error headers (AB-ERR-01); Unmet otherwise."""
    if allowed:
        answer.has_status(*allowed)
    else:
        answer.is_refused()
    code, description = answer.headers.get(CODE, ""), answer.headers.get(DESCRIPTION, "")
    if not re.fullmatch(r"-?[0-9]+", code.strip()) or not description.strip():
        raise Unmet(
            f"{CODE}, an integer, and {DESCRIPTION}, a text",
            f"{answer.status} with {code!r} and {description!r}",
        )
    return answer


def succeeded(answer: Answer) -> Answer:
    """Any 2xx, or Unmet."""
    if not 200 <= answer.status < 300:
        raise Unmet("a 2xx", f"{answer.status} with {answer.text!r}")
    return answer
