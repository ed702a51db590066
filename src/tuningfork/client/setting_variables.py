"""Names of shell variables for the settings of an API, used by `serve --env` and in reports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, SecretStr

OMITTED_TABLES = frozenset({"users", "given"})
"""Tables whose name is not part of a variable: `users.first.password` is FIRST_PASSWORD."""
RENAMED = {"controls": "controls_url"}


def setting_variables(settings: BaseModel | Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the name of the variable, the key and the value of each setting that is a text or a number."""
    table = dict(settings) if isinstance(settings, BaseModel) else settings
    return [(_variable(key), ".".join(key), text) for key, text in _leaves(table, ())]


def _leaves(table: Mapping[str, Any], parents: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the path of keys and the text of each text and number in a table and its subtables."""
    for key, value in table.items():
        if isinstance(value, BaseModel):
            value = dict(value)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        if isinstance(value, Mapping):
            yield from _leaves(value, (*parents, str(key)))
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            yield (*parents, str(key)), str(value)


def _variable(key: tuple[str, ...]) -> str:
    """Return the name of the variable for a path of keys."""
    kept = [RENAMED.get(part, part) for part in key if part not in OMITTED_TABLES]
    return re.sub(r"[^A-Z0-9]+", "_", "_".join(kept).upper())
