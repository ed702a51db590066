"""Requests that follow from the contract. What comes back is held against the document, like every answer."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings

from tuningfork import not_verified
from tuningfork.apis import Rule
from tuningfork.contract.cases import UNGENERABLE, Case, Cases
from tuningfork.contract.openapi import Operation
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.testing.case_sender import CaseSender
from tuningfork.testing.listings import at_least_one

NO_REQUEST = "the document allows no request of this operation"


@pytest.mark.judges(Rule.NO_SERVER_ERROR)
def test_documented_examples(operation: Operation, cases: Cases, sender: CaseSender) -> None:
    """A server lives through every example of its own documentation, or else through the smallest request."""
    for case in at_least_one(cases.examples(operation), NO_REQUEST):
        sender.assert_no_server_error(case)


@pytest.mark.judges(Rule.NO_SERVER_ERROR)
def test_boundaries(operation: Operation, cases: Cases, sender: CaseSender, api_session: ApiSession) -> None:
    """It lives through the least, the greatest and the first wrong value of each parameter and member."""
    most = settings().max_examples

    for case in at_least_one(cases.boundaries(operation, most, api_session.run.seed), NO_REQUEST):
        sender.assert_no_server_error(case)


@pytest.mark.judges(Rule.NO_SERVER_ERROR)
def test_random_requests(operation: Operation, cases: Cases, sender: CaseSender) -> None:
    """It lives through requests that nobody thought of."""

    @settings(max_examples=max(settings().max_examples // 7, 1), phases=[Phase.generate])
    @given(case=cases.strategy(operation))
    def lives(case: Case) -> None:
        sender.assert_no_server_error(case)

    try:
        lives()
    except UNGENERABLE:
        not_verified(NO_REQUEST)
