"""The registry of faults and variants: deliberate differences that are put into a mock from outside."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

M = TypeVar("M")
Change = Callable[[Any], None]


class UnknownPatch(LookupError):
    """What was asked for is in no registry: one sentence."""


@dataclass(frozen=True, slots=True)
class MockPatch:
    """One change of a mock: a fault breaks its claims, a variant keeps them."""

    id: str
    api: str
    claims: tuple[str, ...]
    says: str
    change: Change
    is_fault: bool


REGISTRY: dict[str, MockPatch] = {}


def fault(*claims: str) -> Callable[[Change], Change]:
    """Register a function that breaks these claims in the mock that it is given.

    Its name says what breaks, its docstring is one sentence.

    Raises:
        ValueError: another module has registered that name.
    """
    return _registered(claims, is_fault=True)


def variant(*claims: str) -> Callable[[Change], Change]:
    """Register a function that answers in another way that these claims allow."""
    return _registered(claims, is_fault=False)


def of_api(name: str) -> list[MockPatch]:
    """All that are registered for an API, its modules imported; none where it has no `faults` folder."""
    folder = f"tuningfork.apis.{name}.faults"
    if importlib.util.find_spec(folder) is None:
        return []
    for module in pkgutil.walk_packages(importlib.import_module(folder).__path__, f"{folder}."):
        importlib.import_module(module.name)
    return [difference for difference in REGISTRY.values() if difference.api == name]


def require_known(ids: Iterable[str], apis: Iterable[str]) -> None:
    """Judge whether each id is a difference of one of these APIs.

    Raises:
        UnknownDifference: the first that is none.
    """
    if wanted := list(ids):
        known = {difference.id for name in apis for difference in of_api(name)}
        for unknown in (name for name in wanted if name not in known):
            near = difflib.get_close_matches(unknown, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else "."
            raise UnknownPatch(f"there is no fault or variant {unknown!r}{hint}")


def apply_patches(mock: M, api: str, ids: Iterable[str]) -> M:
    """The mock with those of these differences put into it that are its API's, in this order."""
    wanted = list(ids)
    if wanted:
        known = {difference.id: difference for difference in of_api(api)}
        for difference in (known[name] for name in wanted if name in known):
            difference.change(mock)
    return mock


def _registered(claims: tuple[str, ...], *, is_fault: bool) -> Callable[[Change], Change]:
    def register(change: Change) -> Change:
        name = change.__name__
        if name in REGISTRY and REGISTRY[name].change.__module__ != change.__module__:
            raise ValueError(f"{name} is in {REGISTRY[name].change.__module__} and in {change.__module__}")
        says = (change.__doc__ or "").strip()
        REGISTRY[name] = MockPatch(name, change.__module__.split(".")[2], claims, says, change, is_fault)
        return change

    return register
