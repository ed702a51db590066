"""Checks that each example in an OpenAPI document conforms to its schema."""

from __future__ import annotations

from collections.abc import Iterator

from tuningfork.contract.document import Node
from tuningfork.contract.document_index import DocumentIndex
from tuningfork.contract.errors import ContractError
from tuningfork.contract.openapi import Contract
from tuningfork.contract.schema import Schema
from tuningfork.contract.traverse import iter_children


def example_errors(contract: Contract) -> Iterator[tuple[str, str]]:
    """Yield the pointer of each example that violates its schema, and a message."""
    for node, example in _examples(contract.index):
        try:
            violations = Schema(node, contract.validators).violations(example.value)
        except ContractError:
            continue  # lint reports an invalid schema by itself
        for violation in violations:
            where = f" at {violation.pointer}" if violation.pointer else ""
            mismatch = f"expected {violation.expected}, found {violation.found}"
            message = f"the example violates its schema{where}: {mismatch}; fix one of them"
            yield example.pointer, message


def _examples(index: DocumentIndex) -> Iterator[tuple[Node, Node]]:
    """Yield pairs of a schema and one of its examples."""
    for schema in index.used_schemas:
        owner = index.root.resolve_reference(schema.pointer.rpartition("/")[0])
        for example in _examples_of_owner(owner):
            yield schema, example
    for schema in index.schemas:
        for example in _examples_of_schema(schema):
            yield schema, example


def _examples_of_owner(node: Node) -> Iterator[Node]:
    """Yield the examples of a parameter, a header or a media type."""
    if "example" in node.value:
        yield node.raw("example")
    named = node.get("examples")
    for _, example in named.items() if named else ():
        if "value" in example.value:
            yield example.raw("value")


def _examples_of_schema(node: Node) -> Iterator[Node]:
    """Yield the examples in the keywords `example` and `examples` of a schema itself."""
    if not isinstance(node.value, dict):
        return
    if "example" in node.value:
        yield node.raw("example")
    if isinstance(node.value.get("examples"), list):
        for _, example in iter_children(node.raw("examples")):
            yield example
