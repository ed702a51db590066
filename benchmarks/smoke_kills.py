"""How many faults `tuningfork run --depth smoke` finds: its tests run against the faults that remain.

    python -m benchmarks.smoke_kills [--jobs 2] [--slice 1]

specs/<api>/matrix.json knows which faults the tests of a fault's own claims find. Other tests find more,
because every exchange is judged by all claims; therefore all tests of `smoke` run against each fault that the
matrix does not show as found by one of them. A fault counts as found if a violation names one of its claims.
"""

from __future__ import annotations

import argparse
import sys
from itertools import islice
from pathlib import Path

import pytest
from benchmarks.depth_folds import candidates, kills, whole

from tuningfork import apis
from tuningfork.audit.fault import MockPatch
from tuningfork.cli.audit_command import AUDITING
from tuningfork.cli.pytest_options import QUIETLY
from tuningfork.depth.choice import choose
from tuningfork.depth.matrix import Matrix
from tuningfork.depth.worth import rank
from tuningfork.pytest_plugin.audit_session import AuditOptions, AuditPlugin
from tuningfork.pytest_plugin.collection_root import collection_root
from tuningfork.pytest_plugin.matrix_runner import MatrixRunner
from tuningfork.pytest_plugin.matrix_runner import kills as finds
from tuningfork.report import table
from tuningfork.report.exit_codes import Exit


class SmokeRunner(MatrixRunner):
    """Runs the tests of `smoke` against a fault until one finds it."""

    chosen: frozenset[str] = frozenset()

    def _find_kills_of(self, fault: MockPatch) -> list[str]:
        tests = [item for item in self._tests_of(fault.api) if item.nodeid in self.chosen]
        results = (result.test for result in self._run_tests(tests, [fault]) if finds(result, fault))
        return list(islice(results, 1))


class SmokePlugin(AuditPlugin):
    """Counts the faults instead of an audit."""

    slice: int = 1

    def _audit(self, session: pytest.Session) -> None:
        choice = choose(rank(candidates(read_only=False)), "smoke", self.slice - 1)
        known = kills(whole(choice))
        SmokeRunner.chosen = frozenset(test.test for test in whole(choice))
        found = total = 0
        for name in apis.homes():
            runner = SmokeRunner(session, self.options.processes)
            runner.select(name, ())
            faults = [patch for patch in apis.patches(name) if patch.is_fault]
            unknown = [fault for fault in faults if f"{name} {fault.id}" not in known]
            nothing = Matrix(digests={}, faults=tuple(fault.id for fault in unknown), tests=())
            others = [each.fault.id for each in runner.find_kills(unknown, {}, nothing) if each.tests]
            total, found = total + len(faults), found + len(faults) - len(unknown) + len(others)
            print(f"{name}: {len(faults)} faults, {len(unknown)} remain, {len(others)} found: {others}")
        print(f"smoke: {choice.requests:,} requests, {found} of {total} faults: {found / total:.1%}")
        self.exit_code = Exit.OK


def main() -> int:
    """Run the tests and print a line for each API."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=2, help="number of processes")
    parser.add_argument("--slice", type=int, default=1, help="which slice of the other tests runs, from 1")
    options = parser.parse_args()
    plugin = SmokePlugin(AuditOptions(processes=options.jobs), table.console())
    plugin.slice = options.slice
    with collection_root(Path.cwd(), apis.homes()) as root:
        arguments = [*root.options(), *QUIETLY, *AUDITING, *root.arguments(tuple(apis.homes()))]
        return int(pytest.main(arguments, plugins=[plugin]))


if __name__ == "__main__":
    sys.exit(main())
