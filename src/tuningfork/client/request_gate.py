"""Counts the requests of a process, and ends a test that may send no further one."""

from __future__ import annotations

from tuningfork import not_verified
from tuningfork.client.run_budget import RunBudget


class RequestGate:
    """What every request to an API passes before it is sent, also that of a login or of clean-up.

    Args:
        budget: what the whole run may send; None without a limit.
    """

    def __init__(self, budget: RunBudget | None = None) -> None:
        self.sent = 0
        """How many requests have passed."""
        self.budget = budget
        self._is_test = False

    def start_test(self) -> None:
        """Treat the next requests as those of a test, which end it if the budget is used up."""
        self._is_test = True

    def end_test(self) -> None:
        """Treat the next requests as clean-up, which may use the reserve of the budget."""
        self._is_test = False

    def let_pass(self) -> None:
        """Count a request; end the test as not verified if it may not be sent."""
        if self.budget is not None and not self.budget.spend(is_cleanup=not self._is_test):
            not_verified(self.budget.reason)
        self.sent += 1
