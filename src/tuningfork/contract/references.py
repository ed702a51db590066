"""Resolves references between schemas: `$id`, `$anchor` and `$dynamicAnchor` (JSON Schema 2020-12, 8.2)."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, unquote, urljoin

from tuningfork.contract.document import Node
from tuningfork.contract.document_index import DocumentIndex
from tuningfork.contract.errors import ContractError
from tuningfork.contract.traverse import iter_outer_schemas, iter_schemas

BASE_URI = "https://contract.invalid/openapi.yaml"
"""The base URI of a document, for relative references; nothing is fetched from it."""


class References:
    """The targets of the references in a document's schemas.

    All pointers are JSON pointers as URI fragments (`#/components/schemas/Track`). A schema with an `$id` and
    its subschemas are a resource of their own; the rest of the document belongs to the resource "#".

    Attributes:
        index: the index of the document.

    Args:
        index: the index of the document.
    """

    def __init__(self, index: DocumentIndex) -> None:
        self.index = index
        self._root = index.root
        self._uris = {"#": BASE_URI}  # of each resource, by its pointer
        self._pointers = {BASE_URI: "#"}  # of each resource and each anchor, by its URI
        self._dynamic_anchors: set[str] = set()
        for node in index.named_schemas:
            self._add(node)

    @property
    def are_plain(self) -> bool:
        """Whether the document has neither `$id` nor anchors, so that every reference is a pointer."""
        return len(self._pointers) == 1

    def find(self, reference: str, origin: str) -> str | None:
        """Return the pointer of the target of a reference; None if the target is not in the document.

        Args:
            reference: the value of `$ref` or `$dynamicRef`.
            origin: the pointer of the schema that has the reference.
        """
        base_uri = self._uris[self._resource(origin)]
        uri = _join_uri(base_uri, reference)
        resource, _, fragment = uri.partition("#")
        if fragment and not fragment.startswith("/"):
            return self._pointers.get(f"{resource}#{unquote(fragment)}")
        roots = [self._pointers.get(resource), "#" if reference.startswith("#/") else None]
        return next((f"{root}{unquote(fragment)}" for root in roots if self._exists(root, fragment)), None)

    def find_dynamic(self, reference: str, trace: Iterable[Node]) -> str | None:
        """Return the pointer of the target of a `$dynamicRef`; None if the target does not exist.

        Args:
            reference: the value of `$dynamicRef`.
            trace: the schemas that lead to the reference; the last one has the reference.
        """
        pointers = [node.pointer for node in trace]
        static = self.find(reference, pointers[-1])
        name = reference.partition("#")[2]
        if static is None or self._anchor(static, name) not in self._dynamic_anchors:
            return static
        anchors = (self._anchor(pointer, name) for pointer in pointers)
        return next((self._pointers[anchor] for anchor in anchors if anchor in self._dynamic_anchors), static)

    def uri(self, pointer: str) -> str:
        """Return the URI of a pointer: the URI of its resource, and the pointer inside the resource."""
        resource = self._resource(pointer)
        return f"{self._uris[resource]}#{quote(pointer[len(resource) :], safe='/~')}"

    def bundle(self) -> Any:
        """Return the document for jsonschema-rs: its schemas under $defs, its references as absolute URIs."""
        if self.are_plain:
            return self._root.value
        root = copy.deepcopy(self._root.value)
        for node in iter_schemas(Node(root, root)):
            reference = node.value.get("$ref") if isinstance(node.value, dict) else None
            if isinstance(reference, str) and reference.startswith("#"):
                node.value["$ref"] = self.uri("#" + unquote(reference[1:]))
        outer = (node.value for node in iter_outer_schemas(Node(root, root)))
        return {**root, "$defs": {str(number): schema for number, schema in enumerate(outer)}}

    def _add(self, node: Node) -> None:
        """Register the `$id` and the anchors of a schema."""
        identifier = node.value.get("$id")
        if isinstance(identifier, str):
            uri = _join_uri(self._uris[self._resource(node.pointer)], identifier).partition("#")[0]
            self._uris[node.pointer] = uri
            self._pointers.setdefault(uri, node.pointer)
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(node.value.get(keyword), str):
                anchor = self._anchor(node.pointer, node.value[keyword])
                self._pointers.setdefault(anchor, node.pointer)
                self._dynamic_anchors.update([anchor] if keyword == "$dynamicAnchor" else [])

    def _resource(self, pointer: str) -> str:
        """Return the pointer of the resource that contains a pointer."""
        while pointer not in self._uris:
            pointer = pointer.rpartition("/")[0]
        return pointer

    def _anchor(self, pointer: str, name: str) -> str:
        """Return the URI of an anchor in the resource that contains a pointer."""
        return f"{self._uris[self._resource(pointer)]}#{name}"

    def _exists(self, root: str | None, fragment: str) -> bool:
        """Return whether the pointer `root + fragment` leads to a value; False if `root` is None."""
        if root is not None:
            with contextlib.suppress(ContractError):
                self._root.resolve_reference(quote(root, safe="#/~") + fragment)
                return True
        return False


def _join_uri(base: str, reference: str) -> str:
    """Return the absolute URI of a reference; an invalid reference is returned unchanged."""
    try:
        return base + reference if reference.startswith("#") else urljoin(base, reference)
    except ValueError:
        return reference


def index_with_pointers(document: Any) -> DocumentIndex:
    """Return the index of a document whose references between schemas are replaced, in place, by pointers."""
    index = DocumentIndex(document)
    references = References(index)
    replaced = [node for node in index.schemas if _has_reference(node, are_plain=references.are_plain)]
    for node in replaced:
        reference = node.value["$ref"]
        pointer = references.find(reference, node.pointer)
        node.value["$ref"] = reference if pointer is None else f"#{quote(pointer[1:], safe='/~')}"
    return DocumentIndex(document) if replaced else index


def _has_reference(schema: Node, *, are_plain: bool) -> bool:
    """Return whether a schema has a reference that may be no pointer into the document."""
    reference = schema.value.get("$ref") if isinstance(schema.value, dict) else None
    return isinstance(reference, str) and not (are_plain and reference.startswith("#"))
