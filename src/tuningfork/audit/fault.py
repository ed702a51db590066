"""The registry of faults and variants: deliberate differences that are put into a mock from outside."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

M = TypeVar("M")
Change = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """One change of a mock: a fault breaks its claims, a variant keeps them."""

    id: str
    api: str
    claims: tuple[str, ...]
    says: str
    change: Change
    is_fault: bool


REGISTRY: dict[str, Difference] = {}


def fault(*claims: str) -> Callable[[Change], Change]:
    """Register a function that breaks these claims in the mock that it is given.

    Its name says what breaks, its docstring is one sentence.
    """
    return _registered(claims, is_fault=True)


def variant(*claims: str) -> Callable[[Change], Change]:
    """Register a function that answers in another way that these claims allow."""
    return _registered(claims, is_fault=False)


def of_api(name: str) -> list[Difference]:
    """All that are registered for an API, its modules imported."""
    package = importlib.import_module(f"tuningfork.apis.{name}.faults")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return [difference for difference in REGISTRY.values() if difference.api == name]


def put_into(mock: M, api: str, ids: Iterable[str]) -> M:
    """The mock with these differences put into it.

    Raises:
        KeyError: no such difference.
    """
    wanted = list(ids)
    if wanted:
        known = {difference.id: difference for difference in of_api(api)}
        for name in wanted:
            known[name].change(mock)
    return mock


def _registered(claims: tuple[str, ...], *, is_fault: bool) -> Callable[[Change], Change]:
    def register(change: Change) -> Change:
        api = change.__module__.split(".")[2]
        says = (change.__doc__ or "").strip()
        REGISTRY[change.__name__] = Difference(change.__name__, api, claims, says, change, is_fault)
        return change

    return register
