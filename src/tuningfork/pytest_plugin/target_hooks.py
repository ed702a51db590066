"""The test hooks of a target, for a test that has the target to itself."""

from __future__ import annotations

from collections.abc import Callable

from tuningfork.client.controls import ControlsClient
from tuningfork.client.session import IsolatedSession
from tuningfork.client.transport import TransportContext
from tuningfork.contract.openapi import Contract
from tuningfork.pytest_plugin.exchange_judge import ExchangeJudge


class TargetHooks:
    """Makes the client of the hooks, and undoes what a test has changed by it.

    Args:
        contract: the contract of the API.
        transport: the connection to the target.
        judge: judges the exchanges.
        on_reset: called after the target was reset: its tokens and resources are gone.
        on_moved_clock: called after a test that has moved the clock of a target that has no reset.
    """

    def __init__(
        self,
        contract: Contract,
        transport: TransportContext,
        judge: ExchangeJudge,
        on_reset: Callable[[], None],
        on_moved_clock: Callable[[], None],
    ) -> None:
        self._contract = contract
        self._transport = transport
        self._judge = judge
        self._on_reset = on_reset
        self._on_moved_clock = on_moved_clock
        self._excuses_gateways = transport.excuses_gateways
        self._client: ControlsClient | None = None
        self._date_before = ("", 0.0)
        """The last date of the target's clock before a hook moved it."""

    @property
    def are_used(self) -> bool:
        """Whether the running test uses hooks, so that they may have changed how the target responds."""
        return self._client is not None

    def open(self, url: str) -> ControlsClient:
        """Return the client of the hooks at a URL."""
        transport = self._transport
        if transport.write_guard is not None:
            self._date_before = transport.write_guard.clock.last_date
        self._client = ControlsClient(
            url,
            IsolatedSession(transport.adapter),
            transport.timeout,
            self._on_call,
            transport.exchange_log.add_hook,
        )
        transport.obeys_retry_after = not self._documents_429()
        return self._client

    def close(self) -> ControlsClient | None:
        """Judge again as without hooks, after a test; return the client if the test had one."""
        self._transport.obeys_retry_after = True
        self._transport.excuses_gateways = self._excuses_gateways
        self._judge.expects_outage = False
        client, self._client = self._client, None
        return client

    def undo(self, client: ControlsClient) -> None:
        """Reset the target, and forget the tokens and resources that this deleted."""
        client.reset_after_test()
        if client.was_reset:
            self._on_reset()
            if self._transport.write_guard is not None:  # /reset restores the clock
                self._transport.write_guard.clock.last_date = self._date_before
        elif client.has_moved_clock:
            self._on_moved_clock()

    def _on_call(self, hook: str) -> None:
        """Expect server errors from now on if the test has called the hook `outage`."""
        if hook == "outage":
            if self._transport.write_guard is not None:
                self._transport.write_guard.verify_created()
            self._judge.expects_outage = True
            self._transport.excuses_gateways = False  # the failures are those that the test wants

    def _documents_429(self) -> bool:
        """Return whether the API documents 429, so that a test may expect it; else it is a gateway's."""
        return bool(self._contract.declaration.values("rate-limit")) or any(
            response.status == "429"
            for operation in self._contract.operations
            for response in operation.responses
        )
