"""The expectations that generic tests state about the form of errors."""

from __future__ import annotations

from collections.abc import Iterable

from tuningfork.checks.error_form import judge_disclosure, judge_error
from tuningfork.checks.judgement import is_error
from tuningfork.client.gateway import is_of_gateway
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.declaration import Declaration
from tuningfork.testing.expect import expect_true
from tuningfork.testing.fairness import premise


def premise_errors(
    responses: Iterable[Response], declaration: Declaration, operation: Operation | None = None
) -> None:
    """End the test as not verified unless one of the responses is an error of the API.

    The checks of every exchange have then compared its form with the declared one.
    """
    declared = declaration.of("errors", operation) or declaration.first("errors")
    errors = [each for each in responses if is_error(each.exchange, declared)]
    is_judged = any(not is_of_gateway(each.exchange.response) for each in errors)
    premise(is_judged, "no request leads to an error of the API")


def expect_error_form(response: Response, declaration: Declaration, operation: Operation) -> None:
    """Raise ExpectationFailed unless a failure has the declared form of errors.

    The checks of every exchange do not judge a 503, because a gateway may have sent it.
    """
    declared = declaration.of("errors", operation)
    for each in () if declared is None else judge_error(response.exchange, declared):
        expect_true(each.holds, each.expected, f"{each.found} with {response.status}", response)


def expect_nothing_of_the_inside(response: Response) -> None:
    """Raise ExpectationFailed if a response has a stack trace, a file path or a query."""
    judged = judge_disclosure("", response.exchange)
    expect_true(judged.holds, judged.expected, judged.found, response)
