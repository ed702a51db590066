"""A run reports the documented parameters, media types and properties that no exchange had."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tuningfork.contract.claims import ClaimFile
from tuningfork.contract.documented_parts import DocumentedParts
from tuningfork.contract.openapi import Contract
from tuningfork.model import Exchange, Headers, Request, Response
from tuningfork.pytest_plugin.operation_coverage import OperationCoverage

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

DOCUMENT = """
openapi: 3.1.0
info: {title: Books, version: '1'}
paths:
  /books/{id}:
    post:
      summary: Changes a book.
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: limit, in: query, schema: {type: integer}}
        - {name: filter, in: query, style: deepObject, schema: {type: object}}
        - {name: X-Trace, in: header, schema: {type: string}}
        - {name: session, in: cookie, schema: {type: string}}
      requestBody:
        content:
          application/json:
            schema:
              properties:
                book: {properties: {title: {}, authors: {items: {properties: {name: {}}}}}}
          multipart/form-data:
            schema: {properties: {cover: {}, title: {}}}
          application/x-www-form-urlencoded:
            schema: {properties: {note: {}}}
      responses:
        '200':
          description: A book, or a list of books.
          content:
            application/json:
              schema:
                oneOf:
                  - {$ref: '#/components/schemas/Book'}
                  - {items: {$ref: '#/components/schemas/Book'}}
            image/*: {}
        4XX:
          description: Refused.
          content: {application/problem+json: {schema: {properties: {detail: {}}}}}
        default: {description: Any., content: {text/plain: {}}}
components:
  schemas:
    Book:
      allOf:
        - required: [title]
          properties: {title: {}, hidden: false}
        - properties: {author: {$ref: '#/components/schemas/Author'}}
    Author:
      properties: {name: {}, books: {items: {$ref: '#/components/schemas/Book'}}}
"""
JSON = "application/json"


@pytest.fixture
def contract() -> Contract:
    return Contract(Path("specs/books"), yaml.safe_load(DOCUMENT), ClaimFile((), ()))


class Observed:
    """The coverage of the only operation of a contract."""

    def __init__(self, contract: Contract) -> None:
        [self._operation] = contract.operations
        self._coverage = OperationCoverage()
        self._documented = DocumentedParts(self._operation)

    def add(
        self,
        query: str = "",
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        status: int = 204,
        answer: bytes = b"",
        media_type: str = JSON,
    ) -> None:
        request = Request("POST", f"https://x.test/books/7?{query}", Headers((headers or {}).items()), body)
        response = Response(status, "", Headers([("Content-Type", media_type)]), answer)
        self._coverage.add(Exchange(request, response), self._operation)

    def unseen(self, kind: str) -> list[str]:
        unseen: list[str] = getattr(self._documented, f"unseen_{kind}")(
            self._coverage.observed[self._operation.key]
        )
        return unseen


@pytest.fixture
def observed(contract: Contract) -> Observed:
    return Observed(contract)


def test_operation_without_a_request_lists_all_its_parameters(
    observed: Observed,
) -> None:
    assert observed.unseen("parameters") == [
        "path id", "query limit", "query filter", "header X-Trace", "cookie session", "form cover",
        "form title", "form note", "body book",
    ]  # fmt: skip
    assert observed.unseen("media_types") == [
        "request application/json", "request multipart/form-data",
        "request application/x-www-form-urlencoded",
    ]  # fmt: skip
    assert observed.unseen("properties") == []


@pytest.mark.parametrize(
    ("exchange", "name"),
    [
        ({}, "path id"),
        ({"query": "limit=3"}, "query limit"),
        ({"query": "filter[year]=1999"}, "query filter"),
        ({"headers": {"x-trace": "1"}}, "header X-Trace"),
        ({"headers": {"Cookie": "a=b; session=1"}}, "cookie session"),
        (
            {
                "headers": {"Content-Type": "application/x-www-form-urlencoded"},
                "body": b"a=b&note=x",
            },
            "form note",
        ),
        (
            {
                "headers": {"Content-Type": "multipart/form-data; boundary=Z"},
                "body": b'--Z\r\nContent-Disposition: form-data; name="cover"; filename=a\r\n\r\nx\r\n--Z--',
            },
            "form cover",
        ),
        ({"headers": {"Content-Type": JSON}, "body": b'{"book": {}}'}, "body book"),
    ],
)
def test_parameter_of_a_request_is_observed(observed: Observed, exchange: dict[str, Any], name: str) -> None:
    before = observed.unseen("parameters")

    observed.add(**exchange)

    assert {name, "path id"} == set(before) - set(observed.unseen("parameters"))


@pytest.mark.parametrize("body", [b'{"book": {"title": 1, "authors": []}}', b'{"book": 1}', b"not JSON"])
def test_query_parameter_with_a_longer_name_is_another_one(observed: Observed, body: bytes) -> None:
    observed.add("limits=3&a=limit", {"Content-Type": "text/plain"}, body)

    assert {"query limit", "body book", "form note"} <= set(observed.unseen("parameters"))


def test_properties_below_an_observed_one_are_listed(observed: Observed) -> None:
    observed.add(headers={"Content-Type": JSON}, body=b'{"book": {"authors": []}}')

    assert [name for name in observed.unseen("parameters") if name.startswith("body")] == [
        "body book.title", "body book.authors[]",
    ]  # fmt: skip


def test_unseen_media_types_are_those_of_the_request_and_of_observed_statuses(observed: Observed) -> None:
    observed.add(status=200, answer=b"\x89PNG", media_type="image/png")
    observed.add(status=404, answer=b"{}", media_type="application/problem+json; charset=utf-8")
    observed.add(status=302)

    assert [name for name in observed.unseen("media_types") if "request" not in name] == [
        "200 application/json", "default text/plain",
    ]  # fmt: skip


def test_properties_of_all_branches_and_of_a_recursive_schema_are_listed_once(observed: Observed) -> None:
    observed.add(status=200, answer=b"{}")
    assert observed.unseen("properties") == ["200 *"]

    observed.add(status=200, answer=b'{"title": null, "author": {"books": [{"title": 1}]}}')
    assert observed.unseen("properties") == ["200 author.name", "200 []"]

    observed.add(status=200, answer=b'[{"title": 1}, {"author": {}}, 3, null]')
    assert observed.unseen("properties") == [
        "200 author.name", "200 [].author.*",
    ]  # fmt: skip


@pytest.mark.parametrize("index", [0, 5, 98, 99])
def test_each_item_of_a_long_list_is_read(observed: Observed, index: int) -> None:
    items: list[dict[str, str]] = [{"author": ""} for _ in range(100)]
    items[index]["title"] = ""

    observed.add(status=200, answer=json.dumps(items).encode())

    assert "200 [].title" not in observed.unseen("properties")


def test_body_that_is_not_json_has_no_properties(observed: Observed) -> None:
    observed.add(status=422, answer=b'{"detail": 1', media_type="application/problem+json")
    observed.add(status=422, answer=b'{"detail": 1}', media_type="text/plain")

    assert observed.unseen("properties") == ["4XX detail"]


SUITE = """
@claim("SC-TRACK-01")
def test_list(api):
    api.get("/tracks", limit=1).expect_ok()

@claim("SC-TRACK-02")
def test_page(api):
    api.get("/tracks", q="a").expect_ok()
"""
PARAMETERS = """
      parameters:
        - {name: limit, in: query, schema: {}}
        - {name: q, in: query, schema: {}}
        - {name: offset, in: query, schema: {}}
      operationId: listTracks"""


@pytest.mark.parametrize("workers", ["0", "2"])
def test_run_reports_what_no_worker_observed(checkout: Checkout, workers: str) -> None:
    checkout.suite(SUITE)
    text = checkout.document.read_text(encoding="utf-8")
    checkout.document.write_text(
        text.replace("\n      operationId: listTracks", PARAMETERS), encoding="utf-8"
    )

    assert checkout.run("-n", workers).ret == 0

    operations = {each["operation"]: each for each in checkout.results()["operations"]}
    assert (operations["GET /tracks"]["statuses"], operations["GET /tracks"]["unseen_parameters"]) == (
        {"200": 2}, ["query offset"],
    )  # fmt: skip
    assert operations["GET /tracks"]["documented"] == ["200", "401"]
    assert (operations["DELETE /tracks/{track_id}"]["statuses"], operations["GET /me"]["p50_ms"]) == ({}, 0)
