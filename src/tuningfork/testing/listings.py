"""The items of lists. A list may lag a write by as many seconds as the target's setting `settle`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed

T = TypeVar("T")


def at_least_one(items: Iterable[T], reason: str) -> list[T]:
    """Return the items as a list; without any item the test is not verified.

    Args:
        items: items of any type.
        reason: the reason for the verdict, such as "no listed clip has a location".
    """
    return list(items) or not_verified(reason)


def json_objects(items: Iterable[Any]) -> list[JsonObject]:
    """Return the items of a list; raise ExpectationFailed unless each is a JSON object."""
    objects = list(items)
    for item in objects:
        if not isinstance(item, JsonObject):
            raise ExpectationFailed("a list of JSON objects", f"{to_json(item)} in it")
    return objects


def ids(items: Iterable[Any]) -> list[Any]:
    """Return the ids of the items of a list, in order; raise ExpectationFailed for an id of another type."""
    return [item_id(item) for item in json_objects(items)]


def item_id(item: JsonObject) -> int | str:
    """Return the id of an item; raise ExpectationFailed for an id of another type."""
    value = item["id"]
    if not isinstance(value, int | str):
        raise ExpectationFailed("an id that is a number or a string", to_json(value), None, item.exchange)
    return value


def list_name(path: str, query: Mapping[str, Any]) -> str:
    """Return the path of a list with its query, decoded, for a message."""
    parameters = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{path}?{parameters}" if parameters else path


def wait_until_listed(client: Client, path: str, item_id: Any, **query: Any) -> list[JsonObject]:
    """Return all items of a list that contains this id.

    Raises:
        ExpectationFailed: the list does not contain the id within `settle` seconds.
    """

    def read_list() -> list[JsonObject]:
        """Return the items of the list; raise ExpectationFailed if the id is not among them."""
        items = json_objects(client.all_items(path, **query))
        if item_id not in ids(items):
            found = f"{len(items)} {'item' if len(items) == 1 else 'items'} without it"
            raise ExpectationFailed(f"{item_id} in {list_name(path, query)}", found)
        return items

    return client.eventually(read_list)


def wait_until_listed_or_skip(client: Client, path: str, item_id: Any, **query: Any) -> list[JsonObject]:
    """Return all items of a list that contains this id; otherwise the test is not verified."""
    try:
        return wait_until_listed(client, path, item_id, **query)
    except ExpectationFailed as failure:
        not_verified(f"the list does not contain a new item yet: {failure}")


def wait_until_unlisted(client: Client, path: str, item_id: Any, **query: Any) -> None:
    """Raise ExpectationFailed if a list still contains this id after `settle` seconds."""

    def read_list() -> None:
        """Raise ExpectationFailed if the id is in the list."""
        if item_id in ids(client.all_items(path, **query)):
            raise ExpectationFailed(f"no {item_id} in {list_name(path, query)}", "an item with this id")

    client.eventually(read_list)


def expect_missing_unlisted(missing: Response, client: Client, path: str, item_id: Any) -> None:
    """Require that a list loses an item that `missing`, a 404, says does not exist.

    Raises:
        ExpectationFailed: the list has it after `settle` seconds; the violation is about the 404.
    """
    try:
        wait_until_unlisted(client, path, item_id)
    except ExpectationFailed as error:
        found = f"{error.found}, and {missing.status} for {missing.exchange.request.path}"
        compared = [] if error.exchange is None else [error.exchange]
        raise ExpectationFailed(error.expected, found, exchange=missing.exchange, compared=compared) from None
