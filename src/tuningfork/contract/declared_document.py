"""The OpenAPI document of an API without one: the operations that its conventions.yaml names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tuningfork.contract.declared_operations import NOT_DOCUMENTED, patterns_in
from tuningfork.conventions.declaration import Declaration


def declared_document(declaration: Declaration) -> dict[str, Any]:
    """Return an OpenAPI document with every operation that conventions.yaml names without a wildcard."""
    paths: dict[str, dict[str, Any]] = {}
    for _, pattern in patterns_in([declaration.requests, *_all_values(declaration)]):
        if pattern.is_concrete:
            item = paths.setdefault(pattern.path, {"parameters": list(_path_parameters(pattern.path))})
            item[pattern.method.lower()] = {"responses": {"default": {"description": "any response"}}}
    title = declaration.title or declaration.api
    return {"openapi": "3.1.0", "info": {"title": title, "version": "0"}, "paths": paths}


def _all_values(declaration: Declaration) -> Iterator[Any]:
    """Yield the values of all conventions."""
    for values in declaration.groups.values():
        yield from values
    for key, named in declaration.named.items():
        if key != NOT_DOCUMENTED:
            yield from named.values()


def _path_parameters(path: str) -> Iterator[dict[str, Any]]:
    """Yield the parameters of a path template."""
    for name in re.findall(r"\{([^}]*)\}", path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
