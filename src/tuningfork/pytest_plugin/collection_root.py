"""The root directory from which pytest collects suites from different folders."""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tuningfork.apis import ApiHome
from tuningfork.pytest_plugin.session import FOLDER
from tuningfork.registry.api_home import data_root

SUITES = "suites"
CONVENTIONS = "conventions"
PREFIX = "tuningfork-root-"
CONFIGURATION = """[pytest]
addopts = --import-mode=importlib --strict-markers --strict-config -ra
xfail_strict = true
{setting} = {folder}
"""


@dataclass(frozen=True)
class CollectionRoot:
    """A directory whose `suites/NAME` is the suite of the API NAME.

    Args:
        path: pytest's root directory; test ids are relative to it.
        configuration: pytest's configuration file.
        suites: the folder of each suite by its name; "conventions" is one of them.
    """

    path: Path
    configuration: Path
    suites: Mapping[str, Path]

    def options(self) -> list[str]:
        """Return the options by which pytest uses this root."""
        return ["-c", str(self.configuration), f"--rootdir={self.path}"]

    def arguments(self, names: Iterable[str]) -> list[str]:
        """Return pytest's arguments for the suites of these APIs and the conventions."""
        return [str(self.path / SUITES / name) for name in (*names, CONVENTIONS) if name in self.suites]

    def argument(self, given: str) -> str:
        """Return pytest's argument for a test or suite; any other text unchanged.

        Args:
            given: a test id as reports print it, such as "suites/bookshop/test_books.py::test_list", or a
                path from the current directory.
        """
        test = given.removesuffix(" (teardown)")
        name, separator, rest = test.partition("::")
        try:
            located = self._located(Path.cwd() / name, Path(name))
        except OSError:  # too long to be a path
            return given
        return test if located is None else f"{located}{separator}{rest}"

    def _located(self, path: Path, name: Path) -> Path | None:
        """Return a test's path below this root, from its path or from its name in reports; else None."""
        if path.exists():
            for suite, folder in self.suites.items():
                if path.resolve().is_relative_to(folder.resolve()):
                    below = path.resolve().relative_to(folder.resolve())
                    return self.path / SUITES / suite / below
            return None
        inside = self.path / name
        return inside if name.parts[:1] == (SUITES,) and inside.exists() else None


def shown_paths(text: str) -> str:
    """Return a text in which paths below a temporary root are relative to it, like test ids."""
    return re.sub(rf"[\w./~-]*{PREFIX}\w+/", "", text)


@contextlib.contextmanager
def collection_root(folder: Path, homes: Mapping[str, ApiHome]) -> Iterator[CollectionRoot]:
    """Provide the root for the suites of these APIs and of the conventions.

    pytest derives test ids, the scope of each conftest.py and the names of modules from paths below one root
    directory. If the suites are in different folders, that is a temporary directory with links to them.

    Args:
        folder: the working folder.
        homes: the known APIs.
    """
    suites = {name: home.suites for name, home in homes.items() if home.suites.is_dir()}
    suites[CONVENTIONS] = _conventions(folder)
    parents = {path.parent for path in suites.values()}
    common = parents.pop().parent
    if not parents and (common / "pyproject.toml").is_file():
        yield CollectionRoot(common, common / "pyproject.toml", suites)
        return
    root = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
    try:
        (root / SUITES).mkdir()
        for name, path in suites.items():
            (root / SUITES / name).symlink_to(path.resolve(), target_is_directory=True)
        for name in ("conftest.py", f"{SUITES}/conftest.py"):
            if (folder / name).is_file():
                (root / name).symlink_to((folder / name).resolve())
        configuration = root / "pytest.ini"
        configuration.write_text(CONFIGURATION.format(setting=FOLDER, folder=folder), encoding="utf-8")
        yield CollectionRoot(root, configuration, suites)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _conventions(folder: Path) -> Path:
    """Return the folder of the tests that all APIs share: of the working folder, else of this package."""
    local = folder / SUITES / CONVENTIONS
    return local if local.is_dir() else data_root() / SUITES / CONVENTIONS
