"""The schemas of a document, compiled by jsonschema-rs."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Any

import jsonschema_rs
from jsonschema_rs import Draft202012Validator, ValidationError

from tuningfork.contract.document import Node
from tuningfork.contract.document_index import DocumentIndex
from tuningfork.contract.errors import ContractError
from tuningfork.contract.formats import FORMATS
from tuningfork.contract.references import References

SEPARATE_KEYWORDS = frozenset({"$defs", "definitions", "contentSchema", "then", "else"})
"""Keywords whose schemas are not always compiled with the schema around them."""


class Validator:
    """The validator of one schema of a compiled group, in which it is the schema of a property.

    Args:
        group: the compiled group.
        name: the property.
    """

    INSTANCE_STEPS = 1
    """Steps of an error's `instance_path` that lead to the value."""
    EVALUATION_STEPS = 3
    """Steps of an error's `evaluation_path` that lead to the schema."""

    def __init__(self, group: Draft202012Validator, name: str) -> None:
        self._group = group
        self._name = name

    def is_valid(self, value: Any) -> bool:
        """Return whether a value conforms to the schema."""
        return self._group.is_valid({self._name: value})

    def iter_errors(self, value: Any) -> Iterator[ValidationError]:
        """Yield the errors of a value."""
        return self._group.iter_errors({self._name: value})

    def annotations(self, value: Any) -> list[jsonschema_rs.EvaluationAnnotation]:
        """Return the annotations of the subschemas that a valid value conforms to."""
        return self._group.evaluate({self._name: value}).annotations()


class CompiledSchemas:
    """The validators of the schemas in a document.

    A schema is compiled with all that it refers to. In a large document that is much for each schema, so they
    are compiled together, as one group that shares it. A document with dynamic references, or with an invalid
    schema, has a group for each schema.

    Args:
        root: the value of the document, its references as URIs (`References.bundle`).
        references: the references of the document.
        check_formats: whether a string that does not have the `format` of its schema is invalid.
    """

    def __init__(self, root: Any, references: References, *, check_formats: bool) -> None:
        self._root = root
        self._references = references
        self._check_formats = check_formats
        self._registry = jsonschema_rs.Registry(
            [(references.uri("#"), root)], draft=jsonschema_rs.Draft202012
        )
        self.validator = functools.cache(self._validator)

    def _validator(self, pointer: str) -> Validator:
        """Return the validator of the schema at `pointer`; raise ContractError if the schema is invalid."""
        if self._group is not None and pointer in self._pointers:
            return Validator(self._group, pointer)
        try:
            return Validator(self._compile([pointer]), pointer)
        except (ValidationError, jsonschema_rs.ReferencingError) as error:
            reason = str(error).partition("\n")[0]
            raise ContractError(f"{pointer}: not a valid JSON Schema ({reason}); fix it") from None

    @property
    def are_valid(self) -> bool:
        """Whether all schemas of the document are known to be valid."""
        return self._group is not None

    @functools.cached_property
    def _pointers(self) -> frozenset[str]:
        """The schemas with which the whole document is compiled, and those that have examples."""
        known = self._references.index
        index = known if known.root.value is self._root else DocumentIndex(self._root)
        inner = (node for node in index.schemas if _is_separate(node))
        return frozenset(node.pointer for node in (*index.outer_schemas, *inner))

    @functools.cached_property
    def _group(self) -> Draft202012Validator | None:
        """The group of all `_pointers`; None if each schema has a group."""
        if not self._references.are_plain:
            return None
        try:
            return self._compile(self._pointers)
        except (ValidationError, jsonschema_rs.ReferencingError):
            return None

    def _compile(self, pointers: Iterable[str]) -> Draft202012Validator:
        """Return the compiled group of schemas."""
        return Draft202012Validator(
            {"properties": {pointer: {"$ref": self._references.uri(pointer)} for pointer in pointers}},
            registry=self._registry,
            formats=FORMATS,
            validate_formats=self._check_formats,
            offline=True,
        )


def _is_separate(node: Node) -> bool:
    """Return whether a subschema needs a validator of its own."""
    *_, keyword, key = ("", *node.pointer.split("/"))
    has_examples = isinstance(node.value, dict) and not {"example", "examples"}.isdisjoint(node.value)
    return has_examples or not SEPARATE_KEYWORDS.isdisjoint((keyword, key))
