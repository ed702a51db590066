"""A test that uses a control has the target to itself; others share it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

SUITE = """
import fcntl
import json
from pathlib import Path

import pytest

@pytest.fixture
def occupied(request):
    # For each file of the lock whether another one could share it now.
    yield
    shared = {}
    for file in Path(".tuningfork").rglob("*l.lock"), Path(".tuningfork").rglob("gate.lock"):
        (path,) = file
        with path.open("a") as opened:
            try:
                fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
                shared[path.stem] = True
            except BlockingIOError:
                shared[path.stem] = False
    Path(f"{request.node.name}.json").write_text(json.dumps(shared))

@claim("SC-TRACK-01")
def test_among_others(api, occupied):
    api.get("/tracks")

@claim("SC-RATE-01")
def test_alone(api, controls, occupied):
    api.get("/tracks")
"""


def test_a_control_is_used_alone(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    checkout.suite(SUITE)

    assert checkout.run("--target", "served").ret == 0

    among_others, alone = (
        json.loads((checkout.path / f"{test}.json").read_text())
        for test in ("test_among_others", "test_alone")
    )
    assert among_others == {"hall": True, "gate": True}
    assert alone == {"hall": False, "gate": False}
