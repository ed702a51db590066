"""Runs the reproduce block of a fault's first violation on a faulty and on a sound mock, and compares both.

`evidence` defines when a block shows its violation.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.audit.evidence import judge
from tests.audit.printed_responses import ComparedResponse, printed

from tuningfork import apis
from tuningfork.audit.fault import MockPatch
from tuningfork.client.setting_variables import setting_variables
from tuningfork.mock.server import Server
from tuningfork.redaction import Disclosure
from tuningfork.report.test_result import Violation

REPOSITORY = Path(__file__).parents[2]
BLOCK_TIMEOUT_S = 120


@dataclass(frozen=True)
class Trial:
    """What came of one fault.

    Args:
        fault: the id of the fault.
        api: its API.
        failure: why the block does not show the violation; empty if it does.
        evidence: locations that show the violation, or the last lines that the block wrote to stderr.
    """

    fault: str
    api: str
    failure: str = ""
    evidence: str = ""


def first_faults(count: int) -> list[MockPatch]:
    """Return the faults of all APIs that are the first by the sha256 of their id."""
    faults = [patch for name in apis.names() for patch in apis.patches(name) if patch.is_fault]
    return sorted(faults, key=lambda fault: hashlib.sha256(fault.id.encode()).hexdigest())[:count]


def run_fault(fault: MockPatch, reports: Path, *rest: str) -> None:
    """Run the tests of a fault's claims against the faulty mock; write the reports to a folder.

    `rest` are further options of `tuningfork run`.
    """
    shutil.rmtree(reports, ignore_errors=True)
    claims = [f"--claim={claim}" for claim in fault.claims]
    options = [
        "-n0",
        "-pno:randomly",
        f"--api={fault.api}",
        *claims,
        f"--fault={fault.id}",
        f"--report-dir={reports}",
        *rest,
    ]
    command = [sys.executable, "-c", "from tuningfork.cli import main; main()", "run", *options]
    subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=False)


def first_violation(fault: MockPatch, reports: Path) -> Violation | None:
    """Return the first violation in results.json of a claim that the fault breaks."""
    file = reports / "results.json"
    if not file.is_file():
        raise RuntimeError(f"tuningfork run --fault {fault.id} has written no {file}")
    results = json.loads(file.read_text(encoding="utf-8"))
    violations = (
        breach for claim in results["claims"] if claim["id"] in fault.claims for breach in claim["breaches"]
    )
    first = next(violations, None)
    return None if first is None else Violation.model_validate(first)


def repeat_violation(fault: MockPatch, violation: Violation) -> Trial:
    """Run the block of a violation on a faulty and on a sound mock, and compare what it prints."""
    if not violation.command or violation.exchange is None:
        return Trial(fault.id, fault.api, "the violation has no command")
    faulty, error = run_block(violation.command, fault.api, [fault])
    sound, sound_error = run_block(violation.command, fault.api, [])
    failure, evidence = judge(violation, printed_by(faulty, fault.api), printed_by(sound, fault.api))
    return Trial(fault.id, fault.api, failure, evidence or (error or sound_error).strip()[-300:])


def printed_by(output: str, api: str) -> list[ComparedResponse]:
    """Return the responses in the output of a block for an API."""
    return printed(output, Disclosure(apis.profile(api).secret_locations))


def run_block(block: str, api: str, faults: Iterable[MockPatch]) -> tuple[str, str]:
    """Run a block with bash on a fresh mock with these faults; return what it prints (stdout, stderr)."""
    mock = apis.mock(api)
    for fault in faults:
        fault.change(mock)
    with Server(mock) as server, TemporaryDirectory() as folder:
        Path(folder, ".curlrc").write_text("no-progress-meter\n", encoding="ascii")
        variables = {name: text for name, _, text in setting_variables(mock.settings(server.base_url))}
        try:
            process = subprocess.run(
                [shutil.which("bash") or "bash", "-c", block],
                cwd=folder,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": folder, **variables},
                capture_output=True,
                timeout=BLOCK_TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "", f"the block did not end within {BLOCK_TIMEOUT_S} s"
    return process.stdout.decode("utf-8", "replace"), process.stderr.decode("utf-8", "replace")
