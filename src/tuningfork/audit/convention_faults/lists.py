"""Faults and variants of `lists`: filters, searches and orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tuningfork.audit.convention_patch import Condition, breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.lists import Filter, Lists
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference import places
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.lists import ListPart
from tuningfork.mock.reference.pagination import PaginationPart
from tuningfork.mock.reference.server import ReferenceServer

Select = Callable[[Call, Any, Mapping[str, str]], list[Any]]
Conditions = list[tuple[str, str]]
EditConditions = Callable[[Lists, Conditions], Conditions]


def some_lists(is_chosen: Callable[[Lists], bool]) -> Condition:
    """Return the condition that some group of `lists` is chosen."""

    def condition(declaration: Declaration) -> bool:
        return any(is_chosen(group) for group in declaration.groups.get("lists", ()))

    return condition


def some_filter(is_chosen: Callable[[Filter], bool]) -> Condition:
    """Return the condition that some filter is chosen."""
    return some_lists(lambda group: any(map(is_chosen, group.filters.values())))


def edit_conditions(server: ReferenceServer, edit: EditConditions) -> None:
    """Replace the filters and the search of each request by what `edit` makes of them."""

    def conditions(original: Callable[..., Conditions], declared: Lists | None, query: Any) -> Conditions:
        found = original(declared, query)
        return found if declared is None else edit(declared, found)

    wrap_method(server.get(ListPart), "conditions", conditions)


def edit_selection(server: ReferenceServer, name: str, edit: Callable[[list[Any]], list[Any]]) -> None:
    """Replace the items that a filter ("filters") or a search ("search") selects."""

    def select(original: Select, call: Call, items: Any, query: Mapping[str, str]) -> list[Any]:
        declared = server.declaration.of("lists", call.operation)
        found = original(call, items, query)
        filters = set(declared.filters) if declared is not None else set()
        search = {declared.search.parameter} if declared is not None and declared.search else set()
        return edit(found) if (filters if name == "filters" else search) & set(query) else found

    wrap_method(server.get(ListPart), "select", select)


@breaks("LIST-FILTER")
def last_filter_is_ignored(server: ReferenceServer) -> None:
    """The filter that is declared last is ignored."""
    edit_conditions(
        server, lambda declared, found: [each for each in found if each[0] not in list(declared.filters)[-1:]]
    )


@breaks("LIST-FILTER")
def filters_leave_out_a_matching_item(server: ReferenceServer) -> None:
    """The last item that matches a filter is left out."""
    edit_selection(server, "filters", lambda items: items[:-1])


@breaks("LIST-FILTER", when=some_filter(lambda each: each.match == "equals"))
def equal_means_contains(server: ReferenceServer) -> None:
    """A filter for an equal text also returns items whose text begins with it."""

    def matches_filter(original: Callable[..., bool], declared: Filter, item: Any, value: str) -> bool:
        text = places.read(item, declared.member)
        is_longer = declared.match == "equals" and isinstance(text, str) and text.startswith(value)
        return is_longer or original(declared, item, value)

    wrap_method(server.get(ListPart), "matches_filter", matches_filter)


@breaks("LIST-FILTER", when=some_filter(lambda each: each.match == "any-of"))
def any_of_means_equals(server: ReferenceServer) -> None:
    """A filter for any of several values compares the whole value."""

    def matches_filter(original: Callable[..., bool], declared: Filter, item: Any, value: str) -> bool:
        match = "equals" if declared.match == "any-of" else declared.match
        return original(declared.model_copy(update={"match": match}), item, value)

    wrap_method(server.get(ListPart), "matches_filter", matches_filter)


@breaks("LIST-FILTER", when=some_filter(lambda each: each.case != "free"))
def filters_take_the_other_case(server: ReferenceServer) -> None:
    """A filter ignores the case of letters where it matters, and the reverse."""

    def matches_filter(original: Callable[..., bool], declared: Filter, item: Any, value: str) -> bool:
        other = {"sensitive": "insensitive", "insensitive": "sensitive"}.get(declared.case, declared.case)
        return original(declared.model_copy(update={"case": other}), item, value)

    wrap_method(server.get(ListPart), "matches_filter", matches_filter)


@breaks("LIST-COMBINE")
def only_the_first_of_several_filters_applies(server: ReferenceServer) -> None:
    """Of several filters only the first one applies."""
    edit_conditions(server, lambda _, found: found[:1])


@breaks("LIST-COMBINE")
def only_the_last_of_several_filters_applies(server: ReferenceServer) -> None:
    """Of several filters only the last one applies."""
    edit_conditions(server, lambda _, found: found[-1:])


@breaks("LIST-SEARCH")
def searches_are_ignored(server: ReferenceServer) -> None:
    """A search returns all items."""
    edit_conditions(server, lambda declared, found: [each for each in found if each[0] in declared.filters])


@breaks("LIST-SEARCH")
def searches_leave_out_the_last_item(server: ReferenceServer) -> None:
    """The last item that a search finds is left out."""
    edit_selection(server, "search", lambda items: items[:-1])


@breaks("LIST-SORT")
def orders_are_ignored(server: ReferenceServer) -> None:
    """A list has the same order for every requested order."""
    wrap_method(server.get(ListPart), "sort_keys", lambda *_: [])


@breaks("LIST-SORT")
def two_sorted_items_are_swapped(server: ReferenceServer) -> None:
    """Two items in the middle of a sorted list are in the wrong order."""

    def sort(original: Select, call: Call, items: Any, query: Mapping[str, str]) -> list[Any]:
        declared = server.declaration.of("lists", call.operation)
        ordered = original(call, items, query)
        is_sorted = declared is not None and declared.sort is not None and declared.sort.parameter in query
        middle = len(ordered) // 2
        swapped = [*ordered[: middle - 1], *ordered[middle - 1 : middle + 1][::-1], *ordered[middle + 1 :]]
        return swapped if is_sorted and middle else ordered

    wrap_method(server.get(ListPart), "sort", sort)


@breaks("LIST-EMPTY")
def empty_lists_are_server_errors(server: ReferenceServer) -> None:
    """The status of a list without items is 500."""

    def empty_status(original: Callable[[Call], int], call: Call) -> int:
        raise HttpError(500)

    wrap_method(server.get(PaginationPart), "empty_status", empty_status)


@breaks("LIST-EMPTY", when=some_lists(lambda group: group.empty is not None and 404 not in group.empty))
def empty_lists_are_not_found(server: ReferenceServer) -> None:
    """The status of a list without items is 404."""
    wrap_method(server.get(PaginationPart), "empty_status", lambda *_: 404)


@keeps("LIST-FILTER", when=some_filter(lambda each: each.case == "free"))
def filters_ignore_case(server: ReferenceServer) -> None:
    """A filter whose case is free ignores the case of letters."""

    def matches_filter(original: Callable[..., bool], declared: Filter, item: Any, value: str) -> bool:
        case = "insensitive" if declared.case == "free" else declared.case
        return original(declared.model_copy(update={"case": case}), item, value)

    wrap_method(server.get(ListPart), "matches_filter", matches_filter)


@keeps("LIST-EMPTY", when=some_lists(lambda group: group.empty is not None and len(group.empty.patterns) > 1))
def empty_lists_have_another_declared_status(server: ReferenceServer) -> None:
    """A list without items has the last declared status."""

    def empty_status(original: Callable[[Call], int], call: Call) -> int:
        lists = server.declaration.of("lists", call.operation)
        return int(lists.empty.patterns[-1].replace("XX", "00")) if lists and lists.empty else original(call)

    wrap_method(server.get(PaginationPart), "empty_status", empty_status)
