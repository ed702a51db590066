"""Faults and variants of `cases`."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response

from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import edit_json, wrap_method
from tuningfork.conventions.cases import Case
from tuningfork.conventions.declaration import Declaration
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.cases import CasePart
from tuningfork.mock.reference.server import ReferenceServer


def _has_properties(declaration: Declaration) -> bool:
    """Return whether a row declares a property of the body."""
    rows = declaration.named.get("cases", {}).values()
    return any(place.startswith("/") for row in rows for place in row.expect.members)


def _change_response(server: ReferenceServer, change: Callable[[Case, Response], Response]) -> None:
    """Change the responses of the rows."""

    def respond(original: Callable[[Case, Call], Response], row: Case, call: Call) -> Response:
        return change(row, original(row, call))

    wrap_method(server.get(CasePart), "respond", respond)


@breaks("CASE")
def rows_have_another_status(server: ReferenceServer) -> None:
    """The requests of the rows return 418."""

    def change(row: Case, response: Response) -> Response:
        response.status_code = 418
        return response

    _change_response(server, change)


@breaks("CASE")
def last_row_has_another_status(server: ReferenceServer) -> None:
    """The request of the last row returns 418."""
    last = list(server.declaration.named["cases"].values())[-1]

    def change(row: Case, response: Response) -> Response:
        response.status_code = 418 if row is last else response.status_code
        return response

    _change_response(server, change)


@breaks("CASE", when=_has_properties)
def responses_of_rows_are_empty_objects(server: ReferenceServer) -> None:
    """The responses to the requests of the rows have no properties."""
    _change_response(server, lambda _, response: edit_json(response, lambda _body: {}))


@keeps("CASE")
def responses_of_rows_have_more(server: ReferenceServer) -> None:
    """The responses to the requests of the rows have a further property."""
    _change_response(
        server,
        lambda _, response: edit_json(
            response, lambda body: {**body, "x_more": 1} if isinstance(body, dict) else body
        ),
    )
