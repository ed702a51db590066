"""`errors`: the form of errors. The checks of every exchange judge it; these tests provoke errors."""

from __future__ import annotations

from functools import partial

import pytest

from tuningfork.client.client import Client
from tuningfork.contract.openapi import Contract
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.error_form import premise_errors
from tuningfork.testing.fairness import premise, premise_succeeds
from tuningfork.testing.invalid_bodies import takes_json
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.malformed import values
from tuningfork.testing.malformed.bodies import bodies, property_bodies
from tuningfork.testing.operation_kinds import has_ids, may_have_body, undocumented_methods
from tuningfork.testing.robustness import AssignInputs, expect_no_server_error

FORM = (
    "ERRORS-FORM",
    "ERRORS-LIST",
    "ERRORS-CODE",
    "ERRORS-STATUS",
    "ERRORS-PHRASE",
    "ERRORS-MEDIA-TYPE",
    "ERRORS-IS-JSON",
    "ERRORS-NO-INTERNALS",
)
UNKNOWN_TYPE = "application/x-tuning-fork"


@convention(*FORM, by_checks=True)
def test_error_without_credentials_has_the_declared_form(
    declared_operation: DeclaredOperation, unauthenticated: Client
) -> None:
    response = declared_operation.absent().send(unauthenticated)

    premise_errors([response], declared_operation.declaration, declared_operation.operation)


@convention(*FORM, by_checks=True, where=has_ids)
def test_error_about_an_unknown_id_has_the_declared_form(
    declared_operation: DeclaredOperation, client: Client
) -> None:
    request = declared_operation.absent()

    responses = [request.send(client), client.request(request.operation.method, f"{request.path}x")]

    premise_errors(responses, declared_operation.declaration, declared_operation.operation)


@convention(*FORM, by_checks=True, where=may_have_body)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe"])
def test_error_about_a_body_has_the_declared_form(
    declared_operation: DeclaredOperation, client: Client, body: bytes
) -> None:
    request = declared_operation.absent()
    premise(takes_json(request), "the operation takes no JSON")

    response = request.send(client, content=body)

    premise_errors([response], declared_operation.declaration, declared_operation.operation)


@convention(*FORM, by_checks=True)
@pytest.mark.parametrize("header", ["Accept", "Content-Type"])
def test_error_about_a_media_type_has_the_declared_form(
    declared_operation: DeclaredOperation, client: Client, header: str
) -> None:
    request = declared_operation.harmless()

    response = request.send(client, headers={header: UNKNOWN_TYPE})

    premise_errors([response], declared_operation.declaration, declared_operation.operation)


@convention("ERRORS-EVERYWHERE")
def test_error_of_an_unknown_path_has_the_declared_form(
    declared_operation: DeclaredOperation, client: Client, unauthenticated: Client
) -> None:
    path = f"{declared_operation.absent().path}/no-such-path/at-all"

    responses = [asker.get(path) for asker in (client, unauthenticated)]

    premise_errors(responses, declared_operation.declaration)


@convention("ERRORS-EVERYWHERE")
def test_error_of_an_unknown_method_has_the_declared_form(
    declared_operation: DeclaredOperation, client: Client, unauthenticated: Client, contract: Contract
) -> None:
    path = declared_operation.absent().path
    methods = undocumented_methods(contract, declared_operation.operation.path)

    responses = [
        asker.request(method, path)
        for method in methods
        for asker in (client, unauthenticated)
        if not asker.is_forbidden(method, path)
    ]

    premise_errors(responses, declared_operation.declaration)


@convention("ERRORS-ONLY")
def test_success_has_no_property_of_an_error(declared_operation: DeclaredOperation, client: Client) -> None:
    """Each of two, because an error may leave something behind in the next response."""
    for _ in range(2):
        response = declared_operation.harmless().send(client)

        premise_succeeds(response, "a valid request")


@convention("ERRORS-NO-5XX")
def test_odd_paths_lead_to_no_server_error(
    declared_operation: DeclaredOperation, client: Client, contract: Contract, assign_inputs: AssignInputs
) -> None:
    operation = declared_operation.operation

    assigned = assign_inputs(contract.operations, values.PATH_SEGMENTS, 20)
    own = [segment for receiver, segment in assigned if receiver is declared_operation.operation]
    for segment in at_least_one(own, "other operations get these inputs"):
        path = declared_operation.path_with(segment)
        expect_no_server_error(client, partial(client.send_raw, operation.method, path))


@convention("ERRORS-NO-5XX")
def test_odd_queries_lead_to_no_server_error(
    declared_operation: DeclaredOperation, client: Client, contract: Contract, assign_inputs: AssignInputs
) -> None:
    method, path = declared_operation.operation.method, declared_operation.absent().path

    assigned = assign_inputs(contract.operations, values.QUERIES, 6)
    own = [query for receiver, query in assigned if receiver is declared_operation.operation]
    for query in at_least_one(own, "other operations get these inputs"):
        expect_no_server_error(client, partial(client.send_raw, method, f"{path}?{query}", (), b"{"))


@convention("ERRORS-NO-5XX")
def test_odd_headers_lead_to_no_server_error(
    declared_operation: DeclaredOperation, client: Client, contract: Contract, assign_inputs: AssignInputs
) -> None:
    method, path = declared_operation.operation.method, declared_operation.absent().path

    assigned = assign_inputs(contract.operations, values.HEADERS, 20)
    own = [header for receiver, header in assigned if receiver is declared_operation.operation]
    for header in at_least_one(own, "other operations get these inputs"):
        expect_no_server_error(client, partial(client.send_raw, method, path, [header], b"{"))


@convention("ERRORS-NO-5XX", where=may_have_body)
def test_odd_bodies_lead_to_no_server_error(declared_operation: DeclaredOperation, client: Client) -> None:
    request = declared_operation.absent()
    premise(takes_json(request), "the operation takes no JSON")
    valid = request.body if isinstance(request.body, dict) else {}

    for body in (*bodies("x", ("x",)), *property_bodies(valid)):
        expect_no_server_error(client, partial(request.send, client, content=body))
