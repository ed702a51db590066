"""Working folders with APIs that a test writes, and entry points that it invents."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tuningfork import apis
from tuningfork.audit.fault import REGISTRY
from tuningfork.registry import api_home

CLAIMS = """
[sources]
G = "The guide."

[[claims]]
id = "SHOP-01"
level = "MUST"
section = "All"
source = "G"
promise = "Every request gets a response"
"""
DOCUMENT = """
openapi: 3.1.0
info: {title: Shop, version: '1'}
x-claims: [SHOP-01]
paths:
  /books:
    get: {responses: {'200': {description: ok}}}
"""
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes an API below a root: its contract, and files of apis/NAME."""

    def write(name: str, files: Mapping[str, str] | None = None, *, root: str = "working") -> Path:
        folder = tmp_path / root
        (folder / "specs" / name).mkdir(parents=True, exist_ok=True)
        (folder / "specs" / name / "claims.toml").write_text(CLAIMS, encoding="utf-8")
        (folder / "specs" / name / "openapi.yaml").write_text(DOCUMENT, encoding="utf-8")
        for path, text in (files or {}).items():
            file = folder / "apis" / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[str, str], None]]:
    """Registers an entry point `NAME = PACKAGE`; packages are found in the test's own folder."""
    points: list[importlib.metadata.EntryPoint] = []

    def register(name: str, value: str) -> None:
        points.append(importlib.metadata.EntryPoint(name, value, api_home.ENTRY_POINTS))
        api_home.installed_apis.cache_clear()

    monkeypatch.setattr(api_home, "entry_points", lambda **_: points)
    monkeypatch.syspath_prepend(tmp_path)
    api_home.installed_apis.cache_clear()
    yield register
    api_home.installed_apis.cache_clear()


@pytest.fixture(autouse=True)
def restore() -> Iterator[None]:
    """Find the APIs of this repository again, and forget what a test imported."""
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith("tuningfork.apis."):
            del sys.modules[name]
    for id_ in [patch.id for patch in REGISTRY.values() if patch.api == "shop"]:
        del REGISTRY[id_]
    apis.discover(Path(__file__).parents[3])
