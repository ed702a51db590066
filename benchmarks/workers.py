"""How much faster several workers test slow served mocks than one, and whether the verdicts are the same.

    python -m benchmarks.workers [API ...] [--workers 8] [--latency 0.05] [--least 4.5] [-- OPTIONS OF A RUN]
    python -m benchmarks.workers audiosocket --workers 2 4 8 16 --latency 0.005 0.05 0.2
    python -m benchmarks.workers audiosocket --workers 1 8 --in-flight 8

Each mock is served by a process of its own, fresh for each run, and waits before it responds; the rate is not
limited. With --in-flight, each run but the first has so many requests in flight. Without an API, all three
are tested. Tests with a test hook run one after the other, which bounds the ratio (docs/performance.md); so
do the processors, therefore the load average before each run is shown.
Tokens are counted for each app; leave out the tests of tokens and rate limits to see what the run itself
needs. Exit code 1 if a ratio is below --least, or if a verdict differs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import tomli_w
from benchmarks.served_mocks import served

APIS = ("soundcloud", "audiosocket", "audioboo")
OPTIONS = {"writes": True, "rate": "1000000/s", "timeout": 30, "settle": 0}


class Measured(NamedTuple):
    """A run: its seconds, requests and verdicts, the tokens of each app, the tests that passed only alone."""

    seconds: float
    requests: int
    verdicts: dict[str, str]
    tokens: dict[str, int]
    passed_alone: int


def main() -> int:
    """Measure a run with one worker and runs with several for each latency, and compare them."""
    options = _parsed()
    print("| latency | workers | seconds | ratio | requests | passed only alone | load before | tokens |")
    print("|---|---|---|---|---|---|---|---|")
    compared = [_compare(options, latency, options.workers) for latency in options.latency]
    ratios = [ratio for each in compared for ratio, _ in each]
    different = sorted({claim for each in compared for _, claims in each for claim in claims})
    print(f"\nverdicts that differ from those of one worker: {different or 'none'}")
    return int(min(ratios) < options.least or bool(different))


def _compare(
    options: argparse.Namespace, latency: float, workers: Sequence[int]
) -> list[tuple[float, list[str]]]:
    """Return how much faster than one each number of workers is, and which claims it judges otherwise."""
    alone = _measure_row(options, latency, 1)
    compared = []
    for number in workers:
        each = _measure_row(options, latency, number, alone.seconds)
        different = [claim for claim in alone.verdicts if each.verdicts.get(claim) != alone.verdicts[claim]]
        compared.append((alone.seconds / each.seconds, different))
    return compared


def _measure_row(
    options: argparse.Namespace, latency: float, workers: int, alone: float | None = None
) -> Measured:
    """Measure a run and print its row of the table."""
    load = os.getloadavg()[0]
    run = measure(options, latency, workers, 1 if alone is None else options.in_flight)
    row = [
        f"{latency * 1000:g} ms",
        workers,
        f"{run.seconds:.1f}",
        f"{(alone or run.seconds) / run.seconds:.2f}",
    ]
    row += [f"{run.requests:,}", run.passed_alone, f"{load:.1f}", run.tokens]
    print("|", " | ".join(map(str, row)), "|", flush=True)
    return run


def measure(options: argparse.Namespace, latency: float, workers: int, in_flight: int) -> Measured:
    """Return what one run against fresh mocks took, from its start to its last test."""
    with tempfile.TemporaryDirectory() as folder, served(options.apis, latency=latency) as mocks:
        tables = {mock.name: mock.table for mock in mocks}
        target = {"targets": {"slow": {**OPTIONS, "in_flight": in_flight, **tables}}}
        Path(folder, "tuningfork.toml").write_text(tomli_w.dumps(target), encoding="utf-8")
        command = [sys.executable, "-m", "tuningfork", "run", "--target", "slow", "--seed", "0"]
        command += ["--no-reports", "-n", str(workers), "--dist", options.dist, *options.rest]
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True)  # noqa: S603 - our own command
        print(result.stdout[-600:] if result.returncode else "", end="", flush=True)
        results = json.loads(Path(folder, "reports/results.json").read_text(encoding="utf-8"))
        counts = sum((mock.traffic().tokens for mock in mocks), Counter[str]())
    run = results["run"]
    verdicts = {claim["id"]: claim["verdict"] for claim in results["claims"]}
    noted = sum(test["outcome"] == "passed" and bool(test["reason"]) for test in results["tests"])
    return Measured(run["seconds"], run["requests"], verdicts, dict(counts), noted)


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("apis", nargs="*", default=APIS, help="the APIs to test (default: all three)")
    parser.add_argument("--workers", type=int, nargs="+", default=[8])
    parser.add_argument("--latency", type=float, nargs="+", default=[0.05], help="seconds before a response")
    parser.add_argument("--in-flight", type=int, default=1, help="requests in flight (default: 1)")
    parser.add_argument("--least", type=float, default=0.0, help="the smallest ratio that passes")
    parser.add_argument("--dist", default="load", help="how pytest-xdist distributes the tests")
    options, rest = parser.parse_known_args([*_before_dashes()])
    options.rest = [*rest, *sys.argv[len(_before_dashes()) + 2 :]]
    return options


def _before_dashes() -> list[str]:
    """Return the arguments before `--`."""
    arguments = sys.argv[1:]
    return arguments[: arguments.index("--")] if "--" in arguments else arguments


if __name__ == "__main__":
    sys.exit(main())
