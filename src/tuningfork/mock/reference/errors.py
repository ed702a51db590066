"""Error responses of the reference server, in the declared form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from tuningfork.conventions.errors import Errors
from tuningfork.conventions.grammar.forms import Form, iterate_locations
from tuningfork.conventions.grammar.locations import ResponseLocation
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference import places
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.part import Part
from tuningfork.mock.reference.samples import sample_of_form


class ErrorPart(Part):
    """Makes error responses."""

    key = "errors"

    def refuse(
        self, refusal: Refusal, message: str = "", headers: Mapping[str, str] | None = None
    ) -> HttpError:
        """Return the exception that refuses a request as declared."""
        error = HttpError(self.status_of(refusal), message, headers)
        error.body = {"code": refusal.codes[0]} if refusal.codes else None
        return error

    def status_of(self, refusal: Refusal) -> int:
        """Return the status of a refusal: the first of the declared ones."""
        return refusal.statuses.first

    def error(self, refusal: HttpError, call: Call | None) -> Response:
        """Return the error response to a request."""
        operation = call.operation if call is not None else None
        declared = self.server.declaration.of("errors", operation) or self.server.declaration.first("errors")
        if call is not None:
            call.notes["errors"] = refusal
        if declared is None:
            response = self.server.json({"message": refusal.message or "error"}, refusal.status)
        else:
            response = self.server.json(self.body(declared, refusal, call), refusal.status)
            response.content_type = declared.media_type or "application/json"
            self.add_headers(response, declared, refusal)
        response.headers.update(refusal.headers)
        return response

    def body(self, declared: Errors, refusal: HttpError, call: Call | None) -> Any:
        """Return the body of an error."""
        body: Any = {}
        for place, form in self.properties(declared):
            if place.pointer is not None:
                body = places.write(body, place.pointer, sample_of_form(form))
        for pointer, value in self.values(declared, refusal, call).items():
            body = places.write(body, pointer, value)
        return body

    def properties(self, declared: Errors) -> list[tuple[ResponseLocation, Form]]:
        """Return the properties of an error: the declared ones, and those of the first alternative."""
        alternative = declared.one_of[0] if declared.one_of else {}
        return list(iterate_locations({**declared.members, **declared.optional, **alternative}))

    def values(self, declared: Errors, refusal: HttpError, call: Call | None) -> dict[str, Any]:
        """Return the values that depend on the error, by their locations."""
        values: dict[str, Any] = dict(declared.when or {})
        if declared.list_ is not None:
            values[declared.list_] = [self.entry(declared, refusal)]
        if declared.status is not None:
            values[declared.status] = self.status_value(declared, refusal)
        if declared.code is not None and declared.code.pointer is not None:
            code = self.code(declared, refusal)
            values |= {declared.code.pointer: code} if code is not None else {}
        for declared_phrases in (declared.phrases, self.envelope_phrases(call)):
            text = declared_phrases.text(refusal.status) if declared_phrases is not None else None
            values |= {declared_phrases.at: text} if declared_phrases is not None and text else {}
        return values

    def entry(self, declared: Errors, refusal: HttpError) -> dict[str, Any]:
        """Return an entry of the list of errors."""
        entry: Any = {}
        for pointer, form in declared.items.items():
            is_status = pointer == "/status"
            entry = places.write(entry, pointer, str(refusal.status) if is_status else sample_of_form(form))
        return dict(entry)

    def status_value(self, declared: Errors, refusal: HttpError) -> Any:
        """Return the status as an error repeats it: a number, or a text where that is the declared form."""
        form = dict(self.properties(declared)).get(
            ResponseLocation(pointer=declared.status), Form(types=("integer",))
        )
        return str(refusal.status) if form.pattern is not None or "string" in form.types else refusal.status

    def code(self, declared: Errors, refusal: HttpError) -> Any:
        """Return the code of an error: that of the refusal, of its status, or one of the declared form."""
        given = (refusal.body or {}).get("code")
        if given is not None:
            return given
        for pattern, codes in declared.codes.items():
            if refusal.status in Statuses((pattern,)):
                return codes[0]
        forms = dict(self.properties(declared))
        return sample_of_form(forms[declared.code]) if declared.code in forms else "error"

    def add_headers(self, response: Response, declared: Errors, refusal: HttpError) -> None:
        """Add the headers of an error."""
        for place, form in self.properties(declared):
            if place.header is not None:
                response.headers[place.header] = str(sample_of_form(form))
        if declared.code is not None and declared.code.header is not None:
            response.headers[declared.code.header] = str(self.code(declared, refusal))

    def envelope_phrases(self, call: Call | None) -> Any:
        """Return the phrases of the envelope, which errors have too; None without any."""
        operation = call.operation if call is not None else None
        declared = self.server.declaration.of("envelope", operation)
        return declared.phrases if declared is not None else None
