"""Requests as a browser sends them for a script of another origin, and what their responses must allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuningfork.checks.declared.cors import allowed_origin, allows_credentials, listed
from tuningfork.client.client import Client
from tuningfork.client.gateway import is_of_gateway
from tuningfork.client.response import Response
from tuningfork.conventions.cors import Cors
from tuningfork.testing.declared_operation import DeclaredOperation, DeclaredRequest
from tuningfork.testing.expect import expect_true

ANY_ORIGINS = ("https://app.example.com", "http://localhost:3000")
STRANGER = "https://stranger.example"
SIMPLE_METHODS = frozenset({"get", "head", "post"})
"""Methods that a preflight need not allow (Fetch 2.2.1)."""


def origins_of(declared: Cors) -> Sequence[str]:
    """Return origins that are allowed."""
    return ANY_ORIGINS if declared.origins == "any" else declared.origins


def forbidden_origins_of(declared: Cors) -> Iterator[str]:
    """Yield origins that are not allowed, some of which resemble one that is."""
    if declared.origins != "any":
        yield STRANGER
        for origin in declared.origins:
            scheme, _, host = origin.partition("://")
            yield f"{origin}.stranger.example"
            yield f"{scheme}://stranger{host}"


def readable_requests(operations: Sequence[DeclaredOperation]) -> Iterator[DeclaredRequest]:
    """Yield a valid request of each operation that only reads."""
    for operation in operations:
        if operation.only_reads:
            yield operation.existing()


def send_from(client: Client, request: DeclaredRequest, origin: str) -> Response:
    """Send a request as for a script of an origin."""
    headers = {**request.arguments.get("headers", {}), "Origin": origin}
    return request.send(client, headers=headers)


def send_preflight(client: Client, path: str, method: str, origin: str, headers: Sequence[str]) -> Response:
    """Send a preflight (Fetch 3.3.2)."""
    names = ",".join(sorted(name.lower() for name in headers))
    requested = {"Access-Control-Request-Headers": names} if names else {}
    return client.options(
        path, headers={"Origin": origin, "Access-Control-Request-Method": method, **requested}
    )


def expect_allowed(response: Response, origin: str, declared: Cors) -> None:
    """Raise ExpectationFailed unless a response allows an origin; a gateway's response is not judged."""
    if not is_of_gateway(response.exchange.response):
        found = allowed_origin(response.exchange.response)
        allowed = (origin,) if declared.credentials else (origin, "*")
        expected = f"Access-Control-Allow-Origin: {' or '.join(allowed)}"
        expect_true(found in allowed, expected, found or "no such header", response)


def expect_not_allowed(response: Response, origin: str) -> None:
    """Raise ExpectationFailed if a response allows an origin that is not declared."""
    found = allowed_origin(response.exchange.response)
    expect_true(found not in (origin, "*"), f"{origin} not to be allowed", found, response)


def expect_preflight(response: Response, method: str, declared: Cors) -> None:
    """Raise ExpectationFailed unless the response to a preflight allows a method and the declared headers."""
    answer = response.exchange.response
    expect_true(200 <= response.status < 300, "status 2xx", str(response.status), response)
    methods = listed(answer, "access-control-allow-methods")
    is_allowed = method.lower() in methods | SIMPLE_METHODS or ("*" in methods and not declared.credentials)
    expect_true(is_allowed, f"{method} to be allowed", ", ".join(methods) or "no methods", response)
    names = listed(answer, "access-control-allow-headers")
    for name in map(str.lower, declared.headers):
        has_wildcard = "*" in names and not declared.credentials and name != "authorization"
        found = ", ".join(sorted(names)) or "no headers"
        expect_true(name in names or has_wildcard, f"the header {name} to be allowed", found, response)


def expect_credentials(response: Response, origin: str, declared: Cors) -> None:
    """Raise ExpectationFailed unless credentials are allowed as declared, to an allowed origin."""
    answer = response.exchange.response
    if declared.credentials and not is_of_gateway(answer):
        is_allowed = allows_credentials(answer) and allowed_origin(answer) == origin
        expect_true(is_allowed, f"credentials for {origin}", allowed_origin(answer) or "none", response)
    elif not declared.credentials:
        expect_true(not allows_credentials(answer), "no credentials", "credentials", response)
