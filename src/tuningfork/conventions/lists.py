"""`lists` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group, Keys
from tuningfork.conventions.grammar import Pointer, StatusSet, Text


class Filter(Keys):
    """One filter of a list."""

    member: Pointer = Field(description="the member of an item that the filter compares")
    match: Literal["equals", "any-of", "contains", "prefix", "word", "from", "to"] = Field(
        "equals", description="how the filter compares"
    )
    case: Literal["sensitive", "insensitive", "free"] = Field("sensitive", description="whether case matters")


class Search(Keys):
    """`search`: a search in texts."""

    parameter: Text = Field(description="the parameter with the text")
    in_: list[Pointer] = Field(description="the members that are searched")
    match: Literal["word", "contains", "prefix"] = Field("word", description="what is found")


class SortKey(Keys):
    """One key of a sort order."""

    by: Pointer = Field(description="the member of an item")
    direction: Literal["ascending", "descending"] = Field("ascending", description="the direction")


class Sort(Keys):
    """`sort`: the orders that a client can choose."""

    parameter: Text = Field(description="the parameter with the order")
    values: dict[Text, list[SortKey]] = Field(description="the orders by the value of the parameter")


class Lists(Group):
    """How lists are filtered, searched and sorted."""

    filters: dict[Text, Filter] = Field({}, description="the filters by their parameter")
    combine: Literal["and"] | None = Field(None, description="whether several filters all apply")
    search: Search | None = Field(None, description="a search in texts")
    sort: Sort | None = Field(None, description="the orders that a client can choose")
    indexed: Literal["immediate", "eventual"] = Field(
        "immediate", description="whether a list shows a change at once or within the target's `settle`"
    )
    empty: StatusSet | None = Field(None, description="the status of a list without items")


def claims(declared: Lists) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of lists brings."""
    return iter(())


CONVENTION = Convention("lists", "Lists", Lists, claims)
