"""How many violations their reproduce block shows again: the first faults by the sha256 of their id.

    python -m benchmarks.reproduce_faults [--count 100] [--api NAME] [--only GLOB] [--reuse] [--exitfirst]

For each fault: `tuningfork run --fault` with the fault's claims; the first block is run by bash on a fresh
mock with the fault and on one without. `tests/audit/evidence.py` defines when it shows its violation.
The reports of the runs are stored; --reuse does not repeat a run whose reports are there; --exitfirst ends
each run at its first failure. Exit code 1 if fewer than --least percent of the chosen faults are shown.
"""

from __future__ import annotations

import argparse
import fnmatch
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.audit.reproduction import (
    REPOSITORY,
    Trial,
    first_faults,
    first_violation,
    repeat_violation,
    run_fault,
)

from tuningfork.audit.fault import MockPatch

STORED = REPOSITORY / "reports" / "reproduce_faults"


def main() -> int:
    """Try each fault, print its result, and the totals by API."""
    options = _parsed()
    chosen = [
        fault
        for fault in first_faults(options.count)
        if fnmatch.fnmatchcase(fault.id, options.only) and options.api in (None, fault.api)
    ]
    rest = ("--exitfirst",) if options.exitfirst else ()
    start = time.perf_counter()
    trials = []
    with ProcessPoolExecutor(options.jobs) as pool:
        pending = [pool.submit(try_fault, fault, options.reuse, rest) for fault in chosen]
        for finished in as_completed(pending):
            trials.append(trial := finished.result())
            mark = "NOT" if trial.failure else "ok "
            print(f"{mark} {trial.api:12}{trial.fault}: {trial.failure} [{trial.evidence}]", flush=True)
    print_totals(trials, time.perf_counter() - start)
    shown = sum(not trial.failure for trial in trials)
    return int(100 * shown < options.least * len(trials))


def try_fault(fault: MockPatch, reuse: bool, options: tuple[str, ...]) -> Trial:
    """Run a fault, unless its stored reports are used, and repeat its first violation."""
    reports = STORED / fault.id
    if not (reuse and (reports / "results.json").is_file()):
        run_fault(fault, reports, *options)
    violation = first_violation(fault, reports)
    if violation is None:
        return Trial(fault.id, fault.api, "the run has no violation of the fault's claims")
    trial = repeat_violation(fault, violation)
    lines = [violation.text(), "", trial.failure or "ok", trial.evidence, ""]
    (reports / "trial.txt").write_text("\n".join(lines), encoding="utf-8")
    return trial


def print_totals(trials: Iterable[Trial], seconds: float) -> None:
    """Print how many blocks show their violation, by API and in all."""
    total = Counter(trial.api for trial in trials)
    shown = Counter(trial.api for trial in trials if not trial.failure)
    for api in sorted(total):
        print(f"{api}: {shown[api]} of {total[api]}")
    print(f"{shown.total()} of {total.total()} in {seconds:.0f} s")


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100, help="how many faults are chosen")
    parser.add_argument("--api", help="only the chosen faults of this API")
    parser.add_argument("--only", default="*", metavar="GLOB", help="only the chosen faults whose id matches")
    parser.add_argument("--reuse", action="store_true", help="use the reports of an earlier call")
    parser.add_argument("--exitfirst", action="store_true", help="end each run at its first failure")
    parser.add_argument("--jobs", type=int, default=2, help="number of processes")
    parser.add_argument("--least", type=float, default=97, help="the smallest percentage that passes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
