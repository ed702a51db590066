"""Endless and compressed responses need little memory with the default limits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.client.hostile_server import (
    CLOSING,
    HostileServer,
    sends_encoded,
    sends_forever,
    sends_response,
    zeros,
)

from tuningfork.client.route import MAX_BODY_BYTES

MAX_MEMORY_BYTES = 300 * 2**20
"""Maximum memory of a process."""
ROOT = Path(__file__).parents[3]
ALL_CLIENTS = """
import sys
from pathlib import Path
from tests.unit.client.conftest import ClientFactory
from tests.unit.client.network_clients import CLIENTS, NetworkClients
from tuningfork.client.route import MAX_BODY_BYTES

clients = NetworkClients(ClientFactory(), sys.argv[1], 60, MAX_BODY_BYTES)
print(*[getattr(clients, name)() for name in CLIENTS], sep="\\n", file=sys.stderr)
status = Path("/proc/self/status").read_text()  # getrusage includes the process before exec
print(status.partition("VmHWM:")[2].split()[0])
"""


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("an endless body", sends_forever(CLOSING, bytes(2**20))),
        ("a gzip bomb", sends_encoded(b"gzip", lambda: zeros(31, 2 * MAX_BODY_BYTES))),
        ("a gzip bomb in a gzip", sends_encoded(b"gzip, gzip", lambda: zeros(31, 2 * MAX_BODY_BYTES))),
        ("a body of the maximum size", sends_response(b"\0" * MAX_BODY_BYTES)),
    ],
)
def test_memory_stays_below_limit(name: str, act: object) -> None:
    with HostileServer(act) as server:  # type: ignore[arg-type]  # an Act
        run = subprocess.run(
            [sys.executable, "-c", ALL_CLIENTS, server.base_url], cwd=ROOT, capture_output=True, text=True
        )

    assert run.returncode == 0, run.stderr
    assert len(run.stderr.splitlines()) == 5, run.stderr
    assert int(run.stdout) * 1024 < MAX_MEMORY_BYTES, f"{int(run.stdout) // 1024} MiB"
