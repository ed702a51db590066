"""Faults of `resources`: duplicates, concurrent creations, and the items of other users."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from tuningfork.audit.concurrency import concurrent_requests_event
from tuningfork.audit.convention_faults.resource_patches import Handler, any_resource, lists_items
from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.resource_keys import Resource
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.items import Item
from tuningfork.mock.reference.resources import ResourcePart
from tuningfork.mock.reference.server import ReferenceServer

is_changed = any_resource(lambda resource: resource.owner and (resource.update or resource.replace))
is_deleted = any_resource(lambda resource: resource.owner and resource.delete)


@breaks("RESOURCE-DUPLICATE")
def duplicates_are_created(server: ReferenceServer) -> None:
    """A duplicate is created like any other item."""
    wrap_method(server.get(ResourcePart), "check_unique", lambda *_: None)


@breaks("RESOURCE-DUPLICATE", when=lists_items)
def refused_duplicate_is_created(server: ReferenceServer) -> None:
    """A duplicate is refused as declared, but is created."""
    part = server.get(ResourcePart)

    def check_unique(original: Callable[..., None], name: str, *rest: Any) -> None:
        try:
            original(name, *rest)
        except HttpError:
            part.store(name, rest[1], "first", rest[2])
            raise

    wrap_method(part, "check_unique", check_unique)


@breaks("RESOURCE-DUPLICATE")
def second_duplicate_is_created(server: ReferenceServer) -> None:
    """A duplicate is created if it was refused once."""
    refused: list[Any] = []

    def check_unique(
        original: Callable[..., None], name: str, resource: Resource, body: Any, scope: Any
    ) -> None:
        if body in refused:
            return
        try:
            original(name, resource, body, scope)
        except HttpError:
            refused.append(body)
            raise

    wrap_method(server.get(ResourcePart), "check_unique", check_unique)


@breaks("RESOURCE-DUPLICATE")
def only_the_newest_item_is_compared(server: ReferenceServer) -> None:
    """A duplicate is refused only if it repeats the newest item."""
    part = server.get(ResourcePart)

    def check_unique(original: Callable[..., None], name: str, *rest: Any) -> None:
        kept = part.items[name]
        part.items[name] = kept[-1:]
        try:
            original(name, *rest)
        finally:
            part.items[name] = kept

    wrap_method(part, "check_unique", check_unique)


@breaks("RESOURCE-RACE")
def concurrent_duplicates_are_created(server: ReferenceServer) -> None:
    """Duplicates that arrive in the same moment are all created."""
    are_concurrent = concurrent_requests_event(server)

    def check_unique(original: Callable[..., None], *arguments: Any) -> None:
        if not are_concurrent.is_set():
            original(*arguments)

    wrap_method(server.get(ResourcePart), "check_unique", check_unique)


@breaks("RESOURCE-RACE", when=lists_items)
def concurrent_duplicates_are_refused_and_created(server: ReferenceServer) -> None:
    """Of duplicates that arrive in the same moment all but one are refused, but are created."""
    are_concurrent = concurrent_requests_event(server)
    part = server.get(ResourcePart)

    def check_unique(original: Callable[..., None], name: str, *rest: Any) -> None:
        try:
            original(name, *rest)
        except HttpError:
            if are_concurrent.is_set():
                part.store(name, rest[1], "first", rest[2])
            raise

    wrap_method(part, "check_unique", check_unique)


@keeps("RESOURCE-RACE")
def concurrent_duplicates_are_unavailable(server: ReferenceServer) -> None:
    """Of duplicates that arrive in the same moment all but the first one are refused with 423."""
    are_concurrent = concurrent_requests_event(server)

    def check_unique(original: Callable[..., None], *arguments: Any) -> None:
        try:
            original(*arguments)
        except HttpError:
            if are_concurrent.is_set():
                raise HttpError(423) from None
            raise

    wrap_method(server.get(ResourcePart), "check_unique", check_unique)


@breaks("RESOURCE-OWNER-ONLY", when=is_changed)
def other_users_may_change_items(server: ReferenceServer) -> None:
    """Every user may update and replace an item."""
    _admit_others(server, ("update", "replace"))


@breaks("RESOURCE-OWNER-ONLY", when=is_deleted)
def other_users_may_delete_items(server: ReferenceServer) -> None:
    """Every user may delete an item."""
    _admit_others(server, ("delete",))


@breaks("RESOURCE-OWNER-ONLY", when=is_deleted)
def refused_deletion_deletes(server: ReferenceServer) -> None:
    """Another user's deletion is refused as declared, but deletes the item."""
    part = server.get(ResourcePart)

    def delete(original: Handler, call: Call, name: str, *rest: Any) -> Response:
        item = part.find(call, name, rest[1])
        try:
            return original(call, name, *rest)
        except HttpError:
            if item is not None:
                item.is_deleted = True
            raise

    wrap_method(part, "delete", delete)


@breaks("RESOURCE-PRIVATE")
def other_users_may_read_items(server: ReferenceServer) -> None:
    """Every user may read an item by its id."""
    _admit_others(server, ("read",))


@breaks("RESOURCE-PRIVATE", when=lists_items)
def lists_have_the_items_of_others(server: ReferenceServer) -> None:
    """A list has the items of all users."""
    wrap_method(server.get(ResourcePart), "may_see", lambda *_: True)


def _admit_others(server: ReferenceServer, kinds: tuple[str, ...]) -> None:
    """Treat every user as the owner of an item in these actions."""
    part = server.get(ResourcePart)

    def require(
        original: Callable[..., Item], call: Call, name: str, resource: Resource, action: Any
    ) -> Item:
        item = part.find(call, name, action)
        if item is not None and any(action is getattr(resource, kind) for kind in kinds):
            call.account = item.owner
        return original(call, name, resource, action)

    wrap_method(part, "require", require)
