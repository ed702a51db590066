"""Decodes the pages and token responses of a login, with a size limit."""

from __future__ import annotations

from requests import Response

from tuningfork.auth.oauth2 import AuthError

MAX_PAGE_BYTES = 4 * 2**20
"""Maximum size of a page."""
MAX_TAGS = 20_000
"""Maximum number of tags on a page; the parser needs about a kilobyte for each."""


def read_text(response: Response) -> str:
    """Return the response body as text, in the encoding that the response declares, else in UTF-8.

    Raises:
        AuthError: the page is too large.
    """
    if len(response.content) > MAX_PAGE_BYTES or response.content.count(b"<") > MAX_TAGS:
        raise AuthError("a page of the login is too large to read")
    try:
        return response.content.decode(response.encoding or "utf-8", "replace")
    except (LookupError, ValueError):
        return response.content.decode("utf-8", "replace")
