"""Pages by number: how they are asked for, and what they tell of the whole list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuningfork.apis.audioboo.envelope import body
from tuningfork.client.client import Answer, Client, JsonObject
from tuningfork.model import Unmet
from tuningfork.testing.listings import ids
from tuningfork.testing.pagination import Place, walk

NUMBER, SIZE = "page[number]", "page[items]"
LARGEST_PAGE = 150


def asked(number: object = None, size: object = None) -> dict[str, Any]:
    """The query for the page of this number with so many items; what is None is not asked for."""
    return {name: value for name, value in ((NUMBER, number), (SIZE, size)) if value is not None}


def page(client: Client, place: Place, number: object = None, size: object = None) -> Answer:
    """One page of a list, which is 200, or Unmet."""
    return client.get(place.path, **place.query, **asked(number, size)).is_ok()


def ids_of(pages: Iterable[Answer]) -> list[Any]:
    """The ids of the items of these pages, in their order."""
    return [one for page in pages for one in ids(page.items)]


def walked(client: Client, place: Place, size: object = None) -> list[Answer]:
    """All pages of a list, the empty one at its end too."""
    return walk(client, place, **asked(size=size))


def items_of(client: Client, place: Place) -> frozenset[Any]:
    """The ids of what is in a list, as the largest pages give it."""
    return frozenset(ids_of(walked(client, place, LARGEST_PAGE)))


def totals_of(answer: Answer) -> tuple[int, int] | None:
    """Offset and count of a page; None if it tells neither, Unmet if they are no integers."""
    totals = body(answer).get("totals")
    if not isinstance(totals, JsonObject):
        return None
    offset, count = totals["offset"], totals["count"]
    for number in (offset, count):
        if not isinstance(number, int) or isinstance(number, bool):
            raise Unmet("totals of integers", repr(totals))
    return offset, count
