"""Judges the header Allow of each 405 (RFC 9110 15.5.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tuningfork.checks.base import Check
from tuningfork.checks.envelope import is_http_layer_response
from tuningfork.checks.judgement import Judgement, as_check
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.declaration import Declaration
from tuningfork.model import Exchange


def checks(declaration: Declaration) -> Iterable[Check]:
    """Return the check of Allow."""

    def judge(exchange: Exchange, operation: Operation | None) -> Iterator[Judgement]:
        """Yield whether a 405 names methods, and not the one that it refuses."""
        declared = declaration.of("refusals", operation) or declaration.first("refusals")
        if declared is None or not declared.method_allow or is_http_layer_response(exchange):
            return
        if exchange.response.status != 405:
            return
        value = exchange.response.headers.get("allow")
        methods = [name.strip() for name in (value or "").split(",")]
        holds = value is not None and exchange.request.method not in methods
        expected = f"Allow without {exchange.request.method}"
        yield Judgement(
            "REFUSAL-ALLOW", holds, expected, "no Allow" if value is None else f"Allow: {value}", "Allow"
        )

    return [as_check(declaration, judge)] if declaration.values("refusals") else []
