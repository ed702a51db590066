"""`document`: responses are as documented. The checks of every exchange compare them."""

from __future__ import annotations

from tuningfork.client.client import Client
from tuningfork.conventions.declaration import Subject
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.error_form import premise_errors
from tuningfork.testing.fairness import premise_succeeds


@convention("DOC-STATUS", "DOC-BODY", "DOC-HEADERS", by_checks=True)
def test_success_is_as_documented(declared_operation: DeclaredOperation, client: Client) -> None:
    for _ in range(2):
        response = declared_operation.harmless().send(client)

        premise_succeeds(response, "a valid request")


def has_closed_errors(subject: Subject) -> bool:
    """Return whether errors must have a documented status or body, too."""
    return bool(subject.model.closed or subject.model.body)


@convention("DOC-STATUS", "DOC-BODY", "DOC-HEADERS", where=has_closed_errors, by_checks=True)
def test_error_is_as_documented(
    declared_operation: DeclaredOperation, client: Client, unauthenticated: Client
) -> None:
    request = declared_operation.absent()

    responses = [request.send(unauthenticated), request.send(client, content=b"{"), request.send(client)]

    premise_errors(responses, declared_operation.declaration, declared_operation.operation)
