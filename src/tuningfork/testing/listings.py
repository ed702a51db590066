"""The items of lists, which may lag a write by as long as the target's `settle` allows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from tuningfork import not_verified
from tuningfork.client.client import Client, JsonObject
from tuningfork.model import Unmet

T = TypeVar("T")


def at_least_one(items: Iterable[T], lacking: str) -> list[T]:
    """The items, to be judged one by one; not verified if there is none.

    Args:
        items: of any kind.
        lacking: the reason, a phrase such as "no listed clip has a location".
    """
    return list(items) or not_verified(lacking)


def objects(items: Iterable[Any]) -> list[JsonObject]:
    """The items of a list, all of them JSON objects, or Unmet."""
    found = list(items)
    for item in found:
        if not isinstance(item, JsonObject):
            raise Unmet("a list of JSON objects", f"{item!r} in it")
    return found


def ids(items: Iterable[Any]) -> list[Any]:
    """The ids of the items of a list, in its order; Unmet if one is neither a number nor a text."""
    found = [item["id"] for item in objects(items)]
    for one in found:
        if not isinstance(one, int | str):
            raise Unmet("ids", repr(one))
    return found


def listed(client: Client, path: str, thing: Any, **query: Any) -> list[JsonObject]:
    """A whole list, once it holds the thing with this id; Unmet if it never does."""

    def look() -> list[JsonObject]:
        found = objects(client.everything(path, **query))
        if thing not in ids(found):
            raise Unmet(f"{thing} in {path} {query or ''}", f"{len(found)} items without it")
        return found

    return client.eventually(look)


def settled(client: Client, path: str, newest: Any, **query: Any) -> list[JsonObject]:
    """A whole list that has caught up with the latest write; if it never does, nothing is verified."""
    try:
        return listed(client, path, newest, **query)
    except Unmet as unmet:
        not_verified(f"the list has not caught up: {unmet}")


def unlisted(client: Client, path: str, thing: Any, **query: Any) -> None:
    """Unmet if a list goes on holding the thing with this id."""

    def look() -> None:
        if thing in ids(client.everything(path, **query)):
            raise Unmet(f"no {thing} in {path} {query or ''}", "it is there")

    client.eventually(look)
