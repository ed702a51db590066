"""The text of an answer that a login reads: a page or a few parameters, and nothing that takes minutes."""

from __future__ import annotations

from requests import Response

from tuningfork.auth.oauth2 import AuthError

MAX_PAGE_BYTES = 4 * 2**20
"""Bytes of a page."""
MAX_TAGS = 20_000
"""Tags of a page; a parser needs a kilobyte for each."""


def read_text(answer: Response) -> str:
    """The body as text, in the encoding that it names, else in UTF-8.

    Raises:
        AuthError: it is larger than any page of a login.
    """
    if len(answer.content) > MAX_PAGE_BYTES or answer.content.count(b"<") > MAX_TAGS:
        raise AuthError("a page of the login is too large to read")
    try:
        return answer.content.decode(answer.encoding or "utf-8", "replace")
    except (LookupError, ValueError):
        return answer.content.decode("utf-8", "replace")
