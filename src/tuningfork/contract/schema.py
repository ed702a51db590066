"""A schema and what it says of a value; jsonschema-rs decides and explains."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import jsonschema_rs
from jsonschema_rs import ValidationError, ValidationErrorKind

from tuningfork.contract import messages, surrogates
from tuningfork.contract.document import Node, along, key_in, pointer
from tuningfork.contract.errors import ContractError
from tuningfork.contract.formats import FORMATS
from tuningfork.contract.references import References

T = TypeVar("T")
DECISIVE = frozenset({"anyOf", "oneOf", "not", "if", "contains"})
"""Keywords under which a schema that is for information still decides which claims count."""


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

    `promised` are the same without what is for information only. Formats are rules only if `check_formats`.
    """

    def __init__(self, root: Any, *, check_formats: bool = True) -> None:
        self.references = References(root)
        self.traces: dict[tuple[str, tuple[str | int, ...]], list[Node]] = {}
        self._check_formats = check_formats
        self.fast = functools.cache(lambda place: self._compile(place, self._registry))
        self.promised = functools.cache(lambda place: self._compile(place, self._promises))

    def _compile(self, place: str, registry: jsonschema_rs.Registry) -> jsonschema_rs.Draft202012Validator:
        try:
            return jsonschema_rs.Draft202012Validator(
                {"$ref": self.references.uri(place)},
                registry=registry,
                formats=FORMATS,
                validate_formats=self._check_formats,
                offline=True,
            )
        except (ValidationError, jsonschema_rs.ReferencingError) as broken:
            reason = str(broken).partition("\n")[0]
            raise ContractError(f"{place}: not a valid JSON Schema ({reason}); correct it") from None

    @functools.cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        return _registry(self.references.named(), self.references.uri("#"))

    @functools.cached_property
    def _promises(self) -> jsonschema_rs.Registry:
        return _registry(_promises(self.references.named()), self.references.uri("#"))


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema at its place in the document; `claims` are those of what encloses it."""

    node: Node
    validators: Validators
    claims: tuple[str, ...] = ()

    def accepts(self, value: Any) -> bool:
        """Whether a JSON value fits."""
        return _judged(self.validators.fast(self.node.place).is_valid, value)

    def faults(self, value: Any) -> tuple[Fault, ...]:
        """Every fault of a JSON value.

        Raises:
            ContractError: the schema itself is broken.
        """
        if self.accepts(value):
            return ()
        is_promised = self._keeps_promises(value)
        return _judged(lambda one: tuple(self._faults(one, is_promised)), value)

    def kept(self, value: Any) -> frozenset[str]:
        """The claims on the parts of the schema that a JSON value has met; none if it breaks a claim.

        What is for information only (`x-claims: []`) is not asked.
        """
        if self.accepts(value):
            validator = self.validators.fast(self.node.place)
        elif self._keeps_promises(value):
            validator = self.validators.promised(self.node.place)
        else:
            return frozenset()
        return frozenset(_judged(lambda one: set(_met(validator, one)), value)).union(self.claims)

    def _keeps_promises(self, value: Any) -> bool:
        """Whether a value fits all that is not for information only."""
        return _judged(self.validators.promised(self.node.place).is_valid, value)

    def _faults(self, value: Any, is_promised: bool) -> Iterator[Fault]:
        validator = self.validators.fast(self.node.place)
        try:
            errors = list(validator.iter_errors(value))
        except UnicodeEncodeError:
            raise
        except ValueError:  # what fails is nested so deeply that its details can't be told
            yield Fault("", self.node.place, "what the schema says", messages.shown(value), self.claims)
            return
        for error in errors:
            yield from (self._fault(leaf, value, is_promised) for leaf in leaves(error))

    def _fault(self, error: ValidationError, value: Any, is_promised: bool) -> Fault:
        trace = self._trace(error)
        claims = next((node.claims for node in reversed(trace) if node.states_claims), self.claims)
        keys, inner = along(error.instance_path, value)
        expected, found = messages.expected(error, trace[-1].value), messages.found(error, inner)
        place = surrogates.restored(pointer(keys))
        return Fault(place, trace[-1].place, expected, found, () if is_promised else claims)

    def _trace(self, error: ValidationError) -> list[Node]:
        """The values of the document on the way to the keyword that failed."""
        last = None if isinstance(error.kind, ValidationErrorKind.FalseSchema) else -1
        way = tuple(error.evaluation_path[1:last])  # the first is the reference to this schema
        known = self.validators.traces
        if (self.node.place, way) not in known:
            known[self.node.place, way] = self._walk(way)
        return known[self.node.place, way]

    def _walk(self, way: Iterable[str | int]) -> list[Node]:
        trace = [self.node]
        with contextlib.suppress(KeyError, ContractError):
            for key in way:
                trace.append(self._step(trace, key))
        return trace

    def _step(self, trace: list[Node], key: str | int) -> Node:
        node = trace[-1]
        if key not in ("$ref", "$dynamicRef") or not isinstance(node.value.get(key), str):
            return node.stored(key_in(node.value, key))
        if key == "$ref":
            return node.at(node.value[key])
        place = self.validators.references.find_dynamic(node.value[key], trace)
        return node.at(node.value[key] if place is None else place)


def leaves(error: ValidationError) -> Iterator[ValidationError]:
    """The failures that a reader wants to see: those of the alternative that fits best."""
    match error.kind:
        case (
            ValidationErrorKind.AnyOf(context=[_, *_] as branches)
            | ValidationErrorKind.OneOfNotValid(context=[_, *_] as branches)
        ):
            depth = len(error.instance_path)
            for inner in max(branches, key=lambda branch: _likeness(branch, depth)):
                yield from leaves(inner)
        case _:
            yield error


def _likeness(errors: list[ValidationError], depth: int) -> tuple[bool, bool, int, int]:
    """How much a value looks like the alternative that it fails in these ways."""
    depths = [(error.kind.name, len(error.instance_path) - depth) for error in errors]
    wrong_type = ("type", 0) in depths
    wrong_tag = any(name in ("const", "enum") and below <= 1 for name, below in depths)
    return not wrong_type, not wrong_tag, min(below for _, below in depths), -len(errors)


def _registry(root: Any, uri: str) -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(uri, root)], draft=jsonschema_rs.Draft202012)


def _judged(judge: Callable[[Any], T], value: Any) -> T:
    """What a validator says of a value, lone surrogates replaced if there are any."""
    try:
        return judge(value)
    except UnicodeEncodeError:
        return judge(surrogates.replaced(value))


def _met(validator: jsonschema_rs.Draft202012Validator, value: Any) -> Iterator[str]:
    for entry in validator.evaluate(_sample(value)).annotations():
        claims = entry["annotations"].get("x-claims") if isinstance(entry["annotations"], dict) else None
        yield from map(str, claims if isinstance(claims, list) else ())


def _promises(part: Any, *, decides: bool = False) -> Any:
    """A document without what is there for information: schemas that say that no claim stands for them."""
    if isinstance(part, dict):
        if part.get("x-claims") == [] and not decides:
            return {}
        return {name: _promises(one, decides=name in DECISIVE) for name, one in part.items()}
    return [_promises(one, decides=decides) for one in part] if isinstance(part, list) else part


def _sample(value: Any) -> Any:
    """A value with the first items of its lists: what fifty tracks meet, three have met."""
    if isinstance(value, dict):
        return {name: _sample(inner) for name, inner in value.items()}
    return [_sample(inner) for inner in value[:3]] if isinstance(value, list) else value
