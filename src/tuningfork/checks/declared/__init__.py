"""Judgements of declared conventions on every exchange; a module for each convention that has some.

A module has `checks(declaration)`, which returns the checks of what is declared.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from tuningfork.checks.base import Check
from tuningfork.conventions.declaration import Declaration


def declared_checks(declaration: Declaration) -> Iterator[Check]:
    """Yield the checks of all declared conventions."""
    for found in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{found.name}")
        if hasattr(module, "checks"):
            yield from module.checks(declaration)
