"""The items of lists, which may lag a write by as long as the target's `settle` allows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.model import ExpectationFailed

T = TypeVar("T")


def at_least_one(items: Iterable[T], lacking: str) -> list[T]:
    """The items, to be judged one by one; not verified if there is none.

    Args:
        items: of any kind.
        lacking: the reason, a phrase such as "no listed clip has a location".
    """
    return list(items) or not_verified(lacking)


def json_objects(items: Iterable[Any]) -> list[JsonObject]:
    """The items of a list, all of them JSON objects, or ExpectationFailed."""
    found = list(items)
    for item in found:
        if not isinstance(item, JsonObject):
            raise ExpectationFailed("a list of JSON objects", f"{item!r} in it")
    return found


def ids(items: Iterable[Any]) -> list[Any]:
    """The ids of the items of a list, in its order; fail if one is neither a number nor a text."""
    found = [item["id"] for item in json_objects(items)]
    for one in found:
        if not isinstance(one, int | str):
            raise ExpectationFailed("ids", repr(one))
    return found


def wait_until_listed(client: Client, path: str, thing: Any, **query: Any) -> list[JsonObject]:
    """A whole list, once it holds the thing with this id; ExpectationFailed if it never does."""

    def look() -> list[JsonObject]:
        found = json_objects(client.all_items(path, **query))
        if thing not in ids(found):
            raise ExpectationFailed(f"{thing} in {path} {query or ''}", f"{len(found)} items without it")
        return found

    return client.eventually(look)


def wait_until_listed_or_skip(client: Client, path: str, newest: Any, **query: Any) -> list[JsonObject]:
    """A whole list that has caught up with the latest write; if it never does, nothing is verified."""
    try:
        return wait_until_listed(client, path, newest, **query)
    except ExpectationFailed as unmet:
        not_verified(f"the list has not caught up: {unmet}")


def wait_until_unlisted(client: Client, path: str, thing: Any, **query: Any) -> None:
    """ExpectationFailed if a list goes on holding the thing with this id."""

    def look() -> None:
        if thing in ids(client.all_items(path, **query)):
            raise ExpectationFailed(f"no {thing} in {path} {query or ''}", "it is there")

    client.eventually(look)
