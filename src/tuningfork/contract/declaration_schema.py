"""The JSON Schema of conventions.yaml, by which editors complete and check it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from tuningfork.conventions.base import Convention, Keys, OperationGroup
from tuningfork.conventions.catalogue import catalogue
from tuningfork.conventions.declaration import CleanUp, OwnClaim, Requests
from tuningfork.conventions.grammar.locations import LOCATION_SCHEMA
from tuningfork.conventions.grammar.operation_patterns import OPERATION_SCHEMA
from tuningfork.conventions.grammar.responses import REFUSAL_SCHEMA
from tuningfork.conventions.grammar.statuses import STATUS_SCHEMA

SCHEMA_FILE = Path(__file__).with_name("conventions.schema.json")
ID = "tuningfork.conventions/1"
TEXT = {"type": ["string", "number"]}
HEAD = {
    "conventions": {"const": 1, "description": "the version of this grammar"},
    "title": {**TEXT, "description": "the name of the API for people"},
    "prefix": {**TEXT, "description": "the first part of the ids of generated claims"},
    "documentation": {**TEXT, "description": "the URL of the API's documentation"},
    "python": {**TEXT, "description": "the module with the API's own checks"},
}
SHARED = {
    "refusal": REFUSAL_SCHEMA,
    "statuses": STATUS_SCHEMA,
    "operation": OPERATION_SCHEMA,
    "place": LOCATION_SCHEMA,
}
"""Schemas that many keys have."""


VALUES = frozenset(
    {
        "AllowedResponses",
        "Form",
        "OperationPattern",
        "Phrases",
        "ResponseLocation",
        "LocationOrValue",
        "Refusal",
        "Statuses",
    }
)
"""Types of the grammar that have a schema of their own, which pydantic does not need to define."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema of conventions.yaml, generated from the models of the conventions."""
    conventions = catalogue().values()
    models: list[type[Keys]] = [
        Requests,
        OwnClaim,
        CleanUp,
        *(convention.model for convention in conventions),
    ]
    _, generated = models_json_schema([(model, "validation") for model in models])
    models_only = {name: each for name, each in generated["$defs"].items() if name not in VALUES}
    definitions = {**_shortened(models_only), **SHARED}
    patches = {f"{name}Patch": _as_patch(each) for name, each in definitions.items() if name not in SHARED}
    own_claim = {"anyOf": [TEXT, _reference(OwnClaim)]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "conventions.yaml of Tuning Fork",
        "type": "object",
        "required": ["conventions"],
        "additionalProperties": False,
        "properties": {
            **HEAD,
            "claims": {
                "type": ["object", "null"],
                "description": "the API's own ids and words of generic claims",
                "additionalProperties": {"anyOf": [own_claim, {"type": "array", "items": own_claim}]},
            },
            "requests": {"anyOf": [_reference(Requests), {"type": "null"}]},
            "clean-up": {"type": ["array", "null"], "items": _reference(CleanUp)},
            **{convention.key: _of_convention(convention) for convention in conventions},
        },
        "$defs": {**definitions, **patches},
    }


def _of_convention(convention: Convention) -> dict[str, Any]:
    """Return the schema of the value of a convention: one mapping, groups, or named values."""
    model = _reference(convention.model)
    if convention.is_named:
        named = {"type": "object", "additionalProperties": model}
        return {"anyOf": [named, {"type": "array", "items": model}]}
    if not issubclass(convention.model, OperationGroup):
        return model
    patch = {"$ref": f"{model['$ref']}Patch"}
    groups = {"type": "array", "minItems": 1, "prefixItems": [model], "items": patch}
    return {"anyOf": [model, groups]}


def _reference(model: type) -> dict[str, Any]:
    """Return a reference to the schema of a model."""
    return {"$ref": f"#/$defs/{model.__name__}"}


def _shortened(value: Any) -> Any:
    """Return a schema without the titles that pydantic adds, and with references to the shared schemas."""
    if isinstance(value, list):
        return [_shortened(each) for each in value]
    if not isinstance(value, dict):
        return value
    for name, shared in SHARED.items():
        if value == shared:
            return {"$ref": f"#/$defs/{name}"}
    for name, shared in SHARED.items():
        options = shared.get("anyOf", ())
        if options and value.get("anyOf", [])[: len(options)] == options:
            rest = [{"$ref": f"#/$defs/{name}"}, *value["anyOf"][len(options) :]]
            return _shortened({**value, "anyOf": rest})
    is_title = {name for name, each in value.items() if name == "title" and isinstance(each, str)}
    return {name: _shortened(each) for name, each in value.items() if name not in is_title}


def _as_patch(value: Any) -> Any:
    """Return the schema of a merge patch: nothing is required, and null takes a key away."""
    if isinstance(value, list):
        return [_as_patch(each) for each in value]
    if not isinstance(value, dict):
        is_model = isinstance(value, str) and value.startswith("#/$defs/") and value[8:] not in SHARED
        return f"{value}Patch" if is_model else value
    changed = {name: _as_patch(each) for name, each in value.items() if name != "required"}
    if isinstance(properties := changed.get("properties"), dict):
        changed["properties"] = {
            name: {"anyOf": [each, {"type": "null"}]} for name, each in properties.items()
        }
    return changed
