"""The query, the body and the headers of a request, as requests takes them."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterable, Mapping
from typing import Any

Parameters = Mapping[str, Any] | Iterable[tuple[str, Any]]
File = tuple[str, bytes, str]
"""File name, content and media type of a part of a multipart body."""


def to_pairs(params: Parameters | None, query: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return names and values of both as a list, with "true" and "false" for booleans."""
    pairs = list(params.items() if isinstance(params, Mapping) else params or ())
    return [(name, _lowercase_bool(value)) for name, value in [*pairs, *query.items()]]


def body_of(
    json: Any, content: bytes | None, form: Parameters | None
) -> bytes | list[tuple[str, Any]] | None:
    """Return the body of a request; JSON is encoded here because requests rejects NaN."""
    if json is not None:
        return jsonlib.dumps(json).encode()
    return content if content is not None else to_pairs(form, {}) or None


def with_json_type(headers: Mapping[str, str | None]) -> Mapping[str, str | None]:
    """Return the headers with the Content-Type of JSON, unless they have a Content-Type."""
    has_type = any(name.lower() == "content-type" for name in headers)
    return headers if has_type else {**headers, "Content-Type": "application/json"}


def _lowercase_bool(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def file_list(
    files: Mapping[str, File] | Iterable[tuple[str, File]] | None,
) -> list[tuple[str, File]] | None:
    """Return names and files of a multipart body as a list; None if there are no files."""
    if files is None:
        return None
    return list(files.items() if isinstance(files, Mapping) else files)
