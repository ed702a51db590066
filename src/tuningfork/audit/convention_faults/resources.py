"""Faults of `resources`: creations, reads, lists and deletions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from flask import Response

from tuningfork.audit.convention_faults.resource_patches import (
    Handler,
    any_resource,
    edit_listed,
    edit_responses,
    find_before,
    is_deleted_for_good,
    is_read,
    lists_items,
    without_last,
)
from tuningfork.audit.convention_patch import breaks
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.resource_keys import Gone
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.items import Item
from tuningfork.mock.reference.resources import ResourcePart
from tuningfork.mock.reference.server import ReferenceServer

LONGEST_LISTED = 40


@breaks("RESOURCE-CREATE")
def creation_returns_202(server: ReferenceServer) -> None:
    """A creation returns 202 although the item exists at once."""
    edit_responses(server, "create", lambda response, _: _with_status(response, 202))


@breaks("RESOURCE-CREATE")
def creation_returns_another_success(server: ReferenceServer) -> None:
    """A creation returns 200, or 201 where 200 is declared."""
    edit_responses(
        server,
        "create",
        lambda response, _: _with_status(response, 201 if response.status_code == 200 else 200),
    )


@breaks("RESOURCE-LIFECYCLE", when=is_read)
def newest_item_is_not_found(server: ReferenceServer) -> None:
    """A read of the newest item of a resource returns 404."""

    def read(original: Handler, call: Call, name: str, *rest: Any) -> Response:
        if part.find(call, name, rest[1]) is part.items[name][-1]:
            raise HttpError(404)
        return original(call, name, *rest)

    part = server.get(ResourcePart)
    wrap_method(part, "read", read)


@breaks("RESOURCE-LIFECYCLE", when=is_read)
def first_read_returns_404(server: ReferenceServer) -> None:
    """The first read of an item returns 404."""
    known: list[Item] = []

    def read(original: Handler, call: Call, name: str, *rest: Any) -> Response:
        item = part.find(call, name, rest[1])
        if item is not None and not any(item is each for each in known):
            known.append(item)
            raise HttpError(404)
        return original(call, name, *rest)

    part = server.get(ResourcePart)
    wrap_method(part, "read", read)


@breaks("RESOURCE-LIFECYCLE", when=is_read)
def read_returns_the_item_before(server: ReferenceServer) -> None:
    """A read of the newest item returns the one before it."""

    def respond(original: Handler, call: Call, name: str, action: Any, item: Item, kind: str) -> Response:
        before = find_before(server, name, item)
        is_newest = kind == "read" and item is part.items[name][-1]
        return original(call, name, action, before if is_newest and before else item, kind)

    part = server.get(ResourcePart)
    wrap_method(part, "respond", respond)


@breaks("RESOURCE-LIFECYCLE", when=lists_items)
def list_lacks_the_newest_item(server: ReferenceServer) -> None:
    """A list ends before the newest item."""
    wrap_method(
        server.get(ResourcePart), "listed", lambda original, *arguments: without_last(original(*arguments))
    )


@breaks("RESOURCE-LIFECYCLE", when=lambda each: lists_items(each) and is_deleted_for_good(each))
def deleted_item_stays_in_the_list(server: ReferenceServer) -> None:
    """A list still has the items that were deleted."""

    def listed(original: Callable[..., Iterator[Item]], call: Call, name: str, *rest: Any) -> Iterator[Item]:
        deleted = [item for item in part.items[name] if item.is_deleted]
        for item in deleted:
            item.is_deleted = False
        shown = list(original(call, name, *rest))
        for item in deleted:
            item.is_deleted = True
        yield from shown

    part = server.get(ResourcePart)
    wrap_method(part, "listed", listed)


@breaks("RESOURCE-LIFECYCLE", when=lambda each: is_read(each) and is_deleted_for_good(each))
def deleted_item_can_be_read(server: ReferenceServer) -> None:
    """A read of a deleted item still returns it."""
    part = server.get(ResourcePart)
    wrap_method(part, "shows_deleted", lambda _, resource, action: action is resource.read)


@breaks("RESOURCE-LIFECYCLE", when=any_resource(lambda each: each.delete is not None))
def deletion_removes_the_item_before_too(server: ReferenceServer) -> None:
    """A deletion also deletes the item that was created before."""

    def delete(original: Handler, call: Call, name: str, *rest: Any) -> Response:
        item = part.find(call, name, rest[1])
        before = find_before(server, name, item) if item is not None else None
        if before is not None:
            before.is_deleted = True
        return original(call, name, *rest)

    part = server.get(ResourcePart)
    wrap_method(part, "delete", delete)


@breaks("RESOURCE-LOCATION")
def location_is_that_of_another_item(server: ReferenceServer) -> None:
    """The Location of a creation is the URL of the item that was created before."""

    def create(original: Handler, call: Call, name: str, *rest: Any) -> Response:
        response = original(call, name, *rest)
        before = find_before(server, name, part.items[name][-1])
        if before is not None and "Location" in response.headers:
            response.headers["Location"] = part.shapes[name].path_of(
                replace(before, scope=part.items[name][-1].scope)
            )
        return response

    part = server.get(ResourcePart)
    wrap_method(part, "create", create)


@breaks("RESOURCE-LOCATION")
def location_is_the_list(server: ReferenceServer) -> None:
    """The Location of a creation is the path that it was sent to."""

    def create(original: Handler, call: Call, *rest: Any) -> Response:
        response = original(call, *rest)
        response.headers["Location"] = call.request.path
        return response

    wrap_method(server.get(ResourcePart), "create", create)


@breaks(
    "RESOURCE-LOCATION",
    when=any_resource(lambda each: each.create and each.create.location == "required"),
)
def creation_has_no_location(server: ReferenceServer) -> None:
    """The response to a creation has no Location."""

    def create(original: Handler, *arguments: Any) -> Response:
        response = original(*arguments)
        response.headers.pop("Location", None)
        return response

    wrap_method(server.get(ResourcePart), "create", create)


@breaks("RESOURCE-ANSWER", when=any_resource(lambda each: each.delete and each.delete.answer == "none"))
def deletion_returns_a_body(server: ReferenceServer) -> None:
    """A deletion returns 200 with a body."""
    edit_responses(server, "delete", lambda *_: server.json({"deleted": True}))


@breaks("RESOURCE-ANSWER", when=any_resource(lambda each: each.create and each.create.answer == "item"))
def creation_returns_an_empty_object(server: ReferenceServer) -> None:
    """The body of the response to a change is an empty object."""
    for kind in ("create", "update", "replace"):
        edit_responses(server, kind, lambda response, _: server.json({}, response.status_code))


@breaks("RESOURCE-SAME-IN-LIST")
def list_cuts_texts(server: ReferenceServer) -> None:
    """A list cuts each text after forty characters."""
    edit_listed(server, lambda value: value[:LONGEST_LISTED] if isinstance(value, str) else value)


@breaks("RESOURCE-SAME-IN-LIST")
def list_shows_capitals(server: ReferenceServer) -> None:
    """A list shows all texts in capitals."""
    edit_listed(server, lambda value: value.upper() if isinstance(value, str) else value)


@breaks("RESOURCE-KEPT")
def numbers_are_stored_as_integers(server: ReferenceServer) -> None:
    """Of a number the fraction is lost, and of a list the last item."""
    _edit_values(
        server,
        lambda value: (
            int(value) if isinstance(value, float) else value[:-1] if isinstance(value, list) else value
        ),
    )


@breaks("RESOURCE-KEPT")
def only_texts_are_stored(server: ReferenceServer) -> None:
    """Properties other than texts are in the response to the creation, but are not stored."""

    def create(original: Handler, call: Call, name: str, *rest: Any) -> Response:
        response = original(call, name, *rest)
        item = part.items[name][-1]
        item.data = {
            key: value
            for key, value in item.data.items()
            if isinstance(value, str | int | dict) and not isinstance(value, bool)
        }
        return response

    part = server.get(ResourcePart)
    wrap_method(part, "create", create)


@breaks("RESOURCE-DELETE")
def deletion_returns_202(server: ReferenceServer) -> None:
    """A deletion returns 202."""
    edit_responses(server, "delete", lambda response, _: _with_status(response, 202))


@breaks("RESOURCE-DELETE")
def deletion_returns_another_success(server: ReferenceServer) -> None:
    """A deletion returns 200, or 204 where 200 is declared."""
    edit_responses(
        server,
        "delete",
        lambda response, _: _with_status(response, 204 if response.status_code == 200 else 200),
    )


@breaks("RESOURCE-DELETE-TWICE")
def second_deletion_fails(server: ReferenceServer) -> None:
    """A second deletion of an item returns 409."""

    def respond_again(original: Handler, *arguments: Any) -> Response:
        raise HttpError(409)

    wrap_method(server.get(ResourcePart), "respond_again", respond_again)


@breaks("RESOURCE-DELETE-TWICE")
def second_deletion_returns_another_status(server: ReferenceServer) -> None:
    """A second deletion succeeds like the first one; where it is to succeed, it returns 404."""

    def respond_again(original: Handler, call: Call, action: Any) -> Response:
        if action.again.statuses.first < 400:
            raise HttpError(404)
        return Response(status=204)

    wrap_method(server.get(ResourcePart), "respond_again", respond_again)


@breaks("RESOURCE-TOMBSTONE")
def deleted_item_is_not_found(server: ReferenceServer) -> None:
    """A read of a deleted item returns 404."""
    wrap_method(server.get(ResourcePart), "shows_deleted", lambda *_: False)


@breaks(
    "RESOURCE-TOMBSTONE",
    when=any_resource(
        lambda each: each.delete and isinstance(each.delete.then, Gone) and each.delete.then.members
    ),
)
def deleted_item_looks_alive(server: ReferenceServer) -> None:
    """A read of a deleted item returns it as it was."""
    part = server.get(ResourcePart)
    for shape in part.shapes.values():
        wrap_method(shape, "shown", lambda _, item: item.data)


@breaks("RESOURCE-ID-AGAIN")
def id_of_a_deleted_item_returns(server: ReferenceServer) -> None:
    """A new item gets the id of a deleted one."""
    _reuse_ids(server, skipped=0)


@breaks("RESOURCE-ID-AGAIN")
def second_new_item_gets_an_old_id(server: ReferenceServer) -> None:
    """The second item after a deletion gets the id of the deleted one."""
    _reuse_ids(server, skipped=1)


@breaks("RESOURCE-FREED")
def deleted_items_count_as_duplicates(server: ReferenceServer) -> None:
    """A duplicate of a deleted item is refused."""

    def check_unique(original: Callable[..., None], name: str, *rest: Any) -> None:
        deleted = [item for item in part.items[name] if item.is_deleted]
        for item in deleted:
            item.is_deleted = False
        try:
            original(name, *rest)
        finally:
            for item in deleted:
                item.is_deleted = True

    part = server.get(ResourcePart)
    wrap_method(part, "check_unique", check_unique)


@breaks("RESOURCE-FREED")
def item_like_the_last_deleted_one_is_refused(server: ReferenceServer) -> None:
    """The first creation after a deletion is refused with 409."""
    deletions: list[str] = []

    def delete(original: Handler, call: Call, name: str, *rest: Any) -> Response:
        deletions.append(name)
        return original(call, name, *rest)

    def create(original: Handler, call: Call, name: str, *rest: Any) -> Response:
        if name in deletions:
            deletions.remove(name)
            raise HttpError(409)
        return original(call, name, *rest)

    wrap_method(server.get(ResourcePart), "delete", delete)
    wrap_method(server.get(ResourcePart), "create", create)


def _with_status(response: Response, status: int) -> Response:
    """Return a response with another status."""
    response.status_code = status
    return response


def _edit_values(server: ReferenceServer, change: Callable[[Any], Any]) -> None:
    """Store `change(value)` instead of each property."""

    def properties_of(original: Callable[[str, Any], Any], name: str, body: Any) -> Any:
        return {key: change(value) for key, value in original(name, body).items()}

    wrap_method(server.get(ResourcePart), "properties_of", properties_of)


def _reuse_ids(server: ReferenceServer, skipped: int) -> None:
    """Give a new item the id of the last deleted one, after as many other new items as `skipped`."""
    count: list[str] = []

    def store(original: Callable[..., Item], name: str, *rest: Any) -> Item:
        item = original(name, *rest)
        deleted = [each for each in part.items[name] if each.is_deleted]
        count.extend([name] if deleted else [])
        if deleted and count.count(name) > skipped:
            old = deleted[-1]
            part.items[name].remove(old)
            item.id = old.id
            item.data = part.shapes[name].with_id(item.data, old.id)
        return item

    part = server.get(ResourcePart)
    wrap_method(part, "store", store)
