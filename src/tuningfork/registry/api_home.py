"""Finds the folders of every API: in the working folder, in this package, in packages with an entry point.

Each of these roots has the same layout: `specs/NAME`, `suites/NAME`, `cassettes/NAME` and `apis/NAME`.
No code of an API is imported here.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from tuningfork.client.config import ConfigurationError

ENTRY_POINTS = "tuningfork.apis"
"""The group of entry points in which a package registers an API: `NAME = PACKAGE`."""
CONTRACT_FILES = ("claims.toml", "conventions.yaml", "openapi.yaml")
"""A folder of `specs/` that has one of these files is an API."""
PACKAGE = Path(__file__).parents[1]


class ApiError(ConfigurationError):
    """An API cannot be used: one sentence that names the file or package to correct."""


@dataclass(frozen=True, slots=True)
class ApiHome:
    """The folders of one API.

    Args:
        name: the name of the API and of each of its folders.
        root: the folder that has `specs/` and `suites/`.
        specs: the contract: openapi.yaml, conventions.yaml and claims.toml.
        suites: the tests.
        cassettes: the recorded traffic.
        code: the Python code: profile.py, mock/ and faults/, of which each may be missing.
        is_local: whether the API belongs to the working folder.
        overrides: the root of the installed API of the same name that this one replaces.
        defect: why the API cannot be used; empty if it can.
    """

    name: str
    root: Path
    specs: Path
    suites: Path
    cassettes: Path
    code: Path
    is_local: bool = False
    overrides: Path | None = None
    defect: str = ""

    @property
    def has_own_mock(self) -> bool:
        """Whether there is a mock in the same root as the contract, not that of an installed API."""
        return self.code.is_relative_to(self.root / "apis") and self.has_code("mock")

    @property
    def can_be_served(self) -> bool:
        """Whether there is a server of the API: its own mock, or the reference server.

        That one keeps conventions and documents; it knows nothing of the claims in a claims.toml.
        """
        has_claims = (self.specs / "claims.toml").is_file()
        is_declared = (self.specs / "conventions.yaml").is_file() or not has_claims
        return self.has_code("mock") or is_declared

    def has_code(self, part: str) -> bool:
        """Return whether `code` has a folder with Python files, or a module, of this name such as "mock"."""
        return (self.code / f"{part}.py").is_file() or any((self.code / part).rglob("*.py"))

    def missing_mock(self) -> str:
        """Return the sentence for an API that has no mock although one is needed."""
        return (
            f"{self.name} has no mock (apis/{self.name}/mock/__init__.py); "
            "name a target with --target, or write the mock."
        )


def find_apis(folder: Path) -> dict[str, ApiHome]:
    """Return every API by its name, in alphabetical order.

    An API of the working folder replaces an installed API of the same name. If the working folder lacks its
    folder of tests, of cassettes or of code, the folder of the installed API is used.

    Args:
        folder: the working folder.
    """
    homes = {home.name: home for home in installed_apis()}
    for home in _apis_in_root(folder, folder / "apis"):
        homes[home.name] = _completed(replace(home, is_local=True), homes.get(home.name))
    return dict(sorted(homes.items()))


def data_root() -> Path:
    """Return the folder of the built-in `specs/` and `suites/`: this package, or the root of a checkout."""
    return PACKAGE if (PACKAGE / "specs").is_dir() else PACKAGE.parents[1]


@functools.cache
def installed_apis() -> tuple[ApiHome, ...]:
    """Return the built-in APIs and those of entry points.

    The built-in ones are found by their folders too, since the metadata of an installation may be outdated.
    """
    homes = {home.name: home for home in _apis_in_root(data_root(), PACKAGE / "apis")}
    for point in entry_points(group=ENTRY_POINTS):
        if point.name not in homes or homes[point.name].defect:
            homes[point.name] = _registered(point)
    return tuple(homes.values())


def _apis_in_root(root: Path, code: Path) -> Iterator[ApiHome]:
    """Yield the APIs of a root: the folders of `specs/` with a contract; `code` is its folder `apis/`."""
    specs = root / "specs"
    for folder in sorted(specs.iterdir()) if specs.is_dir() else ():
        if any((folder / name).is_file() for name in CONTRACT_FILES):
            yield _home_in_root(folder.name, root, code)


def _home_in_root(name: str, root: Path, code: Path) -> ApiHome:
    """Return the folders of an API in a root; `code` is the folder of all APIs' code."""
    return ApiHome(
        name, root, root / "specs" / name, root / "suites" / name, root / "cassettes" / name, code / name
    )


def _completed(local: ApiHome, installed: ApiHome | None) -> ApiHome:
    """Return the API of the working folder; folders that it does not have are those of the installed one.

    Cassettes belong to the suite that recorded them.
    """
    if installed is None or installed.defect:
        return local
    has_tests = local.suites.is_dir() or local.cassettes.is_dir()
    return replace(
        local,
        suites=local.suites if local.suites.is_dir() else installed.suites,
        cassettes=local.cassettes if has_tests else installed.cassettes,
        code=local.code if local.code.is_dir() else installed.code,
        overrides=None if installed.root == local.root else installed.root,
    )


def _registered(point: EntryPoint) -> ApiHome:
    """Return the API of an entry point, whose package is located but not imported."""
    source = f"the package {point.dist.name}" if point.dist is not None else "an installed package"
    described = f"{source} registers the API {point.name} = {point.value}, but"
    remedy = "correct its entry point or uninstall it"
    try:
        spec = importlib.util.find_spec(point.module)
    except Exception as error:  # the parent of a dotted name is imported, and may raise anything
        return _defective(point.name, f"{described} that cannot be imported ({error}); {remedy}.")
    folders = [] if spec is None else list(spec.submodule_search_locations or ())
    if not folders:
        return _defective(point.name, f"{described} there is no such Python package; {remedy}.")
    home = _home_in_root(point.name, Path(folders[0]), Path(folders[0]) / "apis")
    if not any((home.specs / name).is_file() for name in CONTRACT_FILES):
        missing = home.specs / CONTRACT_FILES[0]
        return replace(home, defect=f"{described} there is no {missing}; {remedy}.")
    return home


def _defective(name: str, defect: str) -> ApiHome:
    """Return an API that cannot be used, with the reason."""
    return replace(_home_in_root(name, Path(), Path()), defect=defect)
