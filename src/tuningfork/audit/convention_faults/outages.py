"""Faults and variants of `outages`."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

from tuningfork.audit.convention_faults.errors import TRACE, has_properties, property_pointers
from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.audit.response_edits import PAGE
from tuningfork.conventions.declaration import Declaration
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.server import ReferenceServer

Refuse = Callable[[HttpError], Response]
BAD_GATEWAY = 502


def has_form(declaration: Declaration) -> bool:
    """Return whether a failure must have the form of errors, with properties."""
    declared = declaration.first("outages")
    return declared is not None and declared.form == "as-errors" and has_properties(declaration)


def is_free(declaration: Declaration) -> bool:
    """Return whether a failure may have any form, and the document promises none."""
    declared = declaration.first("outages")
    has_documented_bodies = any(each.body for each in declaration.groups.get("document", ()))
    return declared is not None and declared.form == "free" and not has_documented_bodies


def is_never_a_gateway(declaration: Declaration) -> bool:
    """Return whether no declared failure has the status of the gateway below."""
    declared = declaration.first("outages")
    return declared is not None and str(BAD_GATEWAY) not in declared.status.patterns


def _edit_failures(server: ReferenceServer, change: Callable[[Response], Response]) -> None:
    """Replace the responses of an outage."""

    def refuse(original: Refuse, refusal: HttpError) -> Response:
        """Return the changed response to a failure."""
        response = original(refusal)
        return change(response) if refusal.status >= 500 else response

    server.app.register_error_handler(HttpError, lambda error: refuse(server.refuse, error))


@breaks("OUTAGE-FORM", when=has_form)
def failures_are_pages(server: ReferenceServer) -> None:
    """A failure is an HTML page."""
    _edit_failures(server, lambda response: Response(PAGE, response.status_code, content_type="text/html"))


@breaks("OUTAGE-FORM", when=has_form)
def failures_of_get_lack_a_property(server: ReferenceServer) -> None:
    """A failure of GET lacks the last property of an error."""
    name = property_pointers(server.declaration)[-1].rpartition("/")[2]

    def change(response: Response) -> Response:
        """Return the failure without a property."""
        body = response.get_json()
        kept = {key: body[key] for key in body if key != name} if isinstance(body, dict) else {}
        return server.json(kept, response.status_code) if request.method == "GET" else response

    _edit_failures(server, change)


@breaks("OUTAGE-FORM")
def failures_contain_a_trace(server: ReferenceServer) -> None:
    """A failure ends with a trace."""

    def change(response: Response) -> Response:
        """Return the failure with a trace."""
        response.set_data(response.get_data() + f"\n{TRACE}".encode())
        return response

    _edit_failures(server, change)


@breaks("OUTAGE-FORM")
def failures_are_successes(server: ReferenceServer) -> None:
    """A failure has the status 200."""

    def change(response: Response) -> Response:
        """Return the failure with another status."""
        response.status_code = 200
        return response

    _edit_failures(server, change)


@breaks("OUTAGE-PASSES")
def outages_leave_out_an_operation(server: ReferenceServer) -> None:
    """An outage does not concern the last operation of the document."""
    last = server.operations[-1].key

    def take(original: Callable[[], int | None]) -> int | None:
        """Return the status of a failure, but for the last operation."""
        return None if request.url_rule is not None and request.url_rule.endpoint == last else original()

    wrap_method(server.outage, "take", take)


@breaks("OUTAGE-PASSES")
def outages_last_longer(server: ReferenceServer) -> None:
    """An outage concerns one request more."""

    def start(original: Callable[[int, int], None], status: int, count: int) -> None:
        """Start the outage for one request more."""
        original(status, count + 1 if count else 0)

    wrap_method(server.outage, "start", start)


@breaks("OUTAGE-PASSES")
def gets_fail_after_an_outage(server: ReferenceServer) -> None:
    """After an outage each GET fails."""
    failed: list[int] = []

    def take(original: Callable[[], int | None]) -> int | None:
        """Return the status of a failure."""
        status = original()
        failed.extend([status] if status is not None else [])
        return failed[-1] if failed and status is None and request.method == "GET" else status

    wrap_method(server.outage, "take", take)


@keeps("OUTAGE-FORM", when=is_free)
def free_failures_are_pages(server: ReferenceServer) -> None:
    """A failure of any form is an HTML page."""
    _edit_failures(server, lambda response: Response(PAGE, response.status_code, content_type="text/html"))


@keeps("OUTAGE-PASSES", when=is_never_a_gateway)
def gateway_refuses_a_request_after_an_outage(server: ReferenceServer) -> None:
    """A gateway responds with 502 to the first request after an outage, since it has not noticed the end."""
    unnoticed: list[int] = []

    def take(original: Callable[[], int | None]) -> int | None:
        """Return the status of a failure, then once that of the gateway."""
        status = original()
        if status is not None:
            unnoticed[:] = [BAD_GATEWAY]
            return status
        return unnoticed.pop() if unnoticed else None

    def reset(original: Callable[[], None]) -> None:
        """End the outage, which the gateway notices."""
        unnoticed.clear()
        original()

    wrap_method(server.outage, "take", take)
    wrap_method(server.outage, "reset", reset)
