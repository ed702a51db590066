"""The operations that conventions.yaml names, and errors for those that the document does not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tuningfork.contract.declaration_errors import suggest
from tuningfork.contract.declaration_yaml import DeclarationYaml, Location, items_of
from tuningfork.contract.errors import LintError
from tuningfork.conventions.base import Keys
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.operation_patterns import OperationLike, OperationPattern
from tuningfork.conventions.operation_index import OperationIndex

NOT_DOCUMENTED = "cases"
"""A case may be about a path that the document does not have."""


def operation_errors(
    path: Path, declaration: Declaration, operations: Iterable[OperationLike], *, is_derived: bool
) -> Iterator[LintError]:
    """Yield an error for each pattern that matches no operation of the document.

    Args:
        path: the conventions.yaml; nothing is yielded without it.
        declaration: its content.
        operations: the operations of the document.
        is_derived: whether the document has only what the declaration names, so that a wildcard may match
            nothing.
    """
    if not path.is_file():
        return
    listed = list(operations)
    index = OperationIndex(listed)
    unmatched = {
        (location[0], str(pattern)): location
        for location, pattern in reversed(list(declared_patterns(declaration)))
        if not index.matching(pattern) and not (is_derived and "*" in str(pattern))
    }
    yaml = DeclarationYaml(path) if unmatched else None
    for (_, pattern), location in reversed(unmatched.items()):
        assert yaml is not None
        known = [f"{each.method} {each.path}" for each in listed]
        message = f"{pattern} matches no operation of the document; {suggest(pattern, known)}"
        yield LintError(str(path), f"line {yaml.line(location)}", message)


def declared_patterns(declaration: Declaration) -> Iterator[tuple[Location, OperationPattern]]:
    """Yield the location and the pattern of each operation that a declaration names."""
    yield from patterns_in(declaration.requests, ("requests",))
    yield from patterns_in(declaration.own_claims, ("claims",))
    for key, groups in declaration.groups.items():
        yield from patterns_in(groups, (key,))
    for key, named in declaration.named.items():
        if key != NOT_DOCUMENTED:
            yield from patterns_in(named, (key,))
    yield from patterns_in(list(declaration.clean_up), ("clean-up",))


def patterns_in(value: Any, location: Location = ()) -> Iterator[tuple[Location, OperationPattern]]:
    """Yield the patterns in a declared value with their locations."""
    if isinstance(value, OperationPattern):
        yield location, value
    elif isinstance(value, Keys):
        for field, info in type(value).model_fields.items():
            yield from patterns_in(getattr(value, field), (*location, str(info.alias or field)))
    elif isinstance(value, dict | list):
        for name, each in items_of(value):
            yield from patterns_in(each, (*location, name))
