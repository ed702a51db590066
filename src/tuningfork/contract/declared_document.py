"""The OpenAPI document of an API without one: the operations that its conventions.yaml names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tuningfork.conventions.base import Keys
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar import OperationPattern


def declared_document(declaration: Declaration) -> dict[str, Any]:
    """Return an OpenAPI document with every operation that conventions.yaml names without a wildcard."""
    paths: dict[str, dict[str, Any]] = {}
    for pattern in _patterns([declaration.requests, *_all_values(declaration)]):
        if pattern.is_concrete:
            item = paths.setdefault(pattern.path, {"parameters": list(_path_parameters(pattern.path))})
            item[pattern.method.lower()] = {"responses": {"default": {"description": "any response"}}}
    title = declaration.title or declaration.api
    return {"openapi": "3.1.0", "info": {"title": title, "version": "0"}, "paths": paths}


def _all_values(declaration: Declaration) -> Iterator[Any]:
    """Yield the values of all conventions."""
    for values in declaration.groups.values():
        yield from values
    for named in declaration.named.values():
        yield from named.values()


def _patterns(value: Any) -> Iterator[OperationPattern]:
    """Yield the patterns of operations in declared values."""
    if isinstance(value, OperationPattern):
        yield value
    elif isinstance(value, Keys):
        for name in type(value).model_fields:
            yield from _patterns(getattr(value, name))
    elif isinstance(value, list):
        for each in value:
            yield from _patterns(each)


def _path_parameters(path: str) -> Iterator[dict[str, Any]]:
    """Yield the parameters of a path template."""
    for name in re.findall(r"\{([^}]*)\}", path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
