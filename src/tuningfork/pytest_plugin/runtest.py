"""What happens around each test: its needs, its place on the target, its outcome."""

from __future__ import annotations

import warnings
from collections.abc import Generator
from typing import Any

import pytest
from _pytest._code.code import ExceptionRepr  # what the hook is given; it has no public name

from tuningfork.client.cassette import CassetteError
from tuningfork.model import Level
from tuningfork.pytest_plugin import collection, failure_message
from tuningfork.pytest_plugin.api_sessions import ApiSessions
from tuningfork.pytest_plugin.cassettes import Tapes, playable
from tuningfork.pytest_plugin.fixture_requests import FixtureRequests
from tuningfork.pytest_plugin.fixtures import API_SESSIONS, HOLDERS, api_session_of
from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.pytest_plugin.secrets import MaskingLogFactory, MaskingStreams
from tuningfork.pytest_plugin.session import is_worker
from tuningfork.pytest_plugin.test_result import make_test_result
from tuningfork.report.test_result import TestResult

OUTCOME = "tuningfork.outcome"
"""The user property of a test's report that carries its outcome to the process that records."""


TOLD_BRIEFLY = (CassetteError,)
"""Errors of ours whose sentence says all."""


class RunTestHooks:
    """Runs in every process that runs tests."""

    def __init__(self, config: pytest.Config, run: RunConfig) -> None:
        self._config = config
        self._run = run
        self._stages = config.stash[API_SESSIONS] = ApiSessions(run)
        self._stages.check()
        self._tapes = Tapes(run)
        self._sharing = FixtureRequests()
        self._disclosure = run.disclosure
        self._logs = MaskingLogFactory(self._disclosure, self._stages.learn)
        is_live = config.getoption("capture") == "no"  # else nothing is printed before its test has ended
        config.add_cleanup(
            MaskingStreams(self._disclosure, self._stages.learn if is_live else lambda: None).close
        )

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Refuse tests without a known claim; leave out what was not asked for, or is of no suite."""
        suites = self._run.root / collection.SUITES
        ours = [item for item in items if item.path.is_relative_to(suites)]
        wrong = collection.validate_markers(ours, self._run)
        if wrong and not is_worker(config):
            raise pytest.UsageError(*wrong)
        if wrong:
            config.workeroutput["problems"] = wrong  # type: ignore[attr-defined]  # pytest-xdist's
            items.clear()
            return
        if is_worker(config) and session.testsfailed and not config.option.continue_on_collection_errors:
            items.clear()  # without workers pytest itself runs nothing if a suite can't be collected
            return
        chosen, left = collection.select_items(ours, self._run)
        if self._run.is_replay:
            wanted, chosen = chosen, playable(chosen, self._run)
            left += [item for item in wanted if item not in chosen]
        left += [item for item in items if item not in ours]
        items[:] = chosen
        if left:
            config.hook.pytest_deselected(items=left)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Let a test that uses a control, or that writes, have the target to itself."""
        stage = api_session_of(item)
        alone = "controls" in getattr(item, "fixturenames", ())
        alone = alone or "write" in collection.needs_of(item, self._run)
        with stage.occupancy.exclusive() if alone else stage.occupancy.shared():
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip a test whose needs the target does not meet."""
        stage = api_session_of(item)
        stage.journal.reset()
        missing = [need for need in collection.needs_of(item, self._run) if stage.lacks(need)]
        if missing:
            pytest.skip(f"needs {', '.join(missing)}")
        stage.wire.require_target()
        for name in HOLDERS.keys() & set(getattr(item, "fixturenames", ())):
            stage.client(HOLDERS[name])
        self._tapes.start(item, stage)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
    ) -> Generator[None, object, object]:
        """Count what a fixture sends, for the tests that take it later."""
        with self._sharing.counting(fixturedef, request, api_session_of(request._pyfuncitem).journal):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, None, None]:
        """Remove what the test has created; what its fixtures send at their end is on its tape too."""
        try:
            yield
        finally:
            self._tapes.stop()
        api_session_of(item).release()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Say what the test's end means for its claims, and what else was seen meanwhile."""
        report = yield
        api_session_of(item).settle_silence()
        journal = api_session_of(item).journal
        if call.when == "call" and not journal.test_requests:
            journal.count_reused(self._sharing.requests_for(item))
        if (
            call.when == "call"
            or call.excinfo is not None
            or (call.when == "teardown" and journal.violations)
        ):
            outcome = make_test_result(item, call, api_session_of(item))
            report.user_properties.append((OUTCOME, outcome.model_dump_json()))
            self._show(report, outcome, item)
            if call.excinfo is not None and call.excinfo.errisinstance(TOLD_BRIEFLY):
                report.longrepr = outcome.reason
            journal.clear()
            if outcome.end != "passed" or outcome.breaches:
                self._tapes.discard()
        # Only now, since the outcome has taken in the secrets of the test's exchanges.
        report.sections = [(name, self._disclosure.block(text)) for name, text in report.sections]
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        """Have a warning told without secrets."""
        text = str(warning_message.message)
        shown = self._disclosure.block(text)
        if shown != text:
            warning_message.message = UserWarning(shown)

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: ExceptionRepr) -> None:
        """Have an error of pytest's own told without secrets."""
        shown = self._disclosure.block(str(excrepr))
        excrepr.toterminal = lambda tw: tw.line(shown)  # type: ignore[method-assign]  # what str() of it uses

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self) -> Generator[None, None, None]:
        """Tidy up the target, and tell the recording process what was sent.

        The fixtures of a test that was interrupted end before that, and may raise.
        """
        try:
            yield
        finally:
            if self._run.record:
                self._tapes.thin_out()
            self._stages.close()
            self._logs.close()
            if is_worker(self._config):
                self._config.workeroutput["tallies"] = tallies(self._stages)  # type: ignore[attr-defined]
                self._config.workeroutput["lost"] = lost(self._stages)  # type: ignore[attr-defined]
                self._config.workeroutput["left"] = left(self._stages)  # type: ignore[attr-defined]

    def _show(self, report: pytest.TestReport, outcome: TestResult, item: pytest.Item) -> None:
        """Have pytest show a broken MUST as failed, another as a warning, what proves nothing as skipped.

        A test whose setup ended early is never shown as passed: pytest would go on to call it.
        """
        is_bad = outcome.end == "error" or any(self._fails(one.claim) for one in outcome.breaches)
        if outcome.breaches and (is_bad or report.when != "setup"):
            report.longrepr = failure_message.format_failure(outcome, self._run)
            report.outcome = "failed" if is_bad else "passed"
        elif outcome.end == "not verified":
            report.outcome = "skipped"
            report.longrepr = (str(item.path), (item.location[1] or 0) + 1, f"Skipped: {outcome.reason}")
        elif outcome.end == "error":
            report.longrepr = self._disclosure.block(str(report.longrepr))

    def _fails(self, claim: str) -> bool:
        """Whether a run in which this claim is broken fails."""
        contract = self._run.contract_of(claim)
        level = Level.MUST if contract is None else contract.claims[claim].level
        return level is Level.MUST and not self._run.waives(claim)


def left(stages: ApiSessions) -> list[str]:
    """What this process could not remove, since nothing shows that this run or an earlier one made it."""
    return [
        f"{stage.name}: not removed: {one}" for stage in stages.made.values() for one in stage.cleaning.left
    ]


def tallies(stages: ApiSessions) -> list[dict[str, Any]]:
    """What this process sent, for each of its stages: requests, and each operation's statuses and times."""
    return [
        {
            stage.name: {
                "requests": stage.journal.total_requests,
                "operations": {
                    key: {"statuses": dict(tally.statuses), "seconds": tally.seconds}
                    for key, tally in stage.journal.operation_counts.items()
                },
            }
        }
        for stage in stages.made.values()
    ]


def lost(stages: ApiSessions) -> dict[str, str]:
    """Of each API that this process has lost, why."""
    return {stage.name: stage.lost for stage in stages.made.values() if stage.lost}
