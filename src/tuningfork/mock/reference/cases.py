"""The rows of `cases` on the reference server."""

from __future__ import annotations

import re
from typing import Any

from flask import Response

from tuningfork.conventions.cases import UNAUTHENTICATED, Case
from tuningfork.conventions.grammar.forms import iterate_locations
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference import places
from tuningfork.mock.reference.auth import AuthPart
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.part import Part
from tuningfork.mock.reference.samples import sample_of_form


class CasePart(Part):
    """Gives the requests of the rows the responses that they declare."""

    key = "cases"
    order = 19

    def before(self, call: Call) -> Response | None:
        """Return the response of the first row that a request belongs to."""
        rows = self.server.declaration.named.get(self.key, {}).values()
        return next((self.respond(row, call) for row in rows if self.is_of(row, call)), None)

    def is_of(self, row: Case, call: Call) -> bool:
        """Return whether a request is that of a row: its path, query, body and sender."""
        request = call.request
        path = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(row.request.path))
        return (
            request.method == row.request.method
            and self.is_by(row.as_ or "", call)
            and re.fullmatch(path, request.path) is not None
            and all(request.args.get(name) == self.text(value) for name, value in row.query.items())
            and self.has_body(row, call)
        )

    def is_by(self, role: str, call: Call) -> bool:
        """Return whether a request has the credentials of a role, or none; "" is a token with all rights."""
        auth, declared = self.server.get(AuthPart), self.server.declaration.first(AuthPart.key)
        if declared is None or declared.type == "none":
            return role in ("", UNAUTHENTICATED)
        credential, token = auth.credential_of(call, declared), auth.token_of(call, declared)
        if credential is None or role == UNAUTHENTICATED:
            return credential is None and role == UNAUTHENTICATED
        return auth.problem(credential, token) is None and token is not None and token.role == role

    def has_body(self, row: Case, call: Call) -> bool:
        """Return whether a body has the declared values; those with braces may be anything."""
        if not isinstance(row.body, dict):
            return True
        body = call.body if isinstance(call.body, dict) else {}
        fixed = {name: value for name, value in row.body.items() if "{" not in str(value)}
        return all(name in body and self.text(body[name]) == self.text(fixed[name]) for name in fixed)

    def text(self, value: Any) -> str:
        """Return a value as it is in a query."""
        return str(value).lower() if isinstance(value, bool) else str(value)

    def respond(self, row: Case, call: Call) -> Response:
        """Return a response with the first status and all properties of a row."""
        status = row.expect.status.first
        error = self.server.get(ErrorPart).error(HttpError(status), call) if status >= 400 else None
        body = (error.get_json(silent=True) if error is not None else None) or {}
        response = error or self.server.json(body, status)
        for place, form in iterate_locations(row.expect.members):
            if place.header is not None:
                response.headers[place.header] = str(sample_of_form(form))
            else:
                body = places.write(body, place.pointer or "", sample_of_form(form))
        response.set_data(self.server.json(body).get_data())
        return response
