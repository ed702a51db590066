"""The declared conventions of real servers: a run finds the faults that they have, and no other ones."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.real.known_faults import missed, read_faults, read_findings, unconfirmed
from tests.real.servers import JUPYTER, KINTO, REGISTRY, RealServer

MIN_FOUND = 0.9
RUNNER = Path(__file__).with_name("every_violation.py")
VIOLATED = 1
"""The exit code of a run that finds a MUST violated."""


def expect_known_faults(server: RealServer, folder: Path) -> None:
    """Assert that a run finds nine of ten known faults of a server, and nothing else."""
    run = shutil.copytree(server.folder, folder / "run")
    (folder / "data").mkdir()
    with server.started(folder / "data") as environment:
        command = [sys.executable, str(RUNNER), "run", "--target", "local", "--seed", "1"]
        done = subprocess.run(command, cwd=run, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == VIOLATED, done.stdout + done.stderr

    faults = read_faults(Path(__file__).with_name(f"{server.name}.toml"))
    findings = read_findings(run / "reports" / "results.json")
    not_found = [fault.what for fault in missed(faults, findings)]
    assert not [str(finding) for finding in unconfirmed(faults, findings)]
    assert len(not_found) <= (1 - MIN_FOUND) * len(faults), not_found


def test_oci_registry(tmp_path: Path) -> None:
    expect_known_faults(REGISTRY, tmp_path)


def test_jupyter_server(tmp_path: Path) -> None:
    expect_known_faults(JUPYTER, tmp_path)


def test_kinto(tmp_path: Path) -> None:
    expect_known_faults(KINTO, tmp_path)
