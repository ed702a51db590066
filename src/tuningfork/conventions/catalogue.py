"""The conventions by their keys: each module of this package that has a `CONVENTION`."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping

from tuningfork import conventions
from tuningfork.conventions.base import Convention


@functools.cache
def catalogue() -> Mapping[str, Convention]:
    """Return the conventions by their keys in conventions.yaml, in alphabetical order."""
    modules = [
        importlib.import_module(f"{conventions.__name__}.{module.name}")
        for module in pkgutil.iter_modules(conventions.__path__)
    ]
    found = [module.CONVENTION for module in modules if hasattr(module, "CONVENTION")]
    return {convention.key: convention for convention in found}
