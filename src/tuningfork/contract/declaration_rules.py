"""Rules for the keys of conventions.yaml that depend on each other; each yields the errors that it finds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tuningfork.contract.declaration_errors import describe_value, suggest
from tuningfork.contract.declaration_yaml import Location
from tuningfork.contract.generic_claims import unknown_claims
from tuningfork.contract.pagination_rules import pagination_errors
from tuningfork.conventions.cases import UNAUTHENTICATED
from tuningfork.conventions.declaration import Declaration, OwnClaim
from tuningfork.conventions.grammar.locations import parse_location, parse_pointer
from tuningfork.conventions.grammar.operation_patterns import OperationPattern
from tuningfork.conventions.resource_keys import TEXT_OPTIONS

Errors = Iterator[tuple[Location, str]]
CLAIM_ID = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")
FREE = frozenset({"body", "const", "query", "members", "may", "example", "when", "codes"})
"""Keys whose lists may be empty."""
TEXT_RULES = (*TEXT_OPTIONS, "maximum")
"""The keys of `text` that are not pointers."""


def rule_errors(declaration: Declaration, value: Any) -> Errors:
    """Yield the location and the sentence of each error.

    Args:
        declaration: the content of a conventions.yaml whose values are valid each by itself.
        value: the value of the file.
    """
    yield from _empty_lists(value)
    for rule in RULES:
        yield from rule(declaration)


def _empty_lists(value: Any, location: Location = ()) -> Errors:
    """Yield an error for each list that declares nothing."""
    if value == [] and location:
        key = next(each for each in reversed(location) if isinstance(each, str))
        yield location, f"the list {key} is empty; write at least one value or remove the key"
    elif isinstance(value, dict | list):
        items: Iterable[tuple[str | int, Any]] = (
            value.items() if isinstance(value, dict) else enumerate(value)
        )
        for name, each in items:
            if name not in FREE:
                yield from _empty_lists(each, (*location, name))


def _claims(declaration: Declaration) -> Errors:
    """Yield an error for each entry of `claims` that says nothing, or contradicts another one."""
    yield from ((("claims", name), message) for name, message in unknown_claims(declaration))
    used: dict[str, OwnClaim] = {}
    for generic, owns in declaration.own_claims.items():
        location: Location = ("claims", generic)
        counts = Counter(own.id for own in owns if own.id)
        for own in owns:
            yield from ((location, message) for message in _own_claim_errors(own))
            words = used.setdefault(own.id or generic, own)
            if (words.level, words.promise) != (own.level, own.promise):
                yield location, f"{own.id} has two levels or promises; write the same in both places"
        for repeated in (own_id for own_id, count in counts.items() if count > 1):
            yield location, f"{repeated} occurs twice; write it once"


def _own_claim_errors(own: OwnClaim) -> Iterator[str]:
    """Yield what is wrong in one entry of `claims`."""
    if "off" in own.model_fields_set and not (own.off or "").strip():
        yield "off has no reason; write off: REASON"
    elif not any((own.id, own.off, own.level, own.promise, own.source)):
        yield "the entry says nothing; write OWN-ID, or {off: REASON}"
    if own.id is not None and CLAIM_ID.fullmatch(own.id) is None:
        yield f"{describe_value(own.id)} is not the id of a claim; write capitals, digits and hyphens"


def _prefix(declaration: Declaration) -> Errors:
    """Yield an error for a prefix that no claim id can begin with."""
    if declaration.prefix and CLAIM_ID.fullmatch(declaration.prefix) is None:
        yield ("prefix",), f"prefix is {describe_value(declaration.prefix)}; write capitals and digits"


def _roles(declaration: Declaration) -> Errors:
    """Yield an error for each role whose credentials are not in tuningfork.toml."""
    for name, role in declaration.named.get("roles", {}).items():
        if re.fullmatch(r"given:[a-z0-9_]+", role.credentials) is None:
            message = "the credentials of a role are in tuningfork.toml; write given:NAME"
            yield ("roles", name, "credentials"), message


def _cases(declaration: Declaration) -> Errors:
    """Yield an error for each case of an undeclared role, without a path, or without the id of a claim."""
    roles = declaration.named.get("roles", {})
    for number, (_, case) in enumerate(declaration.named.get("cases", {}).items()):
        location: Location = ("cases", number)
        if case.as_ is not None and case.as_ != UNAUTHENTICATED and case.as_ not in roles:
            known = suggest(case.as_, [*roles, UNAUTHENTICATED])
            yield (*location, "as"), f"there is no role {case.as_!r}; {known}"
        if not case.request.is_concrete:
            message = f"request is {describe_value(str(case.request))}; write METHOD /path without *"
            yield (*location, "request"), message
        if CLAIM_ID.fullmatch(case.claim) is None:
            message = f"{describe_value(case.claim)} is not the id of a claim; write capitals and hyphens"
            yield (*location, "claim"), message


def _parents(declaration: Declaration) -> Errors:
    """Yield an error for each unknown parent of a resource, and for each cycle of parents."""
    resources = declaration.named.get("resources", {})
    for name, resource in resources.items():
        location: Location = ("resources", name, "parent")
        if resource.parent is not None and resource.parent not in resources:
            yield location, f"there is no resource {resource.parent!r}; {suggest(resource.parent, resources)}"
        elif name in _ancestors(name, resources):
            yield location, f"{name} is its own ancestor; remove one parent of the cycle"


def _ancestors(name: str, resources: Mapping[str, Any]) -> list[str]:
    """Return the parents of a resource, the nearest first; a cycle is followed once."""
    found: list[str] = []
    while name in resources and (parent := resources[name].parent) is not None and parent not in found:
        found.append(parent)
        name = parent
    return found


def _relations(declaration: Declaration) -> Errors:
    """Yield an error for each relation of a resource that is not declared."""
    resources = declaration.named.get("resources", {})
    for name, relation in declaration.named.get("relations", {}).items():
        of = getattr(relation, "of", None)
        if of is not None and of not in resources:
            yield ("relations", name, "of"), f"there is no resource {of!r}; {suggest(of, resources)}"


def _texts(declaration: Declaration) -> Errors:
    """Yield an error for each text of a resource that is not sent and read at a pointer."""
    for name, resource in declaration.named.get("resources", {}).items():
        for sent, read in resource.text.items():
            location: Location = ("resources", name, "text", sent)
            pointers = [] if sent in TEXT_RULES else [sent, *(read if isinstance(read, list) else [read])]
            yield from ((location, message) for each in pointers for message in _message(parse_pointer, each))


def _requests(declaration: Declaration) -> Errors:
    """Yield an error for an operation without a path where a request is sent, such as an operationId."""
    for name, resource in declaration.named.get("resources", {}).items():
        patterns: dict[Location, OperationPattern | None] = {("list",): resource.list_}
        patterns |= {(key, "request"): action.request for key, action in resource.actions()}
        for keys, pattern in patterns.items():
            if pattern is not None and not pattern.path:
                yield ("resources", name, *keys), f"{pattern} has no path; write METHOD /path"
    for number, group in enumerate(declaration.groups.get("auth", ())):
        if group.probe is not None and not group.probe.path:
            yield ("auth", number, "probe"), f"{group.probe} has no path; write METHOD /path"


def _pointers(declaration: Declaration) -> Errors:
    """Yield an error for each key of `members` in errors and envelopes that is not a pointer or a header."""
    for key in ("errors", "envelope"):
        for number, group in enumerate(declaration.groups.get(key, ())):
            location: Location = (key, number)
            for name in (*group.members, *(name for each in getattr(group, "one_of", ()) for name in each)):
                found = (*location, "members" if name in group.members else "one-of", name)
                yield from ((found, message) for message in _message(parse_location, name))


def _versioning(declaration: Declaration) -> Errors:
    """Yield an error for a version without a name, and for a template without {}."""
    declared = declaration.first("versioning")
    if declared is not None and declared.in_ in ("header", "query") and declared.name is None:
        yield ("versioning",), f"a version in a {declared.in_} needs its name; write name: NAME"
    if declared is not None and "{}" not in declared.as_:
        yield ("versioning", "as"), f"as is {describe_value(declared.as_)}; write {{}} where the version is"


def _message(parse: Callable[[Any], Any], value: Any) -> Iterator[str]:
    """Yield the message of the ValueError that a parser raises for a value."""
    try:
        parse(value)
    except ValueError as error:
        yield str(error)


RULES: tuple[Callable[[Declaration], Errors], ...] = (
    _prefix, _claims, _roles, _cases, _parents, _relations, _texts, _requests, _pointers, _versioning,
    pagination_errors,
)  # fmt: skip
