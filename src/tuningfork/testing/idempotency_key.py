"""Where a request has its idempotency key."""

from __future__ import annotations

from typing import Any

from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.operation_patterns import OperationPattern
from tuningfork.conventions.idempotency import Idempotency
from tuningfork.testing.item_versions import PatternOperation, write


def with_key(declared: Idempotency, key: str, body: Any) -> tuple[Any, dict[str, Any]]:
    """Return a body and further arguments of `Client.request` that have a key where it is declared."""
    if declared.in_ == "body":
        return write(body, declared.name, key), {}
    place = "headers" if declared.in_ == "header" else "params"
    return body, {place: {declared.name: key}}


def needed_key(pattern: OperationPattern, declaration: Declaration) -> Idempotency | None:
    """Return what is declared of the key that every request of an operation must have; None without one."""
    operation = PatternOperation(pattern.method, pattern.path)
    declared: Idempotency | None = declaration.of("idempotency", operation)
    return declared if declared is not None and declared.missing is not None else None
