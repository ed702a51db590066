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
    return Schema(contract.root.resolve_reference(f"#/components/schemas/{name}"), contract.validators)


def make_schema(schema: Any) -> Schema:
    document = {"components": {"schemas": {"Value": schema}}}
    return Schema(Node(document, schema, "#/components/schemas/Value"), Validators(document))


def test_violation_has_pointer_expected_found_and_claims(contract: Contract) -> None:
    response = contract.find("GET", "/books/7").response(200)  # type: ignore[union-attr]
    schema = response.schema_for("application/json")  # type: ignore[union-attr]
    assert schema is not None

    violations = schema.violations({"id": "7", "price": -1, "sequel": {"price": 1.5}})

    assert {(each.pointer, each.expected, each.found, each.claims) for each in violations} == {
        ("/id", "integer", '"7"', ("B-READ-01",)),
        ("/price", "0 or more", "-1", ("B-READ-02",)),
        ("/sequel", 'a property "id"', 'only "price"', ("B-READ-01",)),
        ("/sequel/price", "integer", "1.5", ("B-READ-02",)),
    }
    assert {violation.schema for violation in violations} == {
        "#/components/schemas/Book",
        "#/components/schemas/Book/properties/id",
        "#/components/schemas/Book/properties/price",
    }


def test_valid_value_satisfies_claims_of_its_properties(contract: Contract) -> None:
    schema = schema_of(contract, "Books")

    assert schema.satisfied_claims([{"id": 1}]) == frozenset()
    assert schema.satisfied_claims([{"id": 1}, {"id": 2, "price": 3}]) == {"B-READ-02"}
    assert schema.satisfied_claims([{"id": 1, "price": "3"}]) == frozenset()


def test_informational_schema_does_not_affect_satisfied_claims() -> None:
    schema = make_schema(
        {
            "type": "object",
            "properties": {"price": {"type": "integer", "x-claims": ["PRICE"]}, "odd": {"x-claims": ["ODD"]}},
            "allOf": [{"x-claims": [], "required": ["extra"], "allOf": [{"x-claims": ["EXTRA"]}]}],
        }
    )

    assert schema.satisfied_claims({"price": 1}) == {"PRICE"}
    assert schema.satisfied_claims({"price": 1, "extra": 1}) == {"PRICE", "EXTRA"}
    assert schema.satisfied_claims({"price": "much"}) == frozenset()
    assert schema.satisfied_claims(7) == frozenset()


@pytest.mark.parametrize(
    "marked",
    [
        {"responses": {"200": {"x-claims": [], "schema": {"type": "integer"}}}},
        {"x-claims": [], "responses": {"200": {"schema": {"type": "integer"}}}},
        {"responses": {"200": {"schema": {"$ref": "#/components/schemas/Whole/properties/part"}}}},
        {"responses": {"200": {"schema": {"properties": {"x": {"x-claims": [], "$id": "a", "not": {}}}}}}},
    ],
    ids=["response", "operation", "part of an informational schema", "$id"],
)
def test_what_is_marked_as_informational_stays_in_the_document(marked: dict[str, Any]) -> None:
    part = {"type": "integer", "x-claims": ["PART"]}
    whole = {"x-claims": [], "required": ["more"], "properties": {"part": part}}
    document = {"paths": {"/x": {"get": marked}}, "components": {"schemas": {"Whole": whole}}}
    node = Node(document, document)["paths"]["/x"]["get"]["responses"]["200"].raw("schema")
    schema = Schema(node, Validators(document))

    assert schema.satisfied_claims(7) <= {"PART"}
    assert schema.keeps_promises("7") == ("type" not in repr(marked) and "$ref" not in repr(marked))


@pytest.mark.parametrize(
    ("schema", "value", "claims"),
    [
        ({"minItems": 4, "items": {"x-claims": ["ITEM"]}}, [{}] * 5, {"ITEM"}),
        (
            {"if": {"maxItems": 3}, "then": {"x-claims": ["SHORT"]}, "else": {"x-claims": ["LONG"]}},
            [{}] * 5,
            {"LONG"},
        ),
        ({"contains": {"const": 9, "x-claims": ["NINE"]}}, [1, 2, 3, 4, 9], {"NINE"}),
        (
            {"prefixItems": [True, True, True, {"type": "integer", "x-claims": ["FOURTH"]}]},
            [1, 2, 3, 4, "x"],
            {"FOURTH"},
        ),
        (
            {
                "items": {
                    "anyOf": [
                        {"type": "string", "x-claims": ["TEXT"]},
                        {"type": "integer", "x-claims": ["INT"]},
                    ]
                }
            },
            ["a", "b", "c", "d", 1],
            {"TEXT", "INT"},
        ),
        (
            {"items": {"properties": {"rare": {"x-claims": ["RARE"]}}}},
            [{}, {}, {}, {}, {"rare": 1}],
            {"RARE"},
        ),
    ],
)
def test_any_item_of_a_list_satisfies_claims(schema: Any, value: Any, claims: set[str]) -> None:
    assert make_schema(schema).satisfied_claims(value) == claims


def test_informational_alternative_still_counts_as_alternative() -> None:
    schema = make_schema(
        {"oneOf": [{"x-claims": [], "type": "string"}, {"type": "object", "x-claims": ["OBJECT"]}]}
    )

    assert schema.satisfied_claims({}) == {"OBJECT"}
    assert schema.satisfied_claims("a") == frozenset()
    assert not schema.is_valid(7)


def test_violation_of_alternatives_describes_closest_one(contract: Contract) -> None:
    schema = schema_of(contract, "Books")

    magazine = schema.violations([{"kind": "magazine"}])
    book = schema.violations([{"kind": "book", "id": 1, "price": "much"}])

    assert [(violation.pointer, violation.expected) for violation in magazine] == [
        ("/0", 'a property "issue"')
    ]
    assert [(violation.pointer, violation.expected) for violation in book] == [("/0/price", "integer")]


def test_pointer_to_property_with_brackets_resolves(contract: Contract) -> None:
    node = contract.root.resolve_reference("#/components/schemas/Book/properties/cover[url]")

    assert Schema(node, contract.validators).is_valid("https://books.example/1.png")


def test_violation_in_conditional_schema_has_its_claims() -> None:
    schema = make_schema({"if": {"type": "object"}, "then": {"x-claims": ["C"], "required": ["a"]}})

    assert [violation.claims for violation in schema.violations({})] == [("C",)]


def test_empty_x_claims_overrides_outer_claims() -> None:
    schema = make_schema(
        {"x-claims": ["C"], "allOf": [{"required": ["a"]}, {"required": ["b"], "x-claims": []}]}
    )

    assert {violation.expected: violation.claims for violation in schema.violations({})} == {
        'a property "a"': ("C",),
        'a property "b"': (),
    }


@pytest.mark.parametrize("value", [{"a": 1}, {"a": "\ud800"}])
def test_violation_of_informational_schema_has_no_claims(value: dict[str, Any]) -> None:
    schema = make_schema(
        {"x-claims": ["C"], "allOf": [{"required": ["a"]}, {"required": ["b"], "x-claims": []}]}
    )

    assert not schema.is_valid(value)
    assert [violation.claims for violation in schema.violations(value)] == [()]


@pytest.mark.parametrize(
    ("schema", "value", "expected", "found"),
    [
        ({"enum": ["a", 1]}, "b", 'one of "a", 1', '"b"'),
        ({"const": None}, 1, "null", "1"),
        ({"type": ["string", "null"]}, 1, "string or null", "1"),
        ({"pattern": "^a"}, "b", "a string that matches ^a", '"b"'),
        ({"format": "uri"}, "b", "a string of the format uri", '"b"'),
        ({"required": ["a"]}, {}, 'a property "a"', "an empty object"),
        ({"additionalProperties": False}, {"a": 1}, "no undocumented property", 'also "a"'),
        ({"unevaluatedProperties": False}, {"a": 1}, "no undocumented property", 'also "a"'),
        ({"maxItems": 1}, [1, 2], "1 or fewer items", "[1, 2]"),
        ({"oneOf": [{}, {}]}, 1, "only one of the documented alternatives", "1"),
        (False, 1, "no value", "1"),
        ({"properties": {"a": False}}, {"a": 1}, "no value", "1"),
        ({"multipleOf": 7}, 8, "a multiple of 7", "8"),
        ({"not": {"type": "integer"}}, 8, "a value that satisfies not of the schema", "8"),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, 'a property "b"', 'only "a"'),
        ({"maximum": 1}, Decimal("1e400"), "1 or less", "1E+400"),
        ({"pattern": "^a$"}, "a\n", "a string that matches ^a$", '"a\\n"'),
        ({"type": "integer"}, "x" * 200, "integer", '"' + "x" * 78 + "…"),
    ],
)
def test_message_of_violation(schema: Any, value: Any, expected: str, found: str) -> None:
    (violation,) = make_schema(schema).violations(value)

    assert (violation.expected, violation.found) == (expected, found)


def test_invalid_schema_raises_contract_error() -> None:
    with pytest.raises(ContractError, match="not a valid JSON Schema"):
        make_schema({"type": "integr"}).is_valid(1)


@pytest.mark.parametrize(
    "text", ['"\\ud800"', "1e999", "-0.0", '{"a": "\\udfff"}', "9" * 400, "9" * 5000, "[" * 250 + "]" * 250]
)
def test_unusual_values_are_validated(text: str) -> None:
    schema = make_schema({"type": "string", "minLength": 3})

    assert schema.violations(read_json(text))


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
def test_format_accepts_valid_and_rejects_invalid_strings(name: str, good: list[str], bad: list[str]) -> None:
    schema = make_schema({"format": name})

    assert [schema.is_valid(text) for text in good] == [True] * len(good)
    assert [schema.is_valid(text) for text in bad] == [False] * len(bad)
    assert schema.is_valid(1)


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
def test_unix_seconds_of_rfc_3339_times(text: str, seconds: int | None) -> None:
    assert unix_seconds(text) == seconds
