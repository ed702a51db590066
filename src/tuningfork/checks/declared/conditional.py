"""Judges `conditional` on every response: the form of entity tags, and 304 without a body."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tuningfork.checks.base import Check
from tuningfork.checks.judgement import Judgement, as_check
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.conditional import Conditional
from tuningfork.conventions.declaration import Declaration
from tuningfork.model import Exchange

NOT_MODIFIED = 304
ENTITY_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
"""RFC 9110 8.8.3; a gateway that compresses may make a tag weak."""


def checks(declaration: Declaration) -> Iterable[Check]:
    """Return the check of reads with versions."""

    def judge(exchange: Exchange, operation: Operation | None) -> Iterator[Judgement]:
        """Yield whether a read has a valid entity tag, or no body if nothing has changed."""
        declared = declaration.of("conditional", operation)
        if operation is not None and declared is not None and exchange.request.method == "GET":
            yield from _judge(exchange, declared)

    return [as_check(declaration, judge)] if declaration.values("conditional") else []


def _judge(exchange: Exchange, declared: Conditional) -> Iterator[Judgement]:
    """Yield what is wrong with a read, or that it is right."""
    response = exchange.response
    tag = response.headers.get("etag")
    if response.status == 200 and declared.validator == "etag":
        is_valid = tag is not None and ENTITY_TAG.fullmatch(tag) is not None
        yield Judgement(
            "COND-ETAG",
            is_valid,
            "an entity tag in quotation marks",
            "no ETag" if tag is None else f"ETag: {tag}",
        )
    if declared.not_modified is not None and response.status == NOT_MODIFIED:
        size = len(response.body)
        yield Judgement("COND-NOT-MODIFIED", size == 0, "no body", f"{size} bytes")
