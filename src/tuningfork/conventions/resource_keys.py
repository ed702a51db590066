"""The keys of `resources` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

from pydantic import Field, field_validator

from tuningfork.conventions.base import Keys
from tuningfork.conventions.grammar.forms import FormValue
from tuningfork.conventions.grammar.locations import LocationValue, Pointer, parse_pointer
from tuningfork.conventions.grammar.operation_patterns import OperationValue
from tuningfork.conventions.grammar.responses import RefusalValue
from tuningfork.conventions.grammar.scalars import JsonValue, Text, as_list
from tuningfork.conventions.grammar.statuses import StatusSet

TEXT_OPTIONS: Mapping[str, Sequence[str]] = {
    "blank": ("free", "kept", "refused"),
    "trim": ("free", "kept"),
    "refused": ("never",),
}


class HeaderName(Keys):
    """A header instead of a property."""

    header: Text = Field(description="the name of the header")


class BodyProperty(Keys):
    """A property of a body instead of a header."""

    body: Pointer = Field(description="the JSON pointer of the property")


class Action(Keys):
    """One action on a resource: the request, and the response to it."""

    request: OperationValue = Field(
        description="the operation; {id} is the id of the item: of a creation a name that the client chooses"
    )
    body: JsonValue = Field(
        None, description="the body, or a list of bodies of which the first accepted one counts"
    )
    status: StatusSet | None = Field(None, description="the statuses of success")
    id: LocationValue | None = Field(None, description="where the response has the id, or {header: Location}")
    media_type: Text | None = Field(None, description="the media type of the body")
    location: Literal["required", "allowed"] | None = Field(None, description="the header Location")
    answer: Literal["item", "none", "any"] | None = Field(None, description="the body of the response")

    @property
    def has_name(self) -> bool:
        """Whether the path of a creation has a name that the client chooses."""
        return "{id}" in self.request.path

    @property
    def has_chosen_id(self) -> bool:
        """Whether that name is the id of the item: `id` names no other one."""
        return self.has_name and self.id is None


class Update(Action):
    """`update` and `replace`."""

    needs: HeaderName | BodyProperty | None = Field(
        None,
        description="what the request repeats of a read: {header: If-Match} its ETag, {body: POINTER} the "
        "value at the same pointer",
    )


class Gone(Keys):
    """`delete.then` of an API that keeps deleted items."""

    status: StatusSet = Field(description="the statuses of a read")
    code: Any = Field(None, description="the error codes of a read")
    members: dict[Pointer, FormValue] = Field({}, description="properties of the read that show the deletion")


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
    frees: bool | None = Field(
        None, description="whether a new item may be a duplicate of a deleted one; false is not judged"
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
    update: Update | None = Field(None, description="changes properties of an item")
    replace: Update | None = Field(None, description="replaces an item")
    delete: Delete | None = Field(None, description="deletes an item")
    text: dict[str, Any] = Field(
        {},
        description="properties that keep any text: {SENT: READ}, with `blank` (`free`, `kept`, `refused`), "
        "`trim` (`free`, `kept`), `maximum` (characters) and `refused` (never); `free` is not judged",
    )
    keeps: dict[Pointer, Pointer] = Field(
        {}, description="other properties of the body that a read shows unchanged: {SENT: READ}"
    )
    unique: list[Pointer] = Field([], description="properties of the body that no two items share")
    duplicate: RefusalValue | None = Field(
        None,
        description="the refusal of a second item with these properties, or with the same body",
    )
    owner: RefusalValue | None = Field(None, description="the refusal of a change by another user")
    private: bool | None = Field(
        None, description="whether another user's read is refused as well, and no list of theirs has the item"
    )
    same_in_list: bool | None = Field(None, description="whether a list shows an item as a read does")

    @field_validator("text")
    @classmethod
    def _check_text(cls, text: dict[str, Any]) -> dict[str, Any]:
        """Return `text` unchanged; ValueError for a key or a value that it does not have."""
        for name, value in text.items():
            if name in TEXT_OPTIONS:
                _check_word(name, value)
            elif name == "maximum":
                _check_maximum(value)
            else:
                for pointer in (name, *((value or [None]) if isinstance(value, list) else [value])):
                    parse_pointer(pointer)
        return text

    @cached_property
    def texts(self) -> Mapping[str, Sequence[str]]:
        """The locations of a read in which a text may appear, by the location of the body that sends it."""
        options = {*TEXT_OPTIONS, "maximum"}
        return {sent: as_list(read) for sent, read in self.text.items() if sent not in options}

    def actions(self) -> Iterator[tuple[str, Action]]:
        """Yield the declared actions by their keys."""
        for name in ("create", "read", "update", "replace", "delete"):
            action = getattr(self, name)
            if action is not None:
                yield name, action


def _check_word(name: str, value: Any) -> None:
    """Raise ValueError unless a value is a word of `text.blank` or `text.trim`."""
    if value not in TEXT_OPTIONS[name]:
        raise ValueError(f"{name}: {value!r} is not allowed here; write {' or '.join(TEXT_OPTIONS[name])}")


def _check_maximum(value: Any) -> None:
    """Raise ValueError unless a value is a length."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"maximum: {value!r} is not a length; write the number of characters, such as 255")
