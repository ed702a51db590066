"""What the bodies of requests must look like: as the document, or the declared action, says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.resource_keys import Action
from tuningfork.mock.reference.call import DocumentOperation
from tuningfork.mock.reference.samples import resolve

METHODS_WITH_BODY = ("POST", "PUT", "PATCH")


class BodyRules:
    """The rules for bodies of the operations of a document.

    Args:
        document: the value of the OpenAPI document.
        declaration: the declared conventions.
    """

    def __init__(self, document: Mapping[str, Any], declaration: Declaration) -> None:
        self.document, self.declaration = document, declaration

    def media_types(self, operation: DocumentOperation) -> list[str]:
        """Return the media types that an operation takes; empty if it takes no body."""
        documented = list(self._content(operation))
        if documented or self.declared_schema(operation) is None:
            return documented
        declared = [action.media_type for action in self.actions(operation) if action.media_type is not None]
        return declared or [self.declaration.requests.media_type or "application/json"]

    def actions(self, operation: DocumentOperation) -> Iterator[Action]:
        """Return the declared actions that an operation is."""
        return (action for _, _, action in self.declaration.actions.find(operation))

    def takes_json(self, operation: DocumentOperation) -> bool:
        """Return whether an operation takes JSON and nothing else."""
        types = self.media_types(operation)
        return (
            self.declaration.requests.body == "json" and bool(types) and all("json" in each for each in types)
        )

    def is_required(self, operation: DocumentOperation) -> bool:
        """Return whether a request must have a body."""
        documented = resolve(operation.value.get("requestBody"), self.document) or {}
        return documented.get("required") is True or not documented

    def is_valid(self, operation: DocumentOperation, body: Any) -> bool:
        """Return whether a JSON value is a body that an operation takes."""
        schemas = [each.get("schema") for each in self._content(operation).values()]
        schemas = [each for each in schemas if each is not None] or [self.declared_schema(operation) or {}]
        return any(self._is_valid(schema, body) for schema in schemas)

    def declared_schema(self, operation: DocumentOperation) -> dict[str, Any] | None:
        """Return a schema of the bodies that a resource declares for an operation; None without any."""
        if operation.method not in METHODS_WITH_BODY:
            return None
        for _, kind, action in self.declaration.actions.find(operation):
            bodies = action.body if isinstance(action.body, list) else [action.body]
            return {"anyOf": [_schema_of(body, is_partial=kind == "update") for body in bodies]}
        return None

    def _content(self, operation: DocumentOperation) -> dict[str, Any]:
        """Return the documented media types of the body with their schemas."""
        return dict((resolve(operation.value.get("requestBody"), self.document) or {}).get("content") or {})

    def _is_valid(self, schema: Any, body: Any) -> bool:
        """Return whether a value conforms to a schema of the document."""
        known = {"components": self.document.get("components") or {}}
        from jsonschema import Draft202012Validator  # its formats take long to import

        return bool(Draft202012Validator({"allOf": [schema], **known}).is_valid(body))


def _schema_of(template: Any, *, is_partial: bool) -> dict[str, Any]:
    """Return the schema of a declared body: its properties are required, and texts where it has texts."""
    if isinstance(template, str):
        return {"type": "string"} if template in ("{text}", "{name}") else {}
    if not isinstance(template, Mapping):
        return {"type": "object"} if template is None else {}
    properties = {name: _schema_of(value, is_partial=is_partial) for name, value in template.items()}
    required = [] if is_partial else list(template)
    return {"type": "object", "properties": properties, "required": required}
