"""What every convention has: the base of its models, and the claims that a declaration brings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tuningfork.conventions.grammar.operation_patterns import OperationValue
from tuningfork.conventions.grammar.scalars import Text
from tuningfork.conventions.operation_index import PatternIndex
from tuningfork.model import Level


def _key(name: str) -> str:
    """Return the key of conventions.yaml for the name of a field: `not_in` is `not-in`, `in_` is `in`."""
    return name.rstrip("_").replace("_", "-")


class Keys(BaseModel):
    """The keys of a mapping in conventions.yaml; a key that is left out brings no claim."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=_key,
        arbitrary_types_allowed=True,
        strict=True,
        defer_build=True,  # a declaration has few of the conventions
    )


class OperationGroup(Keys):
    """The keys of a convention that belongs to operations."""

    operations: list[OperationValue] | None = Field(
        None, description="the operations that the declaration is about; all of them without this key"
    )

    @cached_property
    def index(self) -> PatternIndex:
        """The patterns of `operations`; without any, it matches nothing."""
        return PatternIndex(self.operations or ())


class Group(OperationGroup):
    """The keys of a convention that may belong to some requests of its operations only."""

    when: dict[str, Text] | None = Field(
        None, description="the declaration is about requests with these parameters, beside other groups"
    )


@dataclass(frozen=True, slots=True)
class GenericClaim:
    """A claim that a declaration brings, before the API gives it an id and words of its own.

    Args:
        id: such as "PAGE-WALK".
        promise: the requirement as one sentence, with the declared values in it.
        source: the section of a standard; "conventions.yaml" where no standard has it.
        level: how binding it is unless the API says otherwise.
        needs: what a target must offer (`Claim.needs`).
        is_of_api: whether it is judged once for the API, and not of each operation of a group.
        own_id: the id of the API's own claim that it always is; empty if `claims` may name one.
    """

    id: str
    promise: str
    source: str = "conventions.yaml"
    level: Level = Level.MUST
    needs: tuple[str, ...] = ()
    is_of_api: bool = False
    own_id: str = ""


def applies_everywhere(declaration: Any, declared: Any, operation: Any) -> bool:
    """Return True: a group is about each operation that its `operations` match."""
    return True


@dataclass(frozen=True, slots=True)
class Convention:
    """One key of conventions.yaml: a module of this package has it as `CONVENTION`.

    Args:
        key: the key.
        title: the section of the report that has its claims.
        model: the model of its value; of each named value if `is_named`.
        claims: returns the claims that a value brings.
        is_named: whether the key has a mapping of names to values, such as `resources`.
        applies: returns whether a value (2nd argument) of a Declaration is about an operation (3rd argument).
    """

    key: str
    title: str
    model: type[Keys]
    claims: Callable[[Any], Iterable[GenericClaim]]
    is_named: bool = False
    applies: Callable[[Any, Any, Any], bool] = applies_everywhere
