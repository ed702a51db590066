"""A document of JSON values with references into itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from tuningfork.contract.errors import ContractError

DIGITS = re.compile(r"\+?[0-9]{1,20}")
LONGEST_CHAIN = 32
"""References after each other; a longer chain goes in a circle."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the document and its place: a JSON pointer as a fragment, like "#/paths/~1me"."""

    root: Any
    value: Any
    place: str = "#"

    def __getitem__(self, key: str | int) -> Node:
        """The value below, its references followed.

        Raises:
            KeyError: there is none.
            ContractError: its reference leads nowhere.
        """
        return self.stored(key).followed()

    def stored(self, key: str | int) -> Node:
        """The value below as it stands, which may be a reference; KeyError if there is none."""
        if isinstance(self.value, list):
            try:
                return Node(self.root, self.value[int(key)], f"{self.place}/{key}")
            except (ValueError, IndexError):
                raise KeyError(key) from None
        if isinstance(self.value, Mapping):
            return Node(self.root, self.value[str(key)], f"{self.place}/{escape(str(key))}")
        raise KeyError(key)

    def get(self, *keys: str | int) -> Node | None:
        """The value below each key in turn, or None."""
        node = self
        for key in keys:
            try:
                node = node[key]
            except KeyError:
                return None
        return node

    def items(self) -> Iterator[tuple[str, Node]]:
        """Keys and values of an object, of nothing else."""
        if isinstance(self.value, Mapping):
            for key in self.value:
                yield key, self[key]

    def entries(self) -> Iterator[Node]:
        """The items of a list, of nothing else."""
        if isinstance(self.value, list):
            for index in range(len(self.value)):
                yield self[index]

    def followed(self) -> Node:
        """The value that a reference leads to; any other value is itself."""
        node = self
        for _ in range(LONGEST_CHAIN):
            reference = node.value.get("$ref") if isinstance(node.value, Mapping) else None
            if not isinstance(reference, str):
                return node
            node = node.at(reference)
        raise ContractError(f"{self.place}: the reference goes in a circle; let it lead to a value")

    def at(self, reference: str) -> Node:
        """The value at a reference into this document.

        Raises:
            ContractError: it leads nowhere, or into another document.
        """
        node = Node(self.root, self.root)
        if not reference.startswith("#"):
            raise ContractError(
                f"{self.place}: {reference} is in another file; move what it names into this one"
            )
        if reference[1:] and not reference.startswith("#/"):
            raise ContractError(f"{self.place}: {reference} leads nowhere; correct or define it")
        for key in reference[1:].split("/")[1:]:
            try:
                node = node.stored(unescape(key))
            except KeyError:
                raise ContractError(
                    f"{self.place}: {reference} leads nowhere; correct or define it"
                ) from None
        return node

    @property
    def claims(self) -> tuple[str, ...]:
        """The x-claims that stand on this very value."""
        claims = self.value.get("x-claims", ()) if isinstance(self.value, Mapping) else ()
        return tuple(claim for claim in claims if isinstance(claim, str)) if isinstance(claims, list) else ()

    @property
    def states_claims(self) -> bool:
        """Whether x-claims stands here, empty or not: no claim that stands farther out counts below."""
        return isinstance(self.value, Mapping) and "x-claims" in self.value


def escape(key: str) -> str:
    """A key as a token of a JSON pointer (RFC 6901 3)."""
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key


def unescape(token: str) -> str:
    """The key that a token of a JSON pointer in a fragment stands for (RFC 6901 4, 6)."""
    return unquote(token).replace("~1", "/").replace("~0", "~")


def pointer(keys: Iterable[str | int]) -> str:
    """The JSON pointer through these keys; empty for the whole value."""
    return "".join(f"/{escape(str(key))}" for key in keys)


def along(path: list[str | int], value: Any) -> tuple[list[str | int], Any]:
    """The keys of a validator's path as they are in the value, and what is at its end."""
    keys: list[str | int] = []
    for step in path:
        keys.append(key_in(value, step))
        value = value[keys[-1]]
    return keys, value


def key_in(container: Any, step: str | int) -> str | int:
    """The key that a step of a validator's path means; a name of digits is given as a number ("007" as 7)."""
    if isinstance(step, str) or isinstance(container, list):
        return step
    alike = (name for name in container if DIGITS.fullmatch(name) and int(name) == step)
    return str(step) if str(step) in container else next(alike, str(step))
