"""Finds operations by the patterns of a declaration, and patterns by an operation, without comparing all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Generic, TypeVar

from tuningfork.conventions.grammar.operation_patterns import OperationLike, OperationPattern, without_names

V = TypeVar("V")
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


class PatternTable(Generic[V]):
    """Values by patterns of operations, to find those of an operation.

    Args:
        rows: the patterns with their values.
    """

    def __init__(self, rows: Iterable[tuple[OperationPattern, V]]) -> None:
        self._by_key: defaultdict[tuple[str, str], list[tuple[int, V]]] = defaultdict(list)
        self._by_id: defaultdict[str | None, list[tuple[int, V]]] = defaultdict(list)
        self._others: list[tuple[int, OperationPattern, V]] = []
        for rank, (pattern, value) in enumerate(rows):
            if pattern.is_concrete:
                self._by_key[pattern.method, without_names(pattern.path)].append((rank, value))
            elif pattern.names_one:
                self._by_id[pattern.text].append((rank, value))
            else:
                self._others.append((rank, pattern, value))

    def find(self, operation: OperationLike | None) -> list[V]:
        """Return the values of the patterns that match an operation, in the order of the rows.

        No pattern matches None, the operation of an undocumented path.
        """
        if operation is None:
            return []
        found = [
            *self._by_key.get((operation.method, without_names(operation.path)), ()),
            *self._by_id.get(operation.operation_id, ()),
            *((rank, value) for rank, pattern, value in self._others if pattern.matches(operation)),
        ]
        return [value for _, value in sorted(found, key=itemgetter(0))]

    def matches(self, operation: OperationLike) -> bool:
        """Return whether one of the patterns matches an operation."""
        return (
            (operation.method, without_names(operation.path)) in self._by_key
            or operation.operation_id in self._by_id
            or any(pattern.matches(operation) for _, pattern, _ in self._others)
        )


class PatternIndex(PatternTable[None]):
    """Patterns of operations, to find whether one of them matches an operation.

    Args:
        patterns: the patterns.
    """

    def __init__(self, patterns: Iterable[OperationPattern]) -> None:
        super().__init__((pattern, None) for pattern in patterns)
