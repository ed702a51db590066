from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tuningfork.audit.response_mutants import Mutant, make_mutants
from tuningfork.audit.sample_responses import select_samples
from tuningfork.contract.claims import ClaimFile
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.model import Exchange, Finding, Headers, Request, Response

DOCUMENT = """
openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /songs:
    get:
      responses:
        '200':
          description: Songs.
          headers:
            X-Count: {schema: {type: integer}}
            X-Other: {schema: {type: string}}
          content:
            application/json:
              schema:
                type: object
                properties:
                  songs: {type: array, items: {$ref: '#/components/schemas/Song'}}
components:
  schemas:
    Song:
      allOf:
        - properties: {id: {type: integer}, kind: {enum: [song]}}
        - oneOf:
            - properties: {album: {type: object, properties: {name: {type: string}}}}
              required: [album]
            - properties: {single: {type: boolean}}
              required: [single]
"""
BODY = {"songs": [{"id": 1, "kind": "song", "single": True}, {"id": 2, "album": {"name": "A"}, "extra": 1}]}


def recorded(
    body: Any, status: int = 200, media_type: str = "application/json"
) -> tuple[Exchange, Operation]:
    document = yaml.safe_load(DOCUMENT)
    contract = Contract(Path("shop"), document, ClaimFile(claims=(), errors=(), title="Shop"))
    headers = Headers([("Content-Type", media_type), ("X-Count", "2")])
    response = Response(status, "OK", headers, json.dumps(body).encode())
    operation = contract.find("GET", "/songs")
    assert operation is not None
    return Exchange(Request("GET", "https://shop.test/songs"), response), operation


def mutants_of(body: Any, status: int = 200, media_type: str = "application/json") -> Iterator[Mutant]:
    yield from make_mutants(*recorded(body, status, media_type))


def test_each_documented_part_is_changed_in_each_way() -> None:
    found = {(mutant.location, mutant.kind) for mutant in mutants_of(BODY) if mutant.location.startswith("/")}

    assert found == {
        ("/", "retyped"), ("/", "emptied"),
        ("/songs", "dropped"), ("/songs", "retyped"), ("/songs", "emptied"),
        ("/songs/*", "retyped"), ("/songs/*", "emptied"),
        ("/songs/*/id", "dropped"), ("/songs/*/id", "retyped"),
        ("/songs/*/kind", "dropped"), ("/songs/*/kind", "retyped"), ("/songs/*/kind", "emptied"),
        ("/songs/*/kind", "out of enum"),
        ("/songs/*/single", "dropped"), ("/songs/*/single", "retyped"),
        ("/songs/*/album", "dropped"), ("/songs/*/album", "retyped"), ("/songs/*/album", "emptied"),
        ("/songs/*/album/name", "dropped"), ("/songs/*/album/name", "retyped"),
        ("/songs/*/album/name", "emptied"),
    }  # fmt: skip


def test_last_item_with_a_part_is_changed() -> None:
    bodies = {(mutant.location, mutant.kind): mutant.exchange.response.json() for mutant in mutants_of(BODY)}

    assert bodies["/songs/*/id", "retyped"]["songs"][1]["id"] == "odd"
    assert bodies["/songs/*/single", "dropped"]["songs"] == [{"id": 1, "kind": "song"}, BODY["songs"][1]]
    assert BODY["songs"][0]["single"] is True


def test_status_content_type_and_present_headers_are_changed() -> None:
    found = [
        (mutant.location, mutant.kind) for mutant in mutants_of(BODY) if not mutant.location.startswith("/")
    ]

    assert found == [
        ("status", "changed to 299"), ("status", "changed to 404"), ("status", "changed to 500"),
        ("Content-Type", "changed to text/plain"), ("Content-Type", "changed to application/octet-stream"),
        ("Content-Type", "dropped"), ("X-Count", "dropped"), ("X-Count", "emptied"),
    ]  # fmt: skip


def test_undocumented_status_has_no_mutants() -> None:
    assert list(mutants_of(BODY, 404)) == []


def test_sample_is_largest_conforming_response_without_redundant_items() -> None:
    plain, tagged = {"id": 1}, {"id": 2, "kind": "song", "tags": ["a", "b"]}
    exchanges = [recorded({"songs": [plain]}), recorded({"songs": [plain, tagged, plain, plain]})]

    found = [sample.exchange.response.json() for sample in select_samples(exchanges, lambda *_: ())]

    assert found == [{"songs": [tagged, plain]}]


def test_sample_keeps_items_that_it_needs_to_conform() -> None:
    body = {"songs": [{"id": number} for number in range(3)]}

    def requires_three_items(exchange: Exchange, _: Operation) -> list[Finding]:
        count = len(exchange.response.json()["songs"])
        return [Finding("SHOP-1", count == 3, "three", str(count))]

    assert [
        sample.exchange.response.json() for sample in select_samples([recorded(body)], requires_three_items)
    ] == [body]
