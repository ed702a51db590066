"""What tuningfork costs on large contracts: time and memory by the number of operations.

    python -m benchmarks.growth [--operations 60 600 6000] [--commands load lint start collect claims]
                               [--document FILE]

It generates a contract of each size (benchmarks/growth_contract.py), or takes the first operations of a
published OpenAPI document (benchmarks/growth_document.py), and runs each command on it in a process
of its own. The time is the processor time of the process, imports included, because other programs on the
machine change it less than the elapsed time; the memory is its peak. `load` reads the contract as a run does;
`start` is a run up to its first request, which shows that the target can be reached; `collect` lists all
tests. Each command runs once before, so that its modules are compiled as those of an installed package are.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import growth_contract, growth_document

LOAD = """
from pathlib import Path
from tuningfork.contract.openapi import Contract
Contract.load(Path("specs/growth"))
"""
START = "start"
COMMANDS = {
    "load": ("-c", LOAD),
    "lint": ("-m", "tuningfork", "lint"),
    START: ("-m", "tuningfork", "run", "--target", "local", "-n0"),
    "collect": ("-m", "tuningfork", "run", "--collect-only", "-n0"),
    "claims": ("-m", "tuningfork", "claims"),
}
TARGET = """
[targets.local]
writes = true

[targets.local.growth]
base_url = "http://127.0.0.1:{port}"
token = "a-token-of-the-benchmark"
"""
MAX_START_S = 600
COMPILED = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}


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
    parser.add_argument("--document", type=Path, help="an OpenAPI document in JSON")
    options = parser.parse_args()
    print(f"{'operations':>10}", *(f"{command:>30}" for command in options.commands))
    list(measure_all(growth_contract.OPERATIONS_PER_RESOURCE, options.commands))
    for operations in options.operations:
        print(f"{operations:>10}", end="", flush=True)
        for cost in measure_all(operations, options.commands, options.document):
            print(f" {_text(cost):>30}", end="", flush=True)
        print()


def measure_all(operations: int, commands: Iterable[str], document: Path | None = None) -> Iterator[Cost]:
    """Yield the cost of each command on a contract of this size, generated or of a document."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if document is None:
            growth_contract.write_contract(folder / "specs/growth", operations)
        else:
            growth_document.write_contract(folder / "specs/growth", document, operations)
        for command in commands:
            yield measure_start(folder) if command == START else measure(COMMANDS[command], folder)


def measure(arguments: tuple[str, ...], folder: Path) -> Cost:
    """Return the cost of one command in a folder; raise CalledProcessError if it fails."""
    start, process = time.perf_counter(), _run(arguments, folder)
    status, cost = _wait(process, start)
    if code := os.waitstatus_to_exitcode(status):
        raise subprocess.CalledProcessError(code, process.args)
    return cost


def measure_start(folder: Path) -> Cost:
    """Return the cost of a run in a folder up to its first request; raise TimeoutError if it sends none."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(MAX_START_S)
        (folder / "tuningfork.toml").write_text(TARGET.format(port=server.getsockname()[1]))
        start, process = time.perf_counter(), _run(COMMANDS[START], folder)
        try:
            with server.accept()[0]:
                process.kill()
        finally:
            process.kill()
    return _wait(process, start)[1]


def _run(arguments: tuple[str, ...], folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, *arguments]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, env=COMPILED)  # noqa: S603 - our own


def _wait(process: subprocess.Popen[bytes], start: float) -> tuple[int, Cost]:
    """Return the exit status of a process and its cost since `start`."""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    return status, Cost(usage.ru_utime + usage.ru_stime, seconds, usage.ru_maxrss / 1024)


def _text(cost: Cost) -> str:
    return f"{cost.processor:.1f} s ({cost.elapsed:.0f} s) {cost.memory:.0f} MB"


if __name__ == "__main__":
    main()
