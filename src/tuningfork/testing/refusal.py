"""The expectations that a request was refused as conventions.yaml declares, or was not refused."""

from __future__ import annotations

from tuningfork import not_verified
from tuningfork.checks.places import MISSING, find_in_response
from tuningfork.client.gateway import is_of_gateway
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.auth import Auth
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect_true


def expect_refusal(
    response: Response, refusal: Refusal, declaration: Declaration, operation: Operation | None = None
) -> None:
    """Raise ExpectationFailed unless a response refuses a request as declared.

    Args:
        response: the response to a request that must be refused.
        refusal: the declared statuses and codes.
        declaration: the conventions of the API, which say where an error has its code.
        operation: the operation; None if the path or the method is not documented.
    """
    if response.status not in refusal.statuses and is_of_gateway(response.exchange.response):
        not_verified(f"a gateway returned {response.status}")
    found = str(response.status)
    expect_true(response.status in refusal.statuses, f"status {refusal.statuses}", found, response)
    if refusal.codes and has_code(declaration, operation):
        code = code_of(response, declaration, operation)
        found = "no code" if code is None else f"the code {to_json(code)}"
        expect_true(code in refusal.codes, f"the code {' or '.join(refusal.codes)}", found, response)


def expect_accepted(
    response: Response, declared: Auth, declaration: Declaration, operation: Operation | None = None
) -> None:
    """Raise ExpectationFailed if a response refuses valid credentials.

    A 404 without a code may be about an id; the declared refusal of too few rights accepts the credentials.
    """
    refusals = [each for each in (declared.missing, declared.wrong) if each is not None]
    is_refused = any(is_refusal(response, each, declaration, operation) for each in refusals)
    ignored = declared.insufficient
    if ignored is not None and is_refusal(response, ignored, declaration, operation):
        return
    is_about_id = response.status in (404, 410) and not any(each.codes for each in refusals)
    is_broken = response.status == 401 or (is_refused and not is_about_id)
    expect_true(not is_broken, "valid credentials to be accepted", str(response.status), response)


def refuses_token(
    response: Response, declared: Auth, declaration: Declaration, operation: Operation | None = None
) -> bool:
    """Return whether a response may refuse the token of its request: with 401, or as declared."""
    refusals = (declared.wrong, declared.expired, declared.revoked)
    return response.status == 401 or any(
        is_refusal(response, each, declaration, operation) for each in refusals if each is not None
    )


def is_refusal(
    response: Response, refusal: Refusal, declaration: Declaration, operation: Operation | None = None
) -> bool:
    """Return whether a response has a declared status and code of a refusal."""
    has_declared_code = (
        not refusal.codes
        or not has_code(declaration, operation)
        or code_of(response, declaration, operation) in refusal.codes
    )
    return response.status in refusal.statuses and has_declared_code


def has_code(declaration: Declaration, operation: Operation | None) -> bool:
    """Return whether errors have a declared code."""
    errors = declaration.of("errors", operation) or declaration.first("errors")
    return errors is not None and errors.code is not None


def code_of(response: Response, declaration: Declaration, operation: Operation | None) -> str | None:
    """Return the error code of a response, as a text; None without one."""
    errors = declaration.of("errors", operation) or declaration.first("errors")
    if errors is None or errors.code is None:
        return None
    code = find_in_response(response.exchange.response, errors.code)
    return None if code is MISSING else str(code)
