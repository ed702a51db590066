"""jsonschema-rs and jsonschema agree whether a value is valid, for many schemas and values."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import jsonschema
import pytest
import referencing
from hypothesis import given, settings
from referencing.jsonschema import DRAFT202012

from tuningfork.contract.document import Node
from tuningfork.contract.formats import FORMATS
from tuningfork.contract.openapi import Contract
from tuningfork.contract.schema import Schema, Validators
from tuningfork.json_text import read_json

URI = "urn:example:contract"
thousands = settings(max_examples=600, derandomize=True, deadline=None, database=None)

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-20, 20)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.text(max_size=5)
    | st.sampled_from(["book", "magazine", "2021/01/02 03:04:05 +0000", "https://a.example/", "1\n", "a1"])
)
NAMES = st.sampled_from(["id", "kind", "added", "price", "sequel", "issue", "cover[url]", "a", "b", "7"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
PATTERNS = st.sampled_from(
    [
        "^a",
        "b$",
        "^[a-z]+$",
        "^[0-9]{1,3}$",
        "a|b",
        "^(?:ab)*$",
        "^.{2,3}$",
        "[^a]",
        r"\.",
        r"^(a)\1$",
        "(?=a)",
    ]
)
"""Patterns with the same meaning in ECMA-262 and in Python, for strings of one line."""
LEAVES = st.one_of(
    st.booleans(),
    st.builds(
        lambda name: {"type": name},
        st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
        | st.just(["string", "null"]),
    ),
    st.builds(lambda value: {"const": value}, SCALARS),
    st.builds(lambda value: {"enum": value}, st.lists(SCALARS, min_size=1, max_size=3)),
    st.builds(
        lambda keyword, bound: {keyword: bound},
        st.sampled_from(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]),
        st.integers(-5, 5),
    ),
    st.builds(
        lambda keyword, bound: {keyword: bound},
        st.sampled_from(["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"]),
        st.integers(0, 4),
    ),
    st.builds(lambda step: {"multipleOf": step}, st.integers(1, 7)),
    st.builds(lambda pattern: {"pattern": pattern}, PATTERNS),
    st.builds(lambda name: {"format": name}, st.sampled_from(sorted(FORMATS))),
    st.builds(lambda names: {"required": names}, st.lists(NAMES, unique=True, max_size=2)),
    st.just({"uniqueItems": True}),
)


def _composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    listed = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(
            lambda keyword, parts: {keyword: parts}, st.sampled_from(["allOf", "anyOf", "oneOf"]), listed
        ),
        st.builds(lambda part: {"not": part}, inner),
        st.builds(lambda one, two, three: {"if": one, "then": two, "else": three}, inner, inner, inner),
        st.builds(lambda parts: {"properties": parts}, st.dictionaries(NAMES, inner, max_size=3)),
        st.builds(
            lambda parts, rest: {"properties": parts, "additionalProperties": rest},
            st.dictionaries(NAMES, inner, max_size=3),
            inner,
        ),
        st.builds(lambda parts, rest: {"prefixItems": parts, "items": rest}, listed, inner),
        st.builds(lambda part: {"items": part}, inner),
        st.builds(lambda part, least: {"contains": part, "minContains": least}, inner, st.integers(0, 2)),
        st.builds(lambda part: {"propertyNames": part}, inner),
        st.builds(lambda one, two: {"allOf": [one], "unevaluatedProperties": two}, inner, inner),
        st.builds(lambda name, part: {"dependentSchemas": {name: part}}, NAMES, inner),
    )


SCHEMAS = st.recursive(LEAVES, _composed, max_leaves=6)


def second_opinion(schema: Any, pointer: str = "#") -> Callable[[Any], bool]:
    """Return a function that validates a value with jsonschema."""
    registry: referencing.Registry[Any] = referencing.Registry().with_resource(
        URI, DRAFT202012.create_resource(schema)
    )
    checker = jsonschema.FormatChecker(formats=())
    for name, check in FORMATS.items():
        checker.checks(name)(lambda value, check=check: not isinstance(value, str) or check(value))
    validator = jsonschema.Draft202012Validator(
        {"$ref": URI + pointer}, registry=registry, format_checker=checker
    )
    return validator.is_valid


@thousands
@given(SCHEMAS, st.lists(VALUES, min_size=3, max_size=8))
def test_both_libraries_agree_on_generated_schemas(part: Any, values: list[Any]) -> None:
    schema = {"$ref": "#/$defs/one", "$defs": {"one": part}}
    ours, other = Schema(Node(schema, schema), Validators(schema)), second_opinion(schema)

    for value in values:
        assert ours.is_valid(value) == other(value), (part, value)
        assert ours.is_valid(value) == (not ours.violations(value)), (part, value)


@pytest.mark.parametrize("name", ["Book", "Magazine", "Books"])
def test_both_libraries_agree_on_contract_schemas(contract: Contract, name: str) -> None:
    pointer = f"#/components/schemas/{name}"
    ours, other = (
        Schema(contract.root.resolve_reference(pointer), contract.validators),
        second_opinion(contract.document, pointer),
    )

    @settings(max_examples=200, derandomize=True, deadline=None, database=None)
    @given(VALUES)
    def is_same_result(value: Any) -> None:
        assert ours.is_valid(value) == other(value)

    is_same_result()


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"^\p{L}+$", "Käse", "M1"),
        (r"^\p{Script=Greek}$", "\u03b1", "a"),
        (r"^(?<y>[0-9]{4})$", "2020", "20"),
        (r"^\u{1F600}$", "\U0001f600", "x"),
        (r"^\cA$", "\x01", "A"),
        (r"(?<=a+)b", "aab", "b"),
        (r"^\d{2}$", "12", "\u0663\u0664"),
        (r"^\w$", "a", "é"),
        ("^a$", "a", "a\n"),
        ("^[^x]$", "\n", "x"),
    ],
)
def test_patterns_follow_ecma_262(pattern: str, good: str, bad: str) -> None:
    """Python's `re` rejects these patterns or matches other strings."""
    schema = Schema(Node({"pattern": pattern}, {"pattern": pattern}), Validators({"pattern": pattern}))

    assert schema.is_valid(good)
    assert [(violation.expected, violation.pointer) for violation in schema.violations(bad)] == [
        (f"a string that matches {pattern}", "")
    ]


@pytest.mark.parametrize(
    ("step", "text", "is_multiple"),
    [
        (0.01, "0.07", True),
        (0.01, "0.075", False),
        (0.1, "1.1", True),
        (0.01, "19.99", True),
        (0.01, "4.35", True),
        (0.0001, "0.0075", True),
        (1e-8, "12345.12345678", True),
        (0.01, "1e400", True),
        (0.01, "1e-400", False),
        (7, "7" * 5000, True),
        (7, "7" * 5000 + "1", False),
    ],
)
def test_multiple_of_uses_decimals(step: float, text: str, is_multiple: bool) -> None:
    """With floats 0.07 is not a multiple of 0.01, and 1e400 is infinite."""
    schema_value = {"type": "number", "multipleOf": step}

    value = read_json(text)

    assert Schema(Node(schema_value, schema_value), Validators(schema_value)).is_valid(value) == is_multiple
    if len(text) < 20 and "e" not in text:
        assert is_multiple == (Decimal(text) % Decimal(str(step)) == 0)


def test_strings_with_lone_surrogates_stay_distinct() -> None:
    schema_value = {
        "type": "array",
        "uniqueItems": True,
        "items": {"maxLength": 1, "additionalProperties": {"type": "integer"}},
    }
    schema = Schema(Node(schema_value, schema_value), Validators(schema_value))

    assert schema.is_valid(["\ud800", "\ud801"])
    assert [violation.expected for violation in schema.violations(["\ud800", "\ud800"])] == ["no equal items"]
    (violation,) = schema.violations([{"a\udfff": "\ud800"}])
    assert (violation.pointer, violation.found) == ("/0/a\udfff", r'"\ud800"')
