"""How often `tuningfork load` finds the faults that show only under load, and accuses a healthy mock.

Usage: python benchmarks/load_faults.py [--runs 20] [--users 20] [--seconds 6] [--fault ID ...] [--no-healthy]

Each run is a process of its own against mocks on sockets of this machine.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tomli_w

from tuningfork import apis
from tuningfork.audit.fault import MockPatch, apply_patches
from tuningfork.mock.server import Server

APIS = ("audioboo", "audiosocket", "soundcloud")


def main() -> None:
    """Run each fault and the healthy mocks several times, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("runs", 20), ("users", 20), ("seconds", 6)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--fault", action="append", default=[], metavar="ID")
    parser.add_argument("--no-healthy", action="store_true")
    arguments = parser.parse_args()
    faults = [
        patch
        for name in APIS
        for patch in apis.patches(name, under_load=True)
        if patch.shows_only_under_load and (not arguments.fault or patch.id in arguments.fault)
    ]
    print(f"{arguments.runs} runs each, {arguments.users} users, {arguments.seconds} s", flush=True)
    for fault in faults:
        measure_fault(fault, arguments)
    if not arguments.no_healthy:
        measure_healthy(arguments)


def measure_fault(fault: MockPatch, arguments: argparse.Namespace) -> None:
    """Print how often a fault was found and its claim named, and what else was accused."""
    named, others, started = 0, [], time.monotonic()
    for seed in range(arguments.runs):
        broken = run([fault.api], [fault.id], arguments, seed)
        named += broken.get(fault.claims[0]) == "holds alone, breaks under load"
        others += [claim for claim in broken if claim not in fault.claims]
    print(
        f"{fault.api:12} {fault.id:45} {fault.claims[0]:12} found and named in {named} of {arguments.runs}, "
        f"others accused: {', '.join(sorted(set(others))) or 'none'} ({time.monotonic() - started:.0f} s)",
        flush=True,
    )


def measure_healthy(arguments: argparse.Namespace) -> None:
    """Print in how many runs the healthy mocks were accused."""
    started = time.monotonic()
    accused = [broken for seed in range(arguments.runs) if (broken := run([*APIS], [], arguments, seed))]
    print(
        f"healthy mocks of {', '.join(APIS)}: accused in {len(accused)} of {arguments.runs} {accused or ''} "
        f"({time.monotonic() - started:.0f} s)",
        flush=True,
    )


def run(names: list[str], faults: list[str], arguments: argparse.Namespace, seed: int) -> dict[str, str]:
    """Return the broken claims of one load run against new mocks, each with how it breaks."""
    with TemporaryDirectory() as temporary, ExitStack() as servers:
        tables: dict[str, Any] = {"writes": True, "rate": "100000/s", "timeout": 30, "settle": 0}
        for name in names:
            mock = apply_patches(apis.mock(name), faults, apis.patches(name, under_load=True))
            tables[name] = mock.settings(servers.enter_context(Server(mock)).base_url)
        folder = Path(temporary)
        (folder / "tuningfork.toml").write_text(tomli_w.dumps({"targets": {"served": tables}}))
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
    return "holds alone, breaks under load" if is_of_load else str(claim["verdict"])


if __name__ == "__main__":
    main()
