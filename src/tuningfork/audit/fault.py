"""Faults and variants: changes that are applied to a mock from outside, registered by decorators."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

M = TypeVar("M")
Change = Callable[[Any], None]
API_PART = 2
"""Index of the API's name in the name of a module: tuningfork.apis.NAME.faults.MODULE."""


class UnknownPatch(LookupError):
    """No fault or variant has the requested id; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class MockPatch:
    """One change of a mock: a fault breaks its claims, a conforming variant does not.

    Args:
        id: the name of the function that makes the change.
        api: the API whose mock is changed.
        claims: the claims that a fault breaks, or that a variant might seem to break.
        says: one sentence that describes the changed behaviour.
        change: applies the change to a mock.
        is_fault: whether the change breaks the claims.
        shows_only_under_load: whether only many requests at once show it, so that the audit leaves it out.
    """

    id: str
    api: str
    claims: tuple[str, ...]
    says: str
    change: Change
    is_fault: bool
    shows_only_under_load: bool = False


REGISTRY: dict[str, MockPatch] = {}
"""The faults and variants of all modules that were imported, by id."""


def fault(*claims: str) -> Callable[[Change], Change]:
    """Register the decorated function as a fault: it changes a mock so that these claims are broken.

    The name of the function is the id of the fault. Its docstring describes the fault in one sentence.

    Raises:
        ValueError: another module has registered the same id.
    """
    return _register(claims, is_fault=True)


def load_fault(*claims: str) -> Callable[[Change], Change]:
    """Register the decorated function as a fault that only `tuningfork load` can find; see `fault`.

    Raises:
        ValueError: another module has registered the same id.
    """
    return _register(claims, is_fault=True, shows_only_under_load=True)


def variant(*claims: str) -> Callable[[Change], Change]:
    """Register the decorated function as a conforming variant: a change that none of these claims forbids.

    Raises:
        ValueError: another module has registered the same id.
    """
    return _register(claims, is_fault=False)


def require_known(ids: Iterable[str], patches: Iterable[MockPatch]) -> None:
    """Require that each id belongs to one of the patches.

    Raises:
        UnknownPatch: an id is unknown; the sentence suggests a similar one.
    """
    known = {patch.id for patch in patches}
    for unknown in (id_ for id_ in ids if id_ not in known):
        similar = difflib.get_close_matches(unknown, known, n=1)
        hint = f"; did you mean {similar[0]}?" if similar else "."
        raise UnknownPatch(f"there is no fault or variant {unknown!r}{hint}")


def apply_patches(mock: M, ids: Iterable[str], patches: Iterable[MockPatch]) -> M:
    """Apply those of the patches that have these ids to a mock, in the order of the ids; return the mock."""
    by_id = {patch.id: patch for patch in patches}
    for patch in (by_id[id_] for id_ in ids if id_ in by_id):
        patch.change(mock)
    return mock


def _register(
    claims: tuple[str, ...], *, is_fault: bool, shows_only_under_load: bool = False
) -> Callable[[Change], Change]:
    """Return a decorator that adds the decorated function to REGISTRY as a fault or a variant."""

    def register(change: Change) -> Change:
        """Add `change` to REGISTRY and return it; raise ValueError if another module uses its name."""
        id_, module = change.__name__, change.__module__
        if id_ in REGISTRY and REGISTRY[id_].change.__module__ != module:
            raise ValueError(f"{id_} is in {REGISTRY[id_].change.__module__} and in {module}")
        description = (change.__doc__ or "").strip()
        api = module.split(".")[API_PART]
        REGISTRY[id_] = MockPatch(id_, api, claims, description, change, is_fault, shows_only_under_load)
        return change

    return register
