"""The modules of the package import each other without cycles, also under TYPE_CHECKING and in functions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"

Graph = dict[str, set[str]]
"""The modules that each module imports."""


def test_package_has_no_import_cycle() -> None:
    assert find_cycle(build_graph(read_sources(SOURCE))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import package.second",
        "from package import second",
        "from package.second import name",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from package import second",
        "def function():\n    from package import second",
    ],
)
def test_every_kind_of_import_counts(source: str) -> None:
    sources = {"package": "", "package.first": source, "package.second": "import package.first"}

    cycle = find_cycle(build_graph(sources))

    assert set(cycle) == {"package.first", "package.second"}


def test_name_of_package_counts_as_import_of_its_module() -> None:
    """A name that `package/__init__.py` re-exports comes from the module that defines it."""
    sources = {
        "package": "from package.first import name",
        "package.first": "from package.second import other",
        "package.second": "from package import name",
    }

    cycle = find_cycle(build_graph(sources))

    assert set(cycle) == {"package.first", "package.second"}


def test_package_that_imports_its_modules_has_no_cycle() -> None:
    sources = {
        "package": "from package.first import name",
        "package.first": "from package import second",
        "package.second": "",
    }

    assert find_cycle(build_graph(sources)) == []


def read_sources(folder: Path) -> dict[str, str]:
    """Return the source of each module below `folder`, by its dotted name."""
    files = {file.relative_to(folder).with_suffix(""): file for file in folder.rglob("*.py")}
    return {".".join(path.parts).removesuffix(".__init__"): file.read_text() for path, file in files.items()}


def build_graph(sources: Mapping[str, str]) -> Graph:
    """Return the modules that each module imports."""
    imports = {module: set(find_imports(source)) for module, source in sources.items()}
    exports = {module: find_exports(source) for module, source in sources.items()}
    return {
        module: {resolve(name, exports) for name in names} - {module, ""} for module, names in imports.items()
    }


def find_imports(source: str) -> Iterator[str]:
    """Yield the dotted name of each module, and of each name of a module, that `source` imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def find_exports(source: str) -> dict[str, str]:
    """Return the names that a module imports from other modules, each with its dotted name there."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.parse(source).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def resolve(name: str, exports: Mapping[str, Mapping[str, str]]) -> str:
    """Return the module that `name` is, or that defines it; an empty text if it is not in `exports`."""
    if name in exports:
        return name
    module, _, member = name.rpartition(".")
    if module not in exports:
        return ""
    return resolve(exports[module][member], exports) or module if member in exports[module] else module


def find_cycle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the modules of one cycle, or an empty list."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []
