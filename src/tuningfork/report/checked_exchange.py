"""Applies the checks of a contract to recorded exchanges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tuningfork.checks.base import findings as findings_of
from tuningfork.checks.schema import REDACTED
from tuningfork.checks.series.observation import Observation, Observer, client_of, may_change
from tuningfork.contract.errors import ContractError
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding, Request, Response
from tuningfork.report.content_coding import MAX_BODY_BYTES, TOO_LARGE, decode_body
from tuningfork.report.readers.json_values import weigh_json
from tuningfork.report.recorded_exchange import (
    MissingBodyError,
    RecordedExchange,
    RequestWithoutBody,
    ResponseWithoutBody,
)

"""The text that recorders write instead of a secret."""
MAX_FILE_BODY_BYTES = 2 * MAX_BODY_BYTES
"""Size of all bodies of one file that are larger when decoded than in the file."""
MAX_JSON_VALUES = 100_000
"""Number of values in a JSON body."""
VALUE_MARKS = {b",": 1, b"{": 1, b"[": 1}
"""The characters of JSON that are counted to estimate the number of values."""

Check = Callable[[Exchange, Any], Iterable[Finding]]
"""Checks an exchange of an operation of the contract, or of None if there is no such operation."""


@dataclass(frozen=True, slots=True)
class CheckedExchange:
    """A recorded exchange and the findings of the checks.

    Args:
        recorded: the exchange without its bodies.
        api: the API that it belongs to; empty if it belongs to none.
        operation: its operation ("GET /tracks"), if the contract has it.
        findings: of all checks.
        defect: why it was not checked; empty if it was.
        observation: what it contributes to claims about several exchanges; None if it is not known.
    """

    recorded: RecordedExchange
    api: str
    operation: str | None
    findings: tuple[Finding, ...]
    defect: str = ""
    observation: Observation | None = None

    @property
    def violations(self) -> list[Finding]:
        """The findings that break a claim, one for each claim, pointer and expected value."""
        distinct: dict[tuple[str, str, str], Finding] = {}
        for finding in self.findings:
            if finding.claim and not finding.holds:
                distinct.setdefault((finding.claim, finding.pointer, finding.expected), finding)
        return list(distinct.values())

    @property
    def satisfied_claims(self) -> list[str]:
        """The claims that some finding confirms and no finding breaks."""
        broken = {finding.claim for finding in self.violations}
        confirmed = dict.fromkeys(each.claim for each in self.findings if each.claim and each.holds)
        return [claim for claim in confirmed if claim is not None and claim not in broken]

    @property
    def notes(self) -> list[Finding]:
        """The findings without a claim, which are for information only."""
        return [finding for finding in self.findings if not finding.claim and not finding.holds]

    @property
    def is_partly_checked(self) -> bool:
        """Whether everything except the missing response body was checked."""
        return bool(self.recorded.missing_body and self.api and not self.defect)

    def with_claims(self, claims: Container[str]) -> CheckedExchange:
        """Return a copy without the findings of claims that are not among these."""
        findings = tuple(each for each in self.findings if each.claim is None or each.claim in claims)
        return replace(self, findings=findings)


class ExchangeChecker:
    """Checks exchanges one after the other, and decompresses at most MAX_FILE_BODY_BYTES of each file."""

    def __init__(
        self, checks: Mapping[str, Sequence[Check]], observers: Mapping[str, Observer] | None = None
    ) -> None:
        self._checks, self._observers = checks, observers or {}
        self._decoded_bytes: Counter[Path] = Counter()

    def __call__(self, recorded: RecordedExchange, api: str, operation: Operation | None) -> CheckedExchange:
        """Return the findings of all checks of the API, or the reason why the exchange can't be checked.

        Raises:
            ContractError: the contract itself is wrong.
        """
        key = None if operation is None else operation.key
        findings: tuple[Finding, ...] = ()
        observation = None if api not in self._observers else _unread(recorded.exchange)
        try:
            exchange, defect = self._decode(recorded)
            if not defect:
                findings = tuple(_findings(self._checks[api], exchange, operation))
                observation = self._observe(api, exchange, operation)
        except ContractError:
            raise
        except Exception as error:
            defect = f"it can't be judged ({type(error).__name__})"
        return CheckedExchange(recorded.without_bodies(), api, key, findings, defect, observation)

    def _observe(self, api: str, exchange: Exchange, operation: Operation | None) -> Observation | None:
        """Return what an exchange contributes to claims about several exchanges."""
        try:
            return self._observers[api](exchange, operation) if api in self._observers else None
        except MissingBodyError:
            return _unread(exchange)

    def _decode(self, recorded: RecordedExchange) -> tuple[Exchange, str]:
        """Return the exchange with its response decoded, and an empty string or why it can't be checked."""
        exchange, response = recorded.exchange, recorded.exchange.response
        if recorded.defect or recorded.missing_body:
            return exchange, recorded.defect
        if self._decoded_bytes[recorded.file] > MAX_FILE_BODY_BYTES:
            limit = f"{MAX_FILE_BODY_BYTES >> 20} MiB"
            return exchange, f"the bodies of its file are larger than {limit} when decoded"
        body, defect = decode_body(response.body, response.headers)
        if body is not response.body:
            self._decoded_bytes[recorded.file] += MAX_BODY_BYTES if defect == TOO_LARGE else len(body)
        if not defect and _has_too_many_values(body, response.media_type):
            defect = f"its body has more than {MAX_JSON_VALUES:,} values"
        if defect or body is response.body:
            return exchange, defect
        return replace(exchange, response=replace(response, body=body)), ""


def _unread(exchange: Exchange) -> Observation:
    """Return what an exchange contributes whose response can't be read: it may have changed something."""
    return Observation(client_of(exchange), may_change(exchange))


def _findings(checks: Iterable[Check], exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """Yield the findings of all checks, without those that depend on a missing body or a redacted value."""
    for finding in _decided_findings(checks, exchange, operation):
        if finding.holds or not _is_redacted(finding, exchange):
            yield finding


def _decided_findings(
    checks: Iterable[Check], exchange: Exchange, operation: Operation | None
) -> Iterable[Finding]:
    """Return the findings of all checks, without the claims that depend on a missing body."""
    if not isinstance(exchange.request, RequestWithoutBody) and not isinstance(
        exchange.response, ResponseWithoutBody
    ):
        return findings_of(checks, exchange, operation)
    findings: list[Finding] = []
    undecided: set[str | None] = set()
    for check in checks:
        try:
            for finding in findings_of([check], exchange, operation):
                findings.append(finding)  # noqa: PERF402 - findings before a MissingBodyError count
        except MissingBodyError:
            for substitute in _with_substitute_bodies(exchange):
                undecided |= {each.claim for each in findings_of([check], substitute, operation)}
    return [each for each in findings if not (each.holds and each.claim in undecided)]


def _has_too_many_values(body: bytes, media_type: str) -> bool:
    """Return whether a body looks like JSON and has more than about MAX_JSON_VALUES values."""
    is_json = body[:100].lstrip()[:1] in (b"{", b"[") or "json" in media_type or "javascript" in media_type
    return is_json and weigh_json(body, MAX_JSON_VALUES, VALUE_MARKS) > MAX_JSON_VALUES


def _with_substitute_bodies(exchange: Exchange) -> Iterator[Exchange]:
    """Yield the exchange with several bodies instead of a missing one.

    The claims that a check finds for them are those whose verdict depends on the body.
    """
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
    """Return whether a finding is about a value that the recorder replaced by REDACTED."""
    value = _value_at(finding.pointer, exchange) if finding.pointer.startswith("/") else None
    if isinstance(value, str):
        return REDACTED in value
    before, redacted, _ = finding.found.partition(REDACTED)
    return bool(redacted) and "{" not in before and "[" not in before


def _value_at(pointer: str, exchange: Exchange) -> Any:
    """Return the value of the response body at a JSON pointer (RFC 6901), or None if it has none."""
    try:
        value = exchange.response.json()
        for part in pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            value = value[int(key)] if isinstance(value, list) else value[key]
    except (ValueError, LookupError, TypeError, RecursionError, MissingBodyError):
        return None
    return value
