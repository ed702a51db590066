"""JSON Schemas of a document: validation by jsonschema-rs, violations with the claims that they break."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from jsonschema_rs import ValidationError, ValidationErrorKind

from tuningfork.contract import messages, surrogates
from tuningfork.contract.compiled_schemas import CompiledSchemas, Validator
from tuningfork.contract.document import Node, find_key, join_pointer, resolve_path
from tuningfork.contract.document_index import DocumentIndex
from tuningfork.contract.errors import ContractError
from tuningfork.contract.promises import promised_root
from tuningfork.contract.references import References
from tuningfork.contract.sampling import counts_items, sample

T = TypeVar("T")
MAX_RESULTS = 4096


@dataclass(frozen=True, slots=True)
class SchemaViolation:
    """One violation of a schema by a value.

    Args:
        pointer: the JSON pointer of the invalid part of the value; empty for the whole value.
        schema: the JSON pointer of the violated schema in the document.
        expected: what the schema requires, as a phrase.
        found: what the value has, as a phrase.
        claims: the ids in the nearest x-claims around the violated schema.
    """

    pointer: str
    schema: str
    expected: str
    found: str
    claims: tuple[str, ...]


class Validators:
    """The validators of a document's schemas, compiled at their first use.

    `full.validator(pointer)` returns the validator of the schema at a JSON pointer. That of `promised`
    accepts any value where the schema is informational (`x-claims: []`).
    `traces` caches the nodes from a schema to a violated subschema, by pointer and evaluation path, and
    `results` what was found of recent values, by keys that the checks choose.

    Args:
        root: the value of the document.
        index: the index of the document; built if it is not given.
        check_formats: whether a string that does not have the `format` of its schema is invalid.
    """

    def __init__(self, root: Any, index: DocumentIndex | None = None, *, check_formats: bool = True) -> None:
        self.references = References(index or DocumentIndex(root))
        self.traces: dict[tuple[str, tuple[str | int, ...]], list[Node]] = {}  # a cache of Schema._trace
        self.results: dict[Hashable, Any] = {}
        self._check_formats = check_formats

    def remember(self, key: Hashable, find: Callable[[], T]) -> T:
        """Return the result for a key; `find` returns it if it is not known."""
        found: T
        try:
            found = self.results[key]
        except KeyError:
            found = find()
            if len(self.results) >= MAX_RESULTS:
                self.results.clear()
            self.results[key] = found
        return found

    @functools.cached_property
    def full(self) -> CompiledSchemas:
        """The schemas as they are."""
        return self._compiled(self.references.bundle())

    @functools.cached_property
    def promised(self) -> CompiledSchemas:
        """The schemas without their informational parts."""
        root = promised_root(self.references)
        return self.full if root is None else self._compiled(root)

    @functools.cached_property
    def count_items(self) -> bool:
        """Whether the number of a list's items may decide which claims it satisfies."""
        return any(map(counts_items, self.references.index.schemas))

    def _compiled(self, root: Any) -> CompiledSchemas:
        return CompiledSchemas(root, self.references, check_formats=self._check_formats)


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema of a document.

    Args:
        node: the schema.
        validators: the validators of the document.
        claims: the ids in the nearest x-claims around the schema.
    """

    node: Node
    validators: Validators
    claims: tuple[str, ...] = ()

    def is_valid(self, value: Any) -> bool:
        """Return whether a JSON value conforms to the schema.

        Raises:
            ContractError: the schema itself is invalid.
        """
        return _apply_to_unicode(self.validators.full.validator(self.node.pointer).is_valid, value)

    def violations(self, value: Any) -> tuple[SchemaViolation, ...]:
        """Return every violation of the schema by a JSON value; empty if the value conforms.

        The violations have no claims if the value violates only informational schemas (`x-claims: []`).

        Raises:
            ContractError: the schema itself is invalid.
        """
        if self.is_valid(value):
            return ()
        has_claims = not self.keeps_promises(value)
        return _apply_to_unicode(lambda safe_value: tuple(self._violations(safe_value, has_claims)), value)

    def satisfied_claims(self, value: Any, *, is_valid: bool | None = None) -> frozenset[str]:
        """Return the claims of the subschemas that a JSON value conforms to.

        The result is empty if the value violates the schema; violations of informational subschemas
        (`x-claims: []`) are ignored.

        Args:
            value: the JSON value.
            is_valid: whether it conforms to the schema; None if this is not known.
        """
        if self.is_valid(value) if is_valid is None else is_valid:
            validator = self.validators.full.validator(self.node.pointer)
        elif self.keeps_promises(value):
            validator = self.validators.promised.validator(self.node.pointer)
        else:
            return frozenset()
        return frozenset(self.claims) | _apply_to_unicode(
            lambda safe_value: set(_iter_satisfied_claims(validator, self._sample(safe_value))), value
        )

    def _sample(self, value: Any) -> Any:
        """Return the items of a value that satisfy the claims of all of them."""
        return value if self.validators.count_items else sample(value)

    def keeps_promises(self, value: Any) -> bool:
        """Return whether a value keeps what the schema promises: all but its informational parts."""
        return _apply_to_unicode(self.validators.promised.validator(self.node.pointer).is_valid, value)

    def _violations(self, value: Any, has_claims: bool) -> Iterator[SchemaViolation]:
        """Yield the violations of an invalid value; without claims if `has_claims` is False."""
        validator = self.validators.full.validator(self.node.pointer)
        try:
            errors = list(validator.iter_errors(value))
        except UnicodeEncodeError:
            raise
        except ValueError:  # the value is nested too deeply for jsonschema-rs to report details
            expected, found = "a value that conforms to the schema", messages.repr_short(value)
            yield SchemaViolation("", self.node.pointer, expected, found, self.claims)
            return
        for error in errors:
            yield from (self._violation(leaf, value, has_claims) for leaf in best_errors(error))

    def _violation(self, error: ValidationError, value: Any, has_claims: bool) -> SchemaViolation:
        """Return the violation that an error of jsonschema-rs describes; `value` is the whole value."""
        trace = self._trace(error)
        claims = next((node.claims for node in reversed(trace) if node.has_claims), self.claims)
        keys, invalid_part = resolve_path(error.instance_path[Validator.INSTANCE_STEPS :], value)
        expected = messages.expected_text(error, trace[-1].value)
        found = messages.found_text(error, invalid_part)
        pointer = surrogates.restore_surrogates(join_pointer(keys))
        return SchemaViolation(pointer, trace[-1].pointer, expected, found, claims if has_claims else ())

    def _trace(self, error: ValidationError) -> list[Node]:
        """Return the nodes from this schema to the schema whose keyword failed."""
        last = None if isinstance(error.kind, ValidationErrorKind.FalseSchema) else -1
        path = tuple(error.evaluation_path[Validator.EVALUATION_STEPS : last])
        traces = self.validators.traces
        if (self.node.pointer, path) not in traces:
            traces[self.node.pointer, path] = self._walk(path)
        return traces[self.node.pointer, path]

    def _walk(self, path: Iterable[str | int]) -> list[Node]:
        """Return the nodes on an evaluation path of jsonschema-rs from this schema, as far as they exist."""
        trace = [self.node]
        with contextlib.suppress(KeyError, ContractError):
            for key in path:
                trace.append(self._step(trace, key))
        return trace

    def _step(self, trace: list[Node], key: str | int) -> Node:
        """Return the node under `key` of the last node of `trace`; follow the key if it is a reference."""
        node = trace[-1]
        if key not in ("$ref", "$dynamicRef") or not isinstance(node.value.get(key), str):
            return node.raw(find_key(node.value, key))
        if key == "$ref":
            return node.resolve_reference(node.value[key])
        pointer = self.validators.references.find_dynamic(node.value[key], trace)
        return node.resolve_reference(node.value[key] if pointer is None else pointer)


def best_errors(error: ValidationError) -> Iterator[ValidationError]:
    """Yield the errors that explain `error` best: for alternatives, those of the closest alternative."""
    match error.kind:
        case (
            ValidationErrorKind.AnyOf(context=[_, *_] as branches)
            | ValidationErrorKind.OneOfNotValid(context=[_, *_] as branches)
        ):
            depth = len(error.instance_path)
            for inner in max(branches, key=lambda branch: _closeness(branch, depth)):
                yield from best_errors(inner)
        case _:
            yield error


def _closeness(errors: list[ValidationError], depth: int) -> tuple[bool, bool, int, int]:
    """Return a key that sorts the alternatives of a schema by how close a value is to them.

    Args:
        errors: the errors of one alternative.
        depth: the nesting depth of the value in the whole instance.
    """
    failures = [(error.kind.name, len(error.instance_path) - depth) for error in errors]
    has_wrong_type = ("type", 0) in failures
    has_wrong_tag = any(keyword in ("const", "enum") and below <= 1 for keyword, below in failures)
    return not has_wrong_type, not has_wrong_tag, min(below for _, below in failures), -len(errors)


def _apply_to_unicode(validate: Callable[[Any], T], value: Any) -> T:
    """Return `validate(value)`; lone surrogates in the value, which jsonschema-rs rejects, are replaced."""
    try:
        return validate(value)
    except UnicodeEncodeError:
        return validate(surrogates.replace_surrogates(value))


def _iter_satisfied_claims(validator: Validator, value: Any) -> Iterator[str]:
    """Yield the ids in the x-claims of all subschemas that a valid value conforms to."""
    for entry in validator.annotations(value):
        claims = entry["annotations"].get("x-claims") if isinstance(entry["annotations"], dict) else None
        yield from map(str, claims if isinstance(claims, list) else ())
