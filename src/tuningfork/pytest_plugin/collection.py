"""Which tests run: every test of a suite names claims, known ones, and the run may ask for some only."""

from __future__ import annotations

import re

import pytest

from tuningfork.pytest_plugin.run_config import Run

SUITES = "suites"


def claims_of(item: pytest.Item) -> tuple[str, ...]:
    """The claims that a test is marked with, in order, each once."""
    marks = list(item.iter_markers("claim"))
    return tuple(dict.fromkeys(claim for mark in reversed(marks) for claim in mark.args))


def needs_of(item: pytest.Item, run: Run) -> tuple[str, ...]:
    """What a test needs of a target: what its claims need, what it says itself, what its fixtures imply."""
    needs: dict[str, None] = {}
    for mark in item.iter_markers("claim"):
        needs.update(dict.fromkeys(mark.kwargs.get("needs", ())))
    for claim in claims_of(item):
        contract = run.contract_of(claim)
        assert contract is not None, "collection has refused unknown claims"
        needs.update(dict.fromkeys(contract.claims[claim].needs))
    fixtures = getattr(item, "fixturenames", ())
    implied = {"me": "user", "other": "user2"}
    needs.update(dict.fromkeys(implied[name] for name in fixtures if name in implied))
    return tuple(needs)


def problems(items: list[pytest.Item], run: Run) -> list[str]:
    """What is wrong with the tests of the suites, a sentence each."""
    known = frozenset().union(*run.all_claims.values())
    found = []
    for item in items:
        claims = claims_of(item)
        if not claims:
            found.append(f"{item.nodeid}: this test names no claim; mark it with @claim(...).")
        found += [
            f"{item.nodeid}: there is no claim {claim}; correct the id or add it to specs/."
            for claim in claims
            if claim not in known
        ]
    return found


def error(report: pytest.CollectReport) -> str:
    """What could not be collected and why, in a sentence; pytest marks an exception's lines by "E   ".

    Where pytest itself says what is wrong ("Failed: "), a plugin may have put a warning around it.
    """
    text = report.longreprtext.strip() or "no reason was given"
    raised = re.findall(r"(?:^E .*\n?)+", text, re.MULTILINE)
    lines = re.findall(r"^E {3}(\S.*)", raised[-1], re.MULTILINE) if raised else []
    lines = [line for line in lines if line.startswith("Failed: ")] or lines or text.splitlines()[-1:]
    reason = lines[0].removeprefix("E").removeprefix("Failed:").strip()
    return f"{report.nodeid or 'the suites'}: can't be collected ({reason})."


def select(items: list[pytest.Item], run: Run) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Those that the run asks for, and the others."""
    chosen: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        wanted = any(run.contract_of(claim) is not None and run.wants(claim) for claim in claims_of(item))
        (chosen if wanted else left).append(item)
    return chosen, left
