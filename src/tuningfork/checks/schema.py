"""Body and header fields against the document, each fault with the claims that stand nearest to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tuningfork.checks.base import Check, Scope, has_body
from tuningfork.checks.json_body import json_values
from tuningfork.checks.json_properties import describe_body
from tuningfork.checks.simple_style import parse_header_value
from tuningfork.contract.openapi import DocumentedResponse, Operation, Parameter
from tuningfork.contract.schema import Schema, SchemaViolation
from tuningfork.model import Exchange, Finding

CONFORMING_RESPONSE = "what the document says of this answer"


def body(unless: Scope | None = None) -> Check:
    """The body is of a documented media type and fits its schema; not judged where `unless` applies."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        documented = operation and operation.response(exchange.response.status)
        if not documented or not documented.media_types or not has_body(exchange, operation):
            return
        if unless is None or not unless(exchange, operation):
            yield from _of_body(exchange, documented)

    return check


def conforms(unless: Scope | None = None) -> Check:
    """The claims that a body keeps, where it fits its schema; costly, and no failure is among them."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        documented = operation and operation.response(exchange.response.status)
        if not documented or (unless is not None and unless(exchange, operation)):
            return
        schema = documented.schema_for(exchange.response.media_type)
        if schema is not None:
            claims = {claim for value in json_values(exchange) for claim in schema.satisfied_claims(value)}
            yield from (Finding(claim, True, CONFORMING_RESPONSE, "it") for claim in sorted(claims))

    return check


def headers(unless: Scope | None = None) -> Check:
    """The documented fields that must be there are, and every one that is there fits its schema."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        documented = operation and operation.response(exchange.response.status)
        if documented and not (unless and unless(exchange, operation)):
            for field in documented.headers:
                yield from _of_field(exchange, field, field.claims)

    return check


def _of_body(exchange: Exchange, documented: DocumentedResponse) -> Iterator[Finding]:
    media_type = exchange.response.media_type
    schema = documented.schema_for(media_type)
    if not exchange.response.body or not documented.describes(media_type):
        expected = f"a body of {' or '.join(documented.media_types)}"
        yield from _findings(documented.claims, False, expected, describe_body(exchange))
    elif "javascript" in media_type:
        inner = documented.schema_for("application/json")
        for value in json_values(exchange) if inner else ():
            yield from _judged(inner, value)
    elif "json" in media_type:
        yield from _of_json(exchange, documented, schema)
    elif schema is not None:
        yield from _judged(schema, exchange.response.text)


def _of_json(exchange: Exchange, documented: DocumentedResponse, schema: Schema | None) -> Iterator[Finding]:
    values = json_values(exchange)
    if not values:
        yield from _findings(
            documented.claims, False, "JSON", f"a body that is not JSON: {describe_body(exchange)}"
        )
    for value in values if schema else ():
        yield from _judged(schema, value)


def _judged(schema: Schema | None, value: object) -> Iterator[Finding]:
    if schema is None:
        return
    for fault, others in _grouped(schema.violations(value)):
        found = f"{fault.found} (and {others} more like it)" if others else fault.found
        yield from _findings(fault.claims, False, fault.expected, found, fault.pointer)


def _grouped(faults: Iterable[SchemaViolation]) -> Iterator[tuple[SchemaViolation, int]]:
    """One fault of each kind, with the number of others: fifty items that lack a member lack it once."""
    groups: dict[tuple[str, str], list[SchemaViolation]] = {}
    for fault in faults:
        groups.setdefault((fault.schema, fault.expected), []).append(fault)
    for group in groups.values():
        yield group[0], len(group) - 1


def _of_field(exchange: Exchange, field: Parameter, claims: tuple[str, ...]) -> Iterator[Finding]:
    value = exchange.response.headers.get(field.name)
    if value is None:
        if field.required:
            yield from _findings(claims, False, f"the field {field.name}", "none", field.name)
        return
    faults = field.schema.violations(parse_header_value(value, field)) if field.schema else ()
    yield from _findings(
        claims, not faults, faults[0].expected if faults else CONFORMING_RESPONSE, value, field.name
    )


def _findings(
    claims: tuple[str, ...], holds: bool, expected: str, found: str, place: str = ""
) -> Iterator[Finding]:
    """One finding a claim; without any, one for information, if something is wrong."""
    for claim in claims or (() if holds else (None,)):
        yield Finding(claim, holds, expected, found, place)
