"""How long `tuningfork run` takes beside an earlier commit: both in turn, and the ratio of their medians.

    python benchmarks/run_time.py REVISION [--rounds 5] [--most 1.03] [-- OPTIONS OF tuningfork run]

Both use the interpreter and the libraries that run this script. Exit code 1 if the ratio is above --most.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).parents[1]


def main() -> int:
    """Measure, print each round, and compare the medians."""
    options = _parsed()
    with tempfile.TemporaryDirectory() as folder:
        earlier = Path(folder) / "earlier"
        _git("worktree", "add", "--detach", str(earlier), options.revision)
        try:
            rounds = [
                (seconds(earlier, options.rest), seconds(HERE, options.rest)) for _ in range(options.rounds)
            ]
        finally:
            _git("worktree", "remove", "--force", str(earlier))
    before, now = (median(each) for each in zip(*rounds, strict=True))
    for number, (old, new) in enumerate(rounds, 1):
        print(f"round {number}: {old:.1f} s before, {new:.1f} s now")
    print(f"median: {before:.1f} s before, {now:.1f} s now; ratio {now / before:.3f}")
    return int(now / before > options.most)


def seconds(checkout: Path, rest: list[str]) -> float:
    """Return the seconds of one run in a checkout, with start-up; raise CalledProcessError if it fails."""
    command = [sys.executable, "-c", "from tuningfork.cli import main; main()", "run", *rest]
    environment = os.environ | {"PYTHONPATH": str(checkout / "src")}
    start = time.perf_counter()
    subprocess.run(command, cwd=checkout, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    return time.perf_counter() - start


def _git(*words: str) -> None:
    subprocess.run(["git", "-C", str(HERE), *words], check=True, capture_output=True)  # noqa: S603, S607 - our own command


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("revision", help="the commit to compare with")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--most", type=float, default=1.03, help="the largest ratio that passes")
    parser.add_argument("rest", nargs="*", help="options of tuningfork run, after --")
    return parser.parse_intermixed_args()


if __name__ == "__main__":
    sys.exit(main())
