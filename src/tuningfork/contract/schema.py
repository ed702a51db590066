"""A schema held against a value: jsonschema-rs gives the verdict, jsonschema words the failure."""

from __future__ import annotations

import contextlib
import functools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import jsonschema
import jsonschema_rs
import referencing
from jsonschema.exceptions import ValidationError
from referencing.jsonschema import DRAFT202012

from tuningfork.contract import wording
from tuningfork.contract.document import Node, pointer
from tuningfork.contract.formats import FORMATS, checker
from tuningfork.contract.problem import ContractError

URI = "urn:tuningfork:contract"


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where a value does not fit its schema.

    `place` points into the value, `schema` into the document; `claims` are those of the nearest x-claims
    around that place of the schema.
    """

    place: str
    schema: str
    expected: str
    found: str
    claims: tuple[str, ...]


class Validators:
    """The compiled schemas of one document; each is compiled at its first use.

    Where `are_wordy` is false, a fault is found in a fraction of the time, and says little of where it is.
    """

    def __init__(self, root: Any) -> None:
        self._root = root
        self.are_wordy = True
        self.fast = functools.cache(lambda place: self._fast(place, self._registry))
        self.promised = functools.cache(lambda place: self._fast(place, self._promises))
        self.slow = functools.cache(self._slow)

    def _fast(self, place: str, registry: jsonschema_rs.Registry) -> jsonschema_rs.Draft202012Validator:
        try:
            return jsonschema_rs.Draft202012Validator(
                {"$ref": _uri(place)}, registry=registry, formats=FORMATS, validate_formats=True
            )
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as broken:
            reason = str(broken).partition("\n")[0]
            raise ContractError(f"{place}: no valid JSON Schema ({reason}); correct it") from None

    def _slow(self, place: str) -> jsonschema.Draft202012Validator:
        resource = DRAFT202012.create_resource(self._root)
        registry: referencing.Registry[Any] = referencing.Registry().with_resource(URI, resource)
        return jsonschema.Draft202012Validator(
            {"$ref": _uri(place)}, registry=registry, format_checker=checker()
        )

    @functools.cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry([(URI, self._root)], draft=jsonschema_rs.Draft202012)

    @functools.cached_property
    def _promises(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry([(URI, _promises(self._root))], draft=jsonschema_rs.Draft202012)


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema at its place in the document; `claims` are those of what encloses it."""

    node: Node
    validators: Validators
    claims: tuple[str, ...] = ()

    def accepts(self, value: Any) -> bool:
        """Whether a JSON value fits."""
        try:
            return self.validators.fast(self.node.place).is_valid(value)
        except ValueError:  # here and below: a lone surrogate, which Rust's texts can't hold
            return self.validators.slow(self.node.place).is_valid(value)

    def faults(self, value: Any) -> tuple[Fault, ...]:
        """Every fault of a JSON value.

        Raises:
            ContractError: the schema itself is broken.
        """
        if self.accepts(value):
            return ()
        if self.validators.are_wordy and not self._is_as_promised(value):
            return self._worded(value) or tuple(self._unworded(value, self.claims))
        try:
            return tuple(self._unworded(value, ()))
        except ValueError:
            return self._worded(value)

    def kept(self, value: Any) -> frozenset[str]:
        """The claims on the parts of the schema that a JSON value has met; none if it does not fit."""
        return frozenset(self._met(value)).union(self.claims) if self.accepts(value) else frozenset()

    def _met(self, value: Any) -> Iterator[str]:
        try:
            evaluation = self.validators.fast(self.node.place).evaluate(_sample(value))
        except ValueError:
            return
        for entry in evaluation.annotations():
            claims = entry["annotations"].get("x-claims") if isinstance(entry["annotations"], dict) else None
            yield from map(str, claims if isinstance(claims, list) else ())

    def _fault(self, error: ValidationError) -> Fault:
        trace = _trace(self.node, list(error.absolute_schema_path)) or [self.node]
        claims = next((node.claims for node in reversed(trace) if node.states_claims), self.claims)
        place = pointer(error.absolute_path)
        return Fault(place, trace[-1].place, wording.expected(error), wording.found(error), claims)

    def _worded(self, value: Any) -> tuple[Fault, ...]:
        errors = self.validators.slow(self.node.place).iter_errors(value)
        return tuple(self._fault(leaf) for error in errors for leaf in leaves(error))

    def _is_as_promised(self, value: Any) -> bool:
        """Whether only what is for information does not fit."""
        try:
            return self.validators.promised(self.node.place).is_valid(value)
        except ValueError:
            return False

    def _unworded(self, value: Any, claims: tuple[str, ...]) -> Iterator[Fault]:
        """The fast validator's own words: for information, or should the other find nothing."""
        for error in self.validators.fast(self.node.place).evaluate(value).errors():
            schema = error["schemaLocation"].removeprefix(URI)
            yield Fault(error["instanceLocation"], schema, "what the schema says", error["error"], claims)


def _promises(part: Any) -> Any:
    """A document without what is there for information: schemas that say that no claim stands for them."""
    if isinstance(part, dict):
        return {} if part.get("x-claims") == [] else {name: _promises(one) for name, one in part.items()}
    return [_promises(one) for one in part] if isinstance(part, list) else part


def _uri(place: str) -> str:
    return f"{URI}#{quote(place[1:], safe='/~')}"


def _trace(node: Node, keywords: list[str | int]) -> list[Node]:
    """The schemas on the way from one to the keyword that failed; empty if the way does not lead there.

    References are no part of the way: where a keyword does not stand beside one, it stands behind it.
    """
    if not isinstance(node.value, dict | list) or not keywords:
        return [] if keywords else [node]
    with contextlib.suppress(KeyError):
        if rest := _trace(node.stored(keywords[0]), keywords[1:]):
            return [node, *rest] if keywords[1:] else [node]
    if isinstance(node.value, dict) and isinstance(node.value.get("$ref"), str):
        with contextlib.suppress(ContractError):
            rest = _trace(node.at(node.value["$ref"]), keywords)
            return [node, *rest] if rest else []
    return []


def leaves(error: ValidationError) -> Iterator[ValidationError]:
    """The failures that a reader wants to see: those of the alternative that fits best."""
    branches: dict[Any, list[ValidationError]] = defaultdict(list)
    for inner in error.context or ():
        branches[inner.schema_path[0]].append(inner)
    if not branches:
        yield error
        return
    for inner in max(branches.values(), key=_likeness):
        yield from leaves(inner)


def _likeness(errors: list[ValidationError]) -> tuple[bool, bool, int, int]:
    """How much a value looks like the alternative that it fails in these ways."""
    depths = [len(error.relative_path) for error in errors]
    wrong_type = any(error.validator == "type" for error in errors if not error.relative_path)
    wrong_tag = any(error.validator in ("const", "enum") for error in errors if len(error.relative_path) <= 1)
    return not wrong_type, not wrong_tag, min(depths), -len(errors)


def _sample(value: Any) -> Any:
    """A value with the first items of its lists: what fifty tracks meet, three have met."""
    if isinstance(value, dict):
        return {name: _sample(inner) for name, inner in value.items()}
    return [_sample(inner) for inner in value[:3]] if isinstance(value, list) else value
