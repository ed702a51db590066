"""Judgements of declared conventions on every exchange; a module for each convention that has some.

A module has `checks(declaration)`, which returns the checks of what is declared, or `checks_of_429`: no other
check judges a 429, which may be a gateway's.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from tuningfork.checks.base import Check
from tuningfork.conventions.declaration import Declaration


def declared_checks(declaration: Declaration, function: str = "checks") -> Iterator[Check]:
    """Yield the checks of all declared conventions, which a function of each module returns."""
    for found in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{found.name}")
        if hasattr(module, function):
            yield from getattr(module, function)(declaration)
