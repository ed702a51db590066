"""Where the schemas, the references and the claims of a document are, found in one pass over it."""

from __future__ import annotations

from typing import Any

from tuningfork.contract.document import Node
from tuningfork.contract.traverse import iter_children, iter_values, with_subschemas

REFERENCES = ("$ref", "$dynamicRef")
NAMES = frozenset({"$id", "$anchor", "$dynamicAnchor"})


class DocumentIndex:
    """The parts of a document that its readers look for at any depth, each list in the order of the document.

    Attributes:
        root: the node of the whole document.
        used_schemas: the schemas of parameters, headers and bodies.
        outer_schemas: the schemas that are not a subschema: components, and the used ones.
        schemas: every schema, each before its own subschemas.
        named_schemas: those to which references may lead by another way than a JSON pointer.
        references: the value of each `$ref` and `$dynamicRef`.
        claims: the value of each `x-claims`.

    Args:
        document: the value of the document.
    """

    def __init__(self, document: Any) -> None:
        self.root = Node(document, document)
        self.used_schemas: list[Node] = []
        self.references: list[Node] = []
        self.claims: list[Node] = []
        for node in iter_values(self.root, "schema", *REFERENCES, "x-claims"):
            self._list_for(node).append(node)
        components = self.root.get("components", "schemas")
        of_components = [node for _, node in iter_children(components)] if components else []
        self.outer_schemas = [*of_components, *self.used_schemas]
        self.schemas = [node for outer in self.outer_schemas for node in with_subschemas(outer)]
        self.named_schemas = [node for node in self.schemas if _has_name(node)]

    def _list_for(self, node: Node) -> list[Node]:
        """Return the list that a node belongs to, by its key."""
        key = node.pointer.rpartition("/")[2]
        if key in REFERENCES:
            return self.references
        return self.claims if key == "x-claims" else self.used_schemas


def _has_name(schema: Node) -> bool:
    """Return whether a schema has an `$id` or an anchor."""
    return isinstance(schema.value, dict) and not NAMES.isdisjoint(schema.value)
