"""Error responses of the reference server, in the declared form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from tuningfork.conventions.errors import Errors
from tuningfork.conventions.grammar import Refusal, iterate_places
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
        error = HttpError(refusal.statuses.first, message, headers)
        error.body = {"code": refusal.codes[0]} if refusal.codes else None
        return error

    def error(self, refusal: HttpError, call: Call | None) -> Response:
        """Return the error response to a request."""
        operation = call.operation if call is not None else None
        declared = self.server.declaration.of("errors", operation) or self.server.declaration.first("errors")
        if declared is None:
            return self._with_headers(
                self.server.json({"message": refusal.message or "error"}, refusal.status), refusal
            )
        response = self.server.json(self.body(declared, refusal), refusal.status)
        response.content_type = declared.media_type or "application/json"
        for place, form in iterate_places(declared.members):
            if place.header is not None:
                response.headers[place.header] = str(sample_of_form(form))
        code = (refusal.body or {}).get("code")
        if code is not None and declared.code is not None and declared.code.header is not None:
            response.headers[declared.code.header] = code
        return self._with_headers(response, refusal)

    def body(self, declared: Errors, refusal: HttpError) -> Any:
        """Return the body of an error."""
        body: Any = {}
        for place, form in iterate_places(declared.members):
            if place.pointer is not None:
                body = places.write(body, place.pointer, sample_of_form(form))
        if declared.status is not None:
            body = places.write(body, declared.status, refusal.status)
        code = (refusal.body or {}).get("code")
        if code is not None and declared.code is not None and declared.code.pointer is not None:
            body = places.write(body, declared.code.pointer, code)
        for pointer, value in (declared.when or {}).items():
            body = places.write(body, pointer, value)
        phrase = declared.phrases.get(str(refusal.status))
        if phrase is not None:
            body = places.write(body, declared.phrases["at"], phrase)
        return body

    def _with_headers(self, response: Response, refusal: HttpError) -> Response:
        """Return a response with the headers of a refusal."""
        response.headers.update(refusal.headers)
        return response
