"""Whether the path of a request has values that the document allows: a router may take no other ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from tuningfork.contract.openapi import Operation
from tuningfork.model import Request

PARAMETER = re.compile(r"\{[^}]*\}")


def fits_route(request: Request, operation: Operation) -> bool:
    """Return whether each parameter in the path of a request conforms to its documented schema."""
    values = dict(_path_values(request, operation.path))
    schemas = {each.name: each.schema for each in operation.parameters if each.location == "path"}
    return all(
        schema is None or name not in values or any(map(schema.is_valid, _readings(values[name])))
        for name, schema in schemas.items()
    )


def _path_values(request: Request, template: str) -> Iterator[tuple[str, str]]:
    """Yield the parameters in a path by their names; nothing if the path has another template."""
    pattern = "([^/]+)".join(map(re.escape, PARAMETER.split(template)))
    match = re.search(f"{pattern}$", urlsplit(request.url).path)
    names = (name.strip("{}") for name in PARAMETER.findall(template))
    yield from zip(names, map(unquote, match.groups() if match else ()), strict=False)


def _readings(text: str) -> Iterator[Any]:
    """Yield a value of a path as a text, and as a number or a boolean if it is one.

    A number of many digits is a text only, because Python reads none.
    """
    yield text
    if re.fullmatch(r"-?(0|[1-9]\d{0,30})(\.\d{1,30})?|true|false", text, re.ASCII):
        yield json.loads(text)
