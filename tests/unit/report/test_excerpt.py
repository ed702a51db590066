from __future__ import annotations

import json
from typing import Any

import pytest

from tuningfork.model import Headers, Response
from tuningfork.report.excerpt import excerpt

BODY = {"next": None, "items": [{"id": 1, "tags": []}, {"kind": "track", "id": 2, "user": {}, "a/b": "é"}]}


def response_of(body: Any) -> Response:
    return Response(200, "OK", Headers([("Content-Type", "text/html")]), json.dumps(body).encode())


@pytest.mark.parametrize(
    ("pointer", "text"),
    [
        ("/items/1/a~1b", '{…, "id": 2, …, "a/b": "é"}'),
        ("/items/0/id", '{"id": 1, …}'),
        ("/next", '{"next": null, …}'),
        ("/items/0", '{"id": 1, "tags": []}'),
        ("/items/1/missing", '{…, "id": 2, …} without "missing"'),
        ("/missing", '{…} without "missing"'),
        ("/items/7", "[2 objects: id 1, 2]"),
        ("/items", '{…, "items": [2 objects: id 1, 2]}'),
        ("/items/7/id", ""),
        ("/next/id", "null"),
        ("content-type", "content-type: text/html"),
        ("Location", ""),
        ("status", ""),
        ("", ""),
    ],
)
def test_excerpt_is_the_property_with_the_identifier_of_its_object(pointer: str, text: str) -> None:
    assert excerpt(response_of(BODY), pointer) == text


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"7"])
def test_body_that_has_no_such_value_has_no_excerpt(body: bytes) -> None:
    assert excerpt(Response(200, body=body), "/items/0/id") == ""
