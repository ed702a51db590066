"""What a server sends without end, or packs small, takes little memory at the usual limits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.client.hostility import CLOSING, Hostile, coded, repeats, whole, zeros

from tuningfork.client.route import MAX_BODY_BYTES

HIGHEST = 300 * 2**20
"""Bytes of memory that a process may take."""
ROOT = Path(__file__).parents[3]
ALL_WAYS = """
import sys
from pathlib import Path
from tests.unit.client.conftest import Way
from tests.unit.client.ways import WAYS, Ways
from tuningfork.client.route import MAX_BODY_BYTES

ways = Ways(Way(), sys.argv[1], 60, MAX_BODY_BYTES)
print(*[getattr(ways, name)() for name in WAYS], sep="\\n", file=sys.stderr)
status = Path("/proc/self/status").read_text()  # getrusage counts what the process before exec had
print(status.partition("VmHWM:")[2].split()[0])
"""


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("an endless body", repeats(CLOSING, bytes(2**20))),
        ("a gzip bomb", coded(b"gzip", lambda: zeros(31, 2 * MAX_BODY_BYTES))),
        ("a gzip bomb in a gzip", coded(b"gzip, gzip", lambda: zeros(31, 2 * MAX_BODY_BYTES))),
        ("as much as is read", whole(b"\0" * MAX_BODY_BYTES)),
    ],
)
def test_memory_is_bounded(name: str, act: object) -> None:
    with Hostile(act) as server:  # type: ignore[arg-type]  # an Act
        run = subprocess.run(
            [sys.executable, "-c", ALL_WAYS, server.base_url], cwd=ROOT, capture_output=True, text=True
        )

    assert run.returncode == 0, run.stderr
    assert len(run.stderr.splitlines()) == 5, run.stderr
    assert int(run.stdout) * 1024 < HIGHEST, f"{int(run.stdout) // 1024} MiB"
