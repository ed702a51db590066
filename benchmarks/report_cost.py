"""What the reports of `tuningfork run` cost: time with and without them, in turn, and the sizes of the files.

    python benchmarks/report_cost.py [--rounds 3] [--most 1.03] [OPTIONS OF tuningfork run]

Each round is a run with all reports and one with `--no-reports`. The ratio is that of the medians of the
processor time of all processes, because other programs on the machine change it less than the elapsed time,
which is printed too. Exit code 1 if the ratio is above --most, or if a file is too large.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

HERE = Path(__file__).parents[1]
MAX_BYTES = {"results.json": 15_000_000, "index.html": 5_000_000}
"""Upper bounds of the sizes for the three APIs."""


class Cost(NamedTuple):
    """Seconds of one run."""

    processor: float
    elapsed: float


def main() -> int:
    """Measure, print each round, and compare the medians and the sizes with their bounds."""
    options, rest = _parsed()
    with tempfile.TemporaryDirectory() as folder:
        rounds = []
        for number in range(1, options.rounds + 1):
            cost_with = measure("--report-dir", f"{folder}/with", *rest)
            cost_without = measure("--report-dir", f"{folder}/without", "--no-reports", *rest)
            rounds.append((cost_with, cost_without))
            print(
                f"round {number}: {_line(cost_with)} with reports, {_line(cost_without)} without", flush=True
            )
        sizes = {name: (Path(folder) / "with" / name).stat().st_size for name in MAX_BYTES}
    processor = [median(each.processor for each in costs) for costs in zip(*rounds, strict=True)]
    ratio = processor[0] / processor[1]
    print(
        f"median processor time: {processor[0]:.1f} s with, {processor[1]:.1f} s without; ratio {ratio:.3f}"
    )
    for name, size in sizes.items():
        print(f"{name}: {size / 1e6:.2f} MB")
    return int(ratio > options.most or any(size > MAX_BYTES[name] for name, size in sizes.items()))


def measure(*arguments: str) -> Cost:
    """Return the cost of one run, with start-up; raise CalledProcessError if it fails."""
    command = [sys.executable, "-m", "tuningfork", "run", *arguments]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=HERE, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    elapsed, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, elapsed)


def _line(cost: Cost) -> str:
    return f"{cost.processor:.1f} s ({cost.elapsed:.0f} s elapsed)"


def _parsed() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=float, default=1.03, help="the largest ratio that passes")
    return parser.parse_known_args()


if __name__ == "__main__":
    sys.exit(main())
