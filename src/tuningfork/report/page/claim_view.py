"""A claim as the page shows it: its sources, its tests by function, its exchanges, its faults."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from tuningfork.model import Verdict
from tuningfork.report.page.exchange_view import ExchangeView, ViolationView, exchange_views, violation_view
from tuningfork.report.page.faults import Fault
from tuningfork.report.results import Api, ClaimResult, Results, Test
from tuningfork.report.sections import plural
from tuningfork.report.sources import source_links


@dataclass(frozen=True, slots=True)
class TestGroup:
    """The tests of one function: its file, its name, its docstring, and its cases with their outcomes."""

    __test__ = False  # keeps pytest from collecting it

    file: str
    name: str
    doc: str
    cases: tuple[tuple[str, Test], ...]

    @property
    def outcomes(self) -> str:
        """How the tests ended: "passed", or "8 passed, 1 not verified"."""
        counts = Counter(test.outcome for _, test in self.cases)
        return ", ".join(
            f"{number:,} {outcome}" if len(self.cases) > 1 else outcome for outcome, number in counts.items()
        )

    @property
    def is_parametrized(self) -> bool:
        """Whether the function has cases with names."""
        return any(name for name, _ in self.cases)

    @property
    def reasons(self) -> list[str]:
        """The distinct reasons of the cases that did not pass."""
        return list(dict.fromkeys(test.reason for _, test in self.cases if test.reason))


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim and everything that the page says about it.

    Args:
        result: the claim and its verdict.
        links: its sources: text, and a URL if there is one.
        documents: the letters of the documents that its source names.
        tests: by function.
        exchanges: those that its last expectation compared.
        faults: that an audit killed, or that a contract lists.
        violations: those found during the tests.
        cleanup: those found while the run deleted what tests had created.
        reruns: for a claim in error, the lines that run its tests again.
    """

    result: ClaimResult
    links: tuple[tuple[str, str | None], ...]
    documents: tuple[str, ...]
    tests: tuple[TestGroup, ...]
    exchanges: tuple[ExchangeView, ...]
    faults: tuple[Fault, ...]
    violations: tuple[ViolationView, ...]
    cleanup: tuple[ViolationView, ...]
    reruns: tuple[str, ...]

    @property
    def is_broken(self) -> bool:
        """Whether the claim is one of those that come first."""
        return self.result.verdict not in (Verdict.PASSED, Verdict.NOT_VERIFIED)

    @property
    def failures(self) -> str:
        """How many of its tests failed: "9 of 13 tests failed"; empty if none did."""
        tests = [test for group in self.tests for _, test in group.cases]
        failed = sum(test.outcome == "failed" for test in tests)
        return f"{failed:,} of {plural(len(tests), 'test')} failed" if failed else ""

    @property
    def evidence(self) -> str:
        """The anchor of the card with its violations; empty without violations."""
        if self.violations:
            return f"broken-{self.result.id}"
        return f"cleanup-{self.result.id}" if self.cleanup else ""

    @property
    def contents(self) -> str:
        """The counts of what is folded below the claim: "7 tests, 1 exchange, 3 faults"."""
        counts = {"test": len(self.result.tests), "exchange": len(self.exchanges), "fault": len(self.faults)}
        return ", ".join(plural(count, noun) for noun, count in counts.items() if count)


def claim_view(
    claim: ClaimResult, results: Results, tests: Mapping[str, Test], faults: Sequence[Fault]
) -> ClaimView:
    """Return the view of a claim.

    Args:
        claim: the claim.
        results: of the run.
        tests: of the run, by id.
        faults: of the claim.
    """
    api = results.run.apis.get(claim.api, Api(title=claim.api))
    violations = [
        violation_view(each, results.run.rerun(each.test) if each.test else "") for each in claim.violations
    ]
    own_tests = [tests[test] for test in claim.tests if test in tests]
    failed = [test.id for test in own_tests if test.outcome == "error"] if not violations else []
    return ClaimView(
        result=claim,
        links=tuple(source_links(claim.source, api)),
        documents=tuple(letter for letter in re.findall(r"\b[A-Z]\b", claim.source) if letter in api.sources),
        tests=_groups(own_tests),
        exchanges=exchange_views(claim.exchanges),
        faults=tuple(fault for fault in faults if fault.verdict in ("", "killed")),
        violations=tuple(each for each in violations if not each.violation.during_cleanup),
        cleanup=tuple(each for each in violations if each.violation.during_cleanup),
        reruns=tuple(results.run.rerun(test) for test in failed[:3]),
    )


def _groups(tests: Sequence[Test]) -> tuple[TestGroup, ...]:
    """Return the tests grouped by function, in the order of files and names."""
    split = sorted(((*_split(test.id), test) for test in tests), key=lambda parts: parts[:3])
    return tuple(
        TestGroup(file, name, members[0][3].doc, tuple((case, test) for _, _, case, test in members))
        for (file, name), group in groupby(split, key=lambda parts: parts[:2])
        if (members := list(group))
    )


def _split(test: str) -> tuple[str, str, str]:
    """Return the file, the function and the case of a pytest id; the case is empty without parameters."""
    path, _, name = test.partition("::")
    function, _, case = name.partition("[")
    return path, function, case.removesuffix("]")
