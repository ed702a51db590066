"""A load run: checks before it, each scenario alone, all users at once, clean-up, results."""

from __future__ import annotations

import contextlib
import shlex
import time
from dataclasses import dataclass, field
from pathlib import Path

import click

from tuningfork import apis
from tuningfork.load import report
from tuningfork.load.declared_scenarios import declared_scenarios
from tuningfork.load.interrupts import Interrupts
from tuningfork.load.results import (
    FILE,
    LoadResults,
    claims_of,
    errors_of,
    scenarios_of,
)
from tuningfork.load.simulated_user import ApiLoad, SimulatedUser, repeat_alone
from tuningfork.load.swarm import Swarm
from tuningfork.pytest_plugin import preflight, run_without_tests
from tuningfork.pytest_plugin.api_sessions import ApiSessions
from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.pytest_plugin.session_totals import lost_targets, undeleted_resources
from tuningfork.report.results import write_text
from tuningfork.report.sections import plural
from tuningfork.report.table import console

SAVE_INTERVAL_S = 5.0
GRACE_S = 5.0
"""Seconds beyond the timeout of an exchange in which the users end their repetition."""


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """The options of `tuningfork load`.

    Args:
        target: the name of the target.
        apis: the APIs; empty for all of the target.
        users: how many users there are, shared evenly by the APIs.
        seconds: how long they repeat their scenarios.
        seed: of random choices.
        read_only: whether nothing is created, changed or deleted.
        report_dir: the folder of the reports.
    """

    target: str
    apis: tuple[str, ...]
    users: int
    seconds: float
    seed: int
    read_only: bool
    report_dir: str

    def command(self) -> str:
        """Return the command that repeats the run."""
        words = ["tuningfork", "load", "--target", self.target]
        words += [word for name in self.apis for word in ("--api", name)]
        words += ["--users", str(self.users), "--seconds", f"{self.seconds:g}", "--seed", str(self.seed)]
        return shlex.join([*words, *(["--read-only"] if self.read_only else [])])


@dataclass
class LoadRun:
    """One load run.

    Args:
        options: of the command.
        run: the configuration.
        interrupts: whether the run was interrupted.
    """

    options: LoadOptions
    run: RunConfig
    interrupts: Interrupts
    loads: list[ApiLoad] = field(default_factory=list)
    swarm: Swarm | None = None
    _saved_at: float = 0.0

    @classmethod
    def of(cls, options: LoadOptions, interrupts: Interrupts) -> LoadRun:
        """Return the run of the options; delete the results of an earlier one.

        Raises:
            ConfigurationError: the target, an API or deviations.toml is wrong.
            tuningfork.contract.errors.ContractError: a contract cannot be read.
        """
        run = run_without_tests.configure(
            options.target,
            options.apis,
            read_only=options.read_only,
            seed=options.seed,
            reports=Path(options.report_dir),
        )
        run.deletes_leftovers = True
        run.deviations = run_without_tests.read_deviations(run)
        for name in (FILE, report.MARKDOWN_FILE):
            (run.reports / name).unlink(missing_ok=True)
        return cls(options, run, interrupts)

    def execute(self) -> LoadResults:
        """Run the load, print the results, and return them; they are also on disk.

        Raises:
            tuningfork.client.config.ConfigurationError: the configuration is wrong.
            pytest.exit.Exception: the target can't be reached, or another run uses it.
            pytest.UsageError: a contract is not valid.
        """
        preflight.require_valid_contracts(self.run)
        sessions = ApiSessions(self.run)
        reservation = preflight.reserve_target(self.run, sessions, lambda line: click.echo(line, err=True))
        try:
            with contextlib.suppress(KeyboardInterrupt):  # `interrupts` knows it
                preflight.require_reachable_target(self.run, sessions)
                self._put_under_load(sessions)
            self._write(self.results(sessions, is_complete=False))  # clean-up may be killed
        finally:
            self.interrupts.raises = False
            self._clean_up(sessions)
            reservation.release()
        results = self.results(sessions, is_complete=not self.interrupts.is_set)
        self._write(results)
        report.print_results(results, console())
        return results

    def results(self, sessions: ApiSessions, *, is_complete: bool) -> LoadResults:
        """Return the results so far."""
        lost = lost_targets(sessions)
        line = self.run.disclosure.line
        return LoadResults(
            complete=is_complete and not lost,
            target=self.run.target.name,
            apis=list(self.run.contracts),
            users=self.options.users,
            seconds=self.options.seconds,
            seed=self.run.seed,
            started=self.run.started.isoformat(timespec="seconds"),
            reproduce=self.options.command(),
            interrupted=self.interrupts.is_set,
            lost={api: line(reason) for api, reason in lost.items()},
            failures=[line(failure) for load in self.loads for failure in load.failures],
            notices=[line(notice) for notice in undeleted_resources(sessions)],
            claims=[claim for load in self.loads for claim in claims_of(load)],
            errors=[error for load in self.loads for error in errors_of(load)],
            scenarios=[scenario for load in self.loads for scenario in scenarios_of(load)],
            operations=[] if self.swarm is None else self.swarm.times(),
        )

    def _put_under_load(self, sessions: ApiSessions) -> None:
        """Repeat each scenario alone, then all of them with all users."""
        self.swarm = Swarm(self._new_user, self.options.users, self.run.target.options.timeout + GRACE_S)
        for name, contract in self.run.contracts.items():
            scenarios = [*declared_scenarios(contract), *apis.load_scenarios(name)]
            load = ApiLoad(sessions[name], sessions.route(name), scenarios, self.swarm.record)
            self.loads.append(load)
            repeat_alone(load)
        for load in self.loads:
            load.shared.wait()
            load.tally.phase = "load"
        if self._active():
            self.interrupts.raises = False  # a signal must not end a user within a request
            self.swarm.run(self.options.seconds, self._is_over, lambda: self._save(sessions))

    def _clean_up(self, sessions: ApiSessions) -> None:
        """Delete what the users created, with tokens that the target accepts."""
        left = 0
        for load in self.loads:
            load.session.tokens.doubt()
            left += len(load.session.created_resources.pending())
        if left:
            click.echo(f"deleting what the users created: {plural(left, 'item')}", err=True)
        sessions.close()

    def _active(self) -> list[ApiLoad]:
        """Return the loads of the APIs that have a scenario to repeat and are not lost."""
        return [load for load in self.loads if load.scenarios and not load.is_lost]

    def _new_user(self, number: int) -> SimulatedUser:
        """Return the user with a number, of one API after the other."""
        loads = [load for load in self.loads if load.scenarios]
        return SimulatedUser(loads[number % len(loads)], number)

    def _is_over(self) -> bool:
        """Return whether the load ends early: interrupted, or the target of all APIs is lost."""
        return self.interrupts.is_set or not self._active()

    def _save(self, sessions: ApiSessions) -> None:
        """Write the results so far every few seconds, so that a killed run leaves them."""
        if time.monotonic() - self._saved_at > SAVE_INTERVAL_S:
            self._saved_at = time.monotonic()
            self._write(self.results(sessions, is_complete=False))

    def _write(self, results: LoadResults) -> None:
        """Write load.json and load.md."""
        folder: Path = self.run.reports
        write_text(results.model_dump_json(by_alias=True, indent=1) + "\n", folder / FILE)
        write_text(report.as_markdown(results), folder / report.MARKDOWN_FILE)
