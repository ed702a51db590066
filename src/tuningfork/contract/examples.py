"""The examples of a document, each held against the schema that it is an example of."""

from __future__ import annotations

from collections.abc import Iterator

from tuningfork.contract.document import Node
from tuningfork.contract.errors import ContractError
from tuningfork.contract.openapi import Contract
from tuningfork.contract.schema import Schema
from tuningfork.contract.traverse import children, schemas, values


def defects(contract: Contract) -> Iterator[tuple[str, str]]:
    """Place and sentence for each example of a parameter, a body, a header or a schema that does not fit."""
    for node, example in _examples(contract.root):
        try:
            faults = Schema(node, contract.validators).faults(example.value)
        except ContractError:
            continue  # a broken schema is told elsewhere
        for fault in faults:
            where = f" at {fault.place}" if fault.place else ""
            misfit = f"expected {fault.expected}, found {fault.found}"
            yield example.place, f"the example does not fit its schema{where}: {misfit}; correct one of them"


def _examples(root: Node) -> Iterator[tuple[Node, Node]]:
    """Schemas with their examples."""
    for schema in values(root, "schema"):
        described = root.at(schema.place.rpartition("/")[0])  # a parameter, a header or a media type
        for example in _of_described(described):
            yield schema, example
    for schema in schemas(root):
        for example in _of_schema(schema):
            yield schema, example


def _of_described(node: Node) -> Iterator[Node]:
    if "example" in node.value:
        yield node.stored("example")
    named = node.get("examples")
    for _, example in named.items() if named else ():
        if "value" in example.value:
            yield example.stored("value")


def _of_schema(node: Node) -> Iterator[Node]:
    if not isinstance(node.value, dict):
        return
    if "example" in node.value:
        yield node.stored("example")
    if isinstance(node.value.get("examples"), list):
        for _, example in children(node.stored("examples")):
            yield example
