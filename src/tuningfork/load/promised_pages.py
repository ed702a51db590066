"""The pages of a walk for which the API promises something."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

from tuningfork import not_verified
from tuningfork.testing.declared_list import DeclaredList, ListPage
from tuningfork.testing.declared_pages import PageRequest


def promised_pages(listing: DeclaredList, request: PageRequest) -> Iterator[ListPage]:
    """Yield the pages of a walk; not verified once one is beyond the reach, or its cursor is too old."""
    pages, count = listing.pages(request), 0
    page: ListPage | None = next(pages)
    while page is not None:
        issued = monotonic() - page.response.exchange.seconds
        yield page
        count += len(page.items)
        expect_within_reach(listing, page, count)
        page = _next(pages, listing, issued)


def expect_within_reach(listing: DeclaredList, page: ListPage, count: int) -> None:
    """End the repetition as not verified if the list may have items, or a page, beyond the reach.

    Args:
        listing: the list.
        page: the latest page.
        count: the items of this page and all earlier ones.
    """
    reach, turner = listing.declared.reach, listing.turner
    if reach is None:
        return
    following = turner.next(page.request, page.response, count)
    end = count if following is None else turner.end(following, len(page.items))
    if count >= reach or end > reach:
        not_verified(f"{listing.path} may have more items than can be reached")


def _next(pages: Iterator[ListPage], listing: DeclaredList, issued: float) -> ListPage | None:
    """Return the next page; not verified if its cursor, issued at this time, may have expired meanwhile."""
    expires = listing.declared.expires
    try:
        return next(pages, None)
    finally:  # after a refusal, too
        if expires is not None and monotonic() - issued > expires.after:
            not_verified(f"a cursor of {listing.path} may have expired while the user waited")
