"""Finds the contract of each recorded exchange by its host, and applies the checks of that contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tuningfork.checks.series.observation import Observer
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.redaction import printable_line
from tuningfork.report.address import Address, UrlError
from tuningfork.report.checked_exchange import Check, CheckedExchange, ExchangeChecker
from tuningfork.report.hosts import Hosts
from tuningfork.report.recorded_exchange import RecordedExchange

MAX_HOST_CHARS = 253
"""RFC 1035 3.1."""


@dataclass(frozen=True, slots=True)
class Match:
    """The contract and the operation of a URL; the operation is None if the contract does not have it."""

    contract: Contract
    operation: Operation | None


class TrafficChecker:
    """Checks recorded exchanges one after the other.

    In a file with exchanges of the API's own hosts, exchanges with other hosts are not the API's.
    `learn_hosts` finds out in advance whether a file has such exchanges; without it only earlier ones count.

    Args:
        contracts: the host of an exchange decides which of these it is checked against.
        checks: by API.
        api: the API that was recorded, for exchanges whose host is in no contract.
        targets: by API, further base URLs beside those of its contract.
        observers: by API, for claims about several exchanges.
    """

    def __init__(
        self,
        contracts: Sequence[Contract],
        checks: Mapping[str, Sequence[Check]],
        api: str | None = None,
        targets: Mapping[str, Sequence[str]] | None = None,
        observers: Mapping[str, Observer] | None = None,
    ) -> None:
        self._api = api
        self._hosts = [
            Hosts(each, (targets or {}).get(each.api, ())) for each in contracts if api in (None, each.api)
        ]
        self._check = ExchangeChecker(checks, observers)
        self.files_with_own_hosts: set[Path] = set()

    def learn_hosts(self, file: Path, recorded: Iterable[RecordedExchange]) -> None:
        """Read the exchanges of a file until one has a host of an API, to know whether there is one."""
        if any(isinstance(self._match(each), Match) for each in recorded):
            self.files_with_own_hosts.add(file)

    def __call__(self, recorded: RecordedExchange) -> CheckedExchange:
        """Return the findings for an exchange.

        Raises:
            ContractError: the contract itself is wrong.
        """
        match = self._match(recorded)
        if isinstance(match, Match):
            self.files_with_own_hosts.add(recorded.file)
        elif isinstance(match, Address) and self._api and self._hosts and not self._has_own_host(recorded):
            hosts = self._hosts[0]
            match = Match(hosts.contract, hosts.guess(match, recorded.exchange.request.method))
        if not isinstance(match, Match):
            return self._unmatched(recorded, match)
        findings = self._check(recorded, match.contract.api, match.operation)
        return findings.with_claims(match.contract.claims)

    def _has_own_host(self, recorded: RecordedExchange) -> bool:
        """Return whether the file of an exchange has exchanges of the API's own hosts."""
        return recorded.file in self.files_with_own_hosts

    def _match(self, recorded: RecordedExchange) -> Match | Address | UrlError:
        """Return the match of a request, its address if no contract has its host, or the error of its URL."""
        request, contract = recorded.exchange.request, None
        # The base URL in a file does not name the API, so it counts only if the user does.
        base_url = recorded.base_url if self._api else ""
        try:
            address = Address.parse(request.url)
        except UrlError as error:
            return error
        for each in self._hosts:
            is_own, operation = each.find(address, request.method, base_url)
            if operation is not None:
                return Match(each.contract, operation)
            contract = contract or (each.contract if is_own else None)
        return address if contract is None else Match(contract, None)

    def _unmatched(self, recorded: RecordedExchange, reason: Address | UrlError) -> CheckedExchange:
        """Return an unchecked exchange: its URL is malformed, or its host is in no contract."""
        if isinstance(reason, UrlError):
            defect = f"its URL {reason}"
        else:
            problem = "not the API" if self._has_own_host(recorded) else "in no contract; say --api"
            defect = f"{printable_line(str(reason), MAX_HOST_CHARS)} is {problem}"
        return CheckedExchange(recorded.without_bodies(), "", None, (), defect)


def check_exchanges(
    recorded: Iterable[RecordedExchange],
    contracts: Sequence[Contract],
    checks: Mapping[str, Sequence[Check]],
    api: str | None = None,
    targets: Mapping[str, Sequence[str]] | None = None,
) -> list[CheckedExchange]:
    """Return the findings for each exchange; the arguments are those of `TrafficChecker`."""
    exchanges, check = list(recorded), TrafficChecker(contracts, checks, api, targets)
    for each in exchanges:
        check.learn_hosts(each.file, [each])
    return [check(each) for each in exchanges]
