"""The runs of the judges as rows of a file, from which an interrupted benchmark continues."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, Self

from benchmarks.peers.access import grant
from benchmarks.peers.judges import ROOT, Judge
from benchmarks.peers.postman import NoNewman
from benchmarks.served_mocks import served
from pydantic import BaseModel, ConfigDict

LIMIT_S = 900.0
"""The time for one run; a fault may make a judge wait forever."""


class RowKey(NamedTuple):
    """A judge, the API and the fault of its mock, and the number of the round, as in a row."""

    judge: str
    api: str
    fault: str = ""
    round: int = 0


class Row(BaseModel):
    """What one run of a judge took and reported.

    Args:
        judge: its name.
        api: the API whose mock it judged.
        fault: the id of the mock's fault; empty for the mock without one.
        round: counts the runs without a fault, from 1; 0 for a run with one.
        seconds: its duration, with its start-up.
        processor: the seconds of processor time that it took, without those of the mock.
        requests: how many the mock received.
        failures: what the judge reported.
        note: why there is no figure, or why it ended early.
    """

    model_config = ConfigDict(frozen=True)

    judge: str
    api: str
    fault: str = ""
    round: int = 0
    seconds: float = 0.0
    processor: float = 0.0
    requests: int = 0
    failures: tuple[str, ...] = ()
    note: str = ""

    @property
    def key(self) -> RowKey:
        """Return what distinguishes the row from others."""
        return RowKey(self.judge, self.api, self.fault, self.round)


class Rows:
    """All rows of one benchmark, and the commit that chose its faults.

    Args:
        file: gets a line with the commit, then a line for each row, so that several processes may add theirs.
        commit: the first line.
        rows: of the file so far.
    """

    def __init__(self, file: Path, commit: str, rows: Iterable[Row] = ()) -> None:
        self.commit, self.rows, self._file = commit, list(rows), file

    @classmethod
    def begin(cls, file: Path, commit: str) -> Self:
        """Write a file without rows."""
        file.write_text(f"{commit}\n", encoding="utf-8")
        return cls(file, commit)

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read a file."""
        commit, *lines = file.read_text(encoding="utf-8").splitlines()
        return cls(file, commit, map(Row.model_validate_json, lines))

    def add(self, row: Row) -> None:
        """Add a row, also to the file."""
        self.rows.append(row)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{row.model_dump_json(exclude_defaults=True)}\n")

    def find(self, key: RowKey) -> Row | None:
        """Return the row of an earlier run; None for a new one."""
        return next((row for row in self.rows if row.key == key), None)

    def requests_of(self, judge: str, api: str) -> int:
        """Return how many requests the last run of a judge without a fault has sent."""
        return next(
            (
                row.requests
                for row in reversed(self.rows)
                if (row.judge, row.api, row.fault) == (judge, api, "")
            ),
            0,
        )


def measure(judge: Judge, key: RowKey) -> Row:
    """Run a judge against a mock that is served for it alone; return its row."""
    faults = [key.fault] if key.fault else []
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "PYTHONHASHSEED": "0"}
    head = key._asdict()
    with TemporaryDirectory() as name, served([key.api], faults=faults, prepare=grant) as (mock,):
        folder, note = Path(name), ""
        try:
            command = judge.command(mock, folder)
        except NoNewman as error:
            return Row.model_validate(head | {"note": str(error)})
        processor, start = _processor_seconds(), time.perf_counter()
        try:
            subprocess.run(  # noqa: S603 - our own command
                command, cwd=folder, env=environment, capture_output=True, timeout=LIMIT_S, check=False
            )
        except subprocess.TimeoutExpired:
            note = f"ended after {LIMIT_S:.0f} s"
        figures = {
            "seconds": round(time.perf_counter() - start, 2),
            "processor": round(_processor_seconds() - processor, 2),
            "requests": mock.traffic().requests,
            "failures": tuple(sorted(judge.failures(folder))),
        }
    return Row.model_validate(head | figures | {"note": note})


def _processor_seconds() -> float:
    """Return the processor time of all processes that were started here and have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
