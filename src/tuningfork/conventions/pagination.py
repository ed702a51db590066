"""`pagination` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group, Keys
from tuningfork.conventions.grammar import (
    ClampedAnswers,
    DefaultAnswers,
    FirstPageAnswers,
    PlaceValue,
    Pointer,
    RefusalValue,
    Text,
)


class Size(Keys):
    """`size`: how many items a page has."""

    parameter: Text | None = Field(None, description="the parameter with the size of a page")
    in_: Literal["query", "header"] = Field("query", description="where the parameter is")
    default: int | None = Field(None, gt=0, description="the size without the parameter")
    maximum: int | None = Field(None, gt=0, description="the greatest size")
    above: ClampedAnswers | None = Field(None, description="the response to a size above the maximum")
    zero: DefaultAnswers | None = Field(None, description="the response to the size 0")
    negative: DefaultAnswers | None = Field(None, description="the response to a negative size")
    malformed: DefaultAnswers | None = Field(None, description="the response to a size that is no number")
    exact: bool | None = Field(None, description="whether a page is full while there is more")


class Total(Keys):
    """`total`: the number of all items."""

    at: PlaceValue = Field(description="where the total is")
    exact: bool = Field(True, description="whether the total is exact")


class Order(Keys):
    """`order`: what a list is sorted by."""

    by: Pointer = Field(description="the member of an item")
    direction: Literal["ascending", "descending"] = Field("ascending", description="the direction")


class Expiry(Keys):
    """`expires`: how long a cursor works."""

    after: int = Field(gt=0, description="the seconds after which a cursor is refused")
    refusal: RefusalValue = Field(description="the refusal")


class Link(Keys):
    """`next` in a Link header (RFC 8288)."""

    link: Text = Field("next", description="the relation type of the link")


class Pagination(Group):
    """How lists are divided into pages."""

    type: Literal["page", "offset", "after", "cursor", "url", "link", "none"] = Field(
        "none",
        description="page numbers, offsets, the last item, a cursor, a URL in the body, a Link header; "
        "none: the whole list at once",
    )
    parameter: Text | None = Field(None, description="the parameter that chooses the page")
    in_: Literal["query", "header", "body"] = Field("query", description="where the parameter is")
    from_: int | None = Field(None, alias="from", description="the first page (1) or offset (0)")
    next: Pointer | Link | None = Field(
        None,
        union_mode="left_to_right",
        description="where a page has the cursor or URL of the next; with `after`, where an item has its key",
    )
    items: Pointer = Field("/*", description="where a page has its items")
    key: Pointer = Field("/id", description="where an item has its key")
    size: Size = Field(default_factory=Size, description="how many items a page has")
    end: list[Any] = Field(
        [],
        description="the signals of the last page: absent, null, empty-text, empty-page, short-page, total, "
        "or {POINTER: VALUE}",
    )
    total: Total | None = Field(None, description="the number of all items")
    order: list[Order] = Field([], description="what the list is sorted by")
    while_changing: list[Literal["insert", "delete"]] = Field(
        [], description="the changes during which a walk loses no item"
    )
    reach: int | None = Field(None, gt=0, description="the number of items that can be reached")
    beyond: RefusalValue | None = Field(None, description="the refusal of a page beyond the reach")
    bad: FirstPageAnswers | None = Field(None, description="the response to a cursor that is not valid")
    expires: Expiry | None = Field(None, description="how long a cursor works")
    filters: Literal["kept", "in-the-cursor", "repeat"] | None = Field(
        None, description="who keeps the filters on the next page: the link, the cursor, or the client"
    )
    fill: Text | None = Field(
        None, description="the resource that fills a list, or given:NAME of a long list"
    )
    also: list[Text] = Field([], description="further types that work too")


def claims(declared: Pagination) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of pagination brings."""
    return iter(())


CONVENTION = Convention("pagination", "Pagination", Pagination, claims)
