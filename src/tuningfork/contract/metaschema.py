"""The rules of OpenAPI 3.1 and of its schemas, by their published meta-schemas."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import jsonschema_rs

from tuningfork.contract.document import Node, along, pointer
from tuningfork.contract.errors import ContractError, Problem
from tuningfork.contract.references import References
from tuningfork.contract.schema import Schema, Validators, leaves
from tuningfork.contract.traverse import outer_schemas, schemas, values

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FROM_2 = "convert it with a tool: parameters, bodies, responses and servers have other forms in 3.1"
FROM_3_0 = (
    "convert it: besides the first line, write `nullable: true` as type: [..., 'null'], `minimum: 0` with"
    " `exclusiveMinimum: true` as `exclusiveMinimum: 0` (the same for the maximum), and `example` of a schema"
    " as `examples: [...]`"
)


def problems(document: Any, file: str = "") -> Iterator[Problem]:
    """Where a document breaks the rules of OpenAPI 3.1, or has a reference or a schema that can't be used."""
    if version := _wrong_version(document):
        yield Problem(file, "openapi", version)
        return
    faults = _rules().faults(document)
    for fault in faults:
        message = f"expected {fault.expected}, found {fault.found}; write it as OpenAPI 3.1 has it"
        yield Problem(file, f"#{fault.place}", message)
    if not faults:
        root = Node(document, document)
        for place, message in (*_dangling(root), *_invalid_schemas(root), *_unusable_patterns(root)):
            yield Problem(file, place, message)


def _wrong_version(document: Any) -> str:
    """What to do with a document of another version; empty for OpenAPI 3.1."""
    stated = document if isinstance(document, dict) else {}
    version = str(stated.get("openapi", ""))
    if "swagger" in stated:
        return f"this is Swagger {stated['swagger']} (OpenAPI 2.0), and only OpenAPI 3.1 is read; {FROM_2}"
    if version.startswith("3.0"):
        return f"this is OpenAPI {version}, and only 3.1 is read; {FROM_3_0}"
    if version.startswith("3.1."):
        return ""
    what = (
        f"`openapi: {version}` is no version that is read" if version else "this is not an OpenAPI document"
    )
    return f"{what}; begin a document of OpenAPI 3.1 with `openapi: 3.1.0`"


def _dangling(root: Node) -> Iterator[tuple[str, str]]:
    """References that lead nowhere, wherever they stand but in data."""
    references = References(root.value)
    for child in values(root, "$ref", "$dynamicRef"):
        place, _, key = child.place.rpartition("/")
        if key == "$ref" and isinstance(child.value, str):
            try:
                target = Node(root.value, {key: child.value}, place).followed()
            except ContractError as broken:
                at, _, message = str(broken).partition(": ")
                yield at, message
            else:
                if not isinstance(target.value, dict | bool):
                    yield place, f"{child.value} leads to no object; correct it"
        elif key == "$dynamicRef" and references.find(str(child.value), place) is None:
            yield place, f"{child.value} leads nowhere; correct or define it"


def _invalid_schemas(root: Node) -> Iterator[tuple[str, str]]:
    """Places where a schema breaks the rules of JSON Schema 2020-12."""
    every = {"$defs": {node.place: node.value for node in outer_schemas(root)}}
    for error in _dialect().iter_errors(every):
        for leaf in leaves(error):
            (_, place, *keys), _ = along(leaf.instance_path, every)
            yield f"{place}{pointer(keys)}", f"not a valid JSON Schema ({leaf.message}); correct it"


def _unusable_patterns(root: Node) -> Iterator[tuple[str, str]]:
    """Places of regular expressions that the validator can't read."""
    for node in schemas(root):
        inner = node.value if isinstance(node.value, dict) else {}
        named = inner.get("patternProperties")
        patterns = [("pattern", inner.get("pattern"))]
        patterns += [("patternProperties", name) for name in (named if isinstance(named, dict) else ())]
        for keyword, pattern in patterns:
            if isinstance(pattern, str) and not _is_usable(pattern):
                message = f"the pattern {pattern} is not a regular expression that can be read; correct it"
                yield f"{node.place}/{keyword}", message


@functools.lru_cache(maxsize=1024)
def _is_usable(pattern: str) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except jsonschema_rs.ValidationError:
        return False
    return True


@functools.cache
def _dialect() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"$ref": DIALECT}, validate_formats=False, offline=True)


@functools.cache
def _rules() -> Schema:
    """The meta-schema, found without importing the library that ships it, which takes a third of a second."""
    library = metadata.distribution("openapi-spec-validator")
    path = str(library.locate_file("openapi_spec_validator/resources/schemas/v3.1/schema.json"))
    rules = json.loads(Path(path).read_bytes())
    return Schema(Node(rules, rules), Validators(rules, check_formats=False))
