"""Stateful tests: Hypothesis sends requests in any order and compares the target with a model of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, run_state_machine_as_test

from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.expect import Source, expect


class ApiStateMachine(RuleBasedStateMachine):
    """A state machine whose rules send requests and update a model of the target.

    A rule assigns to `check_change` the function that compares what the rule changed with the model. It is
    called after the rule, again until it passes or the `settle` time of the target is over. After the last
    rule the whole target is compared with the model, then `clean_up` deletes what the rules created.
    """

    def __init__(self, client: Client) -> None:
        super().__init__()
        self.client = client
        self.check_change: Callable[[], None] | None = None

    @invariant()
    def expect_change(self) -> None:
        """Raise ExpectationFailed unless what the last rule changed agrees with the model."""
        check, self.check_change = self.check_change, None
        if check is not None:
            self.client.eventually(check)

    def teardown(self) -> None:
        """Compare the whole target with the model, then clean up."""
        try:
            self.expect_model()
        finally:
            self.clean_up()

    def expect_model(self) -> None:
        """Raise ExpectationFailed unless every list of the target agrees with the model."""
        raise NotImplementedError

    def clean_up(self) -> None:
        """Undo the changes of this example, so that the next one starts from the same state."""
        raise NotImplementedError


def run_machine(machine: type[ApiStateMachine]) -> None:
    """Run a state machine with a third of the run's examples and without shrinking: each step is slow."""
    few_examples = settings(max_examples=max(3, settings().max_examples // 3), phases=[Phase.generate])
    run_state_machine_as_test(machine, settings=few_examples)


def pick(items: Sequence[Any], index: int) -> Any:
    """Return the item at `index` modulo the number of items."""
    return items[index % len(items)]


def expect_status_for_claim(response: Response, claim_id: str, *allowed: int) -> Response:
    """Return the response; raise ExpectationFailed for this claim unless its status is allowed."""
    with for_claim(claim_id):
        return response.expect_status(*allowed)


def expect_for_claim(actual: Any, expected: Any, what: str, claim_id: str, source: Source = None) -> None:
    """Raise ExpectationFailed for this claim unless `actual`, which `what` names, equals `expected`."""
    with for_claim(claim_id):
        expect(actual, expected, what, source)


@contextmanager
def for_claim(claim_id: str) -> Iterator[None]:
    """Let an ExpectationFailed that is raised inside count for this claim only, not for all of the test."""
    try:
        yield
    except ExpectationFailed as failure:
        failure.claim = failure.claim or claim_id
        raise
