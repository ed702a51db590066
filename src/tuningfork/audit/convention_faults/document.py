"""Faults and variants of `document`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.response_edits import (
    edit_bodies,
    edit_responses,
    every_second,
    is_documented_error,
    is_success,
)
from tuningfork.conventions.declaration import Declaration
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.samples import resolve
from tuningfork.mock.reference.server import ReferenceServer


def is_closed(declaration: Declaration) -> bool:
    """Return whether errors must have a documented status."""
    return any(each.closed for each in declaration.groups.get("document", ()))


@breaks("DOC-STATUS")
def successes_have_an_undocumented_status(server: ReferenceServer) -> None:
    """A success has the status 226."""
    _set_status(server, is_success, 226)


@breaks("DOC-STATUS")
def every_second_success_has_an_undocumented_status(server: ReferenceServer) -> None:
    """Every second success has the status 207."""
    _set_status(server, every_second(is_success), 207)


@breaks("DOC-STATUS", when=is_closed)
def errors_have_an_undocumented_status(server: ReferenceServer) -> None:
    """An error of an operation has the status 418."""
    _set_status(server, is_documented_error, 418)


def _set_status(server: ReferenceServer, is_about: Callable[[Call, Response], bool], status: int) -> None:
    """Give responses another status."""

    def edit(call: Call, response: Response) -> Response:
        """Return the response with the status."""
        if is_about(call, response):
            response.status_code = status
        return response

    edit_responses(server, edit)


@breaks("DOC-BODY")
def bodies_are_lists_of_lists(server: ReferenceServer) -> None:
    """The body of a success is a list with a list."""
    edit_bodies(server, is_success, lambda _: [[]])


@breaks("DOC-BODY")
def every_second_body_has_no_property(server: ReferenceServer) -> None:
    """The properties of every second success are null."""
    edit_bodies(
        server, every_second(is_success), lambda body: dict.fromkeys(body) if isinstance(body, dict) else None
    )


@breaks("DOC-HEADERS")
def responses_lack_the_documented_headers(server: ReferenceServer) -> None:
    """A success has none of the documented headers."""
    _edit_documented_headers(server, is_success)


@breaks("DOC-HEADERS")
def every_second_response_lacks_the_documented_headers(server: ReferenceServer) -> None:
    """Every second success has none of the documented headers."""
    _edit_documented_headers(server, every_second(is_success))


def _edit_documented_headers(server: ReferenceServer, is_about: Callable[[Call, Response], bool]) -> None:
    """Remove the headers that the document has for a response."""

    def edit(call: Call, response: Response) -> Response:
        """Return the response without these headers."""
        if is_about(call, response) and call.operation is not None:
            documented = call.operation.value.get("responses") or {}
            found: Any = resolve(documented.get(str(response.status_code)), server.document) or {}
            for name in found.get("headers") or {}:
                response.headers.pop(name, None)
        return response

    edit_responses(server, edit)


@keeps("DOC-STATUS", "DOC-HEADERS")
def responses_have_undocumented_headers(server: ReferenceServer) -> None:
    """A response has a header that is not documented."""

    def edit(call: Call, response: Response) -> Response:
        """Return the response with a header more."""
        response.headers["X-Request-Id"] = "8f14e45f"
        return response

    edit_responses(server, edit)
