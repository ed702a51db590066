"""Finds operations by the patterns of a declaration, and patterns by an operation, without comparing all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from tuningfork.conventions.grammar import OperationLike, OperationPattern, without_names

O = TypeVar("O", bound=OperationLike)  # noqa: E741 - an operation


class OperationIndex(Generic[O]):
    """The operations of a document, to find those that a pattern matches.

    Args:
        operations: the operations, in the order of the document.
    """

    def __init__(self, operations: Iterable[O]) -> None:
        self._operations = list(operations)
        self._by_key: defaultdict[tuple[str, str], list[O]] = defaultdict(list)
        self._by_id: defaultdict[str, list[O]] = defaultdict(list)
        for operation in self._operations:
            self._by_key[operation.method, without_names(operation.path)].append(operation)
            if operation.operation_id is not None:
                self._by_id[operation.operation_id].append(operation)

    def matching(self, pattern: OperationPattern) -> Sequence[O]:
        """Return the operations that a pattern matches."""
        if pattern.is_concrete:
            return self._by_key.get((pattern.method, without_names(pattern.path)), ())
        if pattern.names_one:
            return self._by_id.get(pattern.text, ())
        return [operation for operation in self._operations if pattern.matches(operation)]


class PatternIndex:
    """Patterns of operations, to find whether one of them matches an operation.

    Args:
        patterns: the patterns.
    """

    def __init__(self, patterns: Iterable[OperationPattern]) -> None:
        self._keys: set[tuple[str, str]] = set()
        self._ids: set[str | None] = set()
        self._others: list[OperationPattern] = []
        for pattern in patterns:
            if pattern.is_concrete:
                self._keys.add((pattern.method, without_names(pattern.path)))
            elif pattern.names_one:
                self._ids.add(pattern.text)
            else:
                self._others.append(pattern)

    def matches(self, operation: OperationLike) -> bool:
        """Return whether one of the patterns matches an operation."""
        return (
            (operation.method, without_names(operation.path)) in self._keys
            or operation.operation_id in self._ids
            or any(pattern.matches(operation) for pattern in self._others)
        )
