"""Names what an operation documents (parameters, media types, JSON properties) and finds what is unseen.

A name is for people: "query limit", "request application/json", "200 collection[].user.avatar_url".
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from tuningfork.contract.document import Node
from tuningfork.contract.errors import ContractError
from tuningfork.contract.operation import DocumentedResponse, Operation
from tuningfork.contract.schema import Schema

BODY = "body"
"""The name of a JSON request body, below which its properties are."""
ITEMS = None
"""The key of the items of an array among the children of a `PropertyTree`."""
COMBINATIONS = ("allOf", "anyOf", "oneOf")
BRANCHES = ("then", "else")


@dataclass(slots=True)
class PropertyTree:
    """The documented properties of a JSON value, read from its schemas level by level, when they are needed.

    Args:
        name: the name of the value: "200 collection[].user".
        schemas: each schema of the value, and the pointers of those around it, which are not entered again.
    """

    name: str
    schemas: list[tuple[Node, frozenset[str]]] = field(default_factory=list)
    _children: dict[str | None, PropertyTree] | None = None

    @property
    def children(self) -> dict[str | None, PropertyTree]:
        """The properties by name, if the value may be an object; its items, if it may be an array."""
        if self._children is None:
            self._children = {}
            for schema, outer in self.schemas:
                self._add(schema, outer)
        return self._children

    def _add(self, schema: Node, outer: frozenset[str]) -> None:
        """Add the children that a schema of the value documents."""
        if not isinstance(schema.value, Mapping) or schema.pointer in outer:
            return
        outer |= {schema.pointer}
        for key, child in _children(schema):
            if child.value is not False:
                self._child(key).schemas.append((child, outer))
        for same_value in _applicators(schema):
            self._add(same_value, outer)

    def _child(self, key: str | None) -> PropertyTree:
        """Return the child for a property or for the items; add it if it does not exist."""
        if key not in self.children:
            step = "[]" if key is ITEMS else f".{key}"
            name = f"{self.name}{step}" if " " in self.name else f"{self.name} {step.removeprefix('.')}"
            self.children[key] = PropertyTree(name)
        return self.children[key]

    def unseen(self, observed: Set[str]) -> Iterator[str]:
        """Yield the parts below this one that are not observed, without those below an unobserved one.

        If none of several properties is observed, no exchange had an object here: "200 user.*".
        """
        children = self.children.values()
        if len(children) > 1 and observed.isdisjoint(child.name for child in children):
            yield f"{self.name}.*" if " " in self.name else f"{self.name} *"
            return
        for child in children:
            if child.name in observed:
                yield from child.unseen(observed)
            else:
                yield child.name


@dataclass(frozen=True, slots=True)
class DocumentedParts:
    """What an operation documents, and which of it no exchange had.

    A part below an unseen part is not listed, nor is one of a status that no response had.

    Args:
        operation: the operation.
    """

    operation: Operation

    @property
    def summary(self) -> str:
        """The summary of the operation."""
        return str(self.operation.node.value.get("summary", ""))

    def unseen_parameters(self, observed: Set[str]) -> list[str]:
        """Return parameters, form fields and properties of a JSON request, such as "body track.title"."""
        names = [name for name in parameter_names(self.operation) if name not in observed]
        return [*names, *body_tree(self.operation).unseen(observed)]

    def unseen_media_types(self, observed: Set[str]) -> list[str]:
        """Return media types of the request and of the observed responses: "200 application/json"."""
        names = [f"request {each}" for each in self.operation.request_schemas]
        for response in self.operation.responses:
            if response.status in observed:
                names += [f"{response.status} {each}" for each in response.schemas]
        return [name for name in names if name not in observed]

    def unseen_properties(self, observed: Set[str]) -> list[str]:
        """Return properties of JSON responses: "200 collection[].user.avatar_url"."""
        trees = [response_tree(each) for each in self.operation.responses if each.status in observed]
        return [name for tree in trees for name in tree.unseen(observed)]


def parameter_names(operation: Operation) -> dict[str, tuple[str, str]]:
    """Return the location and the name of each parameter and form field, by its name for people."""
    names = [(each.location, each.name) for each in operation.parameters]
    for media_type, schema in operation.request_schemas.items():
        if "form" in media_type and schema is not None:
            names += [("form", str(name)) for name in property_tree("form", [schema]).children]
    return {f"{location} {name}": (location, name) for location, name in names}


def body_tree(operation: Operation) -> PropertyTree:
    """Return the properties of the operation's JSON request body."""
    return property_tree(BODY, _json_schemas(operation.request_schemas))


def response_tree(response: DocumentedResponse) -> PropertyTree:
    """Return the properties of a JSON response."""
    return property_tree(response.status, _json_schemas(response.schemas))


def property_tree(name: str, schemas: Iterable[Schema]) -> PropertyTree:
    """Return the properties that any of the schemas documents for the value with this name."""
    return PropertyTree(name, [(schema.node, frozenset()) for schema in schemas])


def _children(schema: Node) -> Iterator[tuple[str | None, Node]]:
    """Yield the schemas of the properties by name, and that of the items."""
    for name in schema.value.get("properties", ()):
        yield name, schema.raw("properties").raw(name)
    if "items" in schema.value:
        yield ITEMS, schema.raw("items")


def _applicators(schema: Node) -> Iterator[Node]:
    """Yield the schemas that apply to the same value: the target of `$ref`, branches of `oneOf`."""
    if "$ref" in schema.value:
        with contextlib.suppress(ContractError):  # the linter reports it
            yield schema.resolve()
    for keyword in (each for each in COMBINATIONS if each in schema.value):
        branches = schema.raw(keyword)
        yield from (branches.raw(number) for number in range(len(branches.value)))
    for keyword in (each for each in BRANCHES if each in schema.value):
        yield schema.raw(keyword)


def _json_schemas(schemas: Mapping[str, Schema | None]) -> list[Schema]:
    """Return the schemas of JSON media types."""
    return [schema for name, schema in schemas.items() if "json" in name and schema is not None]
