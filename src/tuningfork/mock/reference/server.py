"""A stateful server built from an OpenAPI document and conventions.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, g, has_request_context, request
from werkzeug.exceptions import HTTPException

from tuningfork.conventions.declaration import Declaration
from tuningfork.mock.app import MEBIBYTE
from tuningfork.mock.controls import PATH
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.auth import AuthPart
from tuningfork.mock.reference.call import Call, DocumentOperation
from tuningfork.mock.reference.cors import CorsPart
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.part import Part, ServerOfParts, part_classes
from tuningfork.mock.reference.rate_limit import RateLimitPart
from tuningfork.mock.reference.samples import resolve, sample_of_schema

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class ReferenceServer(ServerOfParts):
    """Keeps every declared convention; operations without a declaration return examples of the document.

    Args:
        document: the value of the OpenAPI document.
        declaration: the declared conventions.
    """

    body_limit = 8 * MEBIBYTE

    def __init__(self, document: Mapping[str, Any], declaration: Declaration) -> None:
        super().__init__(declaration.api)
        self.document, self.declaration = document, declaration
        self.operations = list(self._read_operations())
        self.parts: dict[str, Part] = {part.key: part(self) for part in part_classes()}
        self._by_rule: dict[str, DocumentOperation] = {}
        self._add_operations()
        self.restore()

    def settings(self, base_url: str) -> dict[str, Any]:
        """Return the target's table of tuningfork.toml, for this server at `base_url`."""
        table: dict[str, Any] = {"base_url": base_url, "controls": f"{base_url}{PATH}"}
        for part in self.parts.values():
            for name, value in part.settings(base_url).items():
                table[name] = {**table.get(name, {}), **value} if isinstance(value, dict) else value
        return table

    def restore(self) -> None:
        """Restore the initial state of all parts."""
        for part in self.parts.values():
            part.reset()

    def preflight(self) -> Response | None:
        """Return the response to a CORS preflight; None if the request is not one."""
        return self.get(CorsPart).preflight(request)

    def admit(self) -> Response | None:
        """Let each part see the request; the first response ends it."""
        call = g.context = self._call()
        for part in self.parts.values():
            if (response := part.before(call)) is not None:
                return response
        return None

    def finish(self, response: Response) -> Response:
        """Let each part change the response, in reverse order."""
        call = g.context if has_request_context() and "context" in g else None
        for part in reversed(self.parts.values()):
            if call is not None:
                response = part.after(call, response)
        return response

    def refuse(self, refusal: HttpError) -> Response:
        """Return the error response in the declared form."""
        call = g.context if has_request_context() and "context" in g else None
        return self.get(ErrorPart).error(refusal, call)

    def respond(self, call: Call) -> Response:
        """Return the response of the part that processes the operation, or an example of the document."""
        for part in self.parts.values():
            if (response := part.handle(call)) is not None:
                return response
        return self.example(call.operation)

    def example(self, operation: DocumentOperation | None) -> Response:
        """Return the first documented success of an operation with an example body."""
        responses = (operation.value.get("responses") or {}) if operation is not None else {}
        statuses = [status for status in responses if re.fullmatch(r"2(\d\d|XX)", str(status))]
        status = int(str(statuses[0]).replace("XX", "00")) if statuses else 200
        documented = resolve(responses.get(statuses[0]) if statuses else None, self.document) or {}
        for media_type, content in (documented.get("content") or {}).items():
            return self.json(self.example_of(content), status, media_type)
        return Response(status=status) if statuses and status == 204 else self.json({}, status)

    def example_of(self, content: Mapping[str, Any]) -> Any:
        """Return the example of a media type, or a value of its schema."""
        if "example" in content:
            return content["example"]
        for example in (content.get("examples") or {}).values():
            return resolve(example, self.document).get("value")
        return sample_of_schema(content.get("schema", {}), self.document)

    def set_quota(self, bucket: str, used: int) -> None:
        """Set the counter of a rate limit: the scope of a limit, or an operation."""
        self.get(RateLimitPart).set_used(bucket, used)

    def disable(self, kind: str, value: str) -> None:
        """Revoke a credential."""
        self.get(AuthPart).revoke(value)

    def _call(self) -> Call:
        """Return the request with its operation."""
        rule = request.url_rule.endpoint if request.url_rule is not None else ""
        operation = self._by_rule.get(rule)
        values = list((request.view_args or {}).values())
        names = re.findall(r"\{([^}]*)\}", operation.path) if operation is not None else []
        return Call(request, operation, dict(zip(names, values, strict=False)))

    def _add_operations(self) -> None:
        """Register a rule for each operation of the document."""
        for operation in self.operations:
            self._by_rule[operation.key] = operation
            self.app.add_url_rule(
                self._rule(operation.path), operation.key, self._view, methods=[operation.method]
            )

    def _view(self, **ids: str) -> Response:
        """Return the response to the request in `g.context`."""
        return self.respond(g.context)

    def _rule(self, path: str) -> str:
        """Return the rule of Flask for a path template."""
        numbers = iter(range(100))
        parameters = self.declaration.requests.parameters

        def convert(match: re.Match[str]) -> str:
            """Return the converter of a path parameter."""
            has_slashes = match[1] in parameters and parameters[match[1]].slashes
            return f"<{'path:' if has_slashes else ''}p{next(numbers)}>"

        return re.sub(r"\{([^}]*)\}", convert, path)

    def _read_operations(self) -> Iterator[DocumentOperation]:
        """Yield the operations of the document."""
        for path, item in (self.document.get("paths") or {}).items():
            resolved = resolve(item, self.document)
            for method in METHODS:
                if method in resolved:
                    yield DocumentOperation(method.upper(), path, resolved[method], resolved)

    def _refuse_werkzeug_exception(self, error: HTTPException) -> Response:
        """Return the error response for an unknown path or method, with the declared status."""
        status = error.code or 500
        table = self.declaration.of("refusals", None)
        key = {404: "unknown_path", 405: "method"}.get(status)
        refusal = getattr(table, key) if table is not None and key is not None else None
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        headers = {"Allow": allowed} if allowed and status == 405 else {}
        if refusal is None:
            return self.refuse(HttpError(status, headers=headers))
        return self.refuse(self.get(ErrorPart).refuse(refusal, headers=headers))
