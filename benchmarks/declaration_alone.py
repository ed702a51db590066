"""Counts the faults of a built-in API that its conventions.yaml finds without its own tests and checks.

Usage: python -m benchmarks.declaration_alone audiosocket [--declared] [audit options]

It makes a folder with the contract, the mock and the faults of the API, without its profile and its suite,
and audits that. `--declared` leaves out the faults of claims that the declaration does not bring; others,
such as `--fault GLOB`, and `--variants` for the variants in place of the faults, are those of `tuningfork
audit`. The last lines list the claims that the declaration brings, the faults of these claims that survive,
by claim, and the share that was killed; or the variants for which a test fails.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tuningfork import apis
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


def fault_options(api: str, claims: frozenset[str]) -> Iterator[str]:
    """Yield the options by which an audit applies only the faults of these claims."""
    for patch in apis.patches(api):
        if patch.is_fault and claims.intersection(patch.claims):
            yield f"--fault={patch.id}"


def audit(folder: Path, options: Sequence[str]) -> dict[str, Any]:
    """Return the results of an audit in a folder; the audit prints its own table."""
    command = [sys.executable, "-m", "tuningfork", "audit", *options]
    subprocess.run(command, cwd=folder, check=False)  # noqa: S603 - our own program
    results: dict[str, Any] = json.loads((folder / "reports/audit.json").read_text())
    return results


def survivors(faults: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield a line for each claim that has faults that are not killed."""
    by_claim: defaultdict[str, list[str]] = defaultdict(list)
    for fault in faults:
        if fault["verdict"] != "killed":
            by_claim[", ".join(fault["claims"])].append(_describe(fault))
    for claim, lines in sorted(by_claim.items()):
        yield f"  {claim}: {'; '.join(lines)}"


def _describe(fault: dict[str, Any]) -> str:
    """Return the id of a fault that is not killed, with the reason if it is an error."""
    is_error = fault["verdict"] == "error"
    return f"{fault['id']} (error: {fault['reason']})" if is_error else str(fault["id"])


def show_faults(api: str, claims: frozenset[str], faults: Sequence[dict[str, Any]]) -> None:
    """Print the survivors, those of declared claims last, and the shares."""
    declared = [fault for fault in faults if claims.intersection(fault["claims"])]
    others = [fault for fault in faults if fault not in declared]
    for title, group in (("other claims", others), ("claims that the declaration brings", declared)):
        print(f"Survivors of {title}:", *(list(survivors(group)) or ["  none"]), sep="\n")
    print(f"{api}: {killed(faults)}; of declared claims {killed(declared)}")


def killed(faults: Sequence[dict[str, Any]]) -> str:
    """Return how many faults were killed, in words."""
    count = sum(fault["verdict"] == "killed" for fault in faults)
    return f"{count} of {len(faults)} faults killed ({100 * count / max(len(faults), 1):.0f} %)"


def show_variants(variants: Sequence[dict[str, Any]]) -> None:
    """Print the variants for which a test fails."""
    accused = [each for each in variants if each["verdict"] == "alarm"]
    for each in accused:
        print(f"  {each['id']}: {each['complaints'][0]}")
    print(f"{len(accused)} of {len(variants)} variants accused")


def main(api: str, options: list[str]) -> None:
    """Audit an API by its declaration alone, and print what survives or which variants are accused."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_folder(api, folder)
        contract = Contract.load(folder / "specs" / api)
        values = count_values(read_yaml(folder / "specs" / api / "conventions.yaml"))
        claims = frozenset(own for ids in contract.declaration.brought().values() for own in ids)
        if "--declared" in options:
            options = [*(each for each in options if each != "--declared"), *fault_options(api, claims)]
        results = audit(folder, options)
    print(f"{values} values of YAML declare {len(claims)} claims: {', '.join(sorted(claims))}")
    if "--variants" in options:
        show_variants(results["variants"])
    else:
        show_faults(api, claims, results["faults"])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
