"""Conventions of authentication and errors, tested on every operation that needs credentials."""

from __future__ import annotations

import pytest
import requests

from tuningfork.apis import Rule
from tuningfork.contract.cases import Cases
from tuningfork.contract.openapi import Operation
from tuningfork.testing.case_sender import CaseSender
from tuningfork.testing.expect import expect
from tuningfork.testing.listings import at_least_one


@pytest.mark.judges(Rule.NEEDS_TOKEN, secured=True)
def test_request_without_credentials_returns_401(
    operation: Operation, cases: Cases, unauthenticated_sender: CaseSender
) -> None:
    """The request is one of the document's examples, valid in all other respects."""
    responses = unauthenticated_sender.send_each(cases.examples(operation))

    for response in responses:
        expect(response.status_code, 401, "status")


@pytest.mark.judges(
    Rule.ERROR_HEADERS,
    Rule.ERROR_ENVELOPE,
    Rule.ERROR_STATUS,
    Rule.ERROR_LIST,
    Rule.ERROR_TEXTS,
    secured=True,
)
def test_error_without_credentials_has_the_documented_form(
    operation: Operation, cases: Cases, unauthenticated_sender: CaseSender
) -> None:
    """The checks of every exchange compare the errors with the documented form."""
    responses = unauthenticated_sender.send_each(cases.examples(operation))

    expect_checked([response for response in responses if 400 <= response.status_code < 500])


def expect_checked(errors: list[requests.Response]) -> None:
    """Rely on the checks of every exchange, which have judged these responses; not verified without any."""
    at_least_one(errors, "no request without credentials returns an error")
