"""`auth`: how requests without valid credentials are refused."""

from __future__ import annotations

from tuningfork.client.client import Client
from tuningfork.conventions.declaration import Subject
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.refusal import expect_refusal


@convention("AUTH-MISSING")
def test_request_without_credentials_is_refused(
    subject: Subject, declared_operation: DeclaredOperation, unauthenticated: Client
) -> None:
    response = declared_operation.send(unauthenticated)

    expect_refusal(response, subject.model.missing, declared_operation.declaration)
