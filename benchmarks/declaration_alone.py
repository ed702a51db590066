"""Counts the faults of a built-in API that its conventions.yaml finds without its own tests and checks.

Usage: python -m benchmarks.declaration_alone audiosocket [audit options, such as --fault GLOB]

It makes a folder with the contract, the mock and the faults of the API, without its profile and its suite,
and audits that. The last lines count the values of the declaration, and list the faults that survive, by the
claims that they break; faults of claims that the declaration does not bring are listed apart.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tuningfork.contract.loaders import read_yaml
from tuningfork.contract.openapi import Contract

ROOT = Path(__file__).parents[1]
LEFT_OUT = {"profile.py", "checks.py", "custom_checks.py", "credentials.py"}
CONTRACT = ("openapi.yaml", "conventions.yaml", "claims.toml")


def contract_file(api: str, name: str) -> Path:
    """Return a file of the contract; that of an API without conventions.yaml is in `declarations`."""
    path = ROOT / "specs" / api / name
    return path if path.is_file() else ROOT / "benchmarks/declarations" / f"{api}.yaml"


def make_folder(api: str, folder: Path) -> None:
    """Make a working folder in which an API is judged by its declaration alone."""
    specs, code = folder / "specs" / api, folder / "apis" / api
    for path in (specs, code, folder / "suites" / api):
        path.mkdir(parents=True)
    for name in CONTRACT:
        (specs / name).symlink_to(contract_file(api, name))
    for path in (ROOT / "src/tuningfork/apis" / api).iterdir():
        if path.name not in LEFT_OUT and not path.name.startswith("__pycache__"):
            (code / path.name).symlink_to(path)


def count_values(value: Any) -> int:
    """Return how many scalars a YAML value has."""
    if isinstance(value, dict | list):
        return sum(map(count_values, value.values() if isinstance(value, dict) else value))
    return 1


def audit(folder: Path, options: Sequence[str]) -> dict[str, Any]:
    """Return the results of an audit in a folder; the audit prints its own table."""
    command = [sys.executable, "-m", "tuningfork", "audit", *options]
    subprocess.run(command, cwd=folder, check=False)  # noqa: S603 - our own program
    results: dict[str, Any] = json.loads((folder / "reports/audit.json").read_text())
    return results


def survivors(results: dict[str, Any], claims: frozenset[str]) -> Iterator[tuple[bool, str]]:
    """Yield, for each fault that is not killed, whether one of its claims is declared, and a line."""
    for fault in results["faults"]:
        if fault["verdict"] != "killed":
            line = f"{fault['verdict']:9} {', '.join(fault['claims'])}: {fault['id']}"
            yield bool(claims.intersection(fault["claims"])), line


def main(api: str, options: Sequence[str]) -> None:
    """Audit an API by its declaration alone, and print what survives."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_folder(api, folder)
        results = audit(folder, options or ["--all"])
        contract = Contract.load(folder / "specs" / api)
        values = count_values(read_yaml(folder / "specs" / api / "conventions.yaml"))
    claims = frozenset(own for ids in contract.declaration.brought().values() for own in ids)
    faults = results["faults"]
    brought = [fault for fault in faults if claims.intersection(fault["claims"])]
    left = list(survivors(results, claims))
    for is_brought in (True, False):
        print("of claims that the declaration brings:" if is_brought else "of other claims:")
        print("\n".join(f"  {line}" for each, line in left if each is is_brought) or "  none")
    killed = sum(fault["verdict"] == "killed" for fault in brought)
    complaints = [each["id"] for each in results.get("variants", ()) if each["verdict"] == "alarm"]
    print(f"{api}: {values} values; {len(faults) - len(left)} of {len(faults)} faults killed;")
    print(f"  of the faults of declared claims {killed} of {len(brought)}; variants accused: {complaints}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
