"""Checks of the body and the headers of a response with the OpenAPI document.

A violation breaks the claims in the nearest x-claims around the violated schema; without claims it is for
information only.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from tuningfork.checks.base import Check, Scope, has_body
from tuningfork.checks.json_body import json_digest, json_values
from tuningfork.checks.json_properties import describe_body
from tuningfork.checks.simple_style import parse_header_value
from tuningfork.contract.openapi import DocumentedResponse, Operation, Parameter
from tuningfork.contract.schema import Schema, SchemaViolation
from tuningfork.model import Exchange, Finding

REDACTED = "REDACTED"
"""What recorders write in place of a secret."""
CONFORMING_RESPONSE = "a response that conforms to the OpenAPI document"


def body(unless: Scope | None = None) -> Check:
    """Check that the body has a documented media type and conforms to its schema.

    Args:
        unless: exchanges that are not checked.
    """

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield the violations of the documented schema by the body; nothing if no body is documented."""
        documented = operation and operation.response(exchange.response.status)
        if not documented or not documented.media_types or not has_body(exchange, operation):
            return
        if unless is None or not unless(exchange, operation):
            yield from _check_body(exchange, documented)

    return check


def conforms(unless: Scope | None = None) -> Check:
    """Find the claims that the body satisfies by its schema; this is slow and reports no violation.

    Args:
        unless: exchanges that are not checked.
    """

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield a passed finding for each claim that the body satisfies by its documented schema."""
        documented = operation and operation.response(exchange.response.status)
        if not documented or (unless is not None and unless(exchange, operation)):
            return
        schema = documented.schema_for(exchange.response.media_type)
        if schema is not None:
            for claim in _satisfied_claims(exchange, schema):
                yield Finding(claim, True, CONFORMING_RESPONSE, "a conforming response")

    return check


def headers(unless: Scope | None = None) -> Check:
    """Check that the required headers are present and all documented headers conform to their schemas.

    Args:
        unless: exchanges that are not checked.
    """

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield the findings of each documented header of the response."""
        documented = operation and operation.response(exchange.response.status)
        if documented and not (unless and unless(exchange, operation)):
            for header in documented.headers:
                yield from _check_header(exchange, header)

    return check


def schema_of(documented: DocumentedResponse, media_type: str) -> Schema | None:
    """Return the schema of a body; that of JSON for the JSON in a script (JSON-P)."""
    return documented.schema_for("application/json" if "javascript" in media_type else media_type)


def _check_body(exchange: Exchange, documented: DocumentedResponse) -> Iterator[Finding]:
    """Yield the violations of a body: its media type, its syntax, and its schema."""
    media_type = exchange.response.media_type
    schema = schema_of(documented, media_type)
    if not exchange.response.body or not documented.describes(media_type):
        expected = f"a body of {' or '.join(documented.media_types)}"
        yield from _findings(documented.claims, False, expected, describe_body(exchange))
    elif "javascript" in media_type:
        yield from _json_violations(exchange, schema)
    elif "json" in media_type:
        yield from _check_json(exchange, documented, schema)
    elif schema is not None:
        yield from _findings_of(_group_by_kind(schema.violations(exchange.response.text)))


def _check_json(
    exchange: Exchange, documented: DocumentedResponse, schema: Schema | None
) -> Iterator[Finding]:
    """Yield the violations of a body with a JSON media type; `schema` is None if any JSON is allowed."""
    if not json_values(exchange):
        found = f"a body that is not JSON: {describe_body(exchange)}"
        yield from _findings(documented.claims, False, "JSON", found)
    yield from _json_violations(exchange, schema)


def _json_violations(exchange: Exchange, schema: Schema | None) -> Iterator[Finding]:
    """Yield the findings of a JSON body that violates its schema; nothing without a schema."""
    if schema is not None:
        yield from _findings_of(
            schema.validators.remember(
                _key("violations", exchange, schema),
                lambda: [
                    each
                    for value in json_values(exchange)
                    for each in _group_by_kind(schema.violations(value))
                ],
            )
        )


def _satisfied_claims(exchange: Exchange, schema: Schema) -> list[str]:
    """Return the claims that a JSON body satisfies by its schema, sorted."""
    validators = schema.validators
    violations = validators.results.get(_key("violations", exchange, schema))
    is_valid = None if violations is None else not violations

    def find() -> list[str]:
        """Return the claims of all values."""
        found = (schema.satisfied_claims(each, is_valid=is_valid) for each in json_values(exchange))
        return sorted(frozenset[str]().union(*found))

    return validators.remember(_key("satisfied", exchange, schema), find)


def _key(kind: str, exchange: Exchange, schema: Schema) -> Hashable:
    """Return what a result depends on: the schema with its claims, and the body (`json_digest`)."""
    return kind, schema.node.pointer, schema.claims, json_digest(exchange)


def _findings_of(violations: Iterable[tuple[SchemaViolation, int]]) -> Iterator[Finding]:
    """Yield a failed finding for each kind of violation and each of its claims."""
    for violation, similar in violations:
        found = f"{violation.found} (and {similar} similar violations)" if similar else violation.found
        yield from _findings(violation.claims, False, violation.expected, found, violation.pointer)


def _group_by_kind(violations: Iterable[SchemaViolation]) -> Iterator[tuple[SchemaViolation, int]]:
    """Yield the first violation of each schema and expectation, and the number of further ones.

    One whose value a recorder has replaced is shown only if there is no other: it may not be a violation.
    """
    groups: dict[tuple[str, str], list[SchemaViolation]] = {}
    for violation in violations:
        groups.setdefault((violation.schema, violation.expected), []).append(violation)
    for group in groups.values():
        yield next((each for each in group if REDACTED not in each.found), group[0]), len(group) - 1


def _check_header(exchange: Exchange, header: Parameter) -> Iterator[Finding]:
    """Yield the findings of one documented header; nothing if an optional header is missing."""
    value = exchange.response.headers.get(header.name)
    if value is None:
        if header.required:
            expected, found = f"a header {header.name}", f"no {header.name}"
            yield from _findings(header.claims, False, expected, found, header.name)
        return
    violations = header.schema.violations(parse_header_value(value, header)) if header.schema else ()
    expected = violations[0].expected if violations else CONFORMING_RESPONSE
    found = value or f"an empty {header.name}"
    yield from _findings(header.claims, not violations, expected, found, header.name)


def _findings(
    claims: tuple[str, ...], holds: bool, expected: str, found: str, pointer: str = ""
) -> Iterator[Finding]:
    """Yield a finding for each claim; without claims, one for information if there is a violation."""
    for claim in claims or (() if holds else (None,)):
        yield Finding(claim, holds, expected, found, pointer)
