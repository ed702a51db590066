"""Checks an OpenAPI document with the published meta-schemas of OpenAPI 3.1 and JSON Schema 2020-12."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import jsonschema_rs

from tuningfork.contract.document import Node, join_pointer, resolve_path
from tuningfork.contract.document_index import DocumentIndex
from tuningfork.contract.errors import ContractError, LintError
from tuningfork.contract.references import References
from tuningfork.contract.schema import Schema, Validators, best_errors

DIALECT = "https://json-schema.org/draft/2020-12/schema"
CONVERT_2_0 = "convert it with a tool: parameters, bodies, responses and servers have other forms in 3.1"
CONVERT_3_0 = (
    "convert it: besides the first line, write `nullable: true` as type: [..., 'null'], `minimum: 0` with"
    " `exclusiveMinimum: true` as `exclusiveMinimum: 0` (likewise for maximum), and `example` of a schema"
    " as `examples: [...]`"
)


def metaschema_errors(index: DocumentIndex, file: str = "") -> Iterator[LintError]:
    """Yield the errors of an OpenAPI document: its structure, its references, its schemas and its patterns.

    Args:
        index: the index of the document.
        file: the path that the errors name.
    """
    if message := _version_error(index.root.value):
        yield LintError(file, "openapi", message)
        return
    violations = _openapi_schema().violations(index.root.value)
    for violation in violations:
        message = f"expected {violation.expected}, found {violation.found}; follow OpenAPI 3.1"
        yield LintError(file, f"#{violation.pointer}", message)
    if not violations:
        for pointer, message in (*_reference_errors(index), *_schema_errors(index), *_pattern_errors(index)):
            yield LintError(file, pointer, message)


def _version_error(document: Any) -> str:
    """Return what to do with a document that is not OpenAPI 3.1; empty if it is."""
    properties = document if isinstance(document, dict) else {}
    version = str(properties.get("openapi", ""))
    if "swagger" in properties:
        swagger = properties["swagger"]
        return f"this is Swagger {swagger} (OpenAPI 2.0); only OpenAPI 3.1 is supported, so {CONVERT_2_0}"
    if version.startswith("3.0"):
        return f"this is OpenAPI {version}; only 3.1 is supported, so {CONVERT_3_0}"
    if version.startswith("3.1."):
        return ""
    problem = (
        f"`openapi: {version}` is not a supported version" if version else "this is not an OpenAPI document"
    )
    return f"{problem}; an OpenAPI 3.1 document starts with `openapi: 3.1.0`"


def _reference_errors(index: DocumentIndex) -> Iterator[tuple[str, str]]:
    """Yield the references that do not resolve, except those in data such as examples."""
    references, resolved = References(index), set[str]()
    for child in index.references:
        pointer, _, key = child.pointer.rpartition("/")
        if key == "$ref" and isinstance(child.value, str) and child.value not in resolved:
            try:
                target = Node(index.root.value, {key: child.value}, pointer).resolve()
            except ContractError as error:
                error_pointer, _, message = str(error).partition(": ")
                yield error_pointer, message
            else:
                if isinstance(target.value, dict | bool):
                    resolved.add(child.value)
                else:
                    yield pointer, f"{child.value} is not an object; fix the reference"
        elif key == "$dynamicRef" and references.find(str(child.value), pointer) is None:
            yield pointer, f"{child.value} does not exist; fix the reference"


def _schema_errors(index: DocumentIndex) -> Iterator[tuple[str, str]]:
    """Yield the violations of JSON Schema 2020-12 in the schemas of the document."""
    schemas = {"$defs": {node.pointer: node.value for node in index.outer_schemas}}
    for error in _json_schema_validator().iter_errors(schemas):
        for leaf in best_errors(error):
            (_, pointer, *keys), _ = resolve_path(leaf.instance_path, schemas)
            yield f"{pointer}{join_pointer(keys)}", f"not a valid JSON Schema ({leaf.message}); fix it"


def _pattern_errors(index: DocumentIndex) -> Iterator[tuple[str, str]]:
    """Yield the regular expressions that jsonschema-rs cannot compile."""
    for node in index.schemas:
        schema = node.value if isinstance(node.value, dict) else {}
        pattern_properties = schema.get("patternProperties")
        names = pattern_properties if isinstance(pattern_properties, dict) else ()
        patterns = [("pattern", schema.get("pattern")), *(("patternProperties", name) for name in names)]
        for keyword, pattern in patterns:
            if isinstance(pattern, str) and not _can_compile(pattern):
                message = f"the pattern {pattern} is not a valid regular expression; fix it"
                yield f"{node.pointer}/{keyword}", message


@functools.lru_cache(maxsize=1024)
def _can_compile(pattern: str) -> bool:
    """Return whether jsonschema-rs accepts a regular expression as the `pattern` of a schema."""
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except jsonschema_rs.ValidationError:
        return False
    return True


@functools.cache
def _json_schema_validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"$ref": DIALECT}, validate_formats=False, offline=True)


@functools.cache
def _openapi_schema() -> Schema:
    """Return the meta-schema of OpenAPI 3.1, read from a library whose import takes a third of a second."""
    library = metadata.distribution("openapi-spec-validator")
    path = str(library.locate_file("openapi_spec_validator/resources/schemas/v3.1/schema.json"))
    schema = json.loads(Path(path).read_bytes())
    return Schema(Node(schema, schema), Validators(schema, check_formats=False))
