"""Judges the reference server by the generic tests, for declarations that a test writes.

Each run is a forked process, which has all modules already. A test gets the verdicts by generic claim.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tuningfork.audit.process_pool import run_forked
from tuningfork.cli import (
    audit_command,  # noqa: F401 - imported once, not by each process
    main,
    run_command,  # noqa: F401
)
from tuningfork.contract.openapi import Contract
from tuningfork.mock import reference
from tuningfork.mock.reference import ReferenceServer
from tuningfork.mock.reference.part import part_classes
from tuningfork.pytest_plugin import (
    chosen_target,
    configure,  # noqa: F401 - imported once, not by each process
)

part_classes()
API = "acme"
Vary = Callable[[ReferenceServer], object]
"""Changes a reference server, so that it is another one that conforms, or one with a fault."""
PREFIX = "AC"


@dataclass(frozen=True)
class Verdicts:
    """The verdict of a run for each claim.

    Args:
        by_claim: the verdicts by generic id.
        reasons: why a claim is not passed, by generic id.
        output: what the run printed.
    """

    by_claim: Mapping[str, str]
    reasons: Mapping[str, str]
    output: str

    def complaints(self) -> set[str]:
        """Return the claims that are broken, or could not be judged because of an error."""
        return {claim for claim, verdict in self.by_claim.items() if verdict in ("failed", "warned", "error")}

    def unjudged(self) -> set[str]:
        """Return the claims that are not verified."""
        return {claim for claim, verdict in self.by_claim.items() if verdict == "not verified"}


@dataclass(frozen=True)
class DeclaredApi:
    """A folder with an API that has nothing but its two documents.

    Args:
        folder: an empty folder.
        document: the OpenAPI document; the operations that a declaration names without it.
        settle: the seconds for which the server may lag.
    """

    folder: Path
    document: Mapping[str, Any] | None = None
    settle: float = 0

    def judge(
        self,
        declared: Mapping[str, Any],
        claims: Sequence[str] = ("*",),
        served: Mapping[str, Any] | None = None,
        vary: Vary = bool,
    ) -> Verdicts:
        """Return the verdicts of the generic tests.

        Args:
            declared: the declaration by which the tests judge.
            claims: patterns of generic ids.
            served: the declaration that the server keeps; the same one if not given.
            vary: changes the server.
        """
        server = self._contract("served", declared if served is None else served)
        self._contract(API, declared)
        arguments = ["run", "-n", "0", "--api", API]
        arguments += [part for claim in claims for part in ("--claim", f"{PREFIX}-{claim}")]
        output = self._run(arguments, server, vary)
        results = self.folder / "reports/results.json"
        assert results.is_file(), output
        listed = json.loads(results.read_text())["claims"]
        results.unlink()
        verdicts = {claim["id"].removeprefix(f"{PREFIX}-"): claim for claim in listed}
        return Verdicts(
            {generic: claim["verdict"] for generic, claim in verdicts.items()},
            {generic: claim["reason"] for generic, claim in verdicts.items() if claim["reason"]},
            output,
        )

    def audit(
        self, declared: Mapping[str, Any], patterns: Sequence[str] = (), *options: str
    ) -> dict[str, Any]:
        """Return the audit.json of the faults, or with `--variants` of the variants, of a declaration."""
        server = self._contract(API, declared)
        arguments = ["audit", *options, *(part for each in patterns for part in ("--fault", f"{API}.{each}"))]
        output = self._run(arguments, server)
        audit = self.folder / "reports/audit.json"
        assert audit.is_file(), output
        return dict(json.loads(audit.read_text()))

    def _contract(self, name: str, declared: Mapping[str, Any]) -> Contract:
        """Write the documents of an API and return its contract."""
        specs = self.folder / ("specs" if name == API else "others") / name
        specs.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump({"conventions": 1, **declared, "prefix": PREFIX}, sort_keys=False)
        (specs / "conventions.yaml").write_text(text, encoding="utf-8")
        if self.document is not None:
            (specs / "openapi.yaml").write_text(yaml.safe_dump(dict(self.document)), encoding="utf-8")
        return Contract.load(specs)

    def _run(self, arguments: Sequence[str], served: Contract, vary: Vary = bool) -> str:
        """Return what a command prints that runs in a forked process, against a server of this contract."""

        def varied() -> ReferenceServer:
            """Return the server that is judged."""
            server = ReferenceServer(served.document, served.declaration)
            vary(server)
            return server

        def work(arguments: Sequence[str]) -> str:
            """Run the command; `served` is what the reference server keeps."""
            os.chdir(self.folder)
            chosen_target.UNLIMITED = chosen_target.UNLIMITED.model_copy(update={"settle": self.settle})
            sys.stdout = sys.stderr = output = io.StringIO()
            reference.ReferenceServer = lambda *_: varied()  # type: ignore[misc,assignment]
            with contextlib.suppress(SystemExit):
                main.main(list(arguments), "tuningfork")
            return output.getvalue()

        for result in run_forked([arguments], work, 1):
            return result.result if result.result is not None else result.reason
        return ""
