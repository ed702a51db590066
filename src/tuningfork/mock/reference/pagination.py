"""Pages of the reference server: each list is divided as `pagination` declares."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response

from tuningfork.conventions.grammar.responses import AllowedResponses, Refusal
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.conventions.pagination import Pagination
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference import places
from tuningfork.mock.reference.call import Call, DocumentOperation
from tuningfork.mock.reference.cursors import Cursors, Walk
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.list_operations import ListOperations
from tuningfork.mock.reference.list_seeds import list_sample, seed_items
from tuningfork.mock.reference.lists import ListPart
from tuningfork.mock.reference.page_bodies import PageBodies
from tuningfork.mock.reference.page_requests import SizeRefused, page_size, read_parameter
from tuningfork.mock.reference.part import Part, ServerOfParts

NAMES = {"page": "page", "offset": "offset", "after": "after"}
"""The parameters that choose a page where none is declared."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list.

    Args:
        items: its items.
        total: the number of all items that match the request.
        next: the cursor, the number or the key by which the next page is found; None on the last page.
    """

    items: Sequence[Any]
    total: int
    next: Any = None


class PaginationPart(Part):
    """Divides lists into pages, and has the items of lists that belong to no resource."""

    key = "pagination"
    order = 60

    def __init__(self, server: ServerOfParts) -> None:
        super().__init__(server)
        self.bodies = PageBodies(server)

    def reset(self) -> None:
        """Restore the initial lists, and forget all cursors."""
        self.cursors = Cursors()
        self.lists = ListOperations(self.server.document, self.server.declaration)
        self.seeds: dict[str, list[Any]] = {}

    def settings(self, base_url: str) -> dict[str, Any]:
        """Return the ids of the test data: a path parameter and a long list have their own name as id."""
        declaration = self.server.declaration
        texts = [group.fill for group in declaration.groups.get(self.key, ())]
        texts += [parameter.example for parameter in declaration.requests.parameters.values()]
        names = [text.removeprefix("given:") for text in texts if str(text).startswith("given:")]
        return {"given": {name: name for name in names}} if names else {}

    def of(self, call: Call) -> Pagination | None:
        """Return the group for a request: one whose condition it meets, else that of its operation."""
        declaration, operation = self.server.declaration, call.operation
        for group in declaration.with_condition(self.key, operation) if operation is not None else ():
            if all(call.request.args.get(name) == value for name, value in group.when.items()):
                return group if isinstance(group, Pagination) else None
        found = declaration.of(self.key, operation)
        return found if isinstance(found, Pagination) else None

    def handle(self, call: Call) -> Response | None:
        """Return a page of a list that belongs to no resource."""
        declared, operation = self.of(call), call.operation
        if declared is None or operation is None or not self.lists.is_list(operation):
            return None
        return self.page(call, self.items_of(declared, operation))

    def items_of(self, declared: Pagination, operation: DocumentOperation) -> list[Any]:
        """Return the items of a list that belongs to no resource."""
        if operation.key not in self.seeds:
            sample = list_sample(self.bodies.sample(operation), declared.items)
            lists = self.server.declaration.of("lists", operation)
            self.seeds[operation.key] = seed_items(declared, lists, sample)
        return self.seeds[operation.key]

    def page(self, call: Call, items: Sequence[Any]) -> Response:
        """Return the requested page of a list."""
        declared = self.of(call)
        assert declared is not None
        try:
            page = self.choose(call, declared, self.ordered(declared, items))
        except SizeRefused as refused:
            raise self.refuse(refused.refusal) from None
        response = self.bodies.response(call, declared, page.items, page.total, page.next)
        if not page.total:
            response.status_code = self.empty_status(call)
        return response

    def empty_status(self, call: Call) -> int:
        """Return the status of a list without items."""
        lists = self.server.declaration.of("lists", call.operation)
        return lists.empty.first if lists is not None and lists.empty is not None else 200

    def ordered(self, declared: Pagination, items: Sequence[Any]) -> list[Any]:
        """Return the items in the declared order; those with equal values in the order of their creation."""
        ordered = list(items)
        for key in reversed(declared.order):
            is_falling = key.direction == "descending"
            ordered.sort(key=lambda item: self.order_value(item, key.by), reverse=is_falling)
        return ordered

    def order_value(self, item: Any, pointer: str) -> Any:
        """Return what an item is sorted by."""
        value = places.read(item, pointer)
        return (value is not None, "" if value is None else value)

    def choose(self, call: Call, declared: Pagination, items: list[Any]) -> Page:
        """Return the requested page."""
        if not declared.is_paged:
            selected = self.selected(call, items, self.query(call))
            return Page(selected, len(selected))
        size = self.size(call, declared)
        if declared.type in ("page", "offset"):
            return self.numbered(call, declared, self.selected(call, items, self.query(call)), size)
        if declared.type == "after":
            return self.after_item(call, declared, self.selected(call, items, self.query(call)), size)
        return self.walked(call, declared, items, size)

    def query(self, call: Call) -> Mapping[str, str]:
        """Return the parameters of a request."""
        return dict(call.request.args.items())

    def selected(self, call: Call, items: Sequence[Any], query: Mapping[str, str]) -> list[Any]:
        """Return the items that match a query, in the requested order."""
        lists = self.server.get(ListPart)
        return lists.sort(call, lists.select(call, items, query), query)

    def size(self, call: Call, declared: Pagination) -> int:
        """Return the number of items that a page has; a cursor that has the filters has the size, too."""
        text = read_parameter(call, declared.size.parameter, declared.size.in_)
        cursor = self.cursor_of(call, declared) if declared.filters == "in-the-cursor" else None
        walk = self.cursors.find(cursor, call.request.path) if cursor is not None else None
        if text is None and walk is not None:
            text = walk.query.get(declared.size.parameter or "")
        return page_size(declared, text)

    def numbered(self, call: Call, declared: Pagination, items: list[Any], size: int) -> Page:
        """Return a page by its number, or by the number of its first item."""
        text = self.cursor_of(call, declared)
        number = declared.first if text is None else int(text) if re.fullmatch(r"\d{1,9}", text) else -1
        if number < declared.first:
            self.refuse_bad(declared.bad)
            number = declared.first
        start = (number - declared.first) * (size if declared.type == "page" else 1)
        if declared.reach is not None and start >= declared.reach and declared.beyond is not None:
            raise self.refuse(declared.beyond)
        end = self.end_of(declared, start, size)
        following = number + (1 if declared.type == "page" else size)
        has_more = end < min(len(items), declared.reach or len(items))
        return Page(items[start:end], len(items), following if has_more and size else None)

    def end_of(self, declared: Pagination, start: int, size: int) -> int:
        """Return the position behind a page."""
        return min(start + size, declared.reach or start + size)

    def after_item(self, call: Call, declared: Pagination, items: list[Any], size: int) -> Page:
        """Return the page behind an item."""
        pointer = declared.next if isinstance(declared.next, str) else declared.key
        keys = [str(places.read(item, pointer)) for item in items]
        key = self.cursor_of(call, declared)
        if key is not None and key not in keys:
            self.refuse_bad(declared.bad)
        start = keys.index(key) + 1 if key in keys else 0
        end = start + size
        return Page(items[start:end], len(items), keys[end - 1] if size and end < len(items) else None)

    def walked(self, call: Call, declared: Pagination, items: list[Any], size: int) -> Page:
        """Return the page of a cursor."""
        walk = self.walk_of(call, declared, items)
        query = walk.query if self.remembers(declared) else self.query(call)
        selected = {self.key_of(declared, item): item for item in self.selected(call, items, query)}
        found = [
            position for position in range(walk.position, len(walk.keys)) if walk.keys[position] in selected
        ]
        page = [selected[walk.keys[position]] for position in found[:size]]
        return Page(page, len(selected), self.next_cursor(declared, walk, found, size))

    def next_cursor(self, declared: Pagination, walk: Walk, found: Sequence[int], size: int) -> str | None:
        """Return the cursor of the page behind the first `size` positions; None behind the last page."""
        end = found[size - 1] + 1 if 0 < size < len(found) else None
        if end is None or (declared.reach is not None and end >= declared.reach):
            return None
        return self.cursors.add(Walk(walk.path, walk.keys, end, walk.query, self.server.clock.now()))

    def walk_of(self, call: Call, declared: Pagination, items: list[Any]) -> Walk:
        """Return the walk that a request continues, or a new one."""
        query, path = self.query(call), call.request.path
        cursor = self.cursor_of(call, declared)
        walk = self.cursors.find(cursor, path) if cursor else None
        if cursor and walk is None:
            self.refuse_bad(declared.bad)
        if walk is None:
            ordered = self.server.get(ListPart).sort(call, items, query)
            keys = [self.key_of(declared, item) for item in ordered]
            return Walk(path, keys, 0, query, self.server.clock.now())
        if declared.expires is not None and self.has_expired(declared, walk):
            raise self.refuse(declared.expires.refusal)
        if declared.filters == "in-the-cursor" and self.conditions(call):
            raise self.refuse(Refusal(Statuses(("400",))))
        return walk

    def cursor_of(self, call: Call, declared: Pagination) -> str | None:
        """Return the parameter by which a request chooses a page; None in a request of the first page."""
        return read_parameter(call, declared.parameter or NAMES.get(declared.type, "cursor"), declared.in_)

    def remembers(self, declared: Pagination) -> bool:
        """Return whether a cursor has the filters of the first request."""
        return declared.filters == "in-the-cursor" or (
            declared.filters == "kept" and declared.type == "cursor"
        )

    def conditions(self, call: Call) -> set[str]:
        """Return the filters in the query of a request."""
        lists = self.server.declaration.of("lists", call.operation)
        return set(self.query(call)) & set(lists.parameters if lists is not None else ())

    def has_expired(self, declared: Pagination, walk: Walk) -> bool:
        """Return whether a cursor is too old."""
        assert declared.expires is not None
        return self.server.clock.now() - walk.issued_at > declared.expires.after

    def key_of(self, declared: Pagination, item: Any) -> Any:
        """Return the key of an item."""
        return places.read(item, declared.key)

    def refuse_bad(self, answers: AllowedResponses | None) -> None:
        """Raise HttpError for a cursor that is not valid, unless the first page is the response to it."""
        if answers is None or not answers.words:
            raise self.refuse((answers and answers.refusal) or Refusal(Statuses(("400",))))

    def refuse(self, refusal: Refusal) -> HttpError:
        """Return the exception that refuses a request as declared."""
        return self.server.get(ErrorPart).refuse(refusal)
