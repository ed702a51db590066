"""Finds secrets in conventions.yaml, which is shared; they belong into tuningfork.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tuningfork.contract.declaration_yaml import Location, items_of
from tuningfork.redaction.secret_names import is_secret_name

NOT_SENT = frozenset(
    {"members", "one-of", "text", "claims", "phrases", "filters", "sort", "codes", "credentials"}
)
"""Keys below which a name belongs to a response, or has an error of its own."""
CREDENTIALS = re.compile(
    r"\b(?:Bearer|Basic|OAuth|Token)\s+(?=\S*\d)[\w.~+/=-]{8,}|\beyJ[\w-]{8,}\.|\b[sr]k_(?:live|test)_\w{8,}"
    r"|\bgh[pousr]_\w{16,}|\bxox[abprs]-\w{8,}|\bAKIA[0-9A-Z]{16}|://[^/\s:@]+:[^/\s@]+@|PRIVATE KEY-----",
    re.IGNORECASE,
)
"""Common forms of tokens, keys and passwords."""


def secret_errors(value: Any, location: Location = ()) -> Iterator[tuple[Location, str]]:
    """Yield an error for each secret; the message does not repeat it."""
    if isinstance(value, dict | list):
        for name, each in items_of(value):
            if name not in NOT_SENT:
                yield from secret_errors(each, (*location, name))
    elif _is_secret(value, str(location[-1]) if location else ""):
        name = next((str(part) for part in reversed(location) if isinstance(part, str)), "the file")
        yield location, f"{name} has a secret; remove it and write it in tuningfork.toml"


def _is_secret(value: Any, name: str) -> bool:
    """Return whether a value is a secret: by its form, or by its name unless it only says where one is."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return False
    text = str(value)
    is_named_so = is_secret_name(name) and name != "auth"
    is_reference = text.startswith(("/", "given:")) or "{" in text or not text
    return CREDENTIALS.search(text) is not None or (is_named_so and not is_reference)
