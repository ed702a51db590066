"""How the reference server refuses ids, media types and bodies."""

from __future__ import annotations

import re
from typing import Any

from flask import Response

from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.conventions.refusals import Refusals
from tuningfork.mock.accept import accepts
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import read_json
from tuningfork.mock.reference.body_rules import BodyRules
from tuningfork.mock.reference.call import Call, DocumentOperation
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.part import Part
from tuningfork.mock.reference.samples import resolve

JSON = "application/json"


class RefusalPart(Part):
    """Refuses what no handler would understand."""

    key = "refusals"
    order = 30

    def reset(self) -> None:
        """Read the rules of the document."""
        self.rules = BodyRules(self.server.document, self.server.declaration)

    def before(self, call: Call) -> Response | None:
        """Refuse an id, a media type or a body as declared."""
        declared = self.of(call)
        if declared is not None and call.operation is not None:
            self.check_ids(call, declared)
            self.check_accept(call, call.operation, declared)
            if declared.media_type is not None and not self.has_media_type(call, call.operation):
                raise self.refuse(declared.media_type, "the media type is not supported")
            self.check_body(call, call.operation, declared)
        return None

    def check_ids(self, call: Call, declared: Refusals) -> None:
        """Refuse an id that cannot exist, or that does not exist and is not of a declared resource."""
        for name, value in call.ids.items():
            if declared.malformed_id is not None and self.is_malformed(call, name, value):
                raise self.refuse(declared.malformed_id, f"{name} is malformed")
            if declared.not_found is not None and not self.may_exist(call, name, value):
                raise self.refuse(declared.not_found, f"there is no {name}")

    def is_malformed(self, call: Call, name: str, value: str) -> bool:
        """Return whether a value is not an id: declared as malformed, or not a number like the ids."""
        parameter = self.server.declaration.requests.parameters.get(name)
        if parameter is not None and parameter.malformed is not None:
            return value == str(parameter.malformed)
        if self.schema_of(call, name).get("type") == "integer" or self.has_numbers(call):
            return re.fullmatch(r"[0-9]{1,18}", value) is None
        return False

    def has_numbers(self, call: Call) -> bool:
        """Return whether a request is about an item of a resource whose ids are numbers."""
        resources: Any = self.server.parts.get("resources")
        for name, _, _ in self.server.declaration.actions.find(call.operation) if resources else ():
            items = resources.items[name]
            return bool(items) and all(isinstance(item.id, int) for item in items)
        return False

    def may_exist(self, call: Call, name: str, value: str) -> bool:
        """Return whether an id is the example of the document or of the declaration, or of a resource."""
        parameter = self.server.declaration.requests.parameters.get(name)
        examples = [parameter.example if parameter is not None else None, self.example_of(call, name)]
        known = [str(example).removeprefix("given:") for example in examples if example is not None]
        return self.is_of_item(call, name) or not known or value in known

    def is_of_item(self, call: Call, name: str) -> bool:
        """Return whether a path parameter is of a declared resource or relation, which know their own ids.

        A parameter with a declared example, such as the one of a namespace, is not.
        """
        named = self.server.declaration.named
        resources = list(named.get("resources", {}).values())
        patterns = [action.request for each in resources for _, action in each.actions()]
        patterns += [each.list_ for each in resources if each.list_ is not None]
        parameter = self.server.declaration.requests.parameters.get(name)
        if parameter is not None and parameter.example is not None:
            patterns = [each for each in patterns if f"{{{name}}}" not in each.text]
        for relation in named.get("relations", {}).values():
            patterns += [each for each in (relation.put, relation.delete, relation.list_) if each is not None]
        return call.operation is not None and any(pattern.matches(call.operation) for pattern in patterns)

    def check_accept(self, call: Call, operation: DocumentOperation, declared: Refusals) -> None:
        """Refuse an Accept that excludes every documented media type of a success."""
        accept = ", ".join(call.request.headers.getlist("Accept"))
        types = self.response_types(operation)
        if declared.not_acceptable is not None and not any(accepts(accept, each) for each in types):
            raise self.refuse(declared.not_acceptable, "no acceptable media type")

    def has_media_type(self, call: Call, operation: DocumentOperation) -> bool:
        """Return whether a body has a media type that the operation takes; a request without one has it."""
        types = [each.partition(";")[0].strip().lower() for each in self.rules.media_types(operation)]
        return not types or not call.request.get_data() or call.request.mimetype in types

    def check_body(self, call: Call, operation: DocumentOperation, declared: Refusals) -> None:
        """Refuse a body that cannot be parsed, or that breaks the schema."""
        invalid = declared.invalid_body or Refusal(Statuses(("400",)))
        if not self.rules.takes_json(operation):
            return
        data = call.request.get_data()
        if not data and not self.rules.is_required(operation):
            return
        try:
            body = read_json(data)
        except ValueError:
            raise self.refuse(declared.malformed_body or invalid, "the body is not JSON") from None
        if not self.is_valid(operation, body):
            raise self.refuse(invalid, "the body breaks the schema")

    def is_valid(self, operation: DocumentOperation, body: Any) -> bool:
        """Return whether a body conforms to the schema of an operation."""
        return self.rules.is_valid(operation, body)

    def response_types(self, operation: DocumentOperation) -> list[str]:
        """Return the documented media types of successes; JSON without any."""
        documented = operation.value.get("responses") or {}
        successes = [
            resolve(documented[each], self.server.document) for each in documented if str(each)[0] == "2"
        ]
        return [name for each in successes for name in (each or {}).get("content") or {}] or [JSON]

    def schema_of(self, call: Call, name: str) -> dict[str, Any]:
        """Return the documented schema of a path parameter; empty without one."""
        return dict(resolve(self._parameter(call, name).get("schema"), self.server.document) or {})

    def example_of(self, call: Call, name: str) -> Any:
        """Return the documented example of a path parameter; None without one."""
        return self._parameter(call, name).get("example", self.schema_of(call, name).get("example"))

    def refuse(self, refusal: Refusal, message: str) -> HttpError:
        """Return the exception that refuses a request as declared."""
        return self.server.get(ErrorPart).refuse(refusal, message)

    def _parameter(self, call: Call, name: str) -> dict[str, Any]:
        """Return the documented path parameter; empty without one."""
        operation = call.operation
        listed = [] if operation is None else [operation.value, operation.path_item]
        for owner in listed:
            for each in owner.get("parameters") or ():
                parameter = resolve(each, self.server.document)
                if (parameter.get("name"), parameter.get("in")) == (name, "path"):
                    return dict(parameter)
        return {}
