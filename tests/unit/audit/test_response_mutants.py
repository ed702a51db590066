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


def answered(
    body: Any, status: int = 200, media_type: str = "application/json"
) -> tuple[Exchange, Operation]:
    document = yaml.safe_load(DOCUMENT)
    contract = Contract(Path("shop"), document, ClaimFile(claims=(), problems=(), title="Shop"))
    headers = Headers([("Content-Type", media_type), ("X-Count", "2")])
    response = Response(status, "OK", headers, json.dumps(body).encode())
    operation = contract.find("GET", "/songs")
    assert operation is not None
    return Exchange(Request("GET", "https://shop.test/songs"), response), operation


def made(body: Any, status: int = 200, media_type: str = "application/json") -> Iterator[Mutant]:
    yield from make_mutants(*answered(body, status, media_type))


def test_each_part_that_the_document_describes_is_changed_in_each_way() -> None:
    found = {(mutant.place, mutant.kind) for mutant in made(BODY) if mutant.place.startswith("/")}

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


def test_a_change_is_of_the_last_item_that_has_the_part() -> None:
    bodies = {(mutant.place, mutant.kind): mutant.exchange.response.json() for mutant in made(BODY)}

    assert bodies["/songs/*/id", "retyped"]["songs"][1]["id"] == "odd"
    assert bodies["/songs/*/single", "dropped"]["songs"] == [{"id": 1, "kind": "song"}, BODY["songs"][1]]
    assert BODY["songs"][0]["single"] is True


def test_the_status_the_content_type_and_the_fields_that_are_there_are_changed() -> None:
    found = [(mutant.place, mutant.kind) for mutant in made(BODY) if not mutant.place.startswith("/")]

    assert found == [
        ("status", "changed to 299"), ("status", "changed to 404"), ("status", "changed to 500"),
        ("Content-Type", "changed to text/plain"), ("Content-Type", "changed to application/octet-stream"),
        ("Content-Type", "dropped"), ("X-Count", "dropped"), ("X-Count", "emptied"),
    ]  # fmt: skip


def test_what_is_not_described_has_no_mutant() -> None:
    assert list(made(BODY, 404)) == []


def test_a_sample_is_the_richest_right_answer_without_items_that_tell_nothing_new() -> None:
    plain, tagged = {"id": 1}, {"id": 2, "kind": "song", "tags": ["a", "b"]}
    seen = [answered({"songs": [plain]}), answered({"songs": [plain, tagged, plain, plain]})]

    found = [sample.exchange.response.json() for sample in select_samples(seen, lambda *_: ())]

    assert found == [{"songs": [tagged, plain]}]


def test_a_sample_keeps_the_items_without_which_it_would_be_wrong() -> None:
    body = {"songs": [{"id": number} for number in range(3)]}

    def three(exchange: Exchange, _: Operation) -> list[Finding]:
        found = len(exchange.response.json()["songs"])
        return [Finding("SHOP-1", found == 3, "three", str(found))]

    assert [sample.exchange.response.json() for sample in select_samples([answered(body)], three)] == [body]
