"""`refusals`: which requests are refused, and how."""

from __future__ import annotations

import json

from tuningfork import not_verified
from tuningfork.checks.envelope import is_http_layer_response
from tuningfork.client.client import Client
from tuningfork.client.request_safety import UNUSED_ID
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract
from tuningfork.conventions.declaration import Subject
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_operation import PARAMETER, DeclaredOperation
from tuningfork.testing.expect import expect_true
from tuningfork.testing.fairness import premise, premise_succeeds
from tuningfork.testing.invalid_bodies import broken_json, invalid_bodies, takes_json
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.nothing_new import expect_nothing_new
from tuningfork.testing.operation_kinds import (
    has_ids,
    is_get,
    is_of_relation,
    may_have_body,
    undocumented_methods,
)
from tuningfork.testing.refusal import expect_refusal
from tuningfork.testing.unlike_ids import absent_like, malformed_like, may_be_malformed, unlikely_like

UNKNOWN_TYPE = "application/x-tuning-fork"
NOT_IMPLEMENTED = ("501",)
"""The status for a method that a server does not know anywhere (RFC 9110 15.6.2)."""


@convention("REFUSAL-NOT-FOUND", where=has_ids)
def test_unknown_id_is_refused(
    subject: Subject, declared_operation: DeclaredOperation, client: Client
) -> None:
    """An id of the kind of the existing ones; twice, because the first request may create it.

    It may count as malformed where ids are numbers, because it is so large, and where they are texts.
    """
    operation = declared_operation.operation
    premise(operation.method != "PUT" or operation.response(201) is None, "a PUT creates what is absent")
    premise(not is_of_relation(declared_operation.declaration, operation), "relations declare their own")
    name = PARAMETER.findall(operation.path)[-1]
    declared = declared_operation.declaration.requests.parameters.get(name)
    absent = declared.absent if declared is not None else None
    ids = declared_operation.existing_ids() if absent is None else declared_operation.ids_before(name)
    unknown = absent_like(ids.get(name)) if absent is None else absent
    is_certain = unknown != UNUSED_ID if absent is not None else not may_be_malformed(unknown)
    refusal = subject.model.not_found.or_(None if is_certain else subject.model.malformed_id)
    client.mark_unused(unknown)

    for _ in range(2):
        response = declared_operation.request({**ids, name: unknown}).send(client)

        expect_refusal(response, refusal, declared_operation.declaration, operation)


@convention("REFUSAL-NOT-FOUND", where=is_get)
def test_unknown_number_is_refused(
    subject: Subject, declared_operation: DeclaredOperation, client: Client
) -> None:
    """A number of a usual size; it is not judged if something has it."""
    operation, ids = declared_operation.operation, declared_operation.existing_ids()
    premise(declared_operation.has_ids, "the path has no id")
    name = PARAMETER.findall(operation.path)[-1]
    sent = [declared_operation.request({**ids, name: each}) for each in unlikely_like(ids.get(name))]

    responses = [response for request in sent if (response := request.send(client)).status >= 400]

    for response in at_least_one(responses, "the ids are no numbers, or something has each of them"):
        expect_refusal(response, subject.model.not_found, declared_operation.declaration, operation)


@convention("REFUSAL-NOT-FOUND", where=is_get)
def test_unknown_id_in_a_query_is_refused(
    subject: Subject, declared_operation: DeclaredOperation, client: Client
) -> None:
    """It may count as malformed unless ids are UUIDs."""
    found = declared_operation.find_action()
    premise(found is not None and "{id}" in found[1].request.query, "the id is in no query")
    assert found is not None
    resource, action = found
    unknown = absent_like(declared_operation.first_listed(resource))
    refusal = subject.model.not_found.or_(subject.model.malformed_id if may_be_malformed(unknown) else None)

    response = client.get(resource.path(action.request, [unknown]))

    expect_refusal(response, refusal, declared_operation.declaration, declared_operation.operation)


@convention("REFUSAL-MALFORMED-ID", where=has_ids)
def test_negative_number_is_refused(
    subject: Subject, declared_operation: DeclaredOperation, client: Client
) -> None:
    """As a malformed id, or as one that does not exist."""
    ids = declared_operation.existing_ids()
    name = PARAMETER.findall(declared_operation.operation.path)[-1]
    premise(str(ids.get(name)).isdecimal(), "the ids are no numbers")
    client.mark_unused("-1")

    response = declared_operation.request({**ids, name: "-1"}).send(client)

    refusals = [each for each in (subject.model.malformed_id, subject.model.not_found) if each is not None]
    either = Refusal(Statuses(tuple(status for each in refusals for status in each.statuses.patterns)))
    expect_refusal(response, either, declared_operation.declaration, declared_operation.operation)


@convention("REFUSAL-MALFORMED-ID", where=has_ids)
def test_malformed_id_is_refused(
    subject: Subject, declared_operation: DeclaredOperation, client: Client
) -> None:
    operation = declared_operation.operation
    ids = declared_operation.existing_ids()
    name = PARAMETER.findall(operation.path)[-1]
    declared = declared_operation.declaration.requests.parameters.get(name)
    listed = [declared.malformed] if declared is not None and declared.malformed is not None else []
    is_own = declared_operation.only_reads or ids.get(name) != declared_operation.examples().get(name)
    malformed = listed or list(malformed_like(ids.get(name), is_own=is_own))
    premise(bool(malformed), f"any text may be an id; declare requests.parameters.{name}.malformed")

    for value in malformed:
        client.mark_unused(value)
        response = declared_operation.request({**ids, name: value}).send(client)

        expect_refusal(response, subject.model.malformed_id, declared_operation.declaration, operation)


@convention("REFUSAL-UNKNOWN-PATH", where=is_get)
def test_unknown_path_is_refused(
    subject: Subject, declared_operation: DeclaredOperation, client: Client, contract: Contract
) -> None:
    below = declared_operation.existing().path
    paths = ["/no-such-path", f"{below}/no-such-path", f"{below}/no-such-path/at-all"]

    unknown = [path for path in paths if not contract.methods(path)]
    for path in at_least_one(unknown, "every path is documented"):
        response = client.get(path)

        expect_refusal(response, subject.model.unknown_path, declared_operation.declaration)


@convention("REFUSAL-METHOD")
def test_unknown_method_is_refused(
    subject: Subject, declared_operation: DeclaredOperation, client: Client, contract: Contract
) -> None:
    """A path whose id is unknown may be refused for that."""
    refusal = subject.model.method
    allowed = Refusal(Statuses((*refusal.statuses.patterns, *NOT_IMPLEMENTED)), refusal.codes)

    responses = send_unknown_methods(declared_operation, client, contract)

    judged = [each for each in responses if not (declared_operation.has_ids and each.status == 404)]
    for response in at_least_one(judged, "each request is refused for its id"):
        expect_refusal(response, allowed, declared_operation.declaration)


@convention("REFUSAL-ALLOW")
def test_refusal_of_a_method_names_the_others(
    declared_operation: DeclaredOperation, client: Client, contract: Contract
) -> None:
    """The checks of every exchange judge which methods Allow has; a gateway's response is not judged."""
    responses = send_unknown_methods(declared_operation, client, contract)

    refused = [each for each in responses if each.status == 405 and not is_http_layer_response(each.exchange)]
    for response in at_least_one(refused, "the API refuses no method with 405"):
        expect_true("Allow" in response.headers, "Allow", "no such header", response)


@convention("REFUSAL-MEDIA-TYPE", where=may_have_body)
def test_body_of_another_media_type_is_refused(
    subject: Subject, declared_operation: DeclaredOperation, client: Client
) -> None:
    """The body is valid in all other respects."""
    request = declared_operation.harmless()
    premise(takes_json(request), "the operation takes no JSON")

    response = request.send(client, headers={"Content-Type": UNKNOWN_TYPE})

    premise(request.is_about_existing or response.status != 404, request.unknown)
    expect_refusal(
        response, subject.model.media_type, declared_operation.declaration, declared_operation.operation
    )


@convention("REFUSAL-NOT-ACCEPTABLE", where=is_get)
def test_accept_that_cannot_be_met_is_refused(
    subject: Subject, declared_operation: DeclaredOperation, client: Client
) -> None:
    request = declared_operation.existing()
    premise(request.is_about_existing, request.unknown)
    premise_succeeds(request.send(client), "the request is refused with any Accept")

    response = request.send(client, headers={"Accept": UNKNOWN_TYPE})

    expect_refusal(
        response, subject.model.not_acceptable, declared_operation.declaration, declared_operation.operation
    )


@convention("REFUSAL-INVALID-BODY", where=may_have_body)
def test_body_that_breaks_the_schema_is_refused(
    subject: Subject, declared_operation: DeclaredOperation, client: Client
) -> None:
    """And nothing new is in the list."""
    valid = declared_operation.harmless()
    premise(takes_json(valid), "the operation takes no JSON")
    bodies = list(invalid_bodies(declared_operation, valid.body))
    if not bodies:
        not_verified("any body may be valid")

    def send_all() -> None:
        """Require that each body is refused."""
        for body in bodies:
            response = declared_operation.with_body(valid, body).send(client)
            premise(valid.is_about_existing or response.status != 404, valid.unknown)
            expect_refusal(
                response,
                subject.model.invalid_body,
                declared_operation.declaration,
                declared_operation.operation,
            )

    expect_nothing_new(declared_operation.changed_resource, send_all)


@convention("REFUSAL-MALFORMED-BODY", where=may_have_body)
def test_body_that_is_not_json_is_refused(
    subject: Subject, declared_operation: DeclaredOperation, client: Client
) -> None:
    """And nothing new is in the list."""
    valid = declared_operation.harmless()
    premise(takes_json(valid), "the operation takes no JSON")
    refusal = subject.model.malformed_body or subject.model.invalid_body

    def send_all() -> None:
        """Require that each text is refused."""
        for text in broken_json(declared_operation, json.dumps(valid.body).encode()):
            response = valid.send(client, content=text)
            premise(valid.is_about_existing or response.status != 404, valid.unknown)
            expect_refusal(response, refusal, declared_operation.declaration, declared_operation.operation)

    expect_nothing_new(declared_operation.changed_resource, send_all)


def send_unknown_methods(operation: DeclaredOperation, client: Client, contract: Contract) -> list[Response]:
    """Return the responses to the methods that the document does not have for the path of an operation."""
    path = operation.absent().path
    methods = undocumented_methods(contract, operation.operation.path)
    sendable = [method for method in methods if not client.is_forbidden(method, path)]
    premise(bool(sendable), "the path has each of PATCH, PUT and DELETE, or they could change something")
    return [client.request(method, path) for method in sendable]
