"""Access of tests to a target that several workers share: locks, and second attempts of doubtful tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

import pytest
from _pytest.runner import runtestprotocol  # public for plugins that repeat tests (pytest-rerunfailures)

from tuningfork.client.write_refusals import REFUSALS
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.pytest_plugin.collection import needs_of, needs_target_alone
from tuningfork.pytest_plugin.fixtures import ATTEMPT, api_session_of
from tuningfork.pytest_plugin.outcomes import SETUP_FAILED
from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.pytest_plugin.runtest import OUTCOME
from tuningfork.report.test_result import PASSED_ALONE, TestResult

NOT_REPEATED = "failed while other tests used the target; the run ended before it was repeated alone"

NOT_CONFIRMED = (
    "failed while other requests used the target, and the budget does not suffice to repeat the test alone"
)


class LockedTests:
    """Locks the target for each test: exclusively for one that uses a test hook or writes, else shared."""

    def __init__(self, run: RunConfig) -> None:
        self._run = run

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Lock the target during a test."""
        lock = api_session_of(item).target_lock
        with lock.exclusive() if needs_target_alone(item, self._run) else lock.shared():
            return (yield)


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A test that did not pass where other workers use the target.

    Args:
        item: the test.
        reports: of its phases.
        api: the name of its API.
    """

    item: pytest.Item
    reports: Sequence[pytest.TestReport]
    api: str

    @property
    def failure(self) -> str:
        """What failed, in one phrase; empty for a test that was only not verified."""
        results = [result for result in map(_result_of, self.reports) if result is not None]
        found = [
            f"{violation.claim}: expected {violation.expected}; found {violation.found}"
            for result in results
            for violation in result.violations
        ]
        found += [result.reason for result in results if result.outcome in ("failed", "error")]
        return next(iter(found), "")


class RepeatedTests:
    """Runs the tests of a worker that shares its targets with others.

    Only tests that use a test hook have the target to themselves. A test that did not pass is not reported,
    because others may have changed what it read, or what earlier tests have stored for it: it runs again at
    the end, alone and with new fixtures, and the second result counts. With `-x`, `--maxfail` or a budget, it
    runs again at once.
    """

    def __init__(self, config: pytest.Config, run: RunConfig) -> None:
        self._config = config
        self._run = run
        self._doubtful: list[Doubtful] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run a test; report it if its result is certain, else set it aside."""
        session = api_session_of(item)
        counts, claims = Counter(session.violation_counts), set(session.claims_with_exchange)
        lock = session.target_lock
        with lock.exclusive() if needs_target_alone(item, self._run) else lock.shared():
            reports = runtestprotocol(item, log=False, nextitem=nextitem)
            if _is_failure_of_setup(reports[0]):  # pytest would give it to all tests that share the fixture
                _tear_down_fixtures(item)
        if self._is_certain(item, session, reports):
            self._report(item, reports)
            return True
        if session.loss.reason:
            self._report(item, map(_as_not_verified, reports))
            return True
        session.violation_counts, session.claims_with_exchange = counts, claims
        self._doubtful.append(Doubtful(item, reports, session.name))
        has_budget = self._run.budget is not None  # at the end it may not suffice
        if has_budget or self._config.getoption("maxfail"):
            self._repeat()
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """Repeat, after all other tests, those that were set aside; in an interrupted run, report them."""
        try:
            result = yield
            self._repeat()
        finally:
            for each in self._doubtful:
                self._report(each.item, map(_as_not_verified, each.reports))
        return result

    def _is_certain(
        self, item: pytest.Item, session: ApiSession, reports: Iterable[pytest.TestReport]
    ) -> bool:
        """Return whether other tests can't have caused a result: the test passed, or lacks what it needs."""
        unlike_passed = [report for report in reports if not report.passed or report.longrepr]
        if not unlike_passed:
            return True
        if not all(report.skipped for report in unlike_passed):
            return False
        is_refused = all(_reason(report) in {*REFUSALS, self._budget_reason} for report in unlike_passed)
        return is_refused or not self._run.writes or bool(session.unmet(needs_of(item, self._run)))

    @property
    def _budget_reason(self) -> str | None:
        """Why a test does not run if the budget does not suffice; None without a budget."""
        return None if self._run.budget is None else self._run.budget.reason

    def _repeat(self) -> None:
        """Run the tests again that were set aside, those of one API after another, and report them."""
        for _, group in groupby(sorted(self._doubtful, key=_api), _api):
            batch = list(group)
            session = api_session_of(batch[0].item)
            with session.alone():
                _tear_down_fixtures(batch[0].item)
                session.shared.discard_all()
                following = [*(each.item for each in batch[1:]), None]
                for each, nextitem in zip(batch, following, strict=True):
                    self._repeat_one(each, nextitem)

    def _repeat_one(self, doubtful: Doubtful, nextitem: pytest.Item | None) -> None:
        """Run a test again and report it; if it passes now, its result says what failed before."""
        item = doubtful.item
        item.stash[ATTEMPT] = " again"
        item._report_sections.clear()  # what the first attempt has printed
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        self._doubtful.remove(doubtful)
        failure = doubtful.failure
        if failure and any(_reason(report) == self._budget_reason for report in reports):
            self._report(item, [_as_unconfirmed(report, failure) for report in doubtful.reports])
        else:
            self._report(item, [_with_note(report, failure) if failure else report for report in reports])

    def _report(self, item: pytest.Item, reports: Iterable[pytest.TestReport]) -> None:
        """Report a test to the main process."""
        for plugin in self._config.pluginmanager.get_plugins():
            if type(plugin).__name__ == "WorkerInteractor":  # of pytest-xdist, which reports its current test
                plugin.item_index = item.session.items.index(item)
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)


def _api(doubtful: Doubtful) -> str:
    return doubtful.api


def _tear_down_fixtures(item: pytest.Item) -> None:
    """End all fixtures; their errors are ignored, because others may have caused them."""
    end = partial(item.session._setupstate.teardown_exact, None)
    pytest.CallInfo.from_call(end, "teardown", reraise=(KeyboardInterrupt, pytest.exit.Exception))


def _result_of(report: pytest.TestReport) -> TestResult | None:
    """Return the TestResult of a report; None if its phase has none."""
    results = (str(value) for name, value in report.user_properties if name == OUTCOME)
    return next(map(TestResult.model_validate_json, results), None)


def _reason(report: pytest.TestReport) -> str:
    """Return why a phase of a test ended so; empty without a reason."""
    result = _result_of(report)
    return result.reason if result is not None else ""


def _is_failure_of_setup(report: pytest.TestReport) -> bool:
    """Return whether the setup of a test failed; it may also end because the test can't be verified."""
    return report.failed or (report.skipped and _reason(report).startswith(SETUP_FAILED))


def _with_note(report: pytest.TestReport, failure: str) -> pytest.TestReport:
    """Return the report of a repeated test; if it passed, with what failed before as its reason."""
    result = _result_of(report)
    if result is None or result.outcome != "passed" or result.violations:
        return report
    return _with_result(report, result.model_copy(update={"reason": f"{PASSED_ALONE}: {failure}"}))


def _as_unconfirmed(report: pytest.TestReport, failure: str) -> pytest.TestReport:
    """Return the report of a test whose failure can't be confirmed alone: neither a violation nor a pass."""
    result = _result_of(report)
    if result is None or (result.outcome in ("passed", "not verified") and not result.violations):
        return report
    reason = f"{NOT_CONFIRMED}: {failure}"
    report.outcome, report.longrepr = "failed", reason
    update = {"outcome": "error", "reason": reason, "violations": (), "exchanges": ()}
    return _with_result(report, result.model_copy(update=update))


def _as_not_verified(report: pytest.TestReport) -> pytest.TestReport:
    """Return the report of a test that was not repeated: what it found counts for nothing."""
    result = _result_of(report)
    if result is None or (result.outcome == "not verified" and not result.violations):
        return report
    report.outcome = "skipped"
    report.longrepr = (report.location[0], report.location[1] or 0, f"Skipped: {NOT_REPEATED}")
    update = {"outcome": "not verified", "reason": NOT_REPEATED, "violations": (), "exchanges": ()}
    return _with_result(report, result.model_copy(update=update))


def _with_result(report: pytest.TestReport, result: TestResult) -> pytest.TestReport:
    """Return a report with another TestResult."""
    others = [(name, value) for name, value in report.user_properties if name != OUTCOME]
    report.user_properties = [*others, (OUTCOME, result.model_dump_json())]
    return report
