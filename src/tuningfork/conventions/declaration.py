"""A whole conventions.yaml: its groups by convention, and the words that the API has for generic claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group, Keys, OperationGroup
from tuningfork.conventions.catalogue import catalogue
from tuningfork.conventions.grammar.operation_patterns import OperationLike, OperationPattern, OperationValue
from tuningfork.conventions.grammar.scalars import Text
from tuningfork.conventions.operation_index import OperationIndex, PatternIndex, PatternTable
from tuningfork.model import Claim, Level


class PathParameter(Keys):
    """`requests.parameters.NAME`: the values of a path parameter."""

    example: Any = Field(None, description="a value that exists; given:NAME is in tuningfork.toml")
    absent: Any = Field(None, description="a value that does not exist")
    malformed: Any = Field(None, description="a value that cannot exist")
    slashes: bool = Field(False, description="whether a value may have slashes")


class Requests(Keys):
    """`requests`: what every request has."""

    headers: dict[Text, Text] = Field({}, description="headers of every request")
    body: Literal["json", "form", "multipart"] = Field("json", description="how bodies are encoded")
    media_type: Text | None = Field(None, description="the media type of JSON bodies")
    parameters: dict[Text, PathParameter] = Field({}, description="the values of path parameters")
    read_only: list[OperationValue] = Field(
        [], description="operations that change nothing, regardless of their method"
    )
    never: list[OperationValue] = Field([], description="operations that are never requested")
    when_never: dict[Text, Text] = Field({}, description="parameters with which nothing is requested")


class OwnClaim(Keys):
    """`claims.GENERIC`: the id and the words that the API has for a generic claim."""

    id: Text | None = Field(None, description="the API's own id")
    level: Literal["MUST", "SHOULD", "MAY"] | None = Field(None, description="its level")
    promise: Text | None = Field(None, description="its words")
    source: Text | None = Field(None, description="where it is documented")
    operations: list[OperationValue] | None = Field(None, description="the operations it is about")
    off: Text | None = Field(None, description="why the claim is not judged")

    def applies_to(self, operation: OperationLike | None) -> bool:
        """Return whether this is about an operation; what is about no operation is about all."""
        return (
            self.operations is None
            or operation is None
            or any(pattern.matches(operation) for pattern in self.operations)
        )


class CleanUp(Keys):
    """`clean-up`: how something is deleted that no resource describes."""

    created_by: OperationValue = Field(description="the operation that creates it")
    delete: Text = Field(description="the path whose DELETE removes it, with {id}")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a generic claim is judged of: an operation, or a named value such as a resource.

    Args:
        key: the convention's key in conventions.yaml.
        name: the operation ("GET /tracks") or the name.
        model: the declared values.
        operation: the operation; None for a named value.
        claims: the ids of the API's claims by generic id.
    """

    key: str
    name: str
    model: Any
    operation: OperationLike | None
    claims: Mapping[str, tuple[str, ...]]

    @property
    def operation_key(self) -> str:
        """The operation, like "GET /tracks"; empty for a named value."""
        return f"{self.operation.method} {self.operation.path}" if self.operation is not None else ""


@dataclass(frozen=True)
class Declaration:
    """The conventions of an API.

    Args:
        api: the name of the API.
        title: its name for people; empty if the file has none.
        prefix: the first part of the ids of generated claims.
        documentation: the URL of the API's documentation.
        requests: what every request has.
        own_claims: the API's ids and words by generic id.
        groups: the declared values by the convention's key; the first group is the base of the others.
        named: the named values by the convention's key.
        clean_up: how items are deleted that no resource describes.
        python: the module with the API's own checks; empty without one.
    """

    api: str
    title: str = ""
    prefix: str = ""
    documentation: str = ""
    requests: Requests = field(default_factory=Requests)
    own_claims: Mapping[str, Sequence[OwnClaim]] = field(default_factory=dict)
    groups: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    named: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    clean_up: Sequence[CleanUp] = ()
    python: str = ""

    def values(self, key: str) -> Sequence[Any]:
        """Return the groups of a convention, or its named values; empty if it is not declared."""
        return [*self.groups.get(key, ()), *self.named.get(key, {}).values()]

    def first(self, key: str) -> Any | None:
        """Return the first group of a convention; None if it is not declared."""
        return next(iter(self.groups.get(key, ())), None)

    def of(self, key: str, operation: OperationLike | None) -> Any | None:
        """Return the value of a convention for an operation: that of the last group that matches it.

        Groups with `when` are about some of the requests only and are not considered. For no operation, such
        as an undocumented path, the first group counts if it is about all operations.
        """
        found = None
        for group in self.groups.get(key, ()):
            if is_about(group, operation) and not has_condition(group):
                found = group
        return found

    def with_condition(self, key: str, operation: OperationLike) -> Sequence[Any]:
        """Return the groups with `when` that are about an operation."""
        return [
            group for group in self.groups.get(key, ()) if has_condition(group) and is_about(group, operation)
        ]

    def own_ids(self, generic: str, *operations: OperationLike | None) -> tuple[str, ...]:
        """Return the ids of the API's claims for a generic claim; empty if it is turned off.

        Args:
            generic: the generic id.
            operations: what the claim is judged of; without any, all own claims count.
        """
        about = operations or (None,)
        owns = self.own_claims.get(generic, ())
        found = [own for own in owns if any(own.applies_to(operation) for operation in about)]
        if any(own.off for own in found):
            return ()
        ids = tuple(own.id for own in found if own.id)
        return ids or (f"{self.prefix}-{generic}",)

    def ids(self, generics: Iterable[GenericClaim], *operations: OperationLike) -> dict[str, tuple[str, ...]]:
        """Return the ids of the API's claims for generic claims of operations, by generic id."""
        found = {
            generic.id: (generic.own_id,) if generic.own_id else self.own_ids(generic.id, *operations)
            for generic in generics
        }
        return {generic: own for generic, own in found.items() if own}

    def subjects(self, key: str, operations: Sequence[OperationLike]) -> Iterator[Subject]:
        """Yield what the claims of a convention are judged of.

        Args:
            key: the key of the convention.
            operations: all operations of the document.
        """
        convention = catalogue()[key]
        index = OperationIndex(operations)
        for name, value in self.named.get(key, {}).items():
            about = [each for pattern in _patterns_of(value) for each in index.matching(pattern)]
            yield Subject(key, name, value, None, self.ids(convention.claims(value), *about))
        if key in self.groups and not issubclass(convention.model, OperationGroup):
            value = self.first(key)
            yield Subject(key, self.api, value, None, self.ids(convention.claims(value)))
        elif key in self.groups:
            yield from self._of_api(convention)
            for operation in operations:
                if not any(pattern.matches(operation) for pattern in self.requests.never):
                    yield from self._of_operation(convention, operation)

    def _of_api(self, convention: Convention) -> Iterator[Subject]:
        """Yield the subjects of claims about the whole API, each with the first group that brings it."""
        known: set[str] = set()
        for value in self.groups[convention.key]:
            generics = [each for each in convention.claims(value) if each.is_of_api and each.id not in known]
            known.update(generic.id for generic in generics)
            if ids := self.ids(generics):
                yield Subject(convention.key, self.api, value, None, ids)

    def _of_operation(self, convention: Convention, operation: OperationLike) -> Iterator[Subject]:
        """Yield the subjects of an operation: its group, and each group with a condition."""
        name = f"{operation.method} {operation.path}"
        for value in (self.of(convention.key, operation), *self.with_condition(convention.key, operation)):
            if value is not None and convention.applies(self, value, operation):
                condition = (
                    "&".join(f"{k}={v}" for k, v in (value.when or {}).items())
                    if has_condition(value)
                    else ""
                )
                shown = f"{name}?{condition}" if condition else name
                generics = [generic for generic in convention.claims(value) if not generic.is_of_api]
                yield Subject(convention.key, shown, value, operation, self.ids(generics, operation))

    def claims(self, known: Mapping[str, Claim]) -> Iterator[Claim]:
        """Yield the claims that the declaration brings and that claims.toml lacks.

        Args:
            known: the claims of claims.toml by id.
        """
        yielded: set[str] = set(known)
        for convention in catalogue().values():
            for generic in self._generic_claims(convention):
                for claim in self._own(generic, convention):
                    if claim.id not in yielded:
                        yielded.add(claim.id)
                        yield claim

    def brought(self) -> dict[str, tuple[str, ...]]:
        """Return the ids of the claims that the declaration brings, by generic id."""
        found: dict[str, tuple[str, ...]] = {}
        for convention in catalogue().values():
            for generic in self._generic_claims(convention):
                own = tuple(claim.id for claim in self._own(generic, convention))
                found[generic.id] = (*found.get(generic.id, ()), *own)
        return found

    def _generic_claims(self, convention: Convention) -> Iterator[GenericClaim]:
        """Yield the generic claims of all values of a convention, each once, with the promises of all."""
        by_id: dict[tuple[str, str], list[GenericClaim]] = {}
        for value in self.values(convention.key):
            for generic in convention.claims(value):
                by_id.setdefault((generic.id, generic.own_id), []).append(generic)
        for claims in by_id.values():
            promises = dict.fromkeys(claim.promise for claim in claims)
            yield replace(claims[0], promise=" / ".join(promises))

    def _own(self, generic: GenericClaim, convention: Convention) -> Iterator[Claim]:
        """Yield the claims of the API for a generic claim."""
        owns = self.own_claims.get(generic.id, ())
        if all(own.operations is not None for own in owns):
            owns = (*owns, OwnClaim.model_construct())  # for the operations of which no own claim is
        for own in owns:
            if not own.off:
                yield Claim(
                    id=generic.own_id or own.id or f"{self.prefix}-{generic.id}",
                    api=self.api,
                    section=convention.title,
                    level=Level(own.level or generic.level),
                    source=own.source or generic.source,
                    promise=own.promise or generic.promise,
                    needs=generic.needs,
                )

    @cached_property
    def changing_requests(self) -> PatternIndex:
        """The requests that create, change or delete items of the declared resources."""
        resources = self.named.get("resources", {}).values()
        actions = (action for resource in resources for action in resource.actions())
        return PatternIndex(action.request for kind, action in actions if kind != "read")

    @cached_property
    def actions(self) -> PatternTable[tuple[str, str, Any]]:
        """The actions of all resources: the name of the resource, the kind of the action, and the action."""
        return PatternTable(
            (action.request, (name, kind, action))
            for name, resource in self.named.get("resources", {}).items()
            for kind, action in resource.actions()
        )

    @cached_property
    def is_empty(self) -> bool:
        """Whether nothing is declared."""
        return not self.groups and not self.named


def has_condition(value: Any) -> bool:
    """Return whether a declared value is about requests with some parameters only."""
    return isinstance(value, Group) and value.when is not None


def _patterns_of(value: Any) -> Iterator[OperationPattern]:
    """Yield the patterns of operations that a declared value has, itself or in one of its actions."""
    if isinstance(value, OperationPattern):
        yield value
    elif isinstance(value, Keys):
        for name in type(value).model_fields:
            yield from _patterns_of(getattr(value, name))


def is_about(group: Any, operation: OperationLike | None) -> bool:
    """Return whether a group is about an operation; None is an undocumented one."""
    if not isinstance(group, OperationGroup) or group.operations is None:
        return True
    return operation is not None and group.index.matches(operation)
