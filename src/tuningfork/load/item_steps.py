"""Steps of users about single items: they create, read and delete items, and create duplicates."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace

from tuningfork.conventions.declaration import Subject
from tuningfork.load.listed_once import expect_listed_once
from tuningfork.testing.declared_resource import DeclaredItem, DeclaredResource, DeclaredResources
from tuningfork.testing.expect import expect_true
from tuningfork.testing.item_expectations import expect_shows, expect_status, expect_unreadable
from tuningfork.testing.load_scenario import LoadUser

RACING = 2
"""Requests that a user sends at the same moment; the other users send theirs meanwhile."""


def live(subject: Subject, user: LoadUser) -> None:
    """Create an item and read it by its id; unless a user walks, delete it, and read it again."""
    resource = find_resource(user, subject.name)
    item = resource.create()
    with user.judging(*subject.claims.get("RESOURCE-CREATE", ())):
        expect_status(item.response, resource.status("create"))
    if resource.model.read is not None:
        with user.judging(*subject.claims.get("RESOURCE-LIFECYCLE", ())):
            expect_shows(resource, item, item.text)
    turns = user.shared.turns(resource.name)
    if resource.model.delete is None or resource.model.read is None or not turns.may_delete:
        dispose(user, resource, [item])
        return
    with turns.deleting():
        response = resource.delete(item)
    with user.judging(*subject.claims.get("RESOURCE-DELETE", ())):
        expect_status(response, resource.status("delete"))
    with user.judging(*subject.claims.get("RESOURCE-LIFECYCLE", ())):
        expect_unreadable(resource, item)


def race_duplicates(subject: Subject, user: LoadUser) -> None:
    """Create the same item twice at the same moment."""
    resource = find_resource(user, subject.name)
    first = resource.create()
    body, name = resource.similar_body(first), resource.new_name()
    responses = user.at_once(RACING, lambda client: resource.as_user(client).submit(body, name))
    created = {
        str(resource.find_id(each)): resource.created(each, body)
        for each in responses
        if resource.is_success(each)
    }
    with (
        disposing(user, resource, [first, *created.values()]),
        user.judging(*subject.claims["RESOURCE-RACE"]),
    ):
        expect_true(len(created) <= 1, "at most one new item", f"{sorted(created)}", responses[-1])
        expect_listed_once(resource, body, first.body)


def find_resource(user: LoadUser, name: str) -> DeclaredResource:
    """Return a resource with the requests of a user; all users share its parent."""
    found = user.shared.get(f"resource {name}", lambda: resources_of(user)[name].with_parent())
    return replace(found, client=user.client)


def dispose(user: LoadUser, resource: DeclaredResource, items: list[DeclaredItem]) -> None:
    """Delete items, where the resource can be deleted, once no user walks through its list."""
    if resource.model.delete is not None:
        user.shared.turns(resource.name).dispose(items, resource.delete)


@contextlib.contextmanager
def disposing(user: LoadUser, resource: DeclaredResource, items: list[DeclaredItem]) -> Iterator[None]:
    """Judge items in the block; dispose of them at its end, also after a violation."""
    try:
        yield
    finally:
        dispose(user, resource, items)


def resources_of(user: LoadUser) -> DeclaredResources:
    """Return the declared resources with the requests of a user."""
    return DeclaredResources(user.contract.declaration, user.client, user.unique_name, user.settings.given)
