"""Recorded traffic: read from files, and held against contracts, offline."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, urlsplit

import yaml

from tuningfork.checks.check import findings
from tuningfork.contract.openapi import Operation
from tuningfork.model import Claim, Exchange, Finding
from tuningfork.report import har, tapes
from tuningfork.report.recorded import Recorded, TrafficError

REDACTED = "REDACTED"

_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc]  # the C loader is there or not
    """Safe YAML, and the texts as Python 2 marked them in old cassettes."""


for _tag in ("python/unicode", "python/str"):
    _Loader.add_constructor(
        f"tag:yaml.org,2002:{_tag}", lambda loader, node: str(loader.construct_scalar(node))
    )


class Contract(Protocol):
    """What is promised of an API."""

    api: str
    document: Mapping[str, Any]
    claims: dict[str, Claim]

    def find(self, method: str, path: str) -> Operation | None:
        """The operation of a request by its path below the base URL."""


Check = Callable[[Exchange, Any], Iterable[Finding]]
"""Judges an exchange with an operation of the contract, or None."""


@dataclass(frozen=True, slots=True)
class Judged:
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
                found.setdefault((each.claim, each.place, each.expected), each)
        return list(found.values())

    @property
    def kept(self) -> list[str]:
        """The claims that were seen to hold, and were not broken."""
        broken = {each.claim for each in self.broken}
        held = dict.fromkeys(each.claim for each in self.findings if each.claim and each.holds)
        return [claim for claim in held if claim is not None and claim not in broken]


def read(path: Path) -> list[Recorded]:
    """The exchanges of a file: a VCR cassette (YAML or JSON, version 1) or a HAR.

    Raises:
        TrafficError: it can't be read, is torn, or is something else.
    """
    content = _content(path)
    if isinstance(content, dict) and "log" in content:
        return list(har.exchanges(path, content))
    if isinstance(content, dict) and "interactions" in content:
        return list(tapes.exchanges(path, content))
    raise TrafficError(f"{path}: is neither a VCR cassette nor a HAR; give one of these")


def judge(
    recorded: Iterable[Recorded],
    contracts: Sequence[Contract],
    checks: Mapping[str, Sequence[Check]],
    api: str | None = None,
) -> list[Judged]:
    """What each exchange keeps and breaks.

    Args:
        recorded: from `read`.
        contracts: one of these is chosen by the host of each exchange, if there are several.
        checks: by API.
        api: the API that was recorded, if the hosts don't tell.
    """
    named = [each for each in contracts if api in (None, each.api)]
    everything = list(recorded)
    # Where a file has exchanges with an API's own host, those with other hosts are not the API's.
    telling = {each.file for each in everything if _by_host(_url(each), named)}
    judged = []
    for each in everything:
        contract = _by_host(_url(each), named)
        if contract is None and each.file not in telling and len(named) == 1:
            contract = named[0]
        judged.append(_judged(each, contract, checks) if contract else _foreign(each, telling))
    return judged


def _foreign(recorded: Recorded, telling: Container[Path]) -> Judged:
    host = urlsplit(_url(recorded)).netloc
    known = recorded.file in telling
    return Judged(
        recorded, "", None, (), f"{host} is {'not the API' if known else 'in no contract; say --api'}"
    )


def _url(recorded: Recorded) -> str:
    return recorded.exchange.request.url


def _judged(recorded: Recorded, contract: Contract, checks: Mapping[str, Sequence[Check]]) -> Judged:
    operation = contract.find(recorded.exchange.request.method, below(recorded, contract))
    key = None if operation is None else operation.key
    if recorded.flaw:
        return Judged(recorded, contract.api, key, (), recorded.flaw)
    found = findings(checks[contract.api], recorded.exchange, operation)
    told = tuple(each for each in found if each.holds or not _is_redacted(each, recorded.exchange))
    return Judged(recorded, contract.api, key, told)


def _by_host(url: str, contracts: Iterable[Contract]) -> Contract | None:
    host = urlsplit(url).netloc.lower()
    found = (each for each in contracts if any(server.netloc == host for server in _servers(each)))
    return next(found, None)


def _servers(contract: Contract) -> list[SplitResult]:
    return [urlsplit(str(each.get("url", "")).lower()) for each in contract.document.get("servers", ())]


def below(recorded: Recorded, contract: Contract) -> str:
    """The path below the base URL; the whole path where its host is not known."""
    url = urlsplit(_url(recorded))
    bases = [*_servers(contract), *([urlsplit(recorded.base_url)] if recorded.base_url else [])]
    for base in bases:
        root = base.path.rstrip("/")
        if base.netloc.lower() == url.netloc.lower() and url.path.startswith(f"{root}/"):
            return url.path[len(root) :]
    return url.path


def _is_redacted(finding: Finding, exchange: Exchange) -> bool:
    """Whether what was found is not what was sent, but what a recorder put in its place."""
    value = _at(finding.place, exchange) if finding.place.startswith("/") else None
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
    except (ValueError, LookupError, TypeError):
        return None
    return value


def _content(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as unread:
        raise TrafficError(f"{path}: can't be read ({unread.strerror})") from None
    except UnicodeError:
        raise TrafficError(f"{path}: is no text; give a VCR cassette or a HAR") from None
    if path.suffix.lower() in (".har", ".json") or text.lstrip().startswith("{"):
        return _json(path, text)
    return _yaml(path, text)


def _json(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as torn:
        place = f"line {torn.lineno}, column {torn.colno}"
        raise TrafficError(f"{path}, {place}: is torn, or no JSON; export it again") from None
    except RecursionError:
        raise TrafficError(f"{path}: is nested too deeply; export it again") from None


def _yaml(path: Path, text: str) -> Any:
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as torn:
        mark = getattr(torn, "problem_mark", None)
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise TrafficError(f"{path}{place}: is torn, or no YAML; record it again") from None
    except RecursionError:
        raise TrafficError(f"{path}: is nested too deeply; record it again") from None
