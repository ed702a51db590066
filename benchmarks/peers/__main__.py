"""Tuning Fork beside what people would use instead, in turn, on the same served mocks and documents.

    python -m benchmarks.peers [--rounds 5] [--faults 100] [--api NAME ...] [--minutes N] [--reuse]

Each run has one worker and a mock in its initial state, in a process of its own; both use the same processor
core, and each core of the machine has its own runs. The commit chooses the faults. Each run is a line of
rows.jsonl, below that of the commit; --reuse does not repeat those that are there, so that an interrupted
benchmark continues in a checkout of this commit, and with --minutes 0 it runs nothing. Prints the section of
docs/performance.md, and writes it there.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shlex
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.peers import section
from benchmarks.peers.cores import on_all_cores
from benchmarks.peers.judges import ROOT, Judge, Newman, RequestsLoop, Schemathesis, TuningFork
from benchmarks.peers.postman import Workshop
from benchmarks.peers.rows import RowKey, Rows, measure

from tuningfork import apis
from tuningfork.audit.fault import MockPatch
from tuningfork.depth.slice_number import slice_number
from tuningfork.pytest_plugin.commit import read_commit

FILE = ROOT / "benchmarks" / "peers" / "rows.jsonl"
DOCUMENT = ROOT / "docs" / "performance.md"
HEALTHY_RUNS = 2
"""What a judge reports in so many runs without a fault is not a fault; fewer rounds are completed."""


def main() -> None:
    """Run all judges in turn, and write the section."""
    options = _parsed()
    rows = _rows(reuse=options.reuse)
    faults = choose(rows.commit, options.api, options.faults)
    with TemporaryDirectory() as folder:
        workshop = Workshop(Path(folder), ROOT / "specs")
        judges = _judges(workshop, faults, rows)
        end = time.monotonic() + 60 * options.minutes
        if options.minutes:
            workshop.prepare(options.api)
            turns = [*_rounds(judges, options.api, options.rounds), *_faulty(judges, faults)]
            on_all_cores(lambda turn: _run(turn, rows, end), turns)
    rows = Rows.load(FILE)
    text = section.section(rows, judges, options.api, faults, _command(options))
    print(text)
    section.write(DOCUMENT, text)


def _command(options: argparse.Namespace) -> str:
    """Return the command that repeats all runs."""
    names = [] if options.api == apis.names() else [f"--api={name}" for name in options.api]
    words = ["--", f"--rounds={options.rounds}", f"--faults={options.faults}", *names]
    return shlex.join(["tox", "-e", "benchmark", *words])


def choose(commit: str, names: Sequence[str], count: int) -> list[MockPatch]:
    """Return the first faults of APIs by the sha256 of commit and id, as `tuningfork audit --sample` does."""
    faults = [patch for name in names for patch in apis.patches(name) if patch.is_fault]
    return sorted(faults, key=lambda each: hashlib.sha256(f"{commit} {each.id}".encode()).digest())[:count]


def _rows(*, reuse: bool) -> Rows:
    """Return the rows of an interrupted benchmark, or none for the current commit."""
    if reuse and FILE.is_file():
        return Rows.load(FILE)
    return Rows.begin(FILE, read_commit(ROOT, [ROOT / "src", ROOT / "specs", ROOT / "suites"]))


def _judges(workshop: Workshop, faults: Sequence[MockPatch], rows: Rows) -> list[Judge]:
    """Return the judges in the order in which they run."""
    hidden = [fault.id for fault in faults]
    number = slice_number(ROOT)
    full = TuningFork("--depth full", ["--depth", "full"], hidden)
    smoke = ["--depth", "smoke", "--slice", str(number)]
    return [
        full,
        TuningFork("--depth smoke", smoke, hidden),
        TuningFork("--depth smoke -x", [*smoke, "-x"], hidden),
        Schemathesis(),
        Newman(workshop),
        RequestsLoop(lambda api: rows.requests_of(full.name, api)),
    ]


Turn = Sequence[tuple[Judge, RowKey]]
"""Runs that follow each other on the same core."""


def _rounds(judges: Sequence[Judge], names: Sequence[str], rounds: int) -> Iterator[Turn]:
    """Yield the turns without a fault: of each round and API."""
    whole = [judge for judge in judges if not judge.stops_early]
    for number in range(1, max(rounds, HEALTHY_RUNS) + 1):
        for name in names:
            yield [
                (judge, RowKey(judge.name, name, round=number))
                for judge in whole
                if number <= rounds or not (isinstance(judge, TuningFork | RequestsLoop))
            ]


def _faulty(judges: Sequence[Judge], faults: Sequence[MockPatch]) -> Iterator[Turn]:
    """Yield the turn of each fault."""
    for fault in faults:
        yield [(judge, RowKey(judge.name, fault.api, fault.id)) for judge in judges if judge.finds_faults]


def _run(turn: Turn, rows: Rows, end: float) -> None:
    """Run the judges that have no row yet, and print what came of each; begin none after the end."""
    for judge, key in turn:
        if rows.find(key) or time.monotonic() > end:
            continue
        row = measure(judge, key)
        rows.add(row)
        print(
            f"{row.judge:<32} {row.api:<12} {row.fault or f'round {row.round}':<50} {row.seconds:7.1f} s"
            f" {row.processor:7.1f} s {row.requests:7,} requests, {len(row.failures)} reported {row.note}",
            flush=True,
        )


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="runs of each judge without a fault")
    parser.add_argument("--faults", type=int, default=100, help="how many faults are chosen")
    parser.add_argument("--api", action="append", choices=apis.names(), help="only this API; may be repeated")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="start no run after this time")
    parser.add_argument("--reuse", action="store_true", help="do not repeat the runs of rows.jsonl")
    options = parser.parse_args()
    options.api = options.api or apis.names()
    return options


if __name__ == "__main__":
    os.chdir(ROOT)
    main()
