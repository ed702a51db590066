"""Doing and undoing in any order, against a model of the promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, run_state_machine_as_test

from tuningfork.client.client import Answer, Client
from tuningfork.model import Unmet


class Machine(RuleBasedStateMachine):
    """After each step what it touched is as the model says; at the end everything is, and is undone.

    A rule leaves in `touched` what looks at it.
    """

    def __init__(self, client: Client) -> None:
        super().__init__()
        self.client = client
        self.touched: Callable[[], None] | None = None

    @invariant()
    def agrees(self) -> None:
        """What was touched last is as it should be."""
        touched, self.touched = self.touched, None
        if touched is not None:
            self.client.eventually(touched)

    def teardown(self) -> None:
        """What no step touched for long is as it should be too; then all is undone."""
        try:
            self.has_all()
        finally:
            self.undo()

    def has_all(self) -> None:
        """Every list is what the model says."""
        raise NotImplementedError

    def undo(self) -> None:
        """Leave nothing to the next example."""
        raise NotImplementedError


def run(machine: type[Machine]) -> None:
    """Run a machine: a third of the run's examples, and no shrinking, since each step costs two requests."""
    chosen = settings(max_examples=max(3, settings().max_examples // 3), phases=[Phase.generate])
    run_state_machine_as_test(machine, settings=chosen)


def one_of(things: Sequence[Any], index: int) -> Any:
    """A thing by a number that may be larger than their count."""
    return things[index % len(things)]


def done(answer: Answer, promise: str, *allowed: int) -> Answer:
    """The answer; raise for that claim where it has none of these statuses."""
    with blaming(promise):
        return answer.has_status(*allowed)


@contextmanager
def blaming(promise: str) -> Iterator[None]:
    """What is unmet within breaks that claim, and no other one of the machine's."""
    try:
        yield
    except Unmet as unmet:
        raise Unmet(unmet.expected, unmet.found, unmet.claim or promise) from None


def agree(wanted: Any, found: Any, what: str, promise: str) -> None:
    """Raise for that claim where the two differ."""
    if wanted != found:
        raise Unmet(f"{what}: {wanted}", str(found), promise)
