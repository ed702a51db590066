"""`python` in conventions.yaml: a module with the checks and the factories of the API's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork import apis

MODULE = """
from tuningfork.model import Finding

def names_the_server(exchange, operation):
    yield Finding(None, "server" in exchange.response.headers, "a header Server", "no Server")

CHECKS = (names_the_server,)
FACTORIES = {"id": lambda client, title: 7}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    specs = tmp_path / "specs/acme"
    specs.mkdir(parents=True)
    (specs / "conventions.yaml").write_text("conventions: 1\npython: extras\n")
    return tmp_path


def test_module_adds_checks_and_factories(folder: Path) -> None:
    (folder / "apis/acme").mkdir(parents=True)
    (folder / "apis/acme/extras.py").write_text(MODULE)
    apis.discover(folder)

    profile = apis.profile("acme")

    assert [check.__name__ for check in profile.checks][-1] == "names_the_server"
    assert list(profile.factories) == ["id"]


def test_missing_module_is_one_sentence(folder: Path) -> None:
    apis.discover(folder)

    with pytest.raises(apis.ApiError, match=r"conventions.yaml: `python` names extras; write .*extras.py"):
        apis.profile("acme")


def test_module_without_checks_and_factories_is_one_sentence(folder: Path) -> None:
    (folder / "apis/acme").mkdir(parents=True)
    (folder / "apis/acme/extras.py").write_text("")
    apis.discover(folder)

    with pytest.raises(apis.ApiError, match="neither CHECKS nor FACTORIES"):
        apis.profile("acme")
