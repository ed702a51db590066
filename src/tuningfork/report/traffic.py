"""Reads files of recorded traffic and checks their exchanges against contracts, without a network."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuningfork.contract.openapi import Contract, Operation
from tuningfork.redaction import printable_line
from tuningfork.report.address import Address, UrlError
from tuningfork.report.checked_exchange import Check, CheckedExchange, ExchangeChecker
from tuningfork.report.hosts import Hosts
from tuningfork.report.readers import bare_vcr, har, postman, vcr
from tuningfork.report.readers.attachments import Attachments
from tuningfork.report.readers.files import load
from tuningfork.report.recorded_exchange import MALFORMED_ENTRY_ERRORS, RecordedExchange, TrafficError

MAX_HOST_CHARS = 253
"""RFC 1035 3.1."""
FORMATS = (
    "HAR, alone or in a zip; VCR cassettes of vcrpy, Ruby's VCR, betamax, Schemathesis and PHP-VCR; Postman "
    "collections with saved responses; Newman's JSON report"
)


def read(path: Path) -> list[RecordedExchange]:
    """Return the exchanges of a file in any of the FORMATS.

    Raises:
        TrafficError: the file can't be read, is truncated, or has another format.
    """
    content, attachments = load(path)
    try:
        return list(_exchanges(path, content, attachments))
    except TrafficError:
        raise
    except MALFORMED_ENTRY_ERRORS:
        raise TrafficError(f"{path}: is not complete; record or export it again") from None


def _exchanges(path: Path, content: Any, attachments: Attachments) -> Iterable[RecordedExchange]:
    """Return the exchanges of a file; the structure of its content decides the format."""
    if har.is_archive(content):
        return har.read_exchanges(path, content, attachments)
    if vcr.is_cassette(content):
        return vcr.read_exchanges(path, content)
    if bare_vcr.is_list_of_exchanges(content):
        return bare_vcr.read_exchanges(path, content)
    if postman.is_report(content):
        return postman.read_report(path, content)
    if postman.is_collection(content):
        return postman.read_collection(path, content)
    problem = "is empty" if content is None else "has none of the formats that can be read"
    raise TrafficError(f"{path}: {problem}; give one of: {FORMATS}")


def check_exchanges(
    recorded: Iterable[RecordedExchange],
    contracts: Sequence[Contract],
    checks: Mapping[str, Sequence[Check]],
    api: str | None = None,
    targets: Mapping[str, Sequence[str]] | None = None,
) -> list[CheckedExchange]:
    """Return the findings for each exchange.

    Args:
        recorded: from `read`.
        contracts: the host of an exchange decides which of these it is checked against.
        checks: by API.
        api: the API that was recorded, for exchanges whose host is in no contract.
        targets: by API, further base URLs beside those of its contract.
    """
    exchanges = list(recorded)
    hosts = [Hosts(each, (targets or {}).get(each.api, ())) for each in contracts if api in (None, each.api)]
    # The base URL in a file does not name the API, so it counts only if the user does.
    matches = [_match(each, hosts, each.base_url if api else "") for each in exchanges]
    # In a file with exchanges of the API's own hosts, exchanges with other hosts are not the API's.
    files = {each.file for each, match in zip(exchanges, matches, strict=True) if isinstance(match, Match)}
    check = ExchangeChecker(checks)
    checked = []
    for each, match in zip(exchanges, matches, strict=True):
        if isinstance(match, Address) and api and hosts and each.file not in files:
            match = Match(hosts[0].contract, hosts[0].guess(match, each.exchange.request.method))
        if isinstance(match, Match):
            findings = check(each, match.contract.api, match.operation)
            checked.append(findings.with_claims(match.contract.claims))
        else:
            checked.append(_unmatched(each, match, files))
    return checked


@dataclass(frozen=True, slots=True)
class Match:
    """The contract and the operation of a URL; the operation is None if the contract does not have it."""

    contract: Contract
    operation: Operation | None


def _match(recorded: RecordedExchange, hosts: Iterable[Hosts], base_url: str) -> Match | Address | UrlError:
    """Return the match of a request, its address if no contract has its host, or the error of its URL."""
    request, contract = recorded.exchange.request, None
    try:
        address = Address.parse(request.url)
    except UrlError as error:
        return error
    for each in hosts:
        is_own, operation = each.find(address, request.method, base_url)
        if operation is not None:
            return Match(each.contract, operation)
        contract = contract or (each.contract if is_own else None)
    return address if contract is None else Match(contract, None)


def _unmatched(
    recorded: RecordedExchange, reason: Address | UrlError, files: Container[Path]
) -> CheckedExchange:
    """Return an unchecked exchange: its URL is malformed, or its host is in no contract."""
    if isinstance(reason, UrlError):
        defect = f"its URL {reason}"
    else:
        problem = "not the API" if recorded.file in files else "in no contract; say --api"
        defect = f"{printable_line(str(reason), MAX_HOST_CHARS)} is {problem}"
    return CheckedExchange(recorded.without_bodies(), "", None, (), defect)
