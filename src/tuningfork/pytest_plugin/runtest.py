"""The pytest hooks around each test: its needs, its access to the target, its result."""

from __future__ import annotations

import warnings
from collections.abc import Generator

import pytest
from _pytest._code.code import ExceptionRepr  # a hook's parameter; it has no public name

from tuningfork.client.cassette import CassetteError
from tuningfork.depth.plan import Plan, PlannedTest
from tuningfork.model import EVIDENCE, Level
from tuningfork.pytest_plugin import collection, failure_message
from tuningfork.pytest_plugin.api_sessions import ApiSessions
from tuningfork.pytest_plugin.cassettes import TestCassettes, select_for_replay
from tuningfork.pytest_plugin.collection_root import shown_paths
from tuningfork.pytest_plugin.first_failures import put_first
from tuningfork.pytest_plugin.fixture_requests import FixtureRequests
from tuningfork.pytest_plugin.fixtures import API_SESSIONS, PRINCIPALS, api_session_of
from tuningfork.pytest_plugin.outcomes import make_test_result
from tuningfork.pytest_plugin.planning import PLAN_FILE, arrange, make_plan
from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.pytest_plugin.secrets import MaskingLogFactory, MaskingStreams
from tuningfork.pytest_plugin.session import is_listing_only, is_worker
from tuningfork.pytest_plugin.session_totals import exchange_counts, lost_targets, undeleted_resources
from tuningfork.pytest_plugin.shards import in_fixed_order, in_worker_order, select_shard
from tuningfork.report.results import write_text
from tuningfork.report.test_result import TestResult

OUTCOME = "tuningfork.outcome"
"""The user property of a pytest report that carries the TestResult to the process that writes the reports."""

ERRORS_WITHOUT_TRACEBACK = (CassetteError,)
"""Exceptions whose message is all that a user needs."""


class RunTestHooks:
    """The pytest hooks of every process that runs tests."""

    def __init__(self, config: pytest.Config, run: RunConfig) -> None:
        self._config = config
        self._run = run
        self._sessions = config.stash[API_SESSIONS] = ApiSessions(run)
        self._sessions.expect_ready()
        self._cassettes = TestCassettes(run)
        self._fixture_requests = FixtureRequests()
        self._disclosure = run.disclosure
        self._plan: Plan | None = None
        collect_secrets = self._sessions.collect_new_secrets
        self._log_factory = MaskingLogFactory(self._disclosure, collect_secrets)
        # With capture, pytest prints the output of a test after its end, when its secrets are collected.
        is_captured = config.getoption("capture") != "no"
        streams = MaskingStreams(self._disclosure, (lambda: None) if is_captured else collect_secrets)
        config.add_cleanup(streams.close)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Refuse tests without a known claim; deselect tests outside the suites, and those not selected."""
        suites = self._run.root / collection.SUITES
        suite_items = [item for item in items if item.path.is_relative_to(suites)]
        errors = collection.validate_markers(suite_items, self._run)
        if errors and not is_worker(config):
            raise pytest.UsageError(*errors)
        if errors:
            config.workeroutput["problems"] = errors  # type: ignore[attr-defined]  # pytest-xdist's
            items.clear()
            return
        if is_worker(config) and session.testsfailed and not config.option.continue_on_collection_errors:
            items.clear()  # as pytest does without workers if a suite cannot be collected
            return
        selected, deselected = collection.select_items(suite_items, self._run)
        if self._run.is_replay:
            candidates, selected = selected, select_for_replay(selected, self._run)
            deselected += [item for item in candidates if item not in selected]
        outside = set(items).difference(suite_items)
        deselected += [item for item in items if item in outside]
        candidates, selected = selected, self._plan_tests(selected)
        deselected += set(candidates).difference(selected)
        items[:] = selected
        if deselected:
            config.hook.pytest_deselected(items=deselected)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip a test whose needs the target does not meet; log in its users and start its cassette."""
        session = api_session_of(item)
        session.exchange_log.reset()
        EVIDENCE.reset()
        if missing := session.unmet(collection.needs_of(item, self._run)):
            pytest.skip(f"needs {', '.join(missing)}")
        planned = self._planned(item)
        if self._run.budget is not None and not self._run.budget.reserve(planned.most, planned.seconds):
            pytest.skip(self._run.budget.reason)
        session.gate.start_test()
        session.transport.require_target()
        for name in PRINCIPALS.keys() & set(getattr(item, "fixturenames", ())):
            session.client(PRINCIPALS[name])
        self._cassettes.start(item, session)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
    ) -> Generator[None, object, object]:
        """Count the requests of a fixture's setup for all tests that use the fixture."""
        log = api_session_of(request._pyfuncitem).exchange_log
        with self._fixture_requests.counting(fixturedef, request, log):
            return (yield)

    def _plan_tests(self, items: list[pytest.Item]) -> list[pytest.Item]:
        """Return the tests of the run's depth and shard, in the order in which they run."""
        run, is_planned = self._run, self._is_planned()
        shares_target = is_worker(self._config) and not run.is_mock
        if run.shard is not None or (is_planned and shares_target):
            items = in_fixed_order(items, run)
        is_part = run.shard is not None or run.depth != "full"
        has_plan = bool(items) and not run.is_replay and (is_planned or is_part)
        plan = make_plan(items, run, self._sessions) if has_plan else None
        if plan is not None:
            items = arrange(items, plan, by_worth=run.budget is not None)
        if run.shard is not None:
            items, run.shard = select_shard(items, run.shard, plan, run)
        if plan is not None and is_planned:
            self._plan = plan.only({item.nodeid for item in items})
            write_text(self._plan.model_dump_json(), run.scratch / PLAN_FILE)
            if shares_target and run.budget is None:
                items = in_worker_order(items, self._plan, run)
        show = run.disclosure.test_id
        return put_first(items, run.failed_before, plan, show) if run.ends_at_failure else items

    def _is_planned(self) -> bool:
        """Return whether this process runs each test once, and on a target that receives requests."""
        manager = self._config.pluginmanager
        runs_once = is_worker(self._config) or manager.has_plugin("tuningfork-reporting")
        return runs_once and not (self._run.is_replay or is_listing_only(self._config))

    def _planned(self, item: pytest.Item) -> PlannedTest:
        """Return what the plan says about a test."""
        planned = None if self._plan is None else self._plan.by_id.get(item.nodeid)
        return planned or PlannedTest(test=item.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, None, None]:
        """Stop the cassette after the fixtures' teardown, and delete what the test created."""
        session = api_session_of(item)
        try:
            yield
        finally:
            self._cassettes.stop()
            session.gate.end_test()
            try:
                session.release()
            finally:
                if self._run.budget is not None:
                    self._run.budget.release()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add the TestResult of a phase to its report, and mask the captured output."""
        report = yield
        session = api_session_of(item)
        session.settle_loss()
        log = session.exchange_log
        if call.when == "call":
            log.shared.update(self._fixture_requests.shared_by(item))
        if call.when == "call" and not log.test_requests:
            log.count_reused(self._fixture_requests.count_for(item))
        if call.when == "call" or call.excinfo is not None or (call.when == "teardown" and log.violations):
            if call.excinfo is not None or log.violations:
                log.count_reused(0, self._fixture_requests.steps_for(item))
            result = make_test_result(item, call, session)
            report.user_properties.append((OUTCOME, result.model_dump_json()))
            self._apply_result(report, result, item)
            if call.excinfo is not None and call.excinfo.errisinstance(ERRORS_WITHOUT_TRACEBACK):
                report.longrepr = result.reason
            log.clear()
            if result.outcome != "passed" or result.violations:
                self._cassettes.discard()
        # After make_test_result, which collects the secrets of the test's exchanges.
        report.sections = [(name, self._disclosure.block(text)) for name, text in report.sections]
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        """Mask the secrets in a warning."""
        text = str(warning_message.message)
        masked = self._disclosure.block(text)
        if masked != text:
            warning_message.message = UserWarning(masked)

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: ExceptionRepr) -> None:
        """Mask the secrets in an internal error of pytest."""
        masked = self._disclosure.block(str(excrepr))
        excrepr.toterminal = lambda tw: tw.line(masked)  # type: ignore[method-assign]  # str() calls it

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self) -> Generator[None, None, None]:
        """Clean up the target, and send this worker's totals to the main process.

        The teardown of an interrupted test's fixtures runs before, and may raise.
        """
        try:
            yield
        finally:
            if self._run.record:
                self._cassettes.delete_surplus()
            self._sessions.close()
            self._log_factory.close()
            if is_worker(self._config):
                self._config.workeroutput.update(  # type: ignore[attr-defined]  # pytest-xdist's
                    exchange_counts=exchange_counts(self._sessions),
                    shard=self._run.shard and self._run.shard.model_dump(),
                    lost_targets=lost_targets(self._sessions),
                    undeleted_resources=undeleted_resources(self._sessions),
                )

    def _apply_result(self, report: pytest.TestReport, result: TestResult, item: pytest.Item) -> None:
        """Set the outcome that pytest shows: failed for a violated MUST, skipped for a test not verified.

        A violated SHOULD or MAY is passed with a text, which `pytest_report_teststatus` shows as a warning;
        but not in the setup, since pytest would then call the test.
        """
        is_failure = result.outcome == "error" or any(
            self._fails_run(violation.claim) for violation in result.violations
        )
        if result.violations and (is_failure or report.when != "setup"):
            report.longrepr = failure_message.format_failure(result, self._run)
            report.outcome = "failed" if is_failure else "passed"
        elif result.outcome == "not verified":
            report.outcome = "skipped"
            report.longrepr = (item.location[0], (item.location[1] or 0) + 1, f"Skipped: {result.reason}")
        elif result.outcome == "error":
            report.longrepr = self._disclosure.block(shown_paths(str(report.longrepr)))

    def _fails_run(self, claim: str) -> bool:
        """Return whether a violation of this claim fails the run: the claim is a MUST and not waived."""
        contract = self._run.contract_of(claim)
        level = Level.MUST if contract is None else contract.claims[claim].level
        return level is Level.MUST and not self._run.waives(claim)
