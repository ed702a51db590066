"""Which operations are lists: those that a declaration names, and those that have its parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tuningfork.conventions.grammar.operation_patterns import OperationPattern


def is_paged_list(declaration: Any, declared: Any, operation: Any) -> bool:
    """Return whether `pagination` is about an operation.

    It is about the lists of resources and relations, the operations that a group names one by one, and each
    GET that documents a parameter of `pagination`.

    Args:
        declaration: the whole Declaration.
        declared: the group of `pagination`.
        operation: the operation of the document.
    """
    documented = query_parameters(operation)
    if documented and not set(declared.when or ()) <= documented:
        return False
    parameters = {name for group in declaration.groups["pagination"] for name in _page_parameters(group)}
    return is_named_list(declaration, declared, operation) or (
        operation.method == "GET" and bool(parameters & documented)
    )


def is_filtered_list(declaration: Any, declared: Any, operation: Any) -> bool:
    """Return whether `lists` is about an operation.

    It is about the lists of resources and relations, the operations that a group names one by one, and each
    GET that documents a parameter of `lists`.

    Args:
        declaration: the whole Declaration.
        declared: the group of `lists`.
        operation: the operation of the document.
    """
    has_parameter = bool(query_parameters(operation) & set(declared.parameters))
    return is_named_list(declaration, declared, operation) or (operation.method == "GET" and has_parameter)


def is_named_list(declaration: Any, declared: Any, operation: Any) -> bool:
    """Return whether an operation is the list of a resource or relation, or is named by a group."""
    of_group = [pattern for pattern in declared.operations or () if pattern.names_one]
    return any(pattern.matches(operation) for pattern in (*of_group, *list_patterns(declaration)))


def list_patterns(declaration: Any) -> Iterator[OperationPattern]:
    """Yield the lists of all resources and relations."""
    for key in ("resources", "relations"):
        for value in declaration.named.get(key, {}).values():
            if value.list_ is not None:
                yield value.list_


def query_parameters(operation: Any) -> set[str]:
    """Return the names of the documented parameters in the query and the headers."""
    return {each.name for each in operation.parameters if each.location in ("query", "header")}


def _page_parameters(group: Any) -> Iterator[str]:
    """Yield the parameters that divide a list into pages."""
    yield from (name for name in (group.parameter, group.size.parameter) if name is not None)
    yield from group.when or ()
