"""Requests that follow from the contract. What comes back is held against the document, like every answer."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings

from tuningfork.contract.cases import Case, Cases
from tuningfork.contract.openapi import Operation
from tuningfork.plugin.stage import Stage
from tuningfork.target.sender import Sender


@pytest.mark.judges("no server error")
def test_documented_examples(operation: Operation, cases: Cases, sender: Sender) -> None:
    """A server lives through every example of its own documentation."""
    for case in cases.examples(operation):
        sender.survives(case)


@pytest.mark.judges("no server error")
def test_boundaries(operation: Operation, cases: Cases, sender: Sender, stage: Stage) -> None:
    """It lives through the least, the greatest and the first wrong value of each parameter and member."""
    most = settings().max_examples

    for case in cases.boundaries(operation, most, stage.run.seed):
        sender.survives(case)


@pytest.mark.judges("no server error")
def test_random_requests(operation: Operation, cases: Cases, sender: Sender) -> None:
    """It lives through requests that nobody thought of."""

    @settings(max_examples=max(settings().max_examples // 7, 1), phases=[Phase.generate])
    @given(case=cases.strategy(operation))
    def lives(case: Case) -> None:
        sender.survives(case)

    lives()
