"""Judges each exchange of a test by the contract of its API."""

from __future__ import annotations

from collections.abc import Callable

from tuningfork import apis
from tuningfork.apis import Profile, Rule
from tuningfork.checks.base import findings as findings_of
from tuningfork.contract.openapi import Contract
from tuningfork.contract.operation import Operation
from tuningfork.model import Exchange, Finding, Request, Response
from tuningfork.pytest_plugin.operation_coverage import OperationCoverage


class ExchangeJudge:
    """Returns the findings of the profile's checks, and notes which operations were used.

    Args:
        profile: the profile of the API.
        contract: the contract of the API.
        find_operation: returns the documented operation of an exchange; None without one.
        is_excused: returns whether a response says nothing about the API.
    """

    def __init__(
        self,
        profile: Profile,
        contract: Contract,
        find_operation: Callable[[Exchange], Operation | None],
        is_excused: Callable[[Response], bool],
    ) -> None:
        self.checks = apis.checks(contract)
        self.coverage = OperationCoverage()
        self.expects_outage = False
        """Whether a test has announced an outage."""
        self._find_operation = find_operation
        self._is_excused = is_excused
        self._no_server_error = profile.rules.get(Rule.NO_SERVER_ERROR)
        self._declaration = contract.declaration

    def judge(self, exchange: Exchange) -> tuple[str | None, list[Finding]]:
        """Return the key of an exchange's operation and the findings of the checks."""
        operation = self._find_operation(exchange)
        is_checked = not self._is_excused(exchange.response)
        findings = list(findings_of(self.checks, exchange, operation)) if is_checked else []
        if self.expects_outage:
            expected = {self._no_server_error, *self._declaration.own_ids("ERRORS-NO-5XX")} - {None}
            findings = [finding for finding in findings if finding.claim not in expected]
        if operation is None:
            return None, findings
        self.coverage.add(exchange, operation)
        return operation.key, findings

    def judge_unanswered(self, request: Request, reason: str) -> Finding:
        """Return the violation of a request that got no response."""
        expected = f"a response to {request.method} {request.path}"
        return Finding(self._no_server_error, False, expected, reason)
