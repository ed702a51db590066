"""The faults of a real server that a person has confirmed with curl, and what a run says about them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """A violation of a claim in a report.

    Args:
        claim: the id of the claim.
        request: method, path with query, and body.
        expected: what was expected.
        found: what was found.
    """

    claim: str
    request: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.claim}: {self.request}: expected {self.expected}; found {self.found}"


@dataclass(frozen=True, slots=True)
class KnownFault:
    """A fault of a server.

    Args:
        what: the fault in words.
        claim: a regular expression of the claims that it violates.
        request: a regular expression of the requests that show it.
        curl: a request with curl that shows it, and the response.
        found: a regular expression of what a report says that it found.
    """

    what: str
    claim: str
    request: str
    curl: str
    found: str = ""

    def explains(self, finding: Finding) -> bool:
        """Return whether a finding is about this fault."""
        return (
            re.fullmatch(self.claim, finding.claim) is not None
            and re.search(self.request, finding.request, re.DOTALL) is not None
            and re.match(self.found, finding.found) is not None
        )


def read_faults(path: Path) -> list[KnownFault]:
    """Return the known faults in a file."""
    return [KnownFault(**fault) for fault in tomllib.loads(path.read_text("utf-8"))["faults"]]


def read_findings(results: Path) -> list[Finding]:
    """Return the violations in a results.json."""
    claims = json.loads(results.read_text("utf-8"))["claims"]
    return [_finding(breach) for claim in claims for breach in claim["breaches"]]


def _finding(breach: Mapping[str, Any]) -> Finding:
    """Return a violation of a report as a finding."""
    exchange = breach["exchange"] or {"method": "", "url": "", "request": {"body": ""}}
    path = re.sub(r"^\w+://[^/]+", "", exchange["url"])
    request = f"{exchange['method']} {path} {exchange['request']['body']}"
    return Finding(breach["claim"], request, breach["expected"], breach["found"])


def missed(faults: Sequence[KnownFault], findings: Sequence[Finding]) -> Iterator[KnownFault]:
    """Yield the faults that no finding is about."""
    return (fault for fault in faults if not any(map(fault.explains, findings)))


def unconfirmed(faults: Sequence[KnownFault], findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the findings that are about no known fault: false accusations, or new faults."""
    return (finding for finding in findings if not any(fault.explains(finding) for fault in faults))
