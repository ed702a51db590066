"""`versioning`: how a request chooses the version of the API."""

from __future__ import annotations

from itertools import cycle

from tuningfork.client.client import Client
from tuningfork.conventions.declaration import Subject
from tuningfork.testing.api_versions import (
    expect_allowed_response,
    expect_echo,
    expect_supported,
    send_version,
    spellings,
    unknown_versions,
)
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.expect import expect_true
from tuningfork.testing.fairness import premise
from tuningfork.testing.listings import at_least_one

NO_READ = "no operation reads"


@convention("VERSION-SUPPORTED")
def test_supported_version_is_accepted(
    subject: Subject, reading_operations: list[DeclaredOperation], client: Client
) -> None:
    """Each read with one of the versions, and the first one with all of them, however they are written."""
    declared = subject.model
    requests = [request for each in reading_operations if (request := each.existing()).is_about_existing]
    pairs = [(request, version) for request in requests[:1] for version in declared.supported]
    pairs += zip(requests, cycle(declared.supported), strict=False)

    for request, version in at_least_one(pairs, "no operation reads what exists"):
        for text in spellings(declared, version):
            response = send_version(client, request, declared, text)

            expect_supported(response, version, declared, reading_operations[0].declaration)


@convention("VERSION-UNKNOWN")
def test_unknown_version_of_a_read_has_the_declared_response(
    subject: Subject, reading_operations: list[DeclaredOperation], client: Client
) -> None:
    declared = subject.model

    for operation in at_least_one(reading_operations, NO_READ):
        for version in unknown_versions(declared):
            text = declared.as_.replace("{}", version)
            response = send_version(client, operation.existing(), declared, text)

            expect_allowed_response(response, declared.unknown, declared, operation.declaration)


@convention("VERSION-UNKNOWN", needs=("write",))
def test_unknown_version_of_a_change_has_the_declared_response(
    subject: Subject, declared_operations: list[DeclaredOperation], client: Client
) -> None:
    """Of each operation that creates, changes or deletes an item of a declared resource."""
    declared = subject.model
    text = declared.as_.replace("{}", unknown_versions(declared)[0])
    changes = [operation for operation in declared_operations if operation.changed_resource is not None]

    for operation in at_least_one(changes, "no operation changes a declared resource"):
        response = send_version(client, operation.existing(), declared, text)

        expect_allowed_response(response, declared.unknown, declared, operation.declaration)


@convention("VERSION-MISSING")
def test_missing_version_has_the_declared_response(
    subject: Subject, reading_operations: list[DeclaredOperation], client: Client
) -> None:
    declared = subject.model

    for operation in at_least_one(reading_operations, NO_READ):
        response = send_version(client, operation.existing(), declared, None)

        expect_allowed_response(response, declared.missing, declared, operation.declaration)


@convention("VERSION-ECHO")
def test_response_names_the_version_that_was_used(
    subject: Subject, reading_operations: list[DeclaredOperation], client: Client
) -> None:
    """Without a choice of versions the header must only be there."""
    declared, operations = subject.model, at_least_one(reading_operations, NO_READ)

    for operation in operations:
        for version in declared.supported if declared.can_be_chosen else ():
            text = declared.as_.replace("{}", version)
            response = send_version(client, operation.existing(), declared, text)
            expect_echo(response, version, declared)
        if not (declared.supported and declared.can_be_chosen):
            response = operation.existing().send(client)
            premise(response.status < 400, f"the request returns {response.status}")
            found = response.headers.get(declared.echo.header, "")
            expect_true(bool(found), declared.echo.header, "no such header", response)
