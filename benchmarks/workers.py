"""How much faster eight workers test served mocks that respond slowly, and whether the verdicts are the same.

    python -m benchmarks.workers [API ...] [--latency 0.05] [--least 4.5] [-- OPTIONS OF tuningfork run]

Each mock is served by a process of its own, fresh for each run, and waits before it responds; the rate is not
limited. Without an API, all three are tested. Exclusive tests run one after the other, which bounds the ratio
(docs/performance.md). Tokens are counted for each app; leave out the tests of tokens and rate limits to see
what the run itself needs. Exit code 1 if the ratio is below --least, or if a verdict differs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import tomli_w
from benchmarks.served_mocks import served

APIS = ("soundcloud", "audiosocket", "audioboo")
OPTIONS = {"writes": True, "rate": "1000000/s", "timeout": 30, "settle": 0}


class Measured(NamedTuple):
    """The seconds of one run, its requests, its verdicts, and the tokens that each app got."""

    seconds: float
    requests: int
    verdicts: dict[str, str]
    tokens: dict[str, int]


def main() -> int:
    """Measure a run with one worker and one with several, and compare them."""
    options = _parsed()
    alone, together = (measure(options, workers) for workers in (1, options.workers))
    for workers, each in ((1, alone), (options.workers, together)):
        print(f"{workers} workers: {each.seconds:.1f} s, {each.requests:,} requests, tokens {each.tokens}")
    ratio = alone.seconds / together.seconds
    different = sorted(
        claim for claim, verdict in alone.verdicts.items() if together.verdicts.get(claim) != verdict
    )
    print(f"ratio {ratio:.2f}; {len(different)} of {len(alone.verdicts)} verdicts differ {different}")
    return int(ratio < options.least or bool(different))


def measure(options: argparse.Namespace, workers: int) -> Measured:
    """Return what one run against fresh mocks took, from its first test to its last."""
    with tempfile.TemporaryDirectory() as folder, served(options.apis, latency=options.latency) as mocks:
        target = {"targets": {"slow": {**OPTIONS, **{mock.name: mock.table for mock in mocks}}}}
        Path(folder, "tuningfork.toml").write_text(tomli_w.dumps(target), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "tuningfork",
            "run",
            "--target",
            "slow",
            "--seed",
            "0",
            "--no-reports",
        ]
        command += ["-n", str(workers), "--dist", options.dist, *options.rest]
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True)  # noqa: S603 - our own command
        print(result.stdout[-600:] if result.returncode else "", end="", flush=True)
        results = json.loads(Path(folder, "reports/results.json").read_text(encoding="utf-8"))
        counts = sum((mock.traffic().tokens for mock in mocks), Counter[str]())
    run = results["run"]
    verdicts = {claim["id"]: claim["verdict"] for claim in results["claims"]}
    return Measured(run["seconds"], run["requests"], verdicts, dict(counts))


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("apis", nargs="*", default=APIS, help="the APIs to test (default: all three)")
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds before each response")
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
