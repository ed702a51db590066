"""Patterns of operations: METHOD /path with wildcards, an operationId or a tag."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Protocol

from pydantic import PlainValidator, WithJsonSchema

METHODS = ("*", "GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE")
OPERATION = re.compile(r"(?P<method>[A-Z]+|\*) (?P<path>/\S*)")
MAX_CACHED_PATHS = 2**14
SEGMENT_PATTERNS = {"**": "(?:[^/]+/)*[^/]*", "*": "[^/]+"}


class OperationLike(Protocol):
    """What a pattern of operations reads of an operation."""

    @property
    def method(self) -> str:
        """The method in upper case."""

    @property
    def path(self) -> str:
        """The path as in the document."""

    @property
    def operation_id(self) -> str | None:
        """The operationId; None without one."""

    @property
    def tags(self) -> Sequence[str]:
        """The tags."""


@dataclass(frozen=True, slots=True)
class OperationPattern:
    """A pattern of operations.

    Args:
        text: `METHOD /path`, an operationId, or `tag:NAME`. In a path `*` is one segment and `**` any number;
            `*` is any method.
    """

    text: str

    def __str__(self) -> str:
        return self.text

    def matches(self, operation: OperationLike) -> bool:
        """Return whether an operation of the document is one of these."""
        if self.text.startswith("tag:"):
            return self.text.removeprefix("tag:") in operation.tags
        match = OPERATION.fullmatch(self.text)
        if match is None:
            return operation.operation_id == self.text
        if match["method"] not in ("*", operation.method):
            return False
        path = without_names(match["path"].partition("?")[0])
        return _path_pattern(path).fullmatch(without_names(operation.path)) is not None

    @property
    def method(self) -> str:
        """The method of `METHOD /path`; "*" for any other pattern."""
        match = OPERATION.fullmatch(self.text)
        return match["method"] if match else "*"

    @property
    def path(self) -> str:
        """The path of `METHOD /path`, without its query; empty for any other pattern."""
        match = OPERATION.fullmatch(self.text)
        return match["path"].partition("?")[0] if match else ""

    @property
    def query(self) -> str:
        """The query of `METHOD /path?query`; empty without one."""
        return self.text.partition("?")[2]

    @property
    def names_one(self) -> bool:
        """Whether this names one operation, by method and path or by its operationId."""
        return "*" not in self.text and not self.text.startswith("tag:")

    @property
    def is_concrete(self) -> bool:
        """Whether this names exactly one operation by method and path."""
        return OPERATION.fullmatch(self.text) is not None and "*" not in self.text


@lru_cache(maxsize=MAX_CACHED_PATHS)
def without_names(path: str) -> str:
    """Return a path template without the names of its parameters, which need not be the document's."""
    return re.sub(r"\{[^}]*\}", "{}", path)


@lru_cache(maxsize=MAX_CACHED_PATHS)
def _path_pattern(path: str) -> re.Pattern[str]:
    """Return the regular expression of a path with wildcards."""
    parts = re.split(r"(\*\*|\*)", path)
    return re.compile("".join(SEGMENT_PATTERNS.get(part) or re.escape(part) for part in parts))


def parse_operation(value: Any) -> OperationPattern:
    """Return a pattern of operations.

    Raises:
        ValueError: this is not a pattern.
    """
    if isinstance(value, OperationPattern):
        return value
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is not an operation; write METHOD /path, an operationId or tag:NAME")
    method, space, path = value.partition(" ")
    if space and (method not in METHODS or not path.startswith("/")):
        raise ValueError(f"{value!r} is not an operation; write METHOD /path with the method in capitals")
    if value.startswith("/"):
        raise ValueError(f"{value!r} has no method; write METHOD {value}")
    return OperationPattern(value)


OPERATION_SCHEMA = {"type": "string", "pattern": r"^(([A-Z]+|\*) /\S*|tag:.+|[^\s/]+)$"}
OperationValue = Annotated[
    OperationPattern, PlainValidator(parse_operation), WithJsonSchema(OPERATION_SCHEMA)
]
