"""A test that uses a test hook locks the target exclusively; other tests share it."""

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
def lock_state(request):
    # Writes for each file of the lock whether another process could share it now.
    yield
    shared = {}
    for name in ("turnstile", "readers"):
        (path,) = Path(".tuningfork").rglob(f"{name}.lock")
        with path.open("a") as opened:
            try:
                fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
                shared[name] = True
            except BlockingIOError:
                shared[name] = False
    Path(f"{request.node.name}.json").write_text(json.dumps(shared))

@claim("SC-TRACK-01")
def test_shared(api, lock_state):
    api.get("/tracks")

@claim("SC-RATE-01")
def test_exclusive(api, controls, lock_state):
    api.get("/tracks")
"""


def test_test_with_a_test_hook_has_the_target_to_itself(checkout: Checkout, served: Served) -> None:
    checkout.target(served.settings)
    checkout.suite(SUITE)

    assert checkout.run("--target", "served").ret == 0

    shared, exclusive = (
        json.loads((checkout.path / f"{test}.json").read_text()) for test in ("test_shared", "test_exclusive")
    )
    assert shared == {"readers": True, "turnstile": True}
    assert exclusive == {"readers": False, "turnstile": False}
