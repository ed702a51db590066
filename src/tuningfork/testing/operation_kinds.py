"""The kinds of operations that generic tests tell apart."""

from __future__ import annotations

from tuningfork.contract.openapi import Contract, Operation
from tuningfork.conventions.declaration import Declaration, Subject

METHODS_WITH_BODY = ("POST", "PUT", "PATCH")
UNDOCUMENTED_METHODS = ("PATCH", "PUT", "DELETE")


def has_ids(subject: Subject) -> bool:
    """Return whether the path of an operation has parameters."""
    return "{" in subject.operation_key


def is_get(subject: Subject) -> bool:
    """Return whether an operation is a GET."""
    return subject.operation_key.startswith("GET ")


def may_have_body(subject: Subject) -> bool:
    """Return whether requests of an operation usually have a body."""
    return subject.operation_key.partition(" ")[0] in METHODS_WITH_BODY


def is_of_relation(declaration: Declaration, operation: Operation) -> bool:
    """Return whether an operation adds or removes a declared relation: it has claims of its own."""
    relations = declaration.named.get("relations", {}).values()
    patterns = [pattern for relation in relations for pattern in (relation.put, relation.delete)]
    return any(pattern is not None and pattern.matches(operation) for pattern in patterns)


def undocumented_methods(contract: Contract, path: str) -> list[str]:
    """Return those of PATCH, PUT and DELETE that the document does not have for a path.

    A DELETE is left out where the path has no id, because it could delete everything.
    """
    known = {operation.method for operation in contract.all_operations if operation.path == path}
    return [
        method
        for method in UNDOCUMENTED_METHODS
        if method not in known and (method != "DELETE" or "{" in path)
    ]
