"""Access to a JSON document by pointers and references; OpenAPI documents and schemas are read with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from tuningfork.contract.errors import ContractError

DIGITS = re.compile(r"\+?[0-9]{1,20}")
MAX_REFERENCE_CHAIN = 32
"""References that may lead to each other; a longer chain is a cycle."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value in a document.

    Args:
        root: the value of the whole document.
        value: the value of this node.
        pointer: the node's JSON pointer, as a URI fragment: "#/paths/~1me".
    """

    root: Any
    value: Any
    pointer: str = "#"

    def __getitem__(self, key: str | int) -> Node:
        """Return the child node under `key`, its references resolved.

        Raises:
            KeyError: this node has no such child.
            ContractError: the child is a reference that does not resolve.
        """
        return self.raw(key).resolve()

    def raw(self, key: str | int) -> Node:
        """Return the child node under `key`, which may be an unresolved reference.

        Raises:
            KeyError: this node has no such child.
        """
        if isinstance(self.value, list):
            try:
                return Node(self.root, self.value[int(key)], f"{self.pointer}/{key}")
            except (ValueError, IndexError):
                raise KeyError(key) from None
        if isinstance(self.value, dict):
            return Node(self.root, self.value[str(key)], f"{self.pointer}/{escape(str(key))}")
        raise KeyError(key)

    def get(self, *keys: str | int) -> Node | None:
        """Return the node at the end of a path of keys, references resolved; None if it does not exist."""
        node = self
        for key in keys:
            try:
                node = node[key]
            except KeyError:
                return None
        return node

    def items(self) -> Iterator[tuple[str, Node]]:
        """Yield the keys and child nodes of an object; yield nothing for any other value."""
        if isinstance(self.value, dict):
            for key in self.value:
                yield key, self[key]

    def elements(self) -> Iterator[Node]:
        """Yield the child nodes of an array; yield nothing for any other value."""
        if isinstance(self.value, list):
            for index in range(len(self.value)):
                yield self[index]

    def resolve(self) -> Node:
        """Return the node that this reference leads to; return the node itself if it is not a reference.

        Raises:
            ContractError: the reference leads nowhere, or the references form a cycle.
        """
        node = self
        for _ in range(MAX_REFERENCE_CHAIN):
            reference = node.value.get("$ref") if isinstance(node.value, dict) else None
            if not isinstance(reference, str):
                return node
            node = node.resolve_reference(reference)
        raise ContractError(f"{self.pointer}: the references form a cycle; refer to a value")

    def resolve_reference(self, reference: str) -> Node:
        """Return the node at a reference into this document, like "#/components/schemas/Track".

        Raises:
            ContractError: the reference leads nowhere or into another file.
        """
        node = Node(self.root, self.root)
        if not reference.startswith("#"):
            raise ContractError(
                f"{self.pointer}: {reference} is in another file; move its target into this file"
            )
        if reference[1:] and not reference.startswith("#/"):
            raise ContractError(f"{self.pointer}: {reference} does not exist; fix the reference")
        for key in reference[1:].split("/")[1:]:
            try:
                node = node.raw(unescape(key))
            except KeyError:
                raise ContractError(
                    f"{self.pointer}: {reference} does not exist; fix the reference"
                ) from None
        return node

    @property
    def claims(self) -> tuple[str, ...]:
        """The claim ids in the `x-claims` of this node itself; empty if the node has none."""
        claims = self.value.get("x-claims", ()) if isinstance(self.value, dict) else ()
        return tuple(claim for claim in claims if isinstance(claim, str)) if isinstance(claims, list) else ()

    @property
    def has_claims(self) -> bool:
        """Whether this node has `x-claims`, even an empty one: it overrides the x-claims of its ancestors."""
        return isinstance(self.value, dict) and "x-claims" in self.value


def escape(key: str) -> str:
    """Return a key as a token of a JSON pointer (RFC 6901 3)."""
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key


def unescape(token: str) -> str:
    """Return the key that a token of a JSON pointer in a URI fragment represents (RFC 6901 4, 6)."""
    return unquote(token).replace("~1", "/").replace("~0", "~") if "~" in token or "%" in token else token


def join_pointer(keys: Iterable[str | int]) -> str:
    """Return the JSON pointer that consists of `keys`; empty for the whole value."""
    return "".join(f"/{escape(str(key))}" for key in keys)


def resolve_path(path: list[str | int], value: Any) -> tuple[list[str | int], Any]:
    """Follow an error path of jsonschema-rs in `value`; return the actual keys and the value at the end."""
    keys: list[str | int] = []
    for step in path:
        keys.append(find_key(value, step))
        value = value[keys[-1]]
    return keys, value


def find_key(container: Any, step: str | int) -> str | int:
    """Return the key of `container` that a step of an error path of jsonschema-rs means.

    jsonschema-rs reports property names that consist of digits as numbers: "007" as 7.
    """
    if isinstance(step, str) or isinstance(container, list):
        return step
    same_number = (name for name in container if DIGITS.fullmatch(name) and int(name) == step)
    return str(step) if str(step) in container else next(same_number, str(step))
