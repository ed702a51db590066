"""`cors`: what scripts of other origins may send and read."""

from __future__ import annotations

from itertools import cycle

from tuningfork.checks.declared.cors import allowed_origin, listed
from tuningfork.client.client import Client
from tuningfork.conventions.declaration import Subject
from tuningfork.testing.convention import convention
from tuningfork.testing.cross_origin import (
    STRANGER,
    expect_allowed,
    expect_credentials,
    expect_not_allowed,
    expect_preflight,
    forbidden_origins_of,
    origins_of,
    readable_requests,
    send_from,
    send_preflight,
)
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.expect import expect, expect_true
from tuningfork.testing.fairness import premise
from tuningfork.testing.listings import at_least_one


@convention("CORS-ORIGIN")
def test_every_read_allows_the_declared_origins(
    subject: Subject, declared_operations: list[DeclaredOperation], client: Client
) -> None:
    requests = at_least_one(readable_requests(declared_operations), "no operation reads")

    for request, origin in zip(requests, cycle(origins_of(subject.model)), strict=False):
        response = send_from(client, request, origin)

        expect_allowed(response, origin, subject.model)


@convention("CORS-ORIGIN")
def test_first_read_allows_no_other_origin(
    subject: Subject, declared_operations: list[DeclaredOperation], client: Client
) -> None:
    """Not even one that begins or ends like an allowed one."""
    request = at_least_one(readable_requests(declared_operations), "no operation reads")[0]
    allowed = origins_of(subject.model)

    for origin in (*allowed, *forbidden_origins_of(subject.model)):
        response = send_from(client, request, origin)
        if origin in allowed:
            expect_allowed(response, origin, subject.model)
        else:
            expect_not_allowed(response, origin)


@convention("CORS-VARY")
def test_response_that_depends_on_the_origin_has_vary(
    subject: Subject, declared_operations: list[DeclaredOperation], client: Client
) -> None:
    request = at_least_one(readable_requests(declared_operations), "no operation reads")[0]

    responses = [send_from(client, request, origin) for origin in (*origins_of(subject.model), STRANGER)]

    is_constant = len({allowed_origin(response.exchange.response) for response in responses}) == 1
    for response in responses:
        vary = listed(response.exchange.response, "vary")
        holds = is_constant or bool({"origin", "*"} & vary)
        expect_true(holds, "Vary: Origin", ", ".join(vary) or "no Vary", response)


@convention("CORS-PREFLIGHT")
def test_preflight_allows_the_declared_methods_and_headers(
    subject: Subject, declared_operations: list[DeclaredOperation], unauthenticated: Client
) -> None:
    """On each path that has the method, without credentials."""
    declared = subject.model
    named = [each for each in declared_operations if each.operation.method in (declared.methods or ["GET"])]

    for operation, origin in zip(
        at_least_one(named, "no operation has one of the methods"), cycle(origins_of(declared)), strict=False
    ):
        method = operation.operation.method
        response = send_preflight(unauthenticated, operation.path({}), method, origin, declared.headers)

        expect_allowed(response, origin, declared)
        expect_preflight(response, method, declared)


@convention("CORS-PREFLIGHT")
def test_preflight_names_each_declared_method(
    subject: Subject, declared_operations: list[DeclaredOperation], unauthenticated: Client
) -> None:
    declared, origin = subject.model, origins_of(subject.model)[0]
    path = at_least_one(declared_operations, "there is no operation")[0].path({})

    for method in declared.methods or ["GET"]:
        response = send_preflight(unauthenticated, path, method, origin, declared.headers)

        expect_preflight(response, method, declared)


@convention("CORS-ERRORS")
def test_errors_allow_the_same_origins(
    subject: Subject,
    declared_operations: list[DeclaredOperation],
    client: Client,
    unauthenticated: Client,
) -> None:
    """Of requests without credentials, of ids that do not exist, and of an unknown path."""
    origin = origins_of(subject.model)[0]
    reads = [operation for operation in declared_operations if operation.only_reads]

    responses = [send_from(unauthenticated, operation.absent(), origin) for operation in reads]
    responses += [send_from(client, operation.absent(), origin) for operation in reads if operation.has_ids]
    responses.append(client.get("/no-such-path", headers={"Origin": origin}))

    errors = [response for response in responses if response.status >= 400]
    for response in at_least_one(errors, "no request is refused"):
        expect_allowed(response, origin, subject.model)


@convention("CORS-EXPOSE")
def test_scripts_may_read_the_declared_headers(
    subject: Subject, declared_operations: list[DeclaredOperation], client: Client
) -> None:
    origin = origins_of(subject.model)[0]

    responses = [send_from(client, request, origin) for request in readable_requests(declared_operations)]

    successes = [response for response in responses if response.status < 400]
    for response in at_least_one(successes, "no operation reads with success"):
        exposed = listed(response.exchange.response, "access-control-expose-headers")
        has_wildcard = "*" in exposed and not subject.model.credentials
        for name in subject.model.expose:
            found = ", ".join(sorted(exposed)) or "no headers"
            expect_true(has_wildcard or name.lower() in exposed, f"{name} to be exposed", found, response)


@convention("CORS-CREDENTIALS")
def test_credentials_are_allowed_as_declared(
    subject: Subject, declared_operations: list[DeclaredOperation], client: Client, unauthenticated: Client
) -> None:
    """In responses and preflights; the checks of every exchange judge the wildcard and other origins."""
    declared = subject.model
    requests = at_least_one(readable_requests(declared_operations), "no operation reads")

    for request, origin in zip(requests, cycle(origins_of(declared)), strict=False):
        expect_credentials(send_from(client, request, origin), origin, declared)
        preflight = send_preflight(unauthenticated, request.path, "GET", origin, declared.headers)
        expect_credentials(preflight, origin, declared)
        for stranger in (STRANGER, "null"):
            response = send_from(client, request, stranger)
            is_stranger_allowed = declared.origins == "any" or stranger in declared.origins
            expect_credentials(response, stranger, declared) if is_stranger_allowed else None


@convention("CORS-MAX-AGE")
def test_preflight_is_cached_for_the_declared_time(
    subject: Subject, declared_operations: list[DeclaredOperation], unauthenticated: Client
) -> None:
    origin, paths = origins_of(subject.model)[0], {each.path({}) for each in declared_operations}

    for path in at_least_one(sorted(paths), "there is no operation"):
        response = send_preflight(unauthenticated, path, "GET", origin, subject.model.headers)
        premise(response.status < 300, f"a preflight returns {response.status}")

        found = response.headers.get("access-control-max-age")
        expect(found, str(subject.model.max_age), "Access-Control-Max-Age", response)
