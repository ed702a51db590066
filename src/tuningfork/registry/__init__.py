"""Finds APIs and loads their profiles, mocks and faults. No API is named here: a folder is enough to exist.

The APIs are those that `discover` found for a working folder; by default that is the current directory.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import pkgutil
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from tuningfork.audit.fault import REGISTRY, MockPatch
from tuningfork.checks.base import Check
from tuningfork.checks.declared import declared_checks
from tuningfork.checks.series.observation import Observer
from tuningfork.client.config import did_you_mean
from tuningfork.client.gateway import is_of_gateway
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.model import Exchange, Finding
from tuningfork.registry.api_home import ApiError, ApiHome, find_apis
from tuningfork.registry.api_profile import Profile
from tuningfork.registry.finder import APIS, ApiFinder, forget_other_modules
from tuningfork.registry.series_observer import make_observer
from tuningfork.testing.load_scenario import Scenario

if TYPE_CHECKING:
    from tuningfork.mock.app import Mock  # Flask takes long to import

_finder = ApiFinder()
_homes: dict[str, ApiHome] = {}


def discover(folder: Path) -> Mapping[str, ApiHome]:
    """Find the APIs of a working folder and the installed ones; every function here then uses these."""
    found = find_apis(folder)
    _profile_of.cache_clear()
    if found != _homes:
        _homes.clear()
        _homes.update(found)
        _finder.use(_homes)
        for moved in filter(forget_other_modules, _homes.values()):
            for id_ in [patch.id for patch in REGISTRY.values() if patch.api == moved.name]:
                del REGISTRY[id_]
    return _homes


def homes() -> Mapping[str, ApiHome]:
    """Return the folders of each API by its name."""
    return _homes or discover(Path.cwd())


def names() -> list[str]:
    """Return the names of all APIs, sorted."""
    return sorted(homes())


def home(name: str) -> ApiHome:
    """Return the folders of an API.

    Raises:
        ApiError: there is no such API, or its package is broken.
    """
    found = homes().get(name)
    if found is None:
        known = ", ".join(names()) or "none; add specs/NAME/claims.toml"
        raise ApiError(f"there is no API {name!r}{did_you_mean(name, homes())}; the APIs are: {known}.")
    if found.defect:
        raise ApiError(found.defect)
    return found


def profile(name: str) -> Profile:
    """Return PROFILE of an API's module `profile`; without it, the default profile for its document.

    Raises:
        ApiError: there is no such API, or its profile cannot be imported.
        tuningfork.contract.errors.ContractError: the document cannot be read.
    """
    return _profile_of(home(name))


@functools.cache
def _profile_of(api_home: ApiHome) -> Profile:
    """Return PROFILE of an API's module `profile`, or the default profile if it has no such module."""
    if not api_home.has_code("profile"):
        from tuningfork.registry.default_profile import make_default_profile  # slow, and often not needed

        return _with_own_code(make_default_profile(api_home.specs), api_home)
    loaded = getattr(_import(api_home, "profile"), "PROFILE", None)
    if not isinstance(loaded, Profile):
        raise ApiError(f"{api_home.code}: profile.py has no PROFILE; assign a tuningfork.apis.Profile to it.")
    return _with_declared_secrets(loaded, api_home)


def _with_declared_secrets(profile: Profile, api_home: ApiHome) -> Profile:
    """Return a profile that also has the locations of secrets that conventions.yaml declares."""
    if not (api_home.specs / "conventions.yaml").is_file():
        return profile
    from tuningfork.registry.declared_secrets import declared_secret_locations  # slow, and often not needed

    declared = declared_secret_locations(Contract.load(api_home.specs))
    return replace(profile, secret_locations=profile.secret_locations | declared)


def _with_own_code(profile: Profile, api_home: ApiHome) -> Profile:
    """Return a profile with CHECKS and FACTORIES of the module that `python` in conventions.yaml names.

    Raises:
        ApiError: there is no such module, or it has neither.
    """
    file = api_home.specs / "conventions.yaml"
    name = Contract.load(api_home.specs).declaration.python if file.is_file() else ""
    if not name:
        return profile
    if not api_home.has_code(name):
        raise ApiError(f"{file}: `python` names {name}; write {api_home.code / name}.py, or remove the key.")
    module = _import(api_home, name)
    own_checks, factories = getattr(module, "CHECKS", ()), getattr(module, "FACTORIES", {})
    if not own_checks and not factories:
        raise ApiError(f"{api_home.code / name}.py has neither CHECKS nor FACTORIES; assign one of them.")
    return replace(
        profile, checks=(*profile.checks, *own_checks), factories={**profile.factories, **factories}
    )


def checks(contract: Contract) -> tuple[Check, ...]:
    """Return the checks of every exchange of an API: those of its profile, and of its declared conventions.

    A response of a gateway is not judged by the declared ones.

    Raises:
        ApiError: the profile cannot be imported.
        tuningfork.contract.errors.ContractError: the document cannot be read.
    """
    declared = tuple(declared_checks(contract.declaration))
    of_429 = tuple(declared_checks(contract.declaration, "checks_of_429"))

    def check_declared(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield the findings of the declared conventions, unless the response is that of a gateway."""
        is_429 = exchange.response.status == 429
        for check in of_429 if is_429 else () if is_of_gateway(exchange.response) else declared:
            yield from check(exchange, operation)

    return (*profile(contract.api).checks, *([check_declared] if declared else ()))


def observers(contracts: Mapping[str, Contract]) -> dict[str, Observer]:
    """Return what observes the exchanges of each API that has claims about several exchanges.

    Raises:
        ApiError: a profile cannot be imported.
    """
    found = {api: make_observer(contract, profile(api)) for api, contract in contracts.items()}
    return {api: observer for api, observer in found.items() if observer is not None}


def has_mock(name: str) -> bool:
    """Return whether an API has a mock server: its own one, or the reference server of its conventions."""
    return home(name).can_be_served


def mock(name: str) -> Mock:
    """Return a new mock server of an API: what `create()` of its package `mock` returns.

    Without such a package it is the reference server, which keeps the declared conventions.

    Raises:
        ApiError: the API has no mock, or its mock cannot be imported or created.
    """
    found = home(name)
    if not found.can_be_served:
        raise ApiError(found.missing_mock())
    if not found.has_code("mock"):
        from tuningfork.mock.reference import ReferenceServer  # it takes long to import

        contract = Contract.load(found.specs)
        return ReferenceServer(contract.document, contract.declaration)
    create = getattr(_import(found, "mock"), "create", None)
    if create is None:
        raise ApiError(f"{found.code}: mock has no function create(); write one that returns a new Mock.")
    with _errors_of_api():
        created: Mock = create()
    return created


def patches(name: str, *, under_load: bool = False) -> list[MockPatch]:
    """Return the faults and variants of an API, from all modules below its folder `faults`.

    Those of the reference server are added if it serves the API.

    Args:
        name: the name of the API.
        under_load: whether the faults that show only under load are added, which no test of a suite finds.

    Raises:
        ApiError: one of these modules cannot be imported.
    """
    found = home(name)
    if found.has_code("faults"):
        _import_below(found, "faults")
    own = [
        patch
        for patch in REGISTRY.values()
        if patch.api == name and (under_load or not patch.shows_only_under_load)
    ]
    if found.has_code("mock") or not found.can_be_served:
        return own
    declaration = Contract.load(found.specs).declaration
    from tuningfork.audit.convention_patch import patches_for  # its imports are slow

    return [*own, *patches_for(declaration, declaration.brought())]


def load_scenarios(name: str) -> tuple[Scenario, ...]:
    """Return SCENARIOS of an API's module `load`: what `tuningfork load` repeats besides the declared ones.

    Raises:
        ApiError: the module cannot be imported, or has no SCENARIOS.
    """
    found = home(name)
    if not found.has_code("load"):
        return ()
    scenarios = getattr(_import(found, "load"), "SCENARIOS", None)
    if scenarios is None:
        raise ApiError(f"{found.code}: load.py has no SCENARIOS; assign a tuple of Scenario to it.")
    return tuple(scenarios)


def _import_below(api_home: ApiHome, part: str) -> None:
    """Import a module of an API and all modules below it; `part` is its dotted name in the API's package."""
    package = _import(api_home, part)
    for module in pkgutil.iter_modules(getattr(package, "__path__", [])):
        _import_below(api_home, f"{part}.{module.name}")


def _import(api_home: ApiHome, part: str) -> ModuleType:
    """Return a module of an API; `part` is its dotted name in the API's package, such as "mock"."""
    with _errors_of_api():
        return importlib.import_module(f"{APIS}.{api_home.name}.{part}")


@contextlib.contextmanager
def _errors_of_api() -> Iterator[None]:
    """Raise any error of an API's own code as an ApiError that names the line."""
    try:
        yield
    except SyntaxError as error:
        raise ApiError(f"{error.filename}, line {error.lineno}: {error.msg}; correct it.") from error
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        last = [frame for frame in frames if "importlib" not in frame.filename][-1]
        reason = f"{type(error).__name__}: {error}"
        raise ApiError(f"{last.filename}, line {last.lineno}: {reason}; correct it.") from error
