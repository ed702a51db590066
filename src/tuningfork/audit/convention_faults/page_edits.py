"""Changes of the pages of the reference server, with which faults and variants are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tuningfork.audit.convention_patch import Condition
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.pagination import Pagination
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.page_requests import read_parameter
from tuningfork.mock.reference.pagination import Page, PaginationPart
from tuningfork.mock.reference.server import ReferenceServer

Choose = Callable[[Call, Pagination, list[Any]], Page]
EditPage = Callable[[Call, Pagination, Page], Page]
NUMBERED = ("page", "offset")
CURSORS = ("cursor", "url", "link")
MAX_CREATED = 250
"""The items by which a test makes a list longer than its declared bounds."""


def edit_pages(server: ReferenceServer, edit: EditPage) -> None:
    """Replace each page of a list by what `edit` makes of it."""

    def choose(original: Choose, call: Call, declared: Pagination, items: list[Any]) -> Page:
        return edit(call, declared, original(call, declared, items))

    wrap_method(server.get(PaginationPart), "choose", choose)


def is_first(server: ReferenceServer, call: Call, declared: Pagination) -> bool:
    """Return whether a request is one of the first page."""
    return server.get(PaginationPart).cursor_of(call, declared) is None


def sent_size(call: Call, declared: Pagination) -> str | None:
    """Return the requested size; None without one."""
    return read_parameter(call, declared.size.parameter, declared.size.in_)


def can_exceed_maximum(group: Pagination) -> bool:
    """Return whether a test finds a page above the maximum: it is refused, or a list can be that long."""
    size = group.size
    is_refused = size.above is not None and not size.above.words
    return size.maximum is not None and (is_refused or size.maximum <= MAX_CREATED)


def some_group(is_chosen: Callable[[Pagination], object]) -> Condition:
    """Return the condition that some group of `pagination` is chosen."""

    def condition(declaration: Declaration) -> bool:
        return any(bool(is_chosen(group)) for group in declaration.groups.get("pagination", ()))

    return condition


def has_type(*types: str) -> Condition:
    """Return the condition that lists are paged in one of these ways."""
    return some_group(lambda group: group.type in types)
