from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from tests.unit.load.harbour import Harbour

from tuningfork import apis
from tuningfork.load.simulated_user import ApiLoad
from tuningfork.mock.app import Mock
from tuningfork.mock.server import Server
from tuningfork.model import Exchange
from tuningfork.pytest_plugin import run_without_tests
from tuningfork.pytest_plugin.api_sessions import ApiSessions
from tuningfork.testing.load_scenario import Scenario

MakeLoad = Callable[..., ApiLoad]


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Harbour]]:
    """Serve declared conventions; see Harbour.serve."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".state"))

    def serve_declared(declared: dict[str, Any], *, logs_in: bool = False) -> Harbour:
        return Harbour.serve(declared, stack, logs_in=logs_in)

    with ExitStack() as stack:
        yield serve_declared


@pytest.fixture
def mock() -> Mock:
    return apis.mock("audiosocket")


@pytest.fixture
def make_load(
    mock: Mock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., ApiLoad]]:
    """Return the load of the served mock with these scenarios."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".state"))
    with Server(mock) as server:
        table = {
            "writes": True,
            "rate": "100000/s",
            "timeout": 5,
            "settle": 0,
            "audiosocket": mock.settings(server.base_url),
        }
        Path("tuningfork.toml").write_text(tomli_w.dumps({"targets": {"served": table}}), encoding="utf-8")
        run = run_without_tests.configure("served", ())
        sessions = ApiSessions(run)

        def make(
            *scenarios: Scenario, on_exchange: Callable[[str, Exchange], None] = lambda *_: None
        ) -> ApiLoad:
            return ApiLoad(sessions["audiosocket"], sessions.route("audiosocket"), scenarios, on_exchange)

        yield make
        sessions.close()
