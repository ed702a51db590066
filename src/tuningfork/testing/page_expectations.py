"""Expectations of the pages of a declared list; each raises ExpectationFailed with the pages it is about."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Protocol

from tuningfork.checks.places import MISSING, find_value
from tuningfork.client.marks import UNIQUE_PATTERN
from tuningfork.client.response import Response
from tuningfork.conventions.pagination import NEXT_SIGNALS, NextHeader
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed
from tuningfork.numbers import to_float
from tuningfork.testing.declared_list import DeclaredList, ListPage
from tuningfork.testing.expect import expect_true
from tuningfork.testing.fairness import premise


class SortKey(Protocol):
    """A key of a sort order."""

    @property
    def by(self) -> str:
        """The property of an item."""

    @property
    def direction(self) -> str:
        """The word "ascending" or "descending"."""


def expect_each_once(pages: Sequence[ListPage], keys: Collection[str]) -> None:
    """Expect each of these keys on exactly one page, and no other key on two pages."""
    found: dict[str, list[int]] = {}
    for number, page in enumerate(pages):
        for key in map(str, page.keys):
            found.setdefault(key, []).append(number)
    for key, numbers in found.items():
        if len(numbers) > 1:
            raise failure("each item once", f"item {key} {len(numbers)} times", [pages[n] for n in numbers])
    missing = [key for key in keys if key not in found]
    if missing:
        expected = f"item {missing[0]} on one of the pages"
        raise failure(expected, f"{len(found)} other items on {len(pages)} pages", pages[-1:])


def expect_at_most(items: Sequence[Any], count: int, page: Response) -> None:
    """Expect at most `count` items on a page."""
    expect_true(len(items) <= count, f"at most {count} items", f"{len(items)} items", page)


def expect_full(pages: Sequence[ListPage], size: int | None) -> None:
    """Expect that each page before another one with items has `size` items; not verified without a size."""
    premise(size is not None, "the size of a page is not declared")
    for page, following in pairwise(pages):
        if following.items and len(page.items) != size:
            raise failure(f"{size} items while there are more", f"{len(page.items)} items", [page, following])


def expect_end(pages: Sequence[ListPage], listing: DeclaredList) -> None:
    """Expect the declared signals on the last page, and on no page before one with items."""
    declared, turner = listing.declared, listing.turner
    has_items = [number for number, page in enumerate(pages) if page.items]
    is_strict = declared.size.exact or declared.type in ("page", "offset", "after")
    last = has_items[-1] if has_items and is_strict else len(pages) - 1
    for number, page in enumerate(pages):
        for pointer, value in declared.end_values.items():
            found = find_value(page.response.json, pointer)
            if (found == value) != (number >= last):
                expected = f"{to_json(value)} at {pointer} on the last page only"
                raise failure(expected, to_json(found), [page])
    has_signal = isinstance(declared.next, str | NextHeader) and declared.next_signals
    if has_signal or declared.type == "link":
        _expect_next_signal(pages, last, listing)
    if declared.type in ("page", "offset", "after"):
        _expect_nothing_behind(pages[-1], listing)
    seen, total = sum(len(page.items) for page in pages), turner.total(pages[-1].response)
    if "total" in declared.end and total != seen:
        raise failure(f"the total {seen} on the last page", to_json(total), pages[-1:])


def _expect_next_signal(pages: Sequence[ListPage], last: int, listing: DeclaredList) -> None:
    """Expect what stands for the next page on the last page, in its declared form."""
    signals = listing.declared.next_signals or list(NEXT_SIGNALS)
    for page in pages[last:]:
        found = _signal(listing.turner.next_value(page.response))
        if found not in signals:
            raise failure(f"{' or '.join(signals)} as the next of the last page", found, [page])


def _signal(value: Any) -> str:
    """Return the signal that a value of `next` is, or the value in words."""
    if value is MISSING:
        return "absent"
    return "null" if value is None else "empty-text" if value == "" else to_json(value)


def _expect_nothing_behind(page: ListPage, listing: DeclaredList) -> None:
    """Expect no items behind the last page; an empty page where that is a signal."""
    request = listing.turner.following(page.request, page.response) if page.items else None
    if request is None:
        return
    response = listing.send(request)
    is_success = 200 <= response.status < 300
    if "empty-page" in listing.declared.end and not is_success:
        raise ExpectationFailed(
            "an empty page behind the last one", str(response.status), None, response.exchange
        )
    if is_success and listing.items(response):
        found = f"{len(listing.items(response))} items"
        raise ExpectationFailed("no items behind the last page", found, None, response.exchange)


def expect_sorted(pages: Sequence[ListPage], keys: Sequence[SortKey], own: Collection[str]) -> int:
    """Expect the items in an order, and return how many pairs of items could be compared.

    Equal values may have any order. Texts are compared in the items of the test only, whose texts are of
    small letters.

    Args:
        pages: all pages.
        keys: the keys of the order.
        own: the keys of the items that the test has created, as text.
    """
    items = [
        (page, str(key), item) for page in pages for key, item in zip(page.keys, page.items, strict=True)
    ]
    compared = 0
    chosen = [each for each in items if each[1] in own]
    for listed, is_own in ((items, False), (chosen, True)):
        for (page, _, first), (other, _, second) in pairwise(listed):
            order = _compare(first, second, keys, is_own)
            compared += order is not None
            if order is not None and order > 0:
                expected = ", ".join(f"{key.by} {key.direction}" for key in keys)
                values = (to_json(find_value(item, keys[0].by)) for item in (first, second))
                found = " before ".join(values)
                raise failure(expected, found, [page, other])
    return compared


def _compare(first: Any, second: Any, keys: Sequence[SortKey], is_own: bool) -> int | None:
    """Return 1 if two items are in the wrong order, 0 if they are not, None if that cannot be judged."""
    for key in keys:
        values = [comparable(find_value(item, key.by), is_own) for item in (first, second)]
        if None in values or type(values[0]) is not type(values[1]):
            return None
        if values[0] != values[1]:
            is_rising = values[0] < values[1]
            return int(is_rising != (key.direction == "ascending"))
    return 0


def comparable(value: Any, is_own: bool) -> Any:
    """Return what is compared of a number, a time or a text of small letters; None for other values."""
    if (number := to_float(value)) is not None:
        return number
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value).timestamp() if value[:4].isdigit() else _small(value, is_own)
    except ValueError:
        return None


def _small(value: str, is_own: bool) -> str | None:
    """Return a text of small letters and spaces, or a name that a test has chosen; None for other texts.

    Of these any two have the same order in every collation; texts of others are never compared.
    """
    return value if is_own and re.fullmatch(f"[a-z ]*|tuning-fork-{UNIQUE_PATTERN}", value) else None


def failure(expected: str, found: str, pages: Sequence[ListPage]) -> ExpectationFailed:
    """Return the error that is about these pages, the last of them first."""
    exchanges = list({id(page): page.response.exchange for page in pages}.values())[::-1]
    return ExpectationFailed(expected, found, None, exchanges[0] if exchanges else None, exchanges[1:])
