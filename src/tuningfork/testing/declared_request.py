"""Requests of declared actions: paths and bodies with values instead of `{id}`, `{text}` and others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from tuningfork import not_verified
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.operation_patterns import OperationPattern
from tuningfork.testing.payloads import multipart

PLACEHOLDER = re.compile(r"\{(\w[\w-]*)\}")


def fill_path(
    pattern: OperationPattern,
    ids: Sequence[Any],
    declaration: Declaration,
    given: Mapping[str, Any],
    *,
    has_item: bool = False,
) -> str:
    """Return the path and the query of an action.

    Args:
        pattern: the declared operation.
        ids: the id of the item, if the action is about one, then of its parent, of the parent's parent …
        declaration: the conventions of the API, with the values of other path parameters.
        given: the test data of tuningfork.toml.
        has_item: whether the last parameter is the id of the item, unless one is named `{id}`.
    """
    path, _, query = pattern.text.partition(" ")[2].partition("?")
    values = path_values(pattern, ids, declaration, given, has_item=has_item)
    for name, value in values.items():
        if value is None:
            not_verified(f"conventions.yaml has no requests.parameters.{name}.example")
    filled = PLACEHOLDER.sub(lambda match: _quote(match[1], values[match[1]], declaration), path)
    if not query:
        return filled
    named = {"id": ids[0] if ids else "", "parent": ids[1] if len(ids) > 1 else ""}
    return f"{filled}?{PLACEHOLDER.sub(lambda match: quote(str(named.get(match[1], '')), safe=''), query)}"


def path_pattern(template: str) -> str:
    """Return the regular expression of a path template; each parameter is one segment."""
    parts = PLACEHOLDER.split(template)
    escaped = [re.escape(part) for part in parts[::2]]
    groups = [f"(?P<{name.replace('-', '_')}>[^/]+)" for name in parts[1::2]]
    return "".join(part for pair in zip(escaped, [*groups, ""], strict=True) for part in pair)


def fill_body(template: Any, values: Mapping[str, Any]) -> Any:
    """Return a declared body with values instead of their names in braces.

    A text that is a name alone becomes the value itself, such as the number of an id.
    """
    if isinstance(template, Mapping):
        return {name: fill_body(value, values) for name, value in template.items()}
    if isinstance(template, list):
        return [fill_body(value, values) for value in template]
    if not isinstance(template, str):
        return template
    whole = PLACEHOLDER.fullmatch(template)
    if whole is not None and whole[1] in values:
        return values[whole[1]]
    return PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), template)


def body_arguments(body: Any, encoding: str, media_type: str | None = None) -> dict[str, Any]:
    """Return the arguments of `Client.request` that send a body as `requests.body` says.

    Args:
        body: the value of the body; None sends no body.
        encoding: "json", "form" or "multipart".
        media_type: the media type of a JSON body; application/json if not given.
    """
    if body is None:
        return {}
    if encoding == "json":
        headers = {"Content-Type": media_type or "application/json"}
        return {"content": json.dumps(body).encode(), "headers": headers}
    fields = dict(form_fields(body))
    return {"form": fields} if encoding == "form" else multipart(fields)


def form_fields(body: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the fields of a form: the property b of a is `a[b]`."""
    if isinstance(body, Mapping):
        for member, value in body.items():
            yield from form_fields(value, f"{name}[{member}]" if name else member)
    else:
        yield name, body


def path_values(
    pattern: OperationPattern,
    ids: Sequence[Any],
    declaration: Declaration,
    given: Mapping[str, Any],
    *,
    has_item: bool,
) -> dict[str, Any]:
    """Return the values of path parameters: that of the item, declared ones, then those of its parents.

    A parameter without any is None. For the arguments see `fill_path`.
    """
    names, rest = PLACEHOLDER.findall(pattern.text.partition(" ")[2].partition("?")[0]), list(ids)
    own = "id" if "id" in names else names[-1] if names and has_item else ""
    item = {own: rest.pop(0)} if own and rest else {}
    values = {
        name: item[name] if name in item else declared_value(name, declaration, given) for name in names
    }
    for name in reversed(names):
        if values[name] is None and rest:
            values[name] = rest.pop(0)
    return values


def declared_value(name: str, declaration: Declaration, given: Mapping[str, Any]) -> Any:
    """Return the declared example of a path parameter; None without one."""
    declared = declaration.requests.parameters.get(name)
    example = declared.example if declared is not None else None
    if isinstance(example, str) and example.startswith("given:"):
        key = example.removeprefix("given:")
        return given[key] if key in given else not_verified(f"tuningfork.toml has no given.{key}")
    return example


def _quote(name: str, value: Any, declaration: Declaration) -> str:
    """Return the value of a path parameter, percent-encoded."""
    declared = declaration.requests.parameters.get(name)
    return quote(str(value), safe="/" if declared is not None and declared.slashes else "")
