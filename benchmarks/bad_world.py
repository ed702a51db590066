"""How many faults are found in the reference server behind a proxy that is slow, crowded and unreliable.

    python -m benchmarks.bad_world [--count 30] [--only GLOB]

The first faults by the sha256 of their id are applied one by one; a run judges the claims of each. Exit code
1 if fewer than nine in ten are found.
"""

from __future__ import annotations

import argparse
import fnmatch
import hashlib
import tempfile
import time
from pathlib import Path

from tests.conventions.bad_world import complaints, faults_of, library


def main() -> int:
    """Try each fault, and print whether it is found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--only", default="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        contract = library(Path(folder))
        ordered = sorted(faults_of(contract), key=lambda fault: hashlib.sha256(fault.id.encode()).digest())
        chosen = [fault for fault in ordered if fnmatch.fnmatchcase(fault.id, options.only)][: options.count]
        found = 0
        for fault in chosen:
            start = time.perf_counter()
            broken, _ = complaints(contract, [fault])
            is_found = bool(broken & set(fault.claims))
            found += is_found
            seconds = time.perf_counter() - start
            print(
                f"{'ok ' if is_found else 'NOT'} {fault.id} ({', '.join(fault.claims)}) {seconds:.0f} s",
                flush=True,
            )
    print(f"{found} of {len(chosen)} faults found behind the proxy")
    return int(10 * found < 9 * len(chosen))


if __name__ == "__main__":
    raise SystemExit(main())
