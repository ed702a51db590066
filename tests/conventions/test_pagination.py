"""Declared pages: the reference server keeps them, the tests judge them, and each declared value counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.conventions.harness import DeclaredApi

from tuningfork.audit.convention_faults.page_edits import edit_pages, is_first
from tuningfork.audit.convention_faults.page_walks import without_item
from tuningfork.conventions.pagination import Pagination
from tuningfork.mock.reference import ReferenceServer
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.pagination import Page
from tuningfork.mock.reference.resources import ResourcePart

EXAMPLES = Path(__file__).parent / "examples"
THING = {
    "list": "GET /things",
    "create": {"request": "POST /things", "body": {"name": "{text}"}, "status": 201, "id": "/id"},
    "read": {"request": "GET /things/{id}", "status": 200},
    "delete": {"request": "DELETE /things/{id}", "status": 204, "then": 404},
}
LISTS = {
    "filters": {"name": {"member": "/name", "case": "sensitive"}, "id": {"member": "/id"}},
    "combine": "and",
    "search": {"parameter": "q", "in": ["/name"]},
    "sort": {
        "parameter": "sort",
        "values": {"name": [{"by": "/name"}], "-name": [{"by": "/name", "direction": "descending"}]},
    },
    "empty": 200,
}
SIZE = {
    "parameter": "limit",
    "default": 10,
    "maximum": 20,
    "above": ["clamped"],
    "zero": ["default"],
    "negative": [400],
    "malformed": [400],
    "exact": True,
}
BY_ID = [{"by": "/id", "direction": "ascending"}]
PAGES: dict[str, dict[str, Any]] = {
    "page": {
        "type": "page",
        "parameter": "page",
        "end": ["empty-page"],
        "bad": [400],
        "reach": 100,
        "beyond": 400,
    },
    "page from 0": {
        "type": "page",
        "parameter": "p",
        "from": 0,
        "end": ["short-page"],
        "total": {"at": "/total"},
    },
    "offset": {"type": "offset", "parameter": "offset", "end": ["total"], "total": {"at": "/total"}},
    "offset from 1": {"type": "offset", "parameter": "start", "from": 1, "end": [{"/done": True}]},
    "after": {
        "type": "after",
        "parameter": "after",
        "next": "/id",
        "end": [{"/has_more": False}],
        "bad": ["first-page"],
        "while-changing": ["insert", "delete"],
    },
    "cursor": {
        "type": "cursor",
        "parameter": "cursor",
        "next": "/meta/next",
        "end": ["absent", "empty-text"],
        "bad": [410],
        "while-changing": ["insert", "delete"],
        "expires": {"after": 600, "refusal": 410},
        "filters": "in-the-cursor",
    },
    "cursor in a header": {
        "type": "cursor",
        "parameter": "X-Cursor",
        "in": "header",
        "next": "/next",
        "end": ["null"],
        "size": {**SIZE, "parameter": "X-Limit", "in": "header"},
        "filters": "repeat",
    },
    "url": {
        "type": "url",
        "next": "/next",
        "end": ["null"],
        "bad": ["first-page", "4XX"],
        "while-changing": ["insert"],
        "filters": "kept",
        "reach": 100,
    },
    "link": {
        "type": "link",
        "next": {"link": "next"},
        "end": ["absent"],
        "filters": "repeat",
        "total": {"at": {"header": "X-Total"}},
        "order": [{"by": "/id", "direction": "descending"}],
    },
    "cursor without a size": {
        "type": "cursor",
        "parameter": "cursor",
        "next": "/next",
        "end": ["absent"],
        "size": {},
        "while-changing": ["insert", "delete"],
    },
    "none": {"type": "none"},
}
NO_RESOURCE = {
    "pagination": {
        "operations": ["POST /things/query"],
        "type": "cursor",
        "parameter": "/cursor",
        "in": "body",
        "next": "/next",
        "items": "/things",
        "size": {**SIZE, "parameter": "/limit", "in": "body"},
        "end": ["null"],
        "total": {"at": "/total"},
        "order": BY_ID,
    },
    "requests": {"read-only": ["POST /things/query"]},
}


def declaration(pages: str) -> dict[str, Any]:
    """Return a declaration with one kind of pages."""
    paged = {"items": "/items", "key": "/id", "size": SIZE, "order": BY_ID, **PAGES[pages]}
    return {
        "pagination": {"type": "none", "items": "/items"} if pages == "none" else paged,
        "lists": LISTS,
        "resources": {"thing": THING},
    }


@pytest.fixture
def api(tmp_path: Path) -> DeclaredApi:
    return DeclaredApi(tmp_path)


@pytest.mark.parametrize("pages", PAGES)
def test_all_claims_of_a_declaration_are_verified(pages: str, api: DeclaredApi) -> None:
    verdicts = api.judge(declaration(pages), ["PAGE-*", "LIST-*"])

    assert set(verdicts.by_claim.values()) == {"passed"}, verdicts.reasons


def test_pages_of_a_list_that_belongs_to_no_resource_are_verified(api: DeclaredApi) -> None:
    verdicts = api.judge(NO_RESOURCE, ["PAGE-*"])

    assert set(verdicts.by_claim.values()) == {"passed"}, verdicts.reasons


@pytest.mark.parametrize("example", [path.stem for path in sorted(EXAMPLES.glob("*.yaml"))])
def test_no_claim_of_an_example_is_broken(example: str, api: DeclaredApi) -> None:
    declared = yaml.safe_load((EXAMPLES / f"{example}.yaml").read_text())

    verdicts = api.judge({**declared, "claims": {}}, ["PAGE-*"])

    assert verdicts.complaints() == set(), verdicts.reasons


CHANGES: list[tuple[str, dict[str, Any], str]] = [
    ("cursor", {"type": "page"}, "PAGE-WALK"),
    ("cursor", {"parameter": "position"}, "PAGE-WALK"),
    ("cursor", {"in": "header"}, "PAGE-WALK"),
    ("page", {"from": 0}, "PAGE-WALK"),
    ("page from 0", {"from": 1}, "PAGE-WALK"),
    ("page from 0", {"from": 1}, "PAGE-FIRST"),
    ("offset from 1", {"from": 0}, "PAGE-WALK"),
    ("cursor", {"next": "/next"}, "PAGE-WALK"),
    ("link", {"next": {"link": "prev"}}, "PAGE-WALK"),
    ("link", {"next": {"link": "prev"}}, "PAGE-NEXT"),
    ("cursor", {"items": "/data"}, "PAGE-WALK"),
    ("cursor", {"key": "/uuid"}, "PAGE-WALK"),
    ("cursor", {"size": {"parameter": "count"}}, "PAGE-SIZE"),
    ("cursor", {"size": {"in": "header"}}, "PAGE-SIZE"),
    ("cursor", {"size": {"default": 11}}, "PAGE-DEFAULT"),
    ("cursor", {"size": {"default": 9}}, "PAGE-DEFAULT"),
    ("cursor", {"size": {"maximum": 10}}, "PAGE-MAXIMUM"),
    ("cursor", {"size": {"maximum": 30}}, "PAGE-MAXIMUM"),
    ("cursor", {"size": {"above": [400]}}, "PAGE-MAXIMUM"),
    ("cursor", {"size": {"zero": ["empty"]}}, "PAGE-ZERO"),
    ("cursor", {"size": {"negative": [422]}}, "PAGE-NEGATIVE"),
    ("cursor", {"size": {"malformed": ["default"]}}, "PAGE-MALFORMED"),
    ("cursor", {"end": ["null"]}, "PAGE-END"),
    ("after", {"end": [{"/has_more": None}]}, "PAGE-END"),
    ("after", {"end": [{"/is_last": True}]}, "PAGE-END"),
    ("page", {"end": ["short-page", {"/last": True}]}, "PAGE-END"),
    ("offset", {"total": {"at": "/count"}}, "PAGE-TOTAL"),
    ("link", {"total": {"at": {"header": "X-Count"}}}, "PAGE-TOTAL"),
    ("cursor", {"order": [{"by": "/id", "direction": "descending"}]}, "PAGE-ORDER"),
    ("link", {"order": BY_ID}, "PAGE-ORDER"),
    ("page", {"reach": 50}, "PAGE-BEYOND"),
    ("page", {"reach": 200}, "PAGE-REACH"),
    ("url", {"reach": 150}, "PAGE-REACH"),
    ("page", {"beyond": 404}, "PAGE-BEYOND"),
    ("page", {"bad": [404]}, "PAGE-BAD-CURSOR"),
    ("cursor", {"bad": ["first-page"]}, "PAGE-BAD-CURSOR"),
    ("after", {"bad": [400]}, "PAGE-BAD-CURSOR"),
    ("cursor", {"expires": {"after": 3000}}, "PAGE-EXPIRED"),
    ("cursor", {"expires": {"after": 300}}, "PAGE-EXPIRED"),
    ("cursor", {"expires": {"refusal": 404}}, "PAGE-EXPIRED"),
    ("cursor", {"filters": "repeat"}, "PAGE-FILTERS"),
    ("link", {"filters": "kept"}, "PAGE-FILTERS"),
]


@pytest.mark.parametrize(("pages", "change", "claim"), CHANGES)
def test_changed_value_is_complained_of(
    pages: str, change: dict[str, Any], claim: str, api: DeclaredApi
) -> None:
    """The server keeps the unchanged declaration."""
    kept = declaration(pages)
    changed = {**kept, "pagination": merged(kept["pagination"], change)}

    verdicts = api.judge(changed, [claim], served=kept)

    assert verdicts.complaints() == {claim}, verdicts.reasons


def merged(value: Any, change: Any) -> Any:
    """Return a mapping with changed values, also in its inner mappings."""
    if not isinstance(value, Mapping) or not isinstance(change, Mapping):
        return change
    return {**value, **{name: merged(value.get(name), each) for name, each in change.items()}}


def lose_oldest_item(server: ReferenceServer) -> None:
    """Return the last page without its last item, if another page is before it."""

    def edit(call: Call, declared: Pagination, page: Page) -> Page:
        """Return a page as it is, or without its last item."""
        is_whole = page.next is not None or is_first(server, call, declared)
        return page if is_whole else without_item(page, len(page.items) - 1)

    edit_pages(server, edit)


def test_lost_item_is_found_behind_the_new_ones(api: DeclaredApi) -> None:
    """The newest items are first, so that those of the test are never on the last page."""
    verdicts = api.judge(declaration("link"), ["PAGE-WALK"], vary=lose_oldest_item)

    assert verdicts.by_claim == {"PAGE-WALK": "failed"}, verdicts.output


def count_deleted(server: ReferenceServer) -> None:
    """Count the deleted items of a list, too."""

    def edit(_: Call, __: Pagination, page: Page) -> Page:
        """Return a page with a greater total."""
        deleted = sum(item.is_deleted for item in server.get(ResourcePart).items["thing"])
        return replace(page, total=page.total + deleted)

    edit_pages(server, edit)


def test_total_counts_no_deleted_item(api: DeclaredApi) -> None:
    verdicts = api.judge(declaration("link"), ["PAGE-TOTAL"], vary=count_deleted)

    assert verdicts.by_claim == {"PAGE-TOTAL": "failed"}, verdicts.output
