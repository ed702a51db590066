"""Items whose name the client chooses, and pages whose next one is named in a header."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.conventions.harness import DeclaredApi

from tuningfork.client.creation import Creation, last_segment
from tuningfork.model import Headers, Response

FILE: dict[str, Any] = {
    "create": {
        "request": "PUT /files/{id}",
        "body": {"text": "{text}"},
        "status": 201,
        "location": "required",
    },
    "read": {"request": "GET /files/{id}", "status": 200},
    "replace": {"request": "PUT /files/{id}", "status": 200},
    "text": {"/text": "/text"},
    "delete": {"request": "DELETE /files/{id}", "status": 204, "then": 404, "again": 404},
}
BLOB: dict[str, Any] = {
    **{name: value for name, value in FILE.items() if name != "replace"},
    "create": {**FILE["create"], "id": {"header": "Digest"}},
}
THINGS: dict[str, Any] = {
    "pagination": {
        "type": "url",
        "next": {"header": "Next-Page"},
        "parameter": "cursor",
        "items": "/items",
        "key": "/id",
        "size": {"parameter": "limit"},
        "end": ["absent"],
        "fill": "thing",
    },
    "resources": {
        "thing": {
            "list": "GET /things",
            "create": {"request": "POST /things", "body": {"name": "{text}"}, "status": 201, "id": "/id"},
        }
    },
}
MANIFEST = Creation("PUT /v2/{name}/manifests/{id}", item_path="/v2/{name}/manifests/{id}", has_name=True)


@pytest.mark.parametrize("resource", [FILE, BLOB], ids=["the name is the id", "a header has the id"])
def test_items_with_chosen_names_are_judged(resource: dict[str, Any], tmp_path: Path) -> None:
    verdicts = DeclaredApi(tmp_path).judge({"resources": {"file": resource}}, ["RESOURCE-*"])

    assert not verdicts.complaints() | verdicts.unjudged(), verdicts.output


def test_server_that_forgets_chosen_names_is_found(tmp_path: Path) -> None:
    served = {"resources": {"file": {**FILE, "create": {**FILE["create"], "id": "/id"}}}}

    verdicts = DeclaredApi(tmp_path).judge({"resources": {"file": FILE}}, ["RESOURCE-LIFECYCLE"], served)

    assert verdicts.by_claim["RESOURCE-LIFECYCLE"] == "failed"


def test_next_page_in_a_header_is_followed(tmp_path: Path) -> None:
    verdicts = DeclaredApi(tmp_path).judge(THINGS, ["PAGE-WALK", "PAGE-END", "PAGE-NEXT"])

    assert set(verdicts.by_claim.values()) == {"passed"}, verdicts.output


def test_next_page_in_another_header_is_missed(tmp_path: Path) -> None:
    served = {**THINGS, "pagination": {**THINGS["pagination"], "next": {"header": "Following"}}}

    verdicts = DeclaredApi(tmp_path).judge(THINGS, ["PAGE-WALK"], served)

    assert verdicts.by_claim["PAGE-WALK"] == "failed"


@pytest.mark.parametrize(
    ("text", "found"), [("sha256:ab", "sha256:ab"), ("/files/a%20b?x=/y", "a b"), ("https://a.b/c/7/", "7")]
)
def test_id_in_a_header_is_a_text_or_the_end_of_a_url(text: str, found: str) -> None:
    assert last_segment(text) == found


def test_item_is_found_by_the_name_in_the_path_of_its_creation() -> None:
    response = Response(201, "Created", Headers(()), b"")
    path = "/v2/probe/manifests/tuning-fork-1234abcd"

    item = MANIFEST.find_item(response, path)

    assert item is not None
    assert MANIFEST.item_path_for(item, path) == path
