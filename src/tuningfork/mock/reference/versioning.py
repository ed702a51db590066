"""Versions of the reference server."""

from __future__ import annotations

import re

from flask import Response

from tuningfork.conventions.grammar.responses import AllowedResponses
from tuningfork.conventions.versioning import Versioning
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.part import Part


class VersioningPart(Part):
    """Reads the version of a request, and refuses those that it does not support."""

    key = "versioning"
    order = 15

    def before(self, call: Call) -> Response | None:
        """Choose the version; refuse a request whose version is missing or unknown."""
        declared: Versioning | None = self.server.declaration.first(self.key)
        if declared is None or call.operation is None or not declared.can_be_chosen:
            return None
        version = self.requested(declared, call)
        if version is None:
            version = self.choose(declared.missing, is_refusal_preferred=False)
        elif not self.is_supported(declared, version):
            version = self.choose(declared.unknown, is_refusal_preferred=True)
        call.notes[self.key] = version
        return None

    def after(self, call: Call, response: Response) -> Response:
        """Name the version that was used."""
        declared: Versioning | None = self.server.declaration.first(self.key)
        if declared is not None and declared.echo is not None:
            version = call.notes.get(self.key) or (declared.supported or ["1"])[-1]
            response.headers[declared.echo.header] = version
        return response

    def choose(self, answers: AllowedResponses | None, *, is_refusal_preferred: bool) -> str | None:
        """Return the version that is used instead; raise HttpError if the request is refused."""
        if answers is None:
            return None
        if answers.refusal is not None and (is_refusal_preferred or not answers.words):
            raise self.server.get(ErrorPart).refuse(answers.refusal, "the version is not supported")
        return next(iter(answers.words), None)

    def is_supported(self, declared: Versioning, version: str) -> bool:
        """Return whether a version is supported."""
        return version in declared.supported

    def requested(self, declared: Versioning, call: Call) -> str | None:
        """Return the version that a request names; None without one."""
        if declared.in_ == "accept":
            return self.in_accept(declared.as_, call.request.headers.get("Accept", ""))
        if declared.in_ == "path":
            return call.ids.get(declared.name or "")
        values = call.request.headers if declared.in_ == "header" else call.request.args
        value = values.get(declared.name or "")
        return None if value is None else self.in_text(declared.as_, value)

    def in_accept(self, template: str, accept: str) -> str | None:
        """Return the version in an Accept header: in its type, or in a parameter (RFC 9110 12.5.1)."""
        media_type, _, parameter = template.partition(";")
        for part in accept.split(","):
            found_type, *parameters = (each.strip() for each in part.split(";"))
            if not parameter:
                if (version := self.in_text(template, found_type)) is not None:
                    return version
            elif found_type.lower() == media_type.strip().lower():
                for each in parameters:
                    name, _, value = each.partition("=")
                    if self.is_parameter(name, parameter.partition("=")[0]):
                        return value.strip('"')
        return None

    def is_parameter(self, name: str, expected: str) -> bool:
        """Return whether a parameter has a name, in upper or lower case (RFC 9110 5.6.6)."""
        return name.strip().lower() == expected.strip().lower()

    def in_text(self, template: str, text: str) -> str | None:
        """Return the version in a text that is written like a template; None if it is not."""
        before, _, after = template.partition("{}")
        match = re.fullmatch(f"{re.escape(before)}(.+){re.escape(after)}", text.strip())
        return match[1] if match else None
