"""`auth`: which credentials are accepted, and how requests without valid ones are refused."""

from __future__ import annotations

from tuningfork.checks.www_authenticate import schemes
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.contract.openapi import Contract
from tuningfork.conventions.declaration import Subject
from tuningfork.testing.convention import convention
from tuningfork.testing.credential import Credential
from tuningfork.testing.credential_refusal import expect_refused
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.expect import expect, expect_in, expect_true
from tuningfork.testing.fairness import premise
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.probe import Probe, is_probe
from tuningfork.testing.refusal import code_of, expect_accepted, expect_refusal
from tuningfork.testing.unchanged import expect_no_effect


def has_head(subject: Subject) -> bool:
    """Return whether the operation is a GET that is refused by its status."""
    is_get = subject.operation is not None and subject.operation.method == "GET"
    return is_get and not any(status.startswith("2") for status in subject.model.missing.statuses.patterns)


@convention("AUTH-ACCEPTED")
def test_valid_credentials_are_accepted(
    subject: Subject, declared_operation: DeclaredOperation, client: Client
) -> None:
    request = declared_operation.harmless()

    for _ in range(2) if declared_operation.only_reads else range(1):
        response = request.send(client)
        expect_accepted(response, subject.model, declared_operation.declaration, request.operation)


@convention("AUTH-MISSING")
def test_request_without_credentials_is_refused(
    subject: Subject, declared_operation: DeclaredOperation, unauthenticated: Client
) -> None:
    request = declared_operation.unauthorized()

    response = request.send(unauthenticated)

    expect_refused(request, response, subject.model.missing, declared_operation.declaration)


@convention("AUTH-MISSING", where=has_head)
def test_head_without_credentials_is_refused(
    subject: Subject, declared_operation: DeclaredOperation, unauthenticated: Client, client: Client
) -> None:
    """Where a GET is refused by its status."""
    request = declared_operation.existing()

    response = unauthenticated.head(request.path, params=request.arguments["params"])

    expect_true(response.status >= 300, "a refusal", str(response.status), response)


@convention("AUTH-WRONG")
def test_wrong_credentials_are_refused(
    subject: Subject,
    declared_operation: DeclaredOperation,
    credential: Credential,
    contract: Contract,
    client: Client,
) -> None:
    """The probe gets all kinds of wrong credentials, any other operation an altered token."""
    request = declared_operation.unauthorized()
    kinds = (
        dict(credential.wrong_ones()) if is_probe(subject, contract) else {"altered": credential.altered()}
    )

    for wrong in kinds.values():
        response = request.send(wrong.sent_by(client))
        expect_refused(request, response, subject.model.wrong, declared_operation.declaration)


@convention("AUTH-SCHEME-CASE")
def test_case_of_the_scheme_does_not_matter(
    subject: Subject, declared_operation: DeclaredOperation, credential: Credential, client: Client
) -> None:
    scheme = credential.scheme
    spellings = [scheme.lower(), scheme.upper()] if declared_operation.only_reads else [scheme.lower()]

    for spelling in spellings:
        request = declared_operation.harmless()
        response = request.send(credential.with_scheme(spelling).sent_by(client))
        expect_accepted(response, subject.model, declared_operation.declaration, request.operation)


@convention("AUTH-CHALLENGE")
def test_refusal_has_the_declared_challenge(
    subject: Subject, declared_operation: DeclaredOperation, credential: Credential, unauthenticated: Client
) -> None:
    """A refusal with another status than 401 needs no challenge (RFC 9110 15.5.2)."""
    request = declared_operation.unauthorized()

    responses = [request.send(outsider) for _, _, outsider in credential.outsiders(unauthenticated)]

    refusals = [response for response in responses if response.status == 401]
    for response in at_least_one(refusals, "no refusal has the status 401"):
        challenges = schemes(response.headers.get("WWW-Authenticate", ""))
        expect_in(subject.model.challenge.lower(), challenges, "the schemes of WWW-Authenticate", response)


@convention("AUTH-NOT-IN")
def test_credentials_in_another_location_are_refused(
    subject: Subject, declared_operation: DeclaredOperation, credential: Credential, unauthenticated: Client
) -> None:
    """Beside no credentials, and beside wrong ones."""
    requests = at_least_one(declared_operation.with_token_elsewhere(credential), "it has no body for a token")

    for request in requests:
        for _, refusal, outsider in credential.outsiders(unauthenticated):
            response = request.send(outsider)
            expect_refused(request, response, refusal, declared_operation.declaration)


@convention("AUTH-FIRST")
def test_refusal_is_the_same_for_absent_ids_and_invalid_bodies(
    declared_operation: DeclaredOperation, credential: Credential, unauthenticated: Client
) -> None:
    declaration, has_valid = declared_operation.declaration, not declared_operation.lacks_own_items
    valid = declared_operation.unauthorized() if has_valid else declared_operation.absent()
    invalid = [*declared_operation.absent_ones(), *declared_operation.invalid_ones(valid)]
    others = at_least_one(invalid, "the operation has neither an id nor a body")

    for _, refusal, outsider in credential.outsiders(unauthenticated):
        expected = valid.send(outsider)
        for request in others:
            response = request.send(outsider)
            if not (valid.is_about_existing or declared_operation.only_reads):
                expect_refusal(response, refusal, declaration, request.operation)
            expect(response.status, expected.status, "status", response)
            code = code_of(expected, declaration, request.operation)
            expect(code_of(response, declaration, request.operation), code, "code", response)


@convention("AUTH-UNCHANGED", only_changes=True)
def test_refused_write_changes_nothing(
    declared_operation: DeclaredOperation, credential: Credential, unauthenticated: Client
) -> None:
    for _, _, outsider in credential.outsiders(unauthenticated):
        expect_no_effect(declared_operation, outsider)


@convention("AUTH-OPTIONAL")
def test_request_without_credentials_works(
    declared_operation: DeclaredOperation, client: Client, unauthenticated: Client
) -> None:
    with_credentials = declared_operation.harmless().send(client)
    premise(with_credentials.status < 400, "the request does not work with credentials either")

    response = declared_operation.harmless().send(unauthenticated)

    expect_true(response.status < 400, "a success", str(response.status), response)


@convention("AUTH-PUBLIC")
def test_public_operation_needs_no_credentials(
    subject: Subject, declared_operation: DeclaredOperation, unauthenticated: Client
) -> None:
    request = declared_operation.harmless()

    response = request.send(unauthenticated)

    expect_accepted(response, subject.model, declared_operation.declaration, request.operation)


@convention("AUTH-ALSO")
def test_further_scheme_is_accepted(
    subject: Subject, declared_operation: DeclaredOperation, credential: Credential, client: Client
) -> None:
    for scheme in subject.model.also:
        request = declared_operation.harmless()
        response = request.send(credential.with_scheme(scheme).sent_by(client))
        expect_accepted(response, subject.model, declared_operation.declaration, request.operation)


@convention("AUTH-REVOKED")
def test_revoked_token_is_refused(
    subject: Subject, probe: Probe, controls: ControlsClient, test_data: dict[str, str], contract: Contract
) -> None:
    """It works before, and is refused each time after."""
    token = test_data["revocable_token"]
    premise(probe.is_accepted(token), "the revocable token does not work")

    controls.disable("token", token)

    for _ in range(2):
        expect_refusal(probe.send(token), subject.model.revoked, contract.declaration)


@convention("AUTH-EXPIRED")
def test_expired_token_is_refused(
    subject: Subject, probe: Probe, test_data: dict[str, str], contract: Contract
) -> None:
    premise("expired_token" in test_data, "tuningfork.toml has no given.expired_token")

    response = probe.send(test_data["expired_token"])

    expect_refusal(response, subject.model.expired, contract.declaration)
