"""How often `tuningfork load` finds the faults that show only under load, and accuses a healthy mock.

    python -m benchmarks.load_faults [--runs 20] [--users 20] [--seconds 6] [--api NAME ...] [--fault ID ...]

Each run is a process of its own against mocks on sockets of this machine. With --together the faults of an
API are in the same runs. A line follows each run, and the totals at the end of each fault.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tomli_w

from tuningfork import apis
from tuningfork.audit.fault import MockPatch, apply_patches
from tuningfork.mock.server import Server

APIS = ("audioboo", "audiosocket", "soundcloud")
FOUND = "holds alone, breaks under load"


def main() -> None:
    """Run the healthy mock and the faults of each API several times, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name, default in (("runs", 20), ("users", 20), ("seconds", 6)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--api", action="append", default=[], metavar="NAME")
    parser.add_argument("--fault", action="append", default=[], metavar="ID")
    parser.add_argument("--together", action="store_true")
    arguments = parser.parse_args()
    for api in arguments.api or APIS:
        faults = [each for each in apis.patches(api, under_load=True) if each.shows_only_under_load]
        chosen = [each for each in faults if not arguments.fault or each.id in arguments.fault]
        groups = [chosen] if arguments.together else [[fault] for fault in chosen]
        for group in [*groups, []]:
            measure(api, group, arguments)


def measure(api: str, faults: list[MockPatch], arguments: argparse.Namespace) -> None:
    """Print how often each fault was found and its claim named, and what else was accused."""
    claims = {claim for fault in faults for claim in fault.claims}
    named: Counter[str] = Counter()
    accused: Counter[str] = Counter()
    started = time.monotonic()
    for seed in range(arguments.runs):
        broken = run(api, [fault.id for fault in faults], arguments, seed)
        named.update(fault.id for fault in faults if broken.get(fault.claims[0]) == FOUND)
        accused.update(broken.keys() - claims)
        print(f"  run {seed + 1}: {broken or 'nothing is broken'}", flush=True)
    for fault in faults:
        print(
            f"{api} {fault.id} ({fault.claims[0]}): found and named in {named[fault.id]} of {arguments.runs}"
        )
    what = "with these faults" if faults else "the healthy mock"
    print(
        f"{api} {what}: accused of other claims: {dict(accused) or 'never'}; {arguments.runs} runs, ", end=""
    )
    print(f"{time.monotonic() - started:.0f} s", flush=True)


def run(api: str, faults: list[str], arguments: argparse.Namespace, seed: int) -> dict[str, str]:
    """Return the broken claims of one load run against a new mock, each with how it breaks."""
    mock = apply_patches(apis.mock(api), faults, apis.patches(api, under_load=True))
    with TemporaryDirectory() as temporary, ExitStack() as servers:
        table: dict[str, Any] = {"writes": True, "rate": "100000/s", "timeout": 30, "settle": 0}
        table[api] = mock.settings(servers.enter_context(Server(mock)).base_url)
        folder = Path(temporary)
        (folder / "tuningfork.toml").write_text(tomli_w.dumps({"targets": {"served": table}}))
        command = [sys.executable, "-m", "tuningfork", "load", "--target", "served", "--seed", str(seed)]
        command += ["--users", str(arguments.users), "--seconds", str(arguments.seconds)]
        done = subprocess.run(  # noqa: S603 - this program
            command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
        )
        results = json.loads((folder / "reports/load.json").read_text())
    if done.returncode not in (0, 1) or not results["complete"]:
        print(f"  exit {done.returncode}: {done.stderr[-500:]} {results['failures']}", flush=True)
    return {each["id"]: how(each) for each in results["claims"] if "breaks" in each["verdict"]}


def how(claim: dict[str, Any]) -> str:
    """Return how a claim breaks."""
    is_of_load = claim["verdict"] == "breaks under load" and claim["holds_alone"]
    return FOUND if is_of_load else str(claim["verdict"])


if __name__ == "__main__":
    main()
