"""Recorded traffic: read from files, and judged by contracts, offline."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuningfork.contract.openapi import Contract, Operation
from tuningfork.redaction import printable_line
from tuningfork.report.checked_exchange import Check, CheckedExchange, ExchangeChecker
from tuningfork.report.hosts import Address, Hosts, UrlError
from tuningfork.report.readers import bare_vcr, har, postman, vcr
from tuningfork.report.readers.attachments import Attachments
from tuningfork.report.readers.files import load
from tuningfork.report.recorded_exchange import BROKEN_ENTRY, Recorded, TrafficError

MAX_HOST = 253
"""Characters of a host (RFC 1035 3.1)."""
FORMATS = (
    "HAR, alone or in a zip; VCR cassettes of vcrpy, Ruby's VCR, betamax, Schemathesis and PHP-VCR; Postman "
    "collections with saved responses; Newman's JSON report"
)


def read(path: Path) -> list[Recorded]:
    """The exchanges of a file in any of the FORMATS.

    Raises:
        TrafficError: it can't be read, is torn, or is something else.
    """
    content, attached = load(path)
    try:
        return list(_exchanges(path, content, attached))
    except TrafficError:
        raise
    except BROKEN_ENTRY:
        raise TrafficError(f"{path}: is not whole; record or export it again") from None


def _exchanges(path: Path, content: Any, attached: Attachments) -> Iterable[Recorded]:
    """The exchanges of a file's value, by its shape."""
    if har.is_archive(content):
        return har.exchanges(path, content, attached)
    if vcr.is_cassette(content):
        return vcr.exchanges(path, content)
    if bare_vcr.is_list_of_exchanges(content):
        return bare_vcr.exchanges(path, content)
    if postman.is_report(content):
        return postman.of_report(path, content)
    if postman.is_collection(content):
        return postman.of_collection(path, content)
    what = "is empty" if content is None else "is none of the recordings that are read"
    raise TrafficError(f"{path}: {what}; give one of: {FORMATS}")


def judge(
    recorded: Iterable[Recorded],
    contracts: Sequence[Contract],
    checks: Mapping[str, Sequence[Check]],
    api: str | None = None,
    targets: Mapping[str, Sequence[str]] | None = None,
) -> list[CheckedExchange]:
    """What each exchange keeps and breaks.

    Args:
        recorded: from `read`.
        contracts: one of these is chosen by the host of each exchange, if there are several.
        checks: by API.
        api: the API that was recorded, if the hosts don't tell.
        targets: by API, base URLs at which it stands beside those of its contract.
    """
    everything = list(recorded)
    known = [Hosts(each, (targets or {}).get(each.api, ())) for each in contracts if api in (None, each.api)]
    # Where the recorder says that an API stood, it does not say which one.
    found = [_find(each, known, each.base_url if api else "") for each in everything]
    # Where a file has exchanges with an API's own host, those with other hosts are not the API's.
    telling = {each.file for each, place in zip(everything, found, strict=True) if isinstance(place, Found)}
    judge_one = ExchangeChecker(checks)
    judged = []
    for each, place in zip(everything, found, strict=True):
        if isinstance(place, Address) and api and known and each.file not in telling:
            place = Found(known[0].contract, known[0].guess(place, each.exchange.request.method))
        if isinstance(place, Found):
            found_there = judge_one(each, place.contract.api, place.operation)
            judged.append(found_there.of_claims(place.contract.claims))
        else:
            judged.append(_foreign(each, place, telling))
    return judged


@dataclass(frozen=True, slots=True)
class Found:
    """The contract and the operation of a URL."""

    contract: Contract
    operation: Operation | None


def _find(recorded: Recorded, known: Iterable[Hosts], base_url: str) -> Found | Address | UrlError:
    """What a request asked for; where no contract knows its host, the address or what is wrong with it."""
    request, own = recorded.exchange.request, None
    try:
        address = Address.of(request.url)
    except UrlError as wrong:
        return wrong
    for each in known:
        is_own, operation = each.find(address, request.method, base_url)
        if operation is not None:
            return Found(each.contract, operation)
        own = own or (each.contract if is_own else None)
    return address if own is None else Found(own, None)


def _foreign(recorded: Recorded, place: Address | UrlError, telling: Container[Path]) -> CheckedExchange:
    if isinstance(place, UrlError):
        flaw = f"its URL {place}"
    else:
        what = "not the API" if recorded.file in telling else "in no contract; say --api"
        flaw = f"{printable_line(str(place), MAX_HOST)} is {what}"
    return CheckedExchange(recorded.without_bodies(), "", None, (), flaw)
