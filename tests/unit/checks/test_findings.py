"""Findings for informational operations have no claim."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tuningfork.checks import schema
from tuningfork.checks.base import findings
from tuningfork.contract.openapi import Operation
from tuningfork.model import Finding


def test_findings_of_informational_operation_have_no_claim(make: Any, books: Operation) -> None:
    checks = (schema.body(), schema.headers(), schema.conforms())
    exchange = make(200, [{"price": "a lot"}], headers={"X-Total": "1"})
    informational = replace(books, node=replace(books.node, value={**books.node.value, "x-beyond": True}))

    all_findings = list(findings(checks, exchange, books))
    violations = list(findings(checks, exchange, informational))

    assert {finding.claim for finding in all_findings} == {"B-1", "B-2"}
    assert any(finding.holds for finding in all_findings)
    assert [(each.claim, each.holds) for each in violations] == [(None, False)] * len(violations)
    assert len(violations) == sum(not finding.holds for finding in all_findings)


def test_findings_of_undocumented_exchange_keep_their_claims(make: Any) -> None:
    finding = Finding("B-1", False, "a", "b")

    assert list(findings([lambda *_: [finding]], make(), None)) == [finding]
