"""Digests of test modules, their helpers and their subject, which show what is outdated in a matrix."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path


def digest(module: Path) -> str:
    """Return the SHA-256 of a test module, its conftest.py, and the modules of the suite that they import."""
    files = sorted(_closure([module, module.with_name("conftest.py")]))
    content = b"\0".join(file.read_bytes() for file in files)
    return hashlib.sha256(content).hexdigest()


def digest_of_subject(code: Path, specs: Path) -> str:
    """Return the SHA-256 of what the tests of an API are measured with: its contract, mock and faults.

    Args:
        code: the folder of the API's Python files, such as those of the mock; it need not exist.
        specs: the folder of its contract.
    """
    files = [*code.rglob("*.py"), *specs.glob("*.yaml"), *specs.glob("claims.toml")]
    content = b"\0".join(file.read_bytes() for file in sorted(files))
    return hashlib.sha256(content).hexdigest()


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
            candidates = [folder, *(folder / alias.name for alias in node.names)]
            yield from (path for each in candidates if (path := each.with_suffix(".py")).is_file())
