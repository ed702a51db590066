"""Runs the reproduce block of a fault's first violation on a faulty and on a sound mock, and compares both.

A block shows its violation if a response that it prints (`curl -i`) satisfies all of these conditions; they
are stricter than "the two mocks respond differently":

- On the faulty mock it has the status that the report recorded for the exchange of the violation, or for one
  of the exchanges compared with it.
- The block prints a response at the same position on the sound mock.
- The two differ at some location (status, header, JSON pointer), where the one of the faulty mock has the
  value that the report recorded, or, beyond the end of a truncated body, one that the text of `found` names.
- If the violation has a pointer to a recorded property, the location is in or around it, in the array that it
  leads into, or a property that the texts of the violation name.

`printed_responses` says what is equal.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.audit.printed_responses import ComparedResponse, printed, recorded

from tuningfork import apis
from tuningfork.audit.fault import MockPatch
from tuningfork.client.setting_variables import setting_variables
from tuningfork.mock.server import Server
from tuningfork.redaction import Disclosure
from tuningfork.report.test_result import Violation

REPOSITORY = Path(__file__).parents[2]
BLOCK_TIMEOUT_S = 120
MIN_VALUE_CHARS = 3
"""A shorter value may be in a text by chance."""


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
    options = ["-n0", f"--api={fault.api}", *claims, f"--fault={fault.id}", f"--report-dir={reports}", *rest]
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


def judge(
    violation: Violation, faulty: list[ComparedResponse], sound: list[ComparedResponse]
) -> tuple[str, str]:
    """Return why the printed responses do not show a violation (empty if they do), and the evidence."""
    if not faulty:
        return "the block prints no response on the faulty mock", ""
    if len(sound) < len(faulty):
        return f"the block prints {len(sound)} of {len(faulty)} responses on the sound mock", ""
    assert violation.exchange is not None, "a violation that is repeated has an exchange"
    records = [recorded(record) for record in (violation.exchange, *violation.compared)]
    same_status = [
        (record, *pair)
        for record in records
        for pair in zip(faulty, sound, strict=False)
        if record.values["status"] == pair[0].values["status"]
    ]
    if not same_status:
        statuses = ", ".join(response.values["status"] for response in faulty)
        return f"the status is {statuses} on the faulty mock, not {records[0].values['status']}", ""
    for record, one, other in same_status:
        pointer = violation.pointer if record is records[0] else ""
        if evidence := sorted(_evidence(violation, pointer, record, one, other)):
            return "", ", ".join(evidence[:5])
    if all(one.values == other.values for _, one, other in same_status):
        return "the responses of both mocks are equal", ""
    return "the responses of the mocks differ, but not as recorded", ""


def _evidence(
    violation: Violation,
    pointer: str,
    record: ComparedResponse,
    faulty: ComparedResponse,
    sound: ComparedResponse,
) -> Iterator[str]:
    """Yield the locations where the faulty mock responded as recorded and the sound one did not."""
    area = _area(pointer)
    is_known = any(_is_near(location, area) for location in record.values)
    texts = f"{violation.expected} {violation.found}"
    for location in faulty.values.keys() | sound.values.keys():
        name = location.removesuffix(" length").rpartition("/")[2]
        if faulty.values.get(location) == sound.values.get(location):
            continue
        if location == "body" and record.is_truncated:
            is_shown = record.begins(faulty) and not record.begins(sound)
        elif record.knows(location):
            is_shown = record.values.get(location) == faulty.values.get(location)
        else:
            value = faulty.texts.get(location, "").strip('"')
            is_shown = (
                value in violation.found if len(value) > MIN_VALUE_CHARS else not value and name in texts
            )
        if is_shown and (not area or not is_known or _is_near(location, area) or name in texts):
            yield location


def _area(pointer: str) -> str:
    """Return the location of a pointer; for an item of an array, that of the array."""
    is_location = pointer.startswith("/") or pointer in ("", "status")
    return re.split(r"/\d+(?:/|$)", pointer if is_location else f"header {pointer.lower()}")[0]


def _is_near(location: str, area: str) -> bool:
    """Return whether a location is another one, inside it or around it."""
    location = location.removesuffix(" length")
    return location == area or location.startswith(f"{area}/") or area.startswith(f"{location}/")
