"""The expectation that a request was refused as conventions.yaml declares."""

from __future__ import annotations

from tuningfork import not_verified
from tuningfork.checks.places import MISSING, find_in_response
from tuningfork.client.gateway import is_of_gateway
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar import Refusal
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
        not_verified(f"a gateway answered with {response.status}")
    found = str(response.status)
    expect_true(response.status in refusal.statuses, f"status {refusal.statuses}", found, response)
    errors = declaration.of("errors", operation) or declaration.first("errors")
    if refusal.codes and errors is not None and errors.code is not None:
        code = find_in_response(response.exchange.response, errors.code)
        found = "no code" if code is MISSING else f"the code {code!r}"
        expect_true(str(code) in refusal.codes, f"the code {' or '.join(refusal.codes)}", found, response)
