"""Faults and variants of declared conventions: changes of the reference server, for every API."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tuningfork.audit import convention_faults
from tuningfork.audit.fault import MockPatch
from tuningfork.conventions.declaration import Declaration
from tuningfork.mock.reference.server import ReferenceServer

ServerChange = Callable[[ReferenceServer], None]
Condition = Callable[[Declaration], bool]


@dataclass(frozen=True, slots=True)
class ConventionPatch:
    """One change of the reference server.

    Args:
        name: the name of the function that makes the change.
        claims: generic ids of the claims that a fault breaks, or that a variant might seem to break.
        says: one sentence that describes the changed behaviour.
        change: applies the change to a server.
        is_fault: whether the change breaks the claims.
        condition: whether the change has an effect on the server of a declaration.
    """

    name: str
    claims: tuple[str, ...]
    says: str
    change: ServerChange
    is_fault: bool
    condition: Condition


PATCHES: dict[str, ConventionPatch] = {}
"""The patches of all modules that were imported, by name."""


def always(declaration: Declaration) -> bool:
    """Return True: a change has an effect on every server whose declaration brings its claims."""
    return True


def breaks(*claims: str, when: Condition = always) -> Callable[[ServerChange], ServerChange]:
    """Register the decorated function as a fault of each API whose declaration brings one of these claims.

    Args:
        claims: generic ids, such as "PAGE-WALK".
        when: whether the fault has an effect on the server of a declaration.

    Raises:
        ValueError: another function has the same name.
    """
    return _register(claims, when, is_fault=True)


def keeps(*claims: str, when: Condition = always) -> Callable[[ServerChange], ServerChange]:
    """Register the decorated function as a conforming variant: none of these claims forbids the change.

    Raises:
        ValueError: another function has the same name.
    """
    return _register(claims, when, is_fault=False)


def patches_for(declaration: Declaration, ids: Mapping[str, tuple[str, ...]]) -> Iterator[MockPatch]:
    """Yield the faults and variants of the reference server of an API; their ids begin with its name.

    Args:
        declaration: the conventions of the API.
        ids: the API's claims by generic id.
    """
    _import_all()
    for patch in PATCHES.values():
        claims = tuple(own for generic in patch.claims for own in ids.get(generic, ()))
        if claims and patch.condition(declaration):
            name = f"{declaration.api}.{patch.name}"
            yield MockPatch(name, declaration.api, claims, patch.says, patch.change, patch.is_fault)


def _register(
    claims: tuple[str, ...], condition: Condition, *, is_fault: bool
) -> Callable[[ServerChange], ServerChange]:
    """Return a decorator that adds the decorated function to PATCHES."""

    def register(change: ServerChange) -> ServerChange:
        """Add `change` to PATCHES and return it; ValueError if another function has its name."""
        name = change.__name__
        if name in PATCHES:
            raise ValueError(f"{name} is in {PATCHES[name].change.__module__} and in {change.__module__}")
        says = (change.__doc__ or "").strip()
        PATCHES[name] = ConventionPatch(name, claims, says, change, is_fault, condition)
        return change

    return register


@functools.cache
def _import_all() -> None:
    """Import the modules of `convention_faults`."""
    for module in pkgutil.iter_modules(convention_faults.__path__):
        importlib.import_module(f"{convention_faults.__name__}.{module.name}")
