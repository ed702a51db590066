"""`lists` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group, Keys
from tuningfork.conventions.grammar.locations import Pointer
from tuningfork.conventions.grammar.scalars import Text
from tuningfork.conventions.grammar.statuses import StatusSet
from tuningfork.conventions.list_operations import is_filtered_list


class Filter(Keys):
    """One filter of a list."""

    member: Pointer = Field(description="the property of an item that the filter compares")
    match: Literal["equals", "any-of", "contains", "prefix", "word", "from", "to"] = Field(
        "equals", description="how the filter compares; any-of: values separated by commas"
    )
    case: Literal["sensitive", "insensitive", "free"] = Field(
        "free", description="whether case matters; free: not judged"
    )


class Search(Keys):
    """`search`: a search in texts."""

    parameter: Text = Field(description="the parameter with the text")
    in_: list[Pointer] = Field(description="the properties that are searched")
    match: Literal["word", "contains", "prefix"] = Field(
        "word", description="how a text is compared: a word of it, the beginning of a word, or any part"
    )


class SortKey(Keys):
    """One key of a sort order."""

    by: Pointer = Field(description="the property of an item")
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

    @property
    def parameters(self) -> list[str]:
        """The declared parameters."""
        others = [each.parameter for each in (self.search, self.sort) if each is not None]
        return [*self.filters, *others]


def claims(declared: Lists) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of lists brings."""
    if declared.filters:
        filters = ", ".join(f"{name} ({each.member} {each.match})" for name, each in declared.filters.items())
        yield GenericClaim(
            "LIST-FILTER", f"A list has the items that match a filter, and no other: {filters}."
        )
    if declared.combine is not None and len(declared.filters) > 1:
        yield GenericClaim(
            "LIST-COMBINE", "A list with several filters has the items that match all of them."
        )
    if declared.search is not None:
        members = ", ".join(declared.search.in_)
        promise = f"A search with {declared.search.parameter} finds a {declared.search.match} in {members}."
        yield GenericClaim("LIST-SEARCH", promise)
    if declared.sort is not None:
        values = ", ".join(declared.sort.values)
        yield GenericClaim("LIST-SORT", f"A list is sorted as {declared.sort.parameter} says: {values}.")
    if declared.empty is not None:
        yield GenericClaim("LIST-EMPTY", f"The status of a list without items is {declared.empty}.")


CONVENTION = Convention("lists", "Lists", Lists, claims, applies=is_filtered_list)
