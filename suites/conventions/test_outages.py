"""`outages`: what a failure of the server looks like, and that it passes."""

from __future__ import annotations

from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.gateway import is_of_gateway
from tuningfork.client.response import Response
from tuningfork.conventions.declaration import Subject
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.conventions.outages import Outages
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_operation import DeclaredOperation, DeclaredRequest
from tuningfork.testing.error_form import expect_error_form, expect_nothing_of_the_inside
from tuningfork.testing.expect import expect, expect_in, expect_true
from tuningfork.testing.fairness import premise
from tuningfork.testing.listings import at_least_one


@convention("OUTAGE-FORM", needs=("control:outage",))
def test_failure_has_the_declared_form(
    subject: Subject,
    declared_operation: DeclaredOperation,
    client: Client,
    unauthenticated: Client,
    controls: ControlsClient,
) -> None:
    request = declared_operation.absent()

    for status in failures(subject.model.status):
        for asker in (client, unauthenticated):
            controls.outage(status)
            response = send_once(request, asker, subject.model.status)
            expect_in(response.status, subject.model.status, "the declared statuses", response)
            expect_nothing_of_the_inside(response)
            expect_declared_form(response, subject.model, declared_operation)


@convention("OUTAGE-PASSES", needs=("control:outage",))
def test_operation_works_after_an_outage(
    subject: Subject, declared_operation: DeclaredOperation, client: Client, controls: ControlsClient
) -> None:
    """The hook fails two requests; the third one has the status of one before the outage."""
    before = send_harmless(declared_operation, client)

    for status in failures(subject.model.status):
        controls.outage(status, 2)
        for _ in range(2):
            response = send_once(declared_operation.absent(), client, subject.model.status)
            expect_true(response.status >= 500, "a failure", str(response.status), response)

        after = send_harmless(declared_operation, client, status)
        expect(after.status, before.status, "status", after)


def send_harmless(operation: DeclaredOperation, client: Client, failure: int | None = None) -> Response:
    """Send a harmless request, and once more if a gateway responds, with another status than the failure."""
    response = operation.harmless().send(client)
    if response.status != failure and is_of_gateway(response.exchange.response):
        response = operation.harmless().send(client)
    premise(response.status != 429, "a gateway limits the requests")
    return response


def expect_declared_form(response: Response, declared: Outages, operation: DeclaredOperation) -> None:
    """Raise ExpectationFailed unless a failure has the form of errors, where that is declared."""
    if declared.form == "as-errors":
        expect_error_form(response, operation.declaration, operation.operation)


def failures(statuses: Statuses) -> list[int]:
    """Return the declared statuses that the hook can cause."""
    listed = [int(pattern.replace("XX", "00")) for pattern in statuses.patterns]
    return at_least_one((status for status in listed if status >= 500), "no declared status is above 499")


def send_once(request: DeclaredRequest, client: Client, failure: Statuses) -> Response:
    """Send a request once; not verified if a gateway responds in place of the failing API."""
    headers = request.arguments.get("headers", {})
    body = request.arguments.get("content", b"")
    response = client.send_raw(request.operation.method, request.path, list(headers.items()), body)
    is_failure = response.status in failure
    premise(is_failure or not is_of_gateway(response.exchange.response), "a gateway has responded")
    return response
