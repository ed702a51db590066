"""Judges `http` on every exchange: responses without a body, and content codings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tuningfork.checks.base import Check
from tuningfork.checks.judgement import Judgement, as_check
from tuningfork.contract.messages import repr_short
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.declaration import Declaration
from tuningfork.model import Exchange, Headers


def checks(declaration: Declaration) -> Iterable[Check]:
    """Return the checks of rules of HTTP."""

    def judge(exchange: Exchange, operation: Operation | None) -> Iterator[Judgement]:
        """Yield whether a response has no body where none is allowed, and an accepted coding."""
        declared = declaration.of("http", operation)
        if declared is None:
            return
        if declared.empty is not None and exchange.response.status in declared.empty:
            yield _judge_empty(exchange)
        coding = exchange.response.headers.get("content-encoding")
        if declared.compression and coding is not None:
            holds = _accepts(exchange.request.headers, coding.strip().lower())
            accepted = exchange.request.headers.get("accept-encoding", "no coding")
            expected = f"a coding that the request accepts: {accepted}"
            yield Judgement("HTTP-COMPRESSION", holds, expected, coding, "Content-Encoding")

    return [as_check(declaration, judge)] if declaration.values("http") else []


def _judge_empty(exchange: Exchange) -> Judgement:
    """Return whether a response has no byte of a body, and announces none (RFC 9110 8.6; RFC 9112 6)."""
    response = exchange.response
    length = response.headers.get("content-length", "0").strip()
    is_announced = "transfer-encoding" in response.headers or (response.status != 304 and length != "0")
    found = repr_short(response.body) if response.body else f"Content-Length {length}"
    expected = f"{response.status} without a body"
    return Judgement("HTTP-EMPTY", not response.body and not is_announced, expected, found, "body")


def _accepts(headers: Headers, coding: str) -> bool:
    """Return whether Accept-Encoding names a content coding with a weight above zero (RFC 9110 12.5.3)."""
    if coding in ("identity", ""):
        return True
    for part in headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in (coding, "*", f"x-{coding}"):
            return re.fullmatch(r"q=0(\.0*)?", weight.strip().replace(" ", "")) is None
    return False
