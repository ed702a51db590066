from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tuningfork.contract.document import Node
from tuningfork.contract.errors import ContractError
from tuningfork.contract.formats import unix_seconds
from tuningfork.contract.openapi import Contract
from tuningfork.contract.schema import Schema, Validators
from tuningfork.json_text import read_json


def schema_of(contract: Contract, name: str) -> Schema:
    return Schema(contract.root.at(f"#/components/schemas/{name}"), contract.validators)


def made(schema: Any) -> Schema:
    return Schema(Node(schema, schema), Validators(schema))


def test_a_fault_names_its_place_what_was_expected_what_was_found_and_its_claims(contract: Contract) -> None:
    response = contract.find("GET", "/books/7").response(200)  # type: ignore[union-attr]
    schema = response.content("application/json")  # type: ignore[union-attr]
    assert schema is not None

    faults = schema.faults({"id": "7", "price": -1, "sequel": {"price": 1.5}})

    told = {(fault.place, fault.expected, fault.found, fault.claims) for fault in faults}
    assert told == {
        ("/id", "integer", '"7"', ("B-READ-01",)),
        ("/price", "0 or more", "-1", ("B-READ-02",)),
        ("/sequel", "a member id", "only price", ("B-READ-01",)),
        ("/sequel/price", "integer", "1.5", ("B-READ-02",)),
    }
    assert {fault.schema for fault in faults} == {
        "#/components/schemas/Book",
        "#/components/schemas/Book/properties/id",
        "#/components/schemas/Book/properties/price",
    }


def test_a_value_that_fits_holds_the_claims_on_what_it_has(contract: Contract) -> None:
    schema = schema_of(contract, "Books")

    assert schema.kept([{"id": 1}]) == frozenset()
    assert schema.kept([{"id": 1}, {"id": 2, "price": 3}]) == {"B-READ-02"}
    assert schema.kept([{"id": 1, "price": "3"}]) == frozenset()


def test_what_is_for_information_is_not_needed_to_keep_a_claim() -> None:
    schema = made(
        {
            "type": "object",
            "properties": {"price": {"type": "integer", "x-claims": ["PRICE"]}, "odd": {"x-claims": ["ODD"]}},
            "allOf": [{"x-claims": [], "required": ["extra"], "allOf": [{"x-claims": ["EXTRA"]}]}],
        }
    )

    assert schema.kept({"price": 1}) == {"PRICE"}
    assert schema.kept({"price": 1, "extra": 1}) == {"PRICE", "EXTRA"}
    assert schema.kept({"price": "much"}) == frozenset()
    assert schema.kept(7) == frozenset()


def test_alternative_for_information_still_decides() -> None:
    schema = made({"oneOf": [{"x-claims": [], "type": "string"}, {"type": "object", "x-claims": ["OBJECT"]}]})

    assert schema.kept({}) == {"OBJECT"}
    assert schema.kept("a") == frozenset()
    assert not schema.accepts(7)


def test_of_alternatives_the_one_that_fits_best_is_worded(contract: Contract) -> None:
    schema = schema_of(contract, "Books")

    magazine = schema.faults([{"kind": "magazine"}])
    book = schema.faults([{"kind": "book", "id": 1, "price": "much"}])

    assert [(fault.place, fault.expected) for fault in magazine] == [("/0", "a member issue")]
    assert [(fault.place, fault.expected) for fault in book] == [("/0/price", "integer")]


def test_a_member_with_brackets_has_a_schema_too(contract: Contract) -> None:
    node = contract.root.at("#/components/schemas/Book/properties/cover[url]")

    assert Schema(node, contract.validators).accepts("https://books.example/1.png")


def test_a_conditional_schema_tells_the_claims_inside_it() -> None:
    schema = made({"if": {"type": "object"}, "then": {"x-claims": ["C"], "required": ["a"]}})

    assert [fault.claims for fault in schema.faults({})] == [("C",)]


def test_an_empty_x_claims_shuts_out_those_around_it() -> None:
    schema = made({"x-claims": ["C"], "allOf": [{"required": ["a"]}, {"required": ["b"], "x-claims": []}]})

    assert {fault.expected: fault.claims for fault in schema.faults({})} == {
        "a member a": ("C",),
        "a member b": (),
    }


@pytest.mark.parametrize("value", [{"a": 1}, {"a": "\ud800"}])
def test_what_is_for_information_breaks_no_claim(value: dict[str, Any]) -> None:
    schema = made({"x-claims": ["C"], "allOf": [{"required": ["a"]}, {"required": ["b"], "x-claims": []}]})

    assert not schema.accepts(value)
    assert [fault.claims for fault in schema.faults(value)] == [()]


@pytest.mark.parametrize(
    ("schema", "value", "expected", "found"),
    [
        ({"enum": ["a", 1]}, "b", 'one of "a", 1', '"b"'),
        ({"const": None}, 1, "null", "1"),
        ({"type": ["string", "null"]}, 1, "string or null", "1"),
        ({"pattern": "^a"}, "b", "a text like ^a", '"b"'),
        ({"format": "uri"}, "b", "a text of the format uri", '"b"'),
        ({"required": ["a"]}, {}, "a member a", "an empty object"),
        ({"additionalProperties": False}, {"a": 1}, "no member beyond the documented ones", "also 'a'"),
        ({"unevaluatedProperties": False}, {"a": 1}, "no member beyond the documented ones", "also 'a'"),
        ({"maxItems": 1}, [1, 2], "1 or fewer items", "[1, 2]"),
        ({"oneOf": [{}, {}]}, 1, "only one of the documented alternatives", "1"),
        (False, 1, "no value", "1"),
        ({"properties": {"a": False}}, {"a": 1}, "no value", "1"),
        ({"multipleOf": 7}, 8, "a multiple of 7", "8"),
        ({"not": {"type": "integer"}}, 8, "what the schema's not says", "8"),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "a member b", "only a"),
        ({"maximum": 1}, Decimal("1e400"), "1 or less", "1E+400"),
        ({"pattern": "^a$"}, "a\n", "a text like ^a$", '"a\\n"'),
        ({"type": "integer"}, "x" * 200, "integer", '"' + "x" * 78 + "…"),
    ],
)
def test_failures_are_worded_for_a_reader(schema: Any, value: Any, expected: str, found: str) -> None:
    (fault,) = made(schema).faults(value)

    assert (fault.expected, fault.found) == (expected, found)


def test_a_broken_schema_is_a_contract_error() -> None:
    with pytest.raises(ContractError, match="not a valid JSON Schema"):
        made({"type": "integr"}).accepts(1)


@pytest.mark.parametrize(
    "text", ['"\\ud800"', "1e999", "-0.0", '{"a": "\\udfff"}', "9" * 400, "9" * 5000, "[" * 250 + "]" * 250]
)
def test_odd_values_are_judged_without_a_crash(text: str) -> None:
    schema = made({"type": "string", "minLength": 3})

    assert schema.faults(read_json(text))


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        (
            "date",
            ["2024-02-29", "0000-02-29", "2000-02-29", "9999-12-31"],
            [
                "2023-02-29",
                "1900-02-29",
                "2024-2-9",
                "20240229",
                "2024-W01-1",
                "2024-00-01",
                "2024-01-00",
                "2024-01-01\n",
                "\u0662024-01-01",
                "",
            ],
        ),
        (
            "time",
            ["12:00:00Z", "23:59:60z", "23:59:59.5+23:59", "00:29:60+00:30", "00:00:00-00:00"],
            ["24:00:00Z", "12:00Z", "12:00:00", "12:00:60Z", "12:00:00+24:00", "12:00:00.Z", "12:00:00+0100"],
        ),
        (
            "date-time",
            [
                "2024-02-29T12:00:00Z",
                "2024-02-29t12:00:00.25+02:00",
                "0000-01-01T00:00:00z",
                "1990-12-31T23:59:60Z",
                "2015-06-30T23:59:60.999999999999Z",
                "1990-12-31T15:59:60-08:00",
                "2017-01-01T08:59:60+09:00",
                "2016-12-31T23:59:60-00:00",
            ],
            [
                "2024-02-29 12:00:00Z",
                "2023-02-29T12:00:00Z",
                "2024-01-01T24:00:00Z",
                "2024-01-01T00:00:00",
                "2016-12-31T23:59:61Z",
                "2016-12-31T22:59:60Z",
                "2016-12-31T23:58:60Z",
                "2016-12-30T23:59:60Z",
                "2016-12-31T23:59:60+01:00",
                "2024-01-01T00:00:00+24:00",
                "2024-01-01T00:00:00+02",
                "2024-01-01T00:00:00,5Z",
                "2024-13-01T00:00:00Z",
                "20240101T000000Z",
                "2024-01-01T00:00:00Z\n",
                "x",
            ],
        ),
        ("slashed-date-time", ["2021/07/01 10:00:00 +0000"], ["2021/13/01 10:00:00 +0000", "2021-07-01"]),
        (
            "uri",
            ["https://a.example/b?c=d", "my-app://call", "urn:a:b"],
            ["/a", "https://", "http://[", "a b:c", ""],
        ),
        ("uuid", ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567", ""]),
    ],
)
def test_formats(name: str, good: list[str], bad: list[str]) -> None:
    schema = made({"format": name})

    assert [schema.accepts(text) for text in good] == [True] * len(good)
    assert [schema.accepts(text) for text in bad] == [False] * len(bad)
    assert schema.accepts(1)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T01:00:00.5+01:00", 0),
        ("1969-12-31T23:59:59-00:00", -1),
        ("2017-01-01T00:00:00Z", 1483228800),
        ("2016-12-31T23:59:60Z", 1483228800),
        ("0000-01-01T00:00:00Z", -62167219200),
        ("9999-12-31T23:59:59Z", 253402300799),
        ("2016-12-31T23:59:61Z", None),
        ("yesterday", None),
    ],
)
def test_unix_time_of_every_rfc_3339_time(text: str, seconds: int | None) -> None:
    assert unix_seconds(text) == seconds
