from __future__ import annotations

import json
from typing import Any

import pytest

from tuningfork.model import Exchange, Headers, Request, Response
from tuningfork.report.excerpt import excerpt
from tuningfork.report.test_result import Violation

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


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ('404 with {"error": "no such track"}', "GET https://api.test/tracks -> 404"),
        ("404", 'GET https://api.test/tracks -> 404: {"error": "no such track"}'),
    ],
)
def test_body_is_shown_once(found: str, shown: str) -> None:
    response = Response(404, body=b'{"error":\n"no such track"}')
    exchange = Exchange(Request("GET", "https://api.test/tracks"), response)

    violation = Violation.of("B-1", "200", found, exchange=exchange)

    assert dict(violation.rows())["exchange"] == shown


@pytest.mark.parametrize("count", [1, 2])
def test_objects_of_a_list_are_counted(count: int) -> None:
    response = Response(200, body=json.dumps({"data": [{"id": 3}] * count}).encode())

    assert f"[{'1 object' if count == 1 else '2 objects'}: id 3" in excerpt(response, "/data")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://api.test/tracks?limit=2", "GET /tracks: expected 200; found 404"),
        ("https://api.test", "GET /: expected 200; found 404"),
        ("http://[/tracks", "GET /tracks: expected 200; found 404"),
    ],
)
def test_sentence_names_the_request(url: str, sentence: str) -> None:
    exchange = Exchange(Request("GET", url), Response(404))

    assert Violation.of("B-1", "200", "404", exchange=exchange).sentence == sentence
