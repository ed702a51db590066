"""Credentials that no name shows: those behind a scheme ("Bearer"), and a user and password in a URL."""

from __future__ import annotations

import re

USERINFO = re.compile(r"((?::|%3A)(?:\\?/|%2F){2})([^/?#\s\"'<>\\]{1,300})(?=@)", re.IGNORECASE)
CREDENTIALS = re.compile(
    r"\b((?:Bearer|Basic|OAuth|Token)(?:\ |%20|\+))((?=[^\s\"'<>&;,]{0,200}\d)[\w.~+/%-]{8,}=*)",
    re.IGNORECASE,
)
_STARTS_OF_CREDENTIALS = tuple(
    scheme + separator for scheme in ("bearer", "basic", "oauth", "token") for separator in (" ", "%20", "+")
)


def may_have_credentials(lower: str) -> bool:
    """Return whether a text in lower case may have a match of CREDENTIALS; this takes less time."""
    return any(start in lower for start in _STARTS_OF_CREDENTIALS)
