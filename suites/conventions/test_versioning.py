"""`versioning`: how a request chooses the version of the API."""

from __future__ import annotations

from itertools import cycle

from tuningfork.client.client import Client
from tuningfork.contract.openapi import Contract
from tuningfork.conventions.declaration import Subject
from tuningfork.testing.api_versions import (
    expect_allowed_response,
    expect_supported,
    send_version,
    spellings,
    unknown_versions,
)
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_operation import DeclaredOperation, DeclaredRequest
from tuningfork.testing.expect import expect, expect_true
from tuningfork.testing.listings import at_least_one

NO_READ = "no operation reads"


def has_choice(subject: Subject) -> bool:
    """Return whether a request can choose one of the declared versions."""
    return bool(subject.model.supported and subject.model.can_be_chosen)


def has_no_choice(subject: Subject) -> bool:
    """Return whether the versions are not declared, or belong to the base URL."""
    return not has_choice(subject)


@convention("VERSION-SUPPORTED")
def test_supported_version_is_accepted(
    subject: Subject, reading_operations: list[DeclaredOperation], client: Client
) -> None:
    """Each read with one of the versions, and the first one with all of them, however they are written."""
    declared = subject.model
    requests = reads_of_existing(reading_operations)
    pairs = [(request, version) for request in requests[:1] for version in declared.supported]
    pairs += zip(requests, cycle(declared.supported), strict=False)

    for request, version in at_least_one(pairs, "no operation reads what exists"):
        for text in spellings(declared, version):
            response = send_version(client, request, declared, text)

            expect_supported(response, version, declared, reading_operations[0].declaration)


@convention("VERSION-UNKNOWN")
def test_unknown_version_of_a_read_has_the_declared_response(
    subject: Subject, reading_operations: list[DeclaredOperation], client: Client, contract: Contract
) -> None:
    """A read of what does not exist may be refused for that."""
    declared = subject.model

    for request in reads_of_existing(reading_operations):
        for version in unknown_versions(declared):
            text = declared.as_.replace("{}", version)
            response = send_version(client, request, declared, text)

            expect_allowed_response(response, declared.unknown, declared, contract.declaration)


@convention("VERSION-UNKNOWN", needs=("write",))
def test_unknown_version_of_a_change_has_the_declared_response(
    subject: Subject, declared_operations: list[DeclaredOperation], client: Client
) -> None:
    """Of each operation that creates, changes or deletes an item of a declared resource."""
    declared = subject.model
    text = declared.as_.replace("{}", unknown_versions(declared)[0])
    changes = [operation for operation in declared_operations if operation.changes_items]

    for operation in at_least_one(changes, "no operation changes a declared resource"):
        response = send_version(client, operation.existing(), declared, text)

        expect_allowed_response(response, declared.unknown, declared, operation.declaration)


@convention("VERSION-MISSING")
def test_missing_version_has_the_declared_response(
    subject: Subject, reading_operations: list[DeclaredOperation], client: Client
) -> None:
    """A read that is refused with a supported version, too, lacks something else and is not judged."""
    declared = subject.model

    reads = at_least_one(reading_operations, NO_READ)
    sent = [(read, send_version(client, read.existing(), declared, None)) for read in reads]

    judged = [
        (read, response)
        for read, response in sent
        if response.status < 400 or read.existing().send(client).status != response.status
    ]
    for read, response in at_least_one(judged, "each read lacks something else, too"):
        expect_allowed_response(response, declared.missing, declared, read.declaration)


@convention("VERSION-ECHO", where=has_choice)
def test_response_names_the_version_that_was_used(
    subject: Subject, reading_operations: list[DeclaredOperation], client: Client
) -> None:
    """Of each read that succeeds."""
    declared, requests = subject.model, reads_of_existing(reading_operations)

    sent = [
        (version, send_version(client, request, declared, declared.as_.replace("{}", version)))
        for request in requests
        for version in at_least_one(declared.supported, "no version is declared")
    ]

    successes = [(version, response) for version, response in sent if response.status < 400]
    for version, response in at_least_one(successes, "no operation reads with success"):
        expect(response.headers.get(declared.echo.header), version, declared.echo.header, response)


@convention("VERSION-ECHO", where=has_no_choice)
def test_response_names_a_version(
    subject: Subject, reading_operations: list[DeclaredOperation], client: Client
) -> None:
    header = subject.model.echo.header

    responses = [operation.existing().send(client) for operation in reading_operations]

    successes = [response for response in responses if response.status < 400]
    for response in at_least_one(successes, "no operation reads with success"):
        expect_true(bool(response.headers.get(header)), header, "no such header", response)


def reads_of_existing(operations: list[DeclaredOperation]) -> list[DeclaredRequest]:
    """Return the requests of operations that read what exists; not verified without any."""
    requests = [each.existing() for each in at_least_one(operations, NO_READ)]
    return at_least_one(
        [each for each in requests if each.is_about_existing], "no operation reads what exists"
    )
