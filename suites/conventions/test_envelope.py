"""`envelope`: the form of responses that are not errors. The checks of every exchange judge it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tuningfork.checks.places import find_value
from tuningfork.client.client import Client
from tuningfork.contract.openapi import Contract
from tuningfork.conventions.declaration import Subject
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.error_form import premise_errors
from tuningfork.testing.expect import expect
from tuningfork.testing.fairness import premise, premise_succeeds
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.operation_kinds import is_get

SUCCESS = (
    "ENVELOPE-SHAPE",
    "ENVELOPE-DATA",
    "ENVELOPE-ERROR",
    "ENVELOPE-STATUS",
    "ENVELOPE-PHRASE",
    "ENVELOPE-CLOCK",
    "ENVELOPE-CLOSED",
)


@convention(*SUCCESS, by_checks=True)
def test_success_has_the_declared_envelope(declared_operation: DeclaredOperation, client: Client) -> None:
    """Each of two, and with another text each time where something is created."""
    for _ in range(2):
        response = declared_operation.harmless().send(client)

        premise_succeeds(response, "a valid request")


@convention(*SUCCESS, by_checks=True, where=is_get)
def test_success_has_the_declared_envelope_after_an_error(
    declared_operation: DeclaredOperation, client: Client, unauthenticated: Client
) -> None:
    request = declared_operation.existing()
    request.send(unauthenticated)

    response = request.send(client, headers={"Accept": "*/*"})

    premise_succeeds(response, "a valid request")


@convention(*SUCCESS, by_checks=True, only_changes=True)
@pytest.mark.parametrize(
    "text", ['a "quoted" one', "\u00f1 \U0001f3b5 \u05e2\u05d1\u05e8\u05d9\u05ea", "x" * 150]
)
def test_success_with_any_text_has_the_declared_envelope(
    declared_operation: DeclaredOperation, client: Client, unique_name: Callable[[str], str], text: str
) -> None:
    resource = declared_operation.changed_resource
    premise(resource is not None and declared_operation.creates, "the operation creates nothing")
    assert resource is not None

    resource.as_user(client).with_parent().create(unique_name(text))


@convention("ENVELOPE-ERROR", "ENVELOPE-PHRASE", by_checks=True)
def test_error_has_no_data(
    declared_operation: DeclaredOperation, client: Client, unauthenticated: Client
) -> None:
    request = declared_operation.absent()

    responses = [request.send(unauthenticated), request.send(client, content=b"{")]

    premise_errors(responses, declared_operation.declaration, declared_operation.operation)


@convention("ENVELOPE-CONSTANT")
def test_constant_property_are_the_same_in_all_responses(
    subject: Subject, declared_operation: DeclaredOperation, client: Client, contract: Contract
) -> None:
    reads = [each for each in contract.operations if each.method == "GET" and "{" not in each.path]
    premise(bool(reads), "no operation can be read without an id")
    first = premise_succeeds(client.get(reads[0].path), f"GET {reads[0].path}")

    responses = [premise_succeeds(declared_operation.harmless().send(client), "a request") for _ in range(2)]

    for response in at_least_one((each for each in responses if each.content), "no response has a body"):
        for pointer in subject.model.constant:
            expect(find_value(response.json, pointer), find_value(first.json, pointer), pointer, response)
