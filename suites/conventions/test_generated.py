"""Requests that Schemathesis generates from the OpenAPI document; every response is checked against it."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings

from tuningfork import not_verified
from tuningfork.apis import Rule
from tuningfork.contract.cases import GENERATION_ERRORS, Case, Cases
from tuningfork.contract.openapi import Operation
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.testing.case_sender import CaseSender
from tuningfork.testing.listings import at_least_one

NO_REQUEST = "the document allows no request of this operation"


@pytest.mark.judges(Rule.NO_SERVER_ERROR)
def test_documented_examples_return_no_5xx(operation: Operation, cases: Cases, sender: CaseSender) -> None:
    """An operation without examples gets the smallest request that the document allows."""
    for case in at_least_one(cases.examples(operation), NO_REQUEST):
        sender.assert_no_server_error(case)


@pytest.mark.judges(Rule.NO_SERVER_ERROR)
def test_boundary_values_return_no_5xx(
    operation: Operation, cases: Cases, sender: CaseSender, api_session: ApiSession
) -> None:
    """The least, the greatest and the first invalid value of each parameter and property."""
    max_cases = settings().max_examples

    for case in at_least_one(cases.boundaries(operation, max_cases, api_session.run.seed), NO_REQUEST):
        sender.assert_no_server_error(case)


@pytest.mark.judges(Rule.NO_SERVER_ERROR)
def test_random_requests_return_no_5xx(operation: Operation, cases: Cases, sender: CaseSender) -> None:
    """A seventh of the run's examples: the operation has examples and boundary values, too."""

    @settings(max_examples=max(settings().max_examples // 7, 1), phases=[Phase.generate])
    @given(case=cases.strategy(operation))
    def send_random(case: Case) -> None:
        sender.assert_no_server_error(case)

    try:
        send_random()
    except GENERATION_ERRORS:
        not_verified(NO_REQUEST)
