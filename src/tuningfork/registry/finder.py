"""Imports `tuningfork.apis.NAME` from the folder where the API was found, wherever that is."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from types import ModuleType

from tuningfork.registry.api_home import ApiHome

APIS = "tuningfork.apis"


class ApiFinder(MetaPathFinder):
    """Finds the Python packages of APIs, so that no API has to be on sys.path.

    With it a mock, a fault or a suite writes `from tuningfork.apis.bookshop.factories import create_book`
    in a working folder, in a checkout and in an installed package alike.
    """

    def __init__(self) -> None:
        self._homes: Mapping[str, ApiHome] = {}

    def use(self, homes: Mapping[str, ApiHome]) -> None:
        """Find the packages of these APIs from now on."""
        self._homes = homes
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to import the package of an API; None for any other module."""
        parent, _, name = fullname.rpartition(".")
        home = self._homes.get(name) if parent == APIS else None
        if home is None or not home.code.is_dir():
            return None
        folders, init = [str(home.code)], home.code / "__init__.py"
        if init.is_file():
            return spec_from_file_location(fullname, init, submodule_search_locations=folders)
        spec = ModuleSpec(fullname, None, is_package=True)
        spec.submodule_search_locations = folders
        return spec


def forget_other_modules(home: ApiHome) -> bool:
    """Remove the modules of an API that were imported from another folder; return whether there were any."""
    package = f"{APIS}.{home.name}"
    if package not in sys.modules or list(sys.modules[package].__path__) == [str(home.code)]:
        return False
    for module in [name for name in sys.modules if f"{name}.".startswith(f"{package}.")]:
        del sys.modules[module]
    return True
