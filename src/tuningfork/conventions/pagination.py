"""`pagination` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group, Keys
from tuningfork.conventions.grammar.locations import LocationValue, Pointer
from tuningfork.conventions.grammar.responses import (
    ClampedResponses,
    DefaultResponses,
    FirstPageResponses,
    RefusalValue,
)
from tuningfork.conventions.grammar.scalars import Text
from tuningfork.conventions.list_operations import is_paged_list

NEXT_SIGNALS = ("absent", "null", "empty-text")
"""The signals in `end` that are about `next`; the last page has one of those that are declared."""
CHANGES = {"insert": "is added", "delete": "is deleted"}


class Size(Keys):
    """`size`: how many items a page has."""

    parameter: Text | None = Field(None, description="the parameter with the size of a page")
    in_: Literal["query", "header", "body"] = Field("query", description="where the parameter is")
    default: int | None = Field(None, gt=0, description="the size without the parameter")
    maximum: int | None = Field(
        None, gt=0, description="the greatest size; a lower bound of the server is found with `exact` only"
    )
    above: ClampedResponses | None = Field(None, description="the response to a size above the maximum")
    zero: DefaultResponses | None = Field(None, description="the response to the size 0")
    negative: DefaultResponses | None = Field(None, description="the response to a negative size")
    malformed: DefaultResponses | None = Field(
        None, description="the response to a size that is not a number"
    )
    exact: bool | None = Field(
        None, description="whether a page is full while there is more; `false` allows shorter default pages"
    )


class Total(Keys):
    """`total`: the number of all items."""

    at: LocationValue = Field(description="where the total is")
    exact: bool = Field(True, description="whether the total is exact; `false` is not judged")


class Order(Keys):
    """`order`: what a list is sorted by."""

    by: Pointer = Field(description="the property of an item")
    direction: Literal["ascending", "descending"] = Field("ascending", description="the direction")


class Expiry(Keys):
    """`expires`: how long a cursor works."""

    after: int = Field(
        gt=0, description="the seconds after which a cursor is refused; judged with a margin of 10 seconds"
    )
    refusal: RefusalValue = Field(description="the refusal")


class Link(Keys):
    """`next` in a Link header (RFC 8288)."""

    link: Text = Field("next", description="the relation type of the link")


class NextHeader(Keys):
    """`next` in a header of the API's own."""

    header: Text = Field(description="the name of the header with the cursor or URL")


class Pagination(Group):
    """How lists are divided into pages."""

    type: Literal["page", "offset", "after", "cursor", "url", "link", "none"] = Field(
        "none",
        description="page numbers, offsets, the last item, a cursor, a URL in the body, a Link header; "
        "none: the whole list at once",
    )
    parameter: Text | None = Field(
        None, description="the parameter that chooses the page; with `url` and `link`, that has the cursor"
    )
    in_: Literal["query", "header", "body"] = Field("query", description="where the parameter is")
    from_: int | None = Field(
        None, alias="from", description="the number of the first page (1) or offset (0)"
    )
    next: Pointer | NextHeader | Link | None = Field(
        None,
        union_mode="left_to_right",
        description="where a page has the cursor or URL of the next, or {header: NAME}; "
        "with `after`, where an item has its key",
    )
    items: Pointer = Field("/*", description="where a page has its items")
    key: Pointer = Field("/id", description="where an item has its key")
    size: Size = Field(default_factory=Size, description="how many items a page has")
    end: list[Any] = Field(
        [],
        description="the signals of the last page: absent, null, empty-text (one of those that are "
        "declared), and each of empty-page, short-page, total, {POINTER: VALUE}",
    )
    total: Total | None = Field(None, description="the number of all items")
    order: list[Order] = Field([], description="what the list is sorted by")
    while_changing: list[Literal["insert", "delete"]] = Field(
        [],
        description="the changes during which a walk returns each other item exactly once: "
        "it loses none and repeats none",
    )
    reach: int | None = Field(None, gt=0, description="the number of items that can be reached")
    beyond: RefusalValue | None = Field(None, description="the refusal of a page beyond the reach")
    bad: FirstPageResponses | None = Field(
        None, description="the response to a cursor, or a number of a page, that is not valid"
    )
    expires: Expiry | None = Field(None, description="how long a cursor works")
    filters: Literal["kept", "in-the-cursor", "repeat"] | None = Field(
        None,
        description="who keeps the filters on the next page: the link, the cursor, or the client; "
        "`repeat` does not say that a request without them is refused",
    )
    fill: Text | None = Field(
        None,
        description="the resource that fills a list, or given:NAME of a long list; not judged",
    )
    also: list[Text] = Field([], description="further types that work too; not judged")

    @property
    def is_paged(self) -> bool:
        """Whether a list has pages; a list without `type` is not said to be whole."""
        return self.type != "none"

    @property
    def first(self) -> int:
        """The number of the first page, or the first offset."""
        return self.from_ if self.from_ is not None else int(self.type == "page")

    @property
    def next_signals(self) -> list[str]:
        """The declared signals about `next`."""
        return [signal for signal in map(signal_name, self.end) if signal in NEXT_SIGNALS]

    @property
    def end_values(self) -> dict[str, Any]:
        """The values in the body that say that a page is the last one, by their pointers."""
        return {
            pointer: value for each in self.end if isinstance(each, dict) for pointer, value in each.items()
        }


def signal_name(signal: Any) -> Any:
    """Return a signal of `end`; an unquoted null is the signal of that name."""
    return "null" if signal is None else signal


def claims(declared: Pagination) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of pagination brings."""
    if "type" not in declared.model_fields_set:
        return
    if not declared.is_paged:
        yield GenericClaim("PAGE-WHOLE", "A list is returned as a whole.")
        return
    yield GenericClaim("PAGE-WALK", "A walk from page to page returns each item exactly once.")
    yield from _size_claims(declared.size)
    yield from _walk_claims(declared)
    yield from _cursor_claims(declared)


def _size_claims(size: Size) -> Iterator[GenericClaim]:
    """Yield the claims about the size of a page."""
    if size.parameter is not None:
        yield GenericClaim("PAGE-SIZE", f"A page has at most as many items as {size.parameter} says.")
    if size.default is not None:
        yield GenericClaim("PAGE-DEFAULT", f"Without a size a page has {size.default} items.")
    if size.maximum is not None and size.parameter is not None:
        above = f"; a greater size is {size.above}" if size.above else ""
        yield GenericClaim("PAGE-MAXIMUM", f"The greatest size of a page is {size.maximum}{above}.")
    if size.exact:
        yield GenericClaim("PAGE-EXACT", "A page is full while there are more items.")
    for name, text in (("zero", "0"), ("negative", "below 0"), ("malformed", "that is not a number")):
        answers = getattr(size, name)
        if answers is not None and size.parameter is not None:
            yield GenericClaim(f"PAGE-{name.upper()}", f"The response to a size {text} is {answers}.")


def _walk_claims(declared: Pagination) -> Iterator[GenericClaim]:
    """Yield the claims about the pages of a walk."""
    if declared.from_ is not None and declared.type in ("page", "offset"):
        number = f"{declared.parameter or declared.type}={declared.from_}"
        yield GenericClaim("PAGE-FIRST", f"A list without a page or an offset begins as with {number}.")
    if declared.end:
        signals = ", ".join(str(signal_name(signal)) for signal in declared.end)
        yield GenericClaim("PAGE-END", f"The last page, and no earlier page, has its signals: {signals}.")
    if declared.type in ("url", "link"):
        source = "RFC 8288 3" if declared.type == "link" else "conventions.yaml"
        yield GenericClaim("PAGE-NEXT", "The URL of the next page works as it is, on the same host.", source)
    if declared.filters is not None:
        kept = {"kept": "the link keeps", "in-the-cursor": "the cursor keeps", "repeat": "a client repeats"}
        yield GenericClaim(
            "PAGE-FILTERS", f"The next page obeys the filters, which {kept[declared.filters]}."
        )
    if declared.order:
        keys = ", ".join(f"{key.by} {key.direction}" for key in declared.order)
        yield GenericClaim("PAGE-ORDER", f"A list is sorted by {keys}.")
    for change in declared.while_changing:
        promise = f"A walk during which an item {CHANGES[change]} returns each other item exactly once."
        yield GenericClaim(f"PAGE-{change.upper()}", promise, needs=("write",))
    if declared.total is not None:
        number = "the number of all items" if declared.total.exact else "a number"
        yield GenericClaim("PAGE-TOTAL", f"The total at {declared.total.at} is {number}.")


def _cursor_claims(declared: Pagination) -> Iterator[GenericClaim]:
    """Yield the claims about the pages that can be reached, and those that cannot."""
    if declared.bad is not None:
        yield GenericClaim(
            "PAGE-BAD-CURSOR", f"The response to a cursor or a page that cannot be is {declared.bad}."
        )
    if declared.reach is not None:
        yield GenericClaim("PAGE-REACH", f"The first {declared.reach} items of a list can be reached.")
    if declared.reach is not None and declared.beyond is not None:
        yield GenericClaim("PAGE-BEYOND", f"A page beyond them is refused with {declared.beyond}.")
    if declared.expires is not None:
        promise = f"A cursor works for {declared.expires.after} seconds; then it is refused with "
        yield GenericClaim("PAGE-EXPIRED", f"{promise}{declared.expires.refusal}.", needs=("control:clock",))


CONVENTION = Convention("pagination", "Pagination", Pagination, claims, applies=is_paged_list)
