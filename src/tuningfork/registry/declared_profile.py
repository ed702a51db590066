"""The parts of a profile that conventions.yaml declares: what tests create, and ids that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from tuningfork.checks.places import find_value
from tuningfork.client.creation import Creation, Relation
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.versioning import Versioning
from tuningfork.registry.declared_creation import DeclaredCreation


def declared_creations(declaration: Declaration) -> Iterator[DeclaredCreation]:
    """Yield what the resources of a declaration create, and how it is deleted."""
    for name, resource in declaration.named.get("resources", {}).items():
        if resource.create is not None:
            yield DeclaredCreation(
                resource.create.request.text.partition("?")[0],
                item_path=resource.delete.request.path if resource.delete is not None else "",
                list_path=resource.list_.path if resource.list_ is not None else "",
                marker_properties=tuple(sent.rpartition("/")[2] for sent in resource.texts),
                has_name=resource.create.has_name,
                name=name,
                resource=resource,
                encoding=declaration.requests.body,
            )


def declared_clean_up(declaration: Declaration) -> Iterator[Creation]:
    """Yield how items are deleted that no resource describes."""
    envelope = declaration.first("envelope")
    data = envelope.data if envelope is not None and envelope.data else ""
    for each in declaration.clean_up:
        yield Creation(
            each.created_by.text.partition("?")[0],
            item_path=each.delete,
            extract_item=lambda body: find_value(body, data),
        )


def declared_relations(declaration: Declaration) -> Iterator[Relation]:
    """Yield the relations of a declaration, and how they are deleted."""
    for relation in declaration.named.get("relations", {}).values():
        if relation.delete is not None and relation.list_ is not None:
            operation, _, query = relation.put.text.partition("?")
            yield Relation(
                operation,
                re.sub(r"\{\w+\}(?=[^{]*$)", "{id}", relation.delete.text.partition(" ")[2]),
                relation.list_.path,
                "" if "{" in operation else _id_parameter(dict(parse_qsl(query)), relation.body),
            )


def _id_parameter(*values: Any) -> str:
    """Return the name of the property or parameter with `{id}`; empty without one."""
    for name, value in (pair for each in values if isinstance(each, dict) for pair in each.items()):
        if value == "{id}" or _id_parameter(value):
            return str(name) if value == "{id}" else _id_parameter(value)
    return ""


def declared_logins(declaration: Declaration) -> frozenset[str]:
    """Return the operations that log in, refresh, log out or are endpoints of OAuth."""
    found: set[str] = set()
    for group in declaration.groups.get("auth", ()):
        requests = (group.login, group.refresh, group.logout)
        found |= {f"{each.request.method} {each.request.path}" for each in requests if each is not None}
        found |= {f"POST {endpoint}" for endpoint in group.endpoints}
    return frozenset(found)


def declared_unknown_ids(declaration: Declaration) -> Iterator[str]:
    """Yield the values of path parameters of which the declaration says that none exists."""
    for parameter in declaration.requests.parameters.values():
        for value in (parameter.absent, parameter.malformed):
            if value is not None:
                yield str(value)


def declared_headers(declaration: Declaration) -> dict[str, str]:
    """Return the headers of every request: the first supported version, and those of `requests`."""
    versioning: Versioning | None = declaration.first("versioning")
    headers = dict(declaration.requests.headers)
    if versioning is None or versioning.in_ not in ("header", "accept") or not versioning.supported:
        return headers
    name = "Accept" if versioning.in_ == "accept" else str(versioning.name)
    return {name: versioning.as_.replace("{}", versioning.supported[0]), **headers}
