"""The published JSON Schema of conventions.yaml."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tuningfork.contract.declaration_schema import SCHEMA_FILE, schema
from tuningfork.contract.declaration_yaml import DeclarationYaml

from .broken_declarations import BROKEN
from .test_declaration_mutations import EXAMPLES

BEGINNINGS = ("misspelt key", "misspelt convention", "`on`", "`no`", "`off` as", "`yes`", "status", "number")
STRUCTURAL = [
    *(
        name
        for name in BROKEN
        if name.startswith((*BEGINNINGS, "operation without", "operation in", "version "))
    ),
    *("convention that is a text", "convention that is null", "no version", "list in place of a mapping"),
    *("date as a number", "1.10 as a number", "form that is a number", "empty list of statuses"),
    *("refusal with an unknown key", "code that is true", "pointer without a slash", "no groups allowed"),
    *("place with a misspelt key", "operation that is a number", "group that is no mapping", "misspelt word"),
    *("empty list of groups", "named values that are a text", "text that is true", "header that is true"),
    *("list that is a text", "mapping that is a list", "word that is not allowed", "`off` that is true"),
    *("word in a list of responses", "required key is missing", "token as an unknown key"),
    "phrases without a place",
]
STRUCTURAL.remove("version without a name")
"""The broken files whose error a schema can describe."""


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    published = json.loads(SCHEMA_FILE.read_text())
    jsonschema.Draft202012Validator.check_schema(published)
    return jsonschema.Draft202012Validator(published)


def test_published_schema_is_that_of_the_models() -> None:
    published = json.loads(SCHEMA_FILE.read_text())

    assert published == schema(), "publish it again: python tools/publish_schema.py"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_schema_accepts_example(path: Path, validator: jsonschema.Draft202012Validator) -> None:
    validator.validate(DeclarationYaml(path).value)


@pytest.mark.parametrize("name", STRUCTURAL)
def test_schema_refuses_broken_structure(
    name: str, validator: jsonschema.Draft202012Validator, tmp_path: Path
) -> None:
    text = BROKEN[name].text
    file = tmp_path / "conventions.yaml"
    file.write_text(text if text.startswith("\n") else f"conventions: 1\n{text}")

    assert not validator.is_valid(DeclarationYaml(file).value)


def test_group_may_take_a_key_away(validator: jsonschema.Draft202012Validator) -> None:
    groups = [{"type": "page", "parameter": "p", "reach": 5}, {"operations": ["GET /a"], "reach": None}]

    assert validator.is_valid({"conventions": 1, "pagination": groups})


def test_every_key_has_a_description() -> None:
    models = {
        name: each for name, each in schema()["$defs"].items() if "properties" in each and "Patch" not in name
    }
    silent = [
        f"{name}.{key}"
        for name, model in models.items()
        for key, each in model["properties"].items()
        if not each.get("description")
    ]

    assert silent == []
