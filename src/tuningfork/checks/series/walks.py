"""Judges walks over the pages of lists: each item once, unless the list may have changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tuningfork.checks.series.observation import Page, digest
from tuningfork.checks.series.recent import Recent
from tuningfork.model import Finding

MAX_WALKS = 200
MAX_PAUSE_S = 30
"""Time between two pages of a walk; others may change a list that is read more slowly."""
MAX_ITEMS = 2_000
"""Items of a walk that are stored; a longer walk is not judged further."""
MAX_SUSPICIONS = 1_000
MIN_REPEATED_PAGE = 10
"""Items of a page that is the same as the one before: exactly as many new items are improbable."""
EXPECTED = "each item once on the pages of a list"


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """Where an item was observed: the exchange, the number of the page, and a hash of the item."""

    where: str
    page: int
    digest: str


@dataclass(slots=True)
class _Walk:
    """The pages from one to the next that a client has read.

    Args:
        changes: the number of changes when it began.
        is_whole: whether it began with the first page.
        items: where each item was observed, by its key.
        pages: the number of pages.
        last: the last page.
        has_same_total: whether all pages have the same total.
    """

    changes: int
    is_whole: bool
    items: dict[str, _Occurrence] = field(default_factory=dict)
    pages: int = 0
    last: Page | None = None
    has_same_total: bool = True


class Walks:
    """Follows the walks of all clients of an API, of which any number may be mixed.

    An item that is on two pages breaks the claim if nothing shows that the list has changed meanwhile: no
    request of the traffic may have changed something, the item is the same, and it did not move as the items
    behind a new one do, from the end of a page to the start of the next. If it did, the claim is broken where
    the total is the same on both pages, or a second walk has the same two pages. Otherwise it is a note.
    """

    def __init__(self) -> None:
        self._walks: Recent[tuple[str, str], _Walk] = Recent(MAX_WALKS)
        """By the client and the URL of the next page."""
        self._suspicions: Recent[tuple[str, str], str] = Recent(MAX_SUSPICIONS)
        """The items of two pages with the same items, by the client and the URL of the second."""

    def judge(self, client: str, page: Page, where: str, changes: int) -> Iterator[Finding]:
        """Yield what a page shows about the walk that it continues.

        Args:
            client: who reads.
            page: the page.
            where: the location of the exchange, for messages.
            changes: the number of requests so far that may have changed something.
        """
        walk = self._walks.pop((client, page.url))
        if walk is None or _has_paused(walk, page):
            walk = _Walk(changes, page.is_first)
        yield from self._judge_items(client, walk, page, changes)
        self._add(walk, page, where)
        if page.next_url is None:
            yield from _judge_total(walk, page, changes)
        elif len(walk.items) <= MAX_ITEMS:
            self._walks.put((client, page.next_url), walk)

    def _judge_items(self, client: str, walk: _Walk, page: Page, changes: int) -> Iterator[Finding]:
        """Yield a finding for the items that this page or an earlier one had before."""
        keys = [key for key, _ in page.items]
        if len(set(keys)) < len(keys):
            twice = [key for key, count in Counter(keys).items() if count > 1]
            yield from _findings(page, f"{_listed(twice)} twice on this page")
        again = [key for key, each in page.items if key in walk.items and walk.items[key].digest == each]
        if not again or walk.changes != changes:
            return
        found = f"{_listed(again)} also on the page of {walk.items[again[0]].where}"
        if _is_shift(walk, again, keys) and not self._is_stable(client, walk, page):
            reason = "the list may have changed between the two requests"
            yield Finding(None, False, EXPECTED, f"{found}; {reason}")
        else:
            yield from _findings(page, found)

    def _is_stable(self, client: str, walk: _Walk, page: Page) -> bool:
        """Return whether the list was the same when both pages were read."""
        if walk.has_same_total and page.total is not None and walk.last and walk.last.total == page.total:
            return True
        both = digest((walk.last.items if walk.last else (), page.items))
        was_seen = self._suspicions.get((client, page.url)) == both
        self._suspicions.put((client, page.url), both)
        return was_seen

    def _add(self, walk: _Walk, page: Page, where: str) -> None:
        """Add the items of a page to a walk."""
        walk.has_same_total &= walk.last is None or walk.last.total == page.total
        walk.pages += 1
        walk.last = page
        for key, each in page.items:
            walk.items.setdefault(key, _Occurrence(where, walk.pages, each))


def _has_paused(walk: _Walk, page: Page) -> bool:
    """Return whether so much time has passed since the last page that the list is likely to have changed."""
    before = walk.last.date if walk.last else None
    return before is not None and page.date is not None and abs(page.date - before) > MAX_PAUSE_S


def _is_shift(walk: _Walk, again: Sequence[str], keys: Sequence[str]) -> bool:
    """Return whether a page begins with the last items of the page before, as after an insertion."""
    last = [key for key, _ in walk.last.items] if walk.last else []
    is_whole_page = len(again) == len(keys) >= MIN_REPEATED_PAGE
    return not is_whole_page and list(again) == list(keys[: len(again)]) == last[-len(again) :]


def _judge_total(walk: _Walk, page: Page, changes: int) -> Iterator[Finding]:
    """Yield whether a whole walk had fewer items than its total while nothing shows a change of the list."""
    is_judged = walk.is_whole and walk.has_same_total and walk.changes == changes and walk.pages > 1
    if is_judged and page.total is not None and len(walk.items) < min(page.total, MAX_ITEMS):
        found = f"{len(walk.items)} of {page.total} items on {walk.pages} pages"
        yield from _findings(page, found)


def _findings(page: Page, found: str) -> Iterator[Finding]:
    """Yield a finding for each claim that a page breaks."""
    for claim in page.claims:
        yield Finding(claim, False, EXPECTED, found)


def _listed(keys: Sequence[str]) -> str:
    """Return the keys of items as text, of many only some."""
    shown = ", ".join(keys[:5])
    return f"item{'s' if len(keys) > 1 else ''} {shown}{', …' if len(keys) > 5 else ''}"
