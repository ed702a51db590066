"""Steps of users about lists: they read pages while items are added."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tuningfork import not_verified
from tuningfork.conventions.declaration import Subject
from tuningfork.load.item_steps import dispose, resources_of
from tuningfork.load.promised_pages import expect_within_reach, promised_pages
from tuningfork.testing.declared_list import DeclaredList, ListPage
from tuningfork.testing.filled_list import FilledList, ListFinder, pagination_of
from tuningfork.testing.load_scenario import LoadUser
from tuningfork.testing.shelf import Shelf, WalkedPage

READS = 2
"""How often a user reads a list that has one page in a repetition."""
MAX_SHELF = 60
"""Items that all users together keep in a list."""


def walk(subject: Subject, user: LoadUser) -> None:
    """Walk through the pages of a list while all users add items."""
    listing = fill(subject, user)
    declared, shelf = listing.declared.size, shelf_of(user, listing)

    def walk_pages(size: int) -> list[WalkedPage]:
        """Return the pages of the list; of the given size, if it can be chosen."""
        request = listing.pages.first_request(None if declared.parameter is None else size)
        return user.walk(map(_walked, promised_pages(listing.pages, request)), partial(add, user, listing))

    with user.judging(*subject.claims["PAGE-INSERT"]):
        shelf.expect_walk(walk_pages, declared.maximum)


def read_whole(subject: Subject, user: LoadUser) -> None:
    """Read a list that has one page while this user adds an item, and others add and delete theirs."""
    listing = fill(subject, user)

    def fetch() -> WalkedPage:
        """Return the whole list."""
        page = listing.pages.fetch(listing.pages.first_request())
        expect_within_reach(listing.pages, page, len(page.items))
        return _walked(page)

    def fetch_meanwhile() -> WalkedPage:
        """Return the whole list as it is read while an item is added."""
        return fetch() if user.is_alone else user.meanwhile(fetch, partial(add, user, listing))

    for _ in range(1 if user.is_alone else READS):
        with user.judging(*subject.claims["PAGE-WHOLE"]):
            shelf_of(user, listing).expect_listed(fetch_meanwhile)


def fill(subject: Subject, user: LoadUser) -> FilledList:
    """Return a list with items of this run; those beyond MAX_SHELF are deleted."""
    listing = _find_list(subject, user)
    if listing.resource is None:
        not_verified(f"no declared resource has the list {subject.name}")
    user.stock(partial(add, user, listing))
    if listing.resource.model.delete is not None:
        dispose(user, listing.resource, shelf_of(user, listing).take(MAX_SHELF))
    return listing


def add(user: LoadUser, listing: FilledList) -> None:
    """Add an item that the list must have later."""
    item = listing.create(listing.word())
    shelf_of(user, listing).add(listing.keys([item])[0], item)


def shelf_of(user: LoadUser, listing: FilledList) -> Shelf:
    """Return the items that this run has added to a list; other lists may have items of the same resource."""
    assert listing.resource is not None
    operation = listing.pages.operation.key
    return user.shared.shelf(f"{operation} {listing.declared.when or ''}", resource=listing.resource.name)


def _walked(page: ListPage) -> WalkedPage:
    """Return a page with its keys as text."""
    return WalkedPage(list(map(str, page.keys)), page.response)


def _find_list(subject: Subject, user: LoadUser) -> FilledList:
    """Return the list of a subject with the requests of a user; all users share its parent."""
    operation, declaration = subject.operation, user.contract.declaration
    assert operation is not None

    def find() -> FilledList:
        """Find the list with the requests of the first user."""
        documented = user.contract.operation(subject.operation_key)
        finder = ListFinder(
            user.contract,
            user.client,
            resources_of(user),
            user.settings.given,
            user.unique_name,
            user.may_write,
        )
        return finder.find(documented, pagination_of(subject, declaration))

    found = user.shared.get(f"list {subject.name}", find)
    resource = None if found.resource is None else replace(found.resource, client=user.client)
    pages: DeclaredList = replace(found.pages, client=user.client)
    return replace(found, pages=pages, resource=resource)
