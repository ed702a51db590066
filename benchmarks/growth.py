"""What tuningfork costs on large contracts: time and memory by the number of operations.

    python -m benchmarks.growth [--operations 60 600 6000] [--commands load lint claims collect]

It generates a contract of each size (benchmarks/growth_contract.py) and runs each command on it in a process
of its own. The time is the processor time of all processes, imports included, because other programs on the
machine change it less than the elapsed time; the memory is the peak of the largest process. `load` reads the
contract as a run does; `collect` is a run up to its first request.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.growth_contract import write_contract

LOAD = """
from pathlib import Path
from tuningfork.contract.openapi import Contract
Contract.load(Path("specs/growth"))
"""
COMMANDS = {
    "load": ("-c", LOAD),
    "lint": ("-m", "tuningfork", "lint"),
    "claims": ("-m", "tuningfork", "claims"),
    "collect": ("-m", "tuningfork", "run", "--collect-only", "-n0"),
}


class Cost(NamedTuple):
    """Seconds of processor time, seconds of elapsed time, and megabytes of one command."""

    processor: float
    elapsed: float
    memory: float


def main() -> None:
    """Measure each command on each size, and print a row for each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--operations", type=int, nargs="+", default=[60, 600, 6000])
    parser.add_argument("--commands", nargs="+", choices=COMMANDS, default=list(COMMANDS))
    options = parser.parse_args()
    print(f"{'operations':>10}", *(f"{command:>30}" for command in options.commands))
    for operations in options.operations:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_contract(folder / "specs/growth", operations)
            print(f"{operations:>10}", end="", flush=True)
            for command in options.commands:
                print(f" {_text(measure(COMMANDS[command], folder)):>30}", end="", flush=True)
        print()


def measure(arguments: tuple[str, ...], folder: Path) -> Cost:
    """Return the cost of one command in a folder; raise CalledProcessError if it fails."""
    command = [sys.executable, *arguments]
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    _, status, usage = os.wait4(process.pid, 0)
    if code := os.waitstatus_to_exitcode(status):
        raise subprocess.CalledProcessError(code, command)
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss / 1024)


def _text(cost: Cost) -> str:
    return f"{cost.processor:.1f} s ({cost.elapsed:.0f} s) {cost.memory:.0f} MB"


if __name__ == "__main__":
    main()
