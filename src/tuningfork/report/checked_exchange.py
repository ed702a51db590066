"""A recorded exchange and what the checks of its contract say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tuningfork.checks.base import findings as findings_of
from tuningfork.contract.errors import ContractError
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding, Request, Response
from tuningfork.report.readers.files import weigh_json
from tuningfork.report.recorded_exchange import (
    MAX_BODY,
    TOO_LARGE,
    Recorded,
    RequestWithoutBody,
    ResponseWithoutBody,
    UnknownBodyError,
    decoded,
)

REDACTED = "REDACTED"
MAX_BODIES = 2 * MAX_BODY
"""Bytes of all bodies of one file when decoded."""
MAX_VALUES = 100_000
"""Values in the JSON of a body."""
ONE_EACH = {b",": 1, b"{": 1, b"[": 1}


Check = Callable[[Exchange, Any], Iterable[Finding]]
"""Judges an exchange with an operation of the contract, or None."""


@dataclass(frozen=True, slots=True)
class CheckedExchange:
    """A recorded exchange and what was seen of each claim in it."""

    recorded: Recorded
    api: str
    operation: str | None
    findings: tuple[Finding, ...]
    flaw: str = ""

    @property
    def broken(self) -> list[Finding]:
        """What breaks a claim; what is expected at a place stands here once."""
        found: dict[tuple[str, str, str], Finding] = {}
        for each in self.findings:
            if each.claim and not each.holds:
                found.setdefault((each.claim, each.pointer, each.expected), each)
        return list(found.values())

    def of_claims(self, stated: Container[str]) -> CheckedExchange:
        """The same without findings of claims that its contract does not state."""
        told = tuple(each for each in self.findings if each.claim is None or each.claim in stated)
        return replace(self, findings=told)

    @property
    def is_in_part(self) -> bool:
        """Whether all but the response's body was judged, which nobody has."""
        return bool(self.recorded.unknown and self.api and not self.flaw)

    @property
    def notes(self) -> list[Finding]:
        """What is for information only."""
        return [each for each in self.findings if not each.claim and not each.holds]

    @property
    def kept(self) -> list[str]:
        """The claims that were seen to hold, and were not broken."""
        broken = {each.claim for each in self.broken}
        held = dict.fromkeys(each.claim for each in self.findings if each.claim and each.holds)
        return [claim for claim in held if claim is not None and claim not in broken]


class ExchangeChecker:
    """Judges exchanges one after the other, and of each file no more than 128 MiB of bodies."""

    def __init__(self, checks: Mapping[str, Sequence[Check]]) -> None:
        self._checks = checks
        self._read: Counter[Path] = Counter()

    def __call__(self, recorded: Recorded, api: str, operation: Operation | None) -> CheckedExchange:
        """What an exchange keeps and breaks; one that can't be judged has a flaw.

        Raises:
            ContractError: the contract itself is broken.
        """
        key = None if operation is None else operation.key
        findings: tuple[Finding, ...] = ()
        try:
            exchange, flaw = self._decoded(recorded)
            if not flaw:
                findings = tuple(_findings(self._checks[api], exchange, operation))
        except ContractError:
            raise
        except Exception as failed:
            flaw = f"it can't be judged ({type(failed).__name__})"
        return CheckedExchange(recorded.without_bodies(), api, key, findings, flaw)

    def _decoded(self, recorded: Recorded) -> tuple[Exchange, str]:
        """An exchange without the content coding of its response, or a flaw."""
        exchange, response = recorded.exchange, recorded.exchange.response
        if recorded.flaw or recorded.unknown:
            return exchange, recorded.flaw
        if self._read[recorded.file] > MAX_BODIES:
            return exchange, f"the bodies of its file are larger than {MAX_BODIES >> 20} MiB when decoded"
        body, flaw = decoded(response.body, response.headers)
        self._read[recorded.file] += MAX_BODY if flaw == TOO_LARGE else len(body)
        if not flaw and _has_too_many_values(body, response.media_type):
            flaw = f"its body has more than {MAX_VALUES:,} values"
        if flaw or body is response.body:
            return exchange, flaw
        return replace(exchange, response=replace(response, body=body)), ""


def _findings(checks: Iterable[Check], exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """What all checks say of an exchange; what only a body could tell that nobody has is not said."""
    findings: list[Finding] = []
    untold: set[str | None] = set()
    for check in checks:
        try:
            for each in findings_of([check], exchange, operation):
                findings.append(each)  # noqa: PERF402 - those before an error count
        except UnknownBodyError:
            others = (findings_of([check], other, operation) for other in _stand_ins(exchange))
            untold |= {each.claim for found in others for each in found}
    for each in findings:
        if each.holds and each.claim in untold:
            continue
        if each.holds or not _is_redacted(each, exchange):
            yield each


def _has_too_many_values(body: bytes, media_type: str) -> bool:
    is_json = body[:100].lstrip()[:1] in (b"{", b"[") or "json" in media_type or "javascript" in media_type
    return is_json and weigh_json(body, MAX_VALUES, ONE_EACH) > MAX_VALUES


def _stand_ins(exchange: Exchange) -> Iterator[Exchange]:
    """The exchange with bodies in place of unknown ones: what is said of these depends on the body."""
    request, response = exchange.request, exchange.response
    if isinstance(request, RequestWithoutBody):
        request = Request(request.method, request.url, request.headers)
    for body in (b"", b"{}", b"[]") if isinstance(response, ResponseWithoutBody) else (response.body,):
        yield replace(
            exchange,
            request=request,
            response=Response(response.status, response.reason, response.headers, body),
        )


def _is_redacted(finding: Finding, exchange: Exchange) -> bool:
    """Whether what was found is not what was sent, but what a recorder put in its place."""
    value = _at(finding.pointer, exchange) if finding.pointer.startswith("/") else None
    if isinstance(value, str):
        return REDACTED in value
    before, redacted, _ = finding.found.partition(REDACTED)
    return bool(redacted) and "{" not in before and "[" not in before


def _at(pointer: str, exchange: Exchange) -> Any:
    """The value of the body at a JSON pointer (RFC 6901); None if there is none."""
    try:
        value = exchange.response.json()
        for part in pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            value = value[int(key)] if isinstance(value, list) else value[key]
    except (ValueError, LookupError, TypeError, RecursionError, UnknownBodyError):
        return None
    return value
