"""`resources` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Keys
from tuningfork.conventions.grammar import (
    FormValue,
    OperationValue,
    PlaceValue,
    Pointer,
    RefusalValue,
    StatusSet,
    Text,
)


class HeaderName(Keys):
    """A header in place of a JSON pointer."""

    header: Text = Field(description="the name of the header")


class Action(Keys):
    """One action on a resource: the request, and the response to it."""

    request: OperationValue = Field(description="the operation; {id} is the id of the item")
    body: Any = Field(
        None, description="the body, or a list of bodies of which the first accepted one counts"
    )
    status: StatusSet | None = Field(None, description="the statuses of success")
    id: PlaceValue | None = Field(None, description="where the response has the id, or {header: Location}")
    media_type: Text | None = Field(None, description="the media type of the body")
    location: Literal["required", "allowed"] | None = Field(None, description="the header Location")
    answer: Literal["item", "none", "any"] | None = Field(None, description="the body of the response")


class Update(Action):
    """`update` and `replace`."""

    needs: PlaceValue | None = Field(
        None, description="what the request must repeat: {header: If-Match} or {body: POINTER}"
    )


class Gone(Keys):
    """`delete.then` of an API that keeps deleted items."""

    status: StatusSet = Field(description="the statuses of a read")
    code: Any = Field(None, description="the error codes of a read")
    members: dict[Pointer, FormValue] = Field({}, description="members of the item that show the deletion")


class Delete(Action):
    """`delete`."""

    then: Gone | RefusalValue | None = Field(
        None, union_mode="left_to_right", description="a read after the deletion"
    )
    again: RefusalValue | None = Field(None, description="the response to a second deletion")
    async_: bool = Field(False, description="whether the item may remain for the target's `settle`")
    ids: Literal["never-again", "may-return"] = Field(
        "may-return", description="whether a later item may have the id"
    )


class Read(Action):
    """`read`."""

    indexed: Literal["immediate", "eventual"] = Field(
        "immediate", description="whether a read shows a change at once or within the target's `settle`"
    )


class Resource(Keys):
    """The life of an item: created, read, listed, changed, deleted."""

    list_: OperationValue | None = Field(None, description="the list that has the items")
    parent: Text | None = Field(None, description="the resource that the items belong to")
    create: Action | None = Field(None, description="creates an item")
    read: Read | None = Field(None, description="returns an item")
    update: Update | None = Field(None, description="changes members of an item")
    replace: Update | None = Field(None, description="replaces an item")
    delete: Delete | None = Field(None, description="deletes an item")
    text: dict[str, Any] = Field(
        {},
        description="members that keep any text: {SENT: READ}, with `blank`, `trim` (free) and `maximum`",
    )
    unique: list[Pointer] = Field([], description="members that no two items share")
    duplicate: RefusalValue | None = Field(
        None, description="the refusal of a second item with these members"
    )
    owner: RefusalValue | None = Field(None, description="the refusal of a request by another user")
    same_in_list: bool | None = Field(None, description="whether a list shows an item as a read does")


def claims(declared: Resource) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of resources brings."""
    return iter(())


CONVENTION = Convention("resources", "Resources", Resource, claims, is_named=True)
