"""Faults and variants of `refusals`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Response, request

from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.audit.response_edits import edit_headers, edit_responses
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.refusals import Refusals
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.call import Call, DocumentOperation
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.refusals import RefusalPart
from tuningfork.mock.reference.server import ReferenceServer

TEAPOT = 418
"""A status that no declaration allows for these requests."""


def allows_several(key: str) -> Callable[[Declaration], bool]:
    """Return a condition: whether the table allows several statuses, and the document any error."""

    def has_several(declaration: Declaration) -> bool:
        """Return whether a refusal has more than one status."""
        refusals = [getattr(each, key) for each in declaration.groups.get("refusals", ())]
        is_closed = any(each.closed for each in declaration.groups.get("document", ()))
        return not is_closed and any(
            each is not None and len(each.statuses.patterns) > 1 for each in refusals
        )

    return has_several


def has_resource(declaration: Declaration) -> bool:
    """Return whether a resource can be created and is listed."""
    resources = declaration.named.get("resources", {}).values()
    return any(each.create is not None and each.list_ is not None for each in resources)


def has_code(key: str) -> Callable[[Declaration], bool]:
    """Return a condition: whether a kind of requests is refused with a code."""

    def is_coded(declaration: Declaration) -> bool:
        """Return whether the refusal has a code, and errors have a location for it."""
        refusals = [getattr(each, key) for each in declaration.groups.get("refusals", ())]
        has_place = any(each.code is not None for each in declaration.groups.get("errors", ()))
        return has_place and any(each is not None and each.codes for each in refusals)

    return is_coded


@breaks("REFUSAL-NOT-FOUND")
def unknown_ids_are_refused_with_another_status(server: ReferenceServer) -> None:
    """An id that does not exist is refused with 418."""
    _edit_not_found(server, lambda error: setattr(error, "status", TEAPOT))


@breaks("REFUSAL-NOT-FOUND")
def large_unknown_ids_are_refused_with_another_status(server: ReferenceServer) -> None:
    """A number of seven or more digits that is not an id is refused with 418."""

    def change(error: HttpError) -> None:
        """Set another status if the path or the query has a large number."""
        if re.search(r"\d{7}", request.full_path):
            error.status = TEAPOT

    _edit_not_found(server, change)


@breaks("REFUSAL-NOT-FOUND", when=has_code("not_found"))
def unknown_ids_are_refused_with_another_code(server: ReferenceServer) -> None:
    """An id that does not exist is refused with the code "nothing"."""
    _edit_not_found(server, lambda error: setattr(error, "body", {"code": "nothing"}))


def _edit_not_found(server: ReferenceServer, change: Callable[[HttpError], None]) -> None:
    """Change the exceptions that refuse an id that does not exist."""

    def refuse(
        original: Callable[..., HttpError], refusal: Refusal, *arguments: Any, **more: Any
    ) -> HttpError:
        """Return the changed exception."""
        error = original(refusal, *arguments, **more)
        if any(refusal is each.not_found for each in server.declaration.groups["refusals"]):
            change(error)
        return error

    wrap_method(server.get(ErrorPart), "refuse", refuse)


@breaks("REFUSAL-MALFORMED-ID")
def malformed_ids_are_refused_with_another_status(server: ReferenceServer) -> None:
    """An id with a letter is refused with 418."""
    _refuse_ids(server, lambda value: not value.lstrip("-").isdigit())


@breaks("REFUSAL-MALFORMED-ID")
def long_ids_are_refused_with_another_status(server: ReferenceServer) -> None:
    """An id of more than 200 characters is refused with 418."""
    _refuse_ids(server, lambda value: len(value) > 200)


@breaks("REFUSAL-MALFORMED-ID")
def ids_end_at_the_first_letter(server: ReferenceServer) -> None:
    """An id such as 7abc is read as 7."""

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        """Cut the ids after their digits."""
        for name, value in call.ids.items():
            digits = value[: len(value) - len(value.lstrip("0123456789"))]
            call.ids[name] = digits or value
        return original(call)

    wrap_method(server.get(RefusalPart), "before", before)


def _refuse_ids(server: ReferenceServer, is_about: Callable[[str], bool]) -> None:
    """Refuse ids that a condition is about with 418."""

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        """Raise HttpError for such an id."""
        if call.operation is not None and any(map(is_about, call.ids.values())):
            raise HttpError(TEAPOT)
        return original(call)

    wrap_method(server.get(RefusalPart), "before", before)


@breaks("REFUSAL-UNKNOWN-PATH")
def unknown_paths_are_forbidden(server: ReferenceServer) -> None:
    """A path that does not exist is refused with 418."""
    _change_undocumented(server, 404, lambda: True)


@breaks("REFUSAL-UNKNOWN-PATH")
def unknown_paths_below_others_are_forbidden(server: ReferenceServer) -> None:
    """A path of more than one segment that does not exist is refused with 418."""
    _change_undocumented(server, 404, lambda: request.path.count("/") > 1)


@breaks("REFUSAL-METHOD")
def unknown_methods_are_bad_requests(server: ReferenceServer) -> None:
    """A method that a path does not have is refused with 418."""
    _change_undocumented(server, 405, lambda: True)


@breaks("REFUSAL-METHOD")
def unknown_puts_are_bad_requests(server: ReferenceServer) -> None:
    """PUT is refused with 418 on a path that does not have it; so is PATCH."""
    _change_undocumented(server, 405, lambda: request.method in ("PUT", "PATCH"))


def _change_undocumented(server: ReferenceServer, code: int, is_about: Callable[[], bool]) -> None:
    """Refuse what is not documented with 418, where Werkzeug has raised an exception with this code."""

    def edit(call: Call, response: Response) -> Response:
        """Return the response with another status."""
        raised = getattr(request.routing_exception, "code", None)
        if call.operation is None and raised == code and "errors" in call.notes and is_about():
            response.status_code = TEAPOT
        return response

    edit_responses(server, edit)


@breaks("REFUSAL-ALLOW")
def refusals_of_methods_have_no_allow(server: ReferenceServer) -> None:
    """A 405 has no header Allow."""
    edit_headers(server, lambda _, response: response.status_code == 405, "Allow", None)


@breaks("REFUSAL-ALLOW")
def refusals_of_methods_allow_every_method(server: ReferenceServer) -> None:
    """A 405 names every method in Allow."""
    allow = "GET, HEAD, POST, PUT, PATCH, DELETE"
    edit_headers(server, lambda _, response: response.status_code == 405, "Allow", allow)


@breaks("REFUSAL-MEDIA-TYPE")
def any_media_type_is_taken(server: ReferenceServer) -> None:
    """A body of any media type is read as if it were JSON."""
    wrap_method(server.get(RefusalPart), "has_media_type", lambda *_: True)


@breaks("REFUSAL-MEDIA-TYPE")
def other_media_types_are_refused_with_another_status(server: ReferenceServer) -> None:
    """A body of another media type is refused with 418."""

    def has_media_type(
        original: Callable[[Call, DocumentOperation], bool], call: Call, operation: DocumentOperation
    ) -> bool:
        """Raise HttpError for another media type."""
        if not original(call, operation):
            raise HttpError(TEAPOT)
        return True

    wrap_method(server.get(RefusalPart), "has_media_type", has_media_type)


@breaks("REFUSAL-NOT-ACCEPTABLE")
def accept_is_disregarded(server: ReferenceServer) -> None:
    """Every client gets JSON, regardless of Accept."""
    wrap_method(server.get(RefusalPart), "check_accept", lambda *_: None)


@breaks("REFUSAL-NOT-ACCEPTABLE")
def accept_of_an_item_is_disregarded(server: ReferenceServer) -> None:
    """Every second operation of the document returns JSON regardless of Accept."""

    def check_accept(
        original: Callable[..., None], call: Call, operation: DocumentOperation, declared: Refusals
    ) -> None:
        """Refuse nothing at every second operation of the document."""
        if server.operations.index(operation) % 2:
            original(call, operation, declared)

    wrap_method(server.get(RefusalPart), "check_accept", check_accept)


@breaks("REFUSAL-INVALID-BODY")
def any_body_is_valid(server: ReferenceServer) -> None:
    """An object with properties of any type is accepted."""
    wrap_method(server.get(RefusalPart), "is_valid", lambda _, __, body: isinstance(body, dict))
    wrap_method(server.parts["resources"], "check_body", lambda _, body, *__: body)


@breaks("REFUSAL-INVALID-BODY")
def invalid_bodies_are_refused_with_another_status(server: ReferenceServer) -> None:
    """A body that breaks the schema is refused with 418."""

    def is_valid(
        original: Callable[[DocumentOperation, Any], bool], operation: DocumentOperation, body: Any
    ) -> bool:
        """Raise HttpError for an invalid body."""
        if not original(operation, body):
            raise HttpError(TEAPOT)
        return True

    wrap_method(server.get(RefusalPart), "is_valid", is_valid)


@breaks("REFUSAL-INVALID-BODY", when=has_resource)
def refused_bodies_create_an_item(server: ReferenceServer) -> None:
    """A list as body is refused, but an item is created all the same."""
    _create_when_refused(server, lambda: request.get_data().startswith(b"["))


@breaks("REFUSAL-MALFORMED-BODY", when=has_resource)
def broken_bodies_create_an_item(server: ReferenceServer) -> None:
    """A body that is not JSON is refused, but an item is created all the same."""
    _create_when_refused(server, lambda: request.get_data().startswith(b"nonsense"))


@breaks("REFUSAL-MALFORMED-BODY")
def broken_bodies_are_refused_with_another_status(server: ReferenceServer) -> None:
    """A body that is cut is refused with 418."""

    def check_body(
        original: Callable[..., None], call: Call, operation: DocumentOperation, declared: Refusals
    ) -> None:
        """Raise HttpError for a body that begins like an object and does not end like one."""
        text = call.request.get_data().strip()
        if text.startswith(b"{") and not text.endswith(b"}"):
            raise HttpError(TEAPOT)
        original(call, operation, declared)

    wrap_method(server.get(RefusalPart), "check_body", check_body)


def _create_when_refused(server: ReferenceServer, is_about: Callable[[], bool]) -> None:
    """Create an item of the first resource when the body of its creation is refused."""
    resources: Any = server.parts["resources"]
    listed = [
        name
        for name, each in resources.resources.items()
        if each.create is not None and each.list_ is not None
    ]

    def check_body(
        original: Callable[..., None], call: Call, operation: DocumentOperation, declared: Refusals
    ) -> None:
        """Store an item before the refusal."""
        try:
            original(call, operation, declared)
        except HttpError:
            for name in listed:
                if is_about() and resources.resources[name].create.request.matches(operation):
                    resources.store(name, {}, call.account, ())
            raise

    wrap_method(server.get(RefusalPart), "check_body", check_body)


@keeps("REFUSAL-MALFORMED-ID", when=allows_several("malformed_id"))
def malformed_ids_have_the_last_status(server: ReferenceServer) -> None:
    """A malformed id is refused with the last one of the allowed statuses."""
    _use_last_status(server, "malformed_id")


@keeps("REFUSAL-NOT-FOUND", when=allows_several("not_found"))
def unknown_ids_have_the_last_status(server: ReferenceServer) -> None:
    """An id that does not exist is refused with the last one of the allowed statuses."""
    _use_last_status(server, "not_found")


@keeps("REFUSAL-INVALID-BODY", when=allows_several("invalid_body"))
def invalid_bodies_have_the_last_status(server: ReferenceServer) -> None:
    """A body that breaks the schema is refused with the last one of the allowed statuses."""
    _use_last_status(server, "invalid_body")


@keeps("REFUSAL-MALFORMED-BODY", when=allows_several("malformed_body"))
def broken_bodies_have_the_last_status(server: ReferenceServer) -> None:
    """A body that is not JSON is refused with the last one of the allowed statuses."""
    _use_last_status(server, "malformed_body")


@keeps("REFUSAL-METHOD", when=allows_several("method"))
def unknown_methods_have_the_last_status(server: ReferenceServer) -> None:
    """A method that a path does not have is refused with the last one of the allowed statuses."""
    _use_last_status(server, "method")


@keeps("REFUSAL-ALLOW")
def allow_is_incomplete(server: ReferenceServer) -> None:
    """A 405 names GET alone in Allow, or nothing if GET was refused."""

    def edit(call: Call, response: Response) -> Response:
        """Return a 405 with a short Allow."""
        if response.status_code == 405:
            response.headers["Allow"] = "GET" if request.method != "GET" else ""
        return response

    edit_responses(server, edit)


def _use_last_status(server: ReferenceServer, key: str) -> None:
    """Refuse a kind of requests with the last one of its statuses."""

    def status_of(original: Callable[[Refusal], int], refusal: Refusal) -> int:
        """Return the last status for a refusal of this kind."""
        is_about = any(refusal is getattr(each, key) for each in server.declaration.groups["refusals"])
        return int(refusal.statuses.patterns[-1].replace("XX", "22")) if is_about else original(refusal)

    wrap_method(server.get(ErrorPart), "status_of", status_of)
