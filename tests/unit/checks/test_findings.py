"""Findings on operations beyond the claims are for information only."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tuningfork.checks import schema
from tuningfork.checks.base import findings
from tuningfork.contract.openapi import Operation
from tuningfork.model import Finding


def test_findings_of_operation_beyond_claims_have_no_claim(make: Any, books: Operation) -> None:
    checks = (schema.body(), schema.headers(), schema.conforms())
    exchange = make(200, [{"price": "a lot"}], headers={"X-Total": "1"})
    beyond = replace(books, node=replace(books.node, value={**books.node.value, "x-beyond": True}))

    judged = list(findings(checks, exchange, books))
    told = list(findings(checks, exchange, beyond))

    assert {one.claim for one in judged} == {"B-1", "B-2"}
    assert any(one.holds for one in judged)
    assert [(one.claim, one.holds) for one in told] == [(None, False)] * len(told)
    assert len(told) == sum(not one.holds for one in judged)


def test_findings_of_undocumented_exchange_keep_their_claims(make: Any) -> None:
    finding = Finding("B-1", False, "a", "b")

    assert list(findings([lambda *_: [finding]], make(), None)) == [finding]
