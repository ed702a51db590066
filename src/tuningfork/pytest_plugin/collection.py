"""Selects the tests of a run by their claims, and reports tests that cannot be collected."""

from __future__ import annotations

import re

import pytest

from tuningfork.pytest_plugin.known_claims import known_claims
from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.redaction import printable_line

SUITES = "suites"
HOOK_FIXTURES = frozenset(["controls", "quota"])
"""The fixtures that call test hooks; `quota` of suites/conventions/ may also use up a limit by requests."""


def claims_of(item: pytest.Item) -> tuple[str, ...]:
    """Return the claims that a test is marked with, in order and without repetitions."""
    marks = list(item.iter_markers("claim"))
    return tuple(dict.fromkeys(claim for mark in reversed(marks) for claim in mark.args))


def first_paragraph(item: pytest.Item) -> str:
    """Return the first paragraph of a test's docstring, in one line."""
    doc = getattr(getattr(item, "obj", None), "__doc__", None) or ""
    return printable_line(" ".join(doc.strip().partition("\n\n")[0].split()))


def needs_of(item: pytest.Item, run: RunConfig) -> tuple[str, ...]:
    """Return the needs of a test: those of its claims, of its marks and of its fixtures."""
    needs: dict[str, None] = {}
    for mark in item.iter_markers("claim"):
        needs.update(dict.fromkeys(mark.kwargs.get("needs", ())))
    for claim in claims_of(item):
        contract = run.contract_of(claim)
        assert contract is not None, "collection has refused unknown claims"
        needs.update(dict.fromkeys(contract.claims[claim].needs))
    fixtures = getattr(item, "fixturenames", ())
    implied = {"user": "user", "other_user": "user2"}
    needs.update(dict.fromkeys(implied[name] for name in fixtures if name in implied))
    return tuple(needs)


def needs_target_alone(item: pytest.Item, run: RunConfig) -> bool:
    """Return whether no other test may use the target meanwhile: a test that uses a test hook or writes.

    Where doubtful results are repeated alone, a test that writes runs together with others.
    """
    uses_hook = not HOOK_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
    return uses_hook or ("write" in needs_of(item, run) and not run.repeats_doubtful)


def validate_markers(items: list[pytest.Item], run: RunConfig) -> list[str]:
    """Return a sentence for each test that names no claim or an unknown claim."""
    claims_by_item = [(item, claims_of(item)) for item in items]
    foreign = {claim for _, claims in claims_by_item for claim in claims if run.contract_of(claim) is None}
    unknown = foreign - known_claims() if foreign else foreign
    errors = []
    for item, claims in claims_by_item:
        if not claims:
            errors.append(f"{item.nodeid}: this test names no claim; mark it with @claim(...).")
        errors += [
            f"{item.nodeid}: there is no claim {claim}; correct the id or add it to specs/."
            for claim in claims
            if claim in unknown
        ]
    return errors


def collection_error(report: pytest.CollectReport) -> str:
    """Return a sentence that says what cannot be collected and why.

    pytest marks the lines of an exception by "E   "; its own message, after "Failed: ", takes precedence.
    """
    text = report.longreprtext.strip() or "no reason was given"
    raised = re.findall(r"(?:^E .*\n?)+", text, re.MULTILINE)
    lines = re.findall(r"^E {3}(\S.*)", raised[-1], re.MULTILINE) if raised else []
    lines = [line for line in lines if line.startswith("Failed: ")] or lines or text.splitlines()[-1:]
    reason = lines[0].removeprefix("E").removeprefix("Failed:").strip()
    place = re.search(r"^E +File \".*\", line (\d+)$", raised[-1], re.MULTILINE) if raised else None
    reason = f"line {place[1]}: {reason}" if place else reason
    return f"{report.nodeid or 'the suites'}: can't be collected ({reason})."


def select_items(items: list[pytest.Item], run: RunConfig) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return the tests of the run's claims, and the other tests."""
    selected: list[pytest.Item] = []
    deselected: list[pytest.Item] = []
    for item in items:
        is_selected = any(
            run.contract_of(claim) is not None and run.wants(claim) for claim in claims_of(item)
        )
        (selected if is_selected else deselected).append(item)
    return selected, deselected
