"""References between schemas: `$id`, `$anchor` and `$dynamicAnchor` (JSON Schema 2020-12, 8.2)."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, unquote, urljoin

from tuningfork.contract.document import Node
from tuningfork.contract.errors import ContractError
from tuningfork.contract.traverse import outer_schemas, schemas

BASE = "https://contract.invalid/openapi.yaml"
"""The URI of a document, for references that are relative; nothing is ever fetched from it."""


class References:
    """Where the references in a document's schemas lead.

    A place is a pointer as a fragment (`#/components/schemas/Track`), as a Node has it. A schema with an
    `$id` and what is in it is a resource with a URI of its own; everything else belongs to the document.
    """

    def __init__(self, root: Any) -> None:
        self._root = Node(root, root)
        self._resources = {"#": BASE}
        self._places = {BASE: "#"}
        self._dynamic: set[str] = set()
        for node in schemas(self._root):
            if isinstance(node.value, dict):
                self._add(node)

    @property
    def are_plain(self) -> bool:
        """Whether nothing has a name, so that there are only pointers."""
        return len(self._places) == 1

    def find(self, reference: str, origin: str) -> str | None:
        """The place that a reference at the place `origin` leads to; None if it is not in the document."""
        base = self._resources[self._resource(origin)]
        uri = _join(base, reference)
        resource, _, fragment = uri.partition("#")
        if fragment and not fragment.startswith("/"):
            return self._places.get(f"{resource}#{unquote(fragment)}")
        roots = [self._places.get(resource), "#" if reference.startswith("#/") else None]
        return next((f"{root}{unquote(fragment)}" for root in roots if self._has(root, fragment)), None)

    def find_dynamic(self, reference: str, trace: Iterable[Node]) -> str | None:
        """The place that a `$dynamicRef` leads to at the end of a way through schemas."""
        places = [node.place for node in trace]
        static = self.find(reference, places[-1])
        name = reference.partition("#")[2]
        if static is None or self._anchor(static, name) not in self._dynamic:
            return static
        anchors = (self._anchor(place, name) for place in places)
        return next((self._places[anchor] for anchor in anchors if anchor in self._dynamic), static)

    def uri(self, place: str) -> str:
        """The URI of a place, relative to the resource that it is in."""
        resource = self._resource(place)
        return f"{self._resources[resource]}#{quote(place[len(resource) :], safe='/~')}"

    def named(self) -> Any:
        """The document as a validator of schemas takes it: resources under $defs, references as URIs."""
        if self.are_plain:
            return self._root.value
        root = copy.deepcopy(self._root.value)
        for node in schemas(Node(root, root)):
            reference = node.value.get("$ref") if isinstance(node.value, dict) else None
            if isinstance(reference, str) and reference.startswith("#"):
                node.value["$ref"] = self.uri("#" + unquote(reference[1:]))
        outer = (node.value for node in outer_schemas(Node(root, root)))
        return {**root, "$defs": {str(number): schema for number, schema in enumerate(outer)}}

    def _add(self, node: Node) -> None:
        identifier = node.value.get("$id")
        if isinstance(identifier, str):
            uri = _join(self._resources[self._resource(node.place)], identifier).partition("#")[0]
            self._resources[node.place] = uri
            self._places.setdefault(uri, node.place)
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(node.value.get(keyword), str):
                anchor = self._anchor(node.place, node.value[keyword])
                self._places.setdefault(anchor, node.place)
                self._dynamic.update([anchor] if keyword == "$dynamicAnchor" else [])

    def _resource(self, place: str) -> str:
        """The place of the resource that a place is in."""
        while place not in self._resources:
            place = place.rpartition("/")[0]
        return place

    def _anchor(self, place: str, name: str) -> str:
        return f"{self._resources[self._resource(place)]}#{name}"

    def _has(self, root: str | None, fragment: str) -> bool:
        if root is not None:
            with contextlib.suppress(ContractError):
                self._root.at(quote(root, safe="#/~") + fragment)
                return True
        return False


def _join(base: str, reference: str) -> str:
    """The URI that a reference means; one that is no URI is itself, and leads nowhere."""
    try:
        return base + reference if reference.startswith("#") else urljoin(base, reference)
    except ValueError:
        return reference


def write_as_pointers(document: dict[str, Any]) -> None:
    """Replace each reference between schemas, in place, by the pointer to where it leads."""
    references = References(document)
    for node in schemas(Node(document, document)):
        reference = node.value.get("$ref") if isinstance(node.value, dict) else None
        if isinstance(reference, str) and not (references.are_plain and reference.startswith("#")):
            place = references.find(reference, node.place)
            node.value["$ref"] = reference if place is None else f"#{quote(place[1:], safe='/~')}"
