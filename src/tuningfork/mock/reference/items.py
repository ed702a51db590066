"""The items that the reference server stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass
class Item:
    """One item of a resource.

    Args:
        id: the id, of the type that responses have.
        data: the properties, relative to the object that has the id.
        owner: the account that created the item; None without credentials.
        scope: the ids of the path that it was created at; the last one is the parent's.
        sent: the body that created it.
        version: counts the changes, from 1.
        changed_at: when the item was created or changed last, in seconds since 1970.
        is_deleted: whether the item is deleted; an API may still show it.
    """

    id: Any
    data: dict[str, Any]
    owner: str | None = None
    scope: tuple[str, ...] = ()
    sent: Any = None
    version: int = 1
    changed_at: float = 0.0
    is_deleted: bool = False


def merge(base: Any, changes: Any) -> Any:
    """Return an object with the properties of another one, at any depth; any other value is replaced."""
    if not isinstance(base, Mapping) or not isinstance(changes, Mapping):
        return changes
    merged = dict(base)
    for name, value in changes.items():
        merged[name] = merge(base.get(name), value)
    return merged


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a form as an object: `a[b]` is the property b of a."""
    body: dict[str, Any] = {}
    for name, value in flat.items():
        *parents, last = name.replace("]", "").split("[")
        target = body
        for parent in parents:
            target = target.setdefault(parent, {})
        target[last] = value
    return body
