"""Digests of test modules, their helpers and their subject, which show what is outdated in a matrix."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

SUITES = "suites"
PACKAGE = Path(__file__).parents[1]


def digest(module: Path) -> str:
    """Return the SHA-256 of a test module, each conftest.py of its suite, and the modules that they import.

    These are modules of the suites; what they import from Tuning Fork belongs to the subject.
    """
    return _hash(_closure([module, *_conftests(module)]))


def digest_of_subject(code: Path, specs: Path) -> str:
    """Return the SHA-256 of what tests are measured with: the contract, mock and faults, and Tuning Fork.

    Args:
        code: the folder of the API's mock and faults; it need not exist.
        specs: the folder of its contract.
    """
    own = [file for file in code.rglob("*") if file.is_file() and file.parent.name != "__pycache__"]
    engine = [file for file in PACKAGE.rglob("*.py") if not file.is_relative_to(PACKAGE / "apis")]
    return _hash([*own, *specs.glob("*.yaml"), *specs.glob("claims.toml"), *engine])


def _hash(files: Iterable[Path]) -> str:
    """Return the SHA-256 of the contents of files, in the order of their paths."""
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in sorted(files))).hexdigest()


def _conftests(module: Path) -> list[Path]:
    """Return each conftest.py that a test module may have in its suite, from its folder up to `suites`."""
    names = [folder.name for folder in module.parents]
    last = names.index(SUITES) if SUITES in names else 0
    return [folder / "conftest.py" for folder in module.parents[: last + 1]]


def _closure(files: list[Path]) -> set[Path]:
    """Return these files, as far as they exist, and all modules that they import relatively."""
    found: set[Path] = set()
    pending = [file for file in files if file.is_file()]
    while pending:
        file = pending.pop()
        if file not in found:
            found.add(file)
            pending += _imported(file)
    return found


def _imported(file: Path) -> Iterator[Path]:
    """Yield the existing files that a file imports by `from .module import name`."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.level:
            folder = file.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            modules = [folder, *(folder / alias.name for alias in node.names)]
            packages = [folder.parent, *modules]
            yield from (path for each in modules if (path := each.with_suffix(".py")).is_file())
            yield from (path for each in packages if (path := each / "__init__.py").is_file())
