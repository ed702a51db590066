"""Shows the progress of `tuningfork run`: bars in a terminal, a line at each tenth elsewhere."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Collection, Generator, Iterable, Mapping
from importlib.metadata import version
from typing import Any, Protocol

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from tuningfork.depth.plan import Plan
from tuningfork.pytest_plugin.cost import PLAN
from tuningfork.pytest_plugin.run_config import RUN_CONFIG, RunConfig
from tuningfork.pytest_plugin.session import is_listing_only, worker_count
from tuningfork.report.sections import plural

REFRESH_INTERVAL_S = 0.2
LINE_INTERVAL_S = 1.0
"""Minimum time between two lines, so that a short run prints none."""
BAR_COLUMNS = 30
TEST_WEIGHT = 0.5
"""What a test costs beside its requests, in requests."""


class Display(Protocol):
    """Shows how many tests of each API have run."""

    def update(self, done: Mapping[str, int], remark: str) -> None:
        """Show the numbers, and a remark on the run as a whole."""

    def close(self) -> None:
        """Remove what was shown, where that is possible."""


class Bars:
    """A bar for each API, redrawn only between tests, because pytest captures the output during a test.

    Args:
        totals: the number of tests of each API.
        console: where the bars are drawn.
    """

    def __init__(self, totals: Mapping[str, int], console: Console) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(BAR_COLUMNS), MofNCompleteColumn())
        remark = TextColumn("{task.fields[remark]}")
        self._progress = Progress(
            *columns,
            remark,
            console=console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._tasks = {api: self._progress.add_task(api, total=totals[api], remark="") for api in totals}
        self._drawn_at = 0.0
        self._progress.start()

    def update(self, done: Mapping[str, int], remark: str) -> None:
        """Redraw the bars, with the remark beside the last one."""
        if time.monotonic() - self._drawn_at < REFRESH_INTERVAL_S:
            return
        self._drawn_at = time.monotonic()
        for api, task in self._tasks.items():
            is_last = api == list(self._tasks)[-1]
            self._progress.update(task, completed=done[api], remark=remark if is_last else "")
        self._progress.refresh()

    def close(self) -> None:
        """Erase the bars."""
        self._progress.stop()


class Lines:
    """A line each time that another tenth of the tests has run.

    Args:
        totals: the number of tests of each API.
        console: where the lines are printed.
    """

    def __init__(self, totals: Mapping[str, int], console: Console) -> None:
        self._totals = totals
        self._console = console
        self._tenths = 0
        self._printed_at = time.monotonic()

    def update(self, done: Mapping[str, int], remark: str) -> None:
        """Print a line if a tenth was completed since the last one."""
        tenths = 10 * sum(done.values()) // sum(self._totals.values())
        if tenths in (self._tenths, 10) or time.monotonic() - self._printed_at < LINE_INTERVAL_S:
            return
        self._tenths, self._printed_at = tenths, time.monotonic()
        apis = ", ".join(f"{api} {done[api]}/{total}" for api, total in self._totals.items())
        self._console.print(f"{10 * tenths} %: {apis}, {remark}", soft_wrap=True)

    def close(self) -> None:
        """Leave the lines as they are."""


class ProgressPlugin:
    """Counts the tests that have run; registered by `tuningfork run` in the process that the user started."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._titles: dict[str, str] = {}
        self._totals: Counter[str] = Counter()
        self._done: Counter[str] = Counter()
        self._failed = 0
        self._plan: Plan | None = None
        self._weight_done = self._weight_total = 0.0
        """The expected cost of the tests that have run, and of all tests."""
        self._started = 0.0
        self._is_active = False
        """Whether this plugin replaces pytest's progress."""
        self._is_live = False
        """Whether the display is bars that are redrawn, not lines."""
        self._display: Display | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Lower pytest's verbosity by one, which hides its last line: the totals of the run replace it."""
        if not is_listing_only(config):
            config.option.verbose -= 1
            config.option.quiet += 1

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Replace pytest's progress, unless -q or -vv selects another amount of output."""
        config = session.config
        self._config = config
        run = config.stash.get(RUN_CONFIG, None)
        if run is None or is_listing_only(config) or config.option.verbose not in (-1, -2):
            return
        self._is_active = True
        self._titles = {name: contract.title for name, contract in run.contracts.items()}
        self._is_live = _is_live(self._console, config)
        _silence_xdist(config)
        if not config.option.no_header:
            self._console.print(_header(run, config), style="bold", soft_wrap=True)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Start the display for the tests that this process has collected."""
        self._start([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        """Start the display for the tests of the first worker; all workers collect the same tests."""
        self._start(ids)

    def _start(self, node_ids: Collection[str]) -> None:
        """Start the display for these tests, once; not if another amount of output was selected."""
        if self._is_active and node_ids and self._display is None:
            apis = Counter(api_of(node_id, self._titles) for node_id in node_ids)
            self._totals = Counter({self._title(api): apis[api] for api in sorted(apis)})
            self._plan = self._config.stash.get(PLAN, None)
            self._weight_total = sum(map(self._weight, node_ids))
            self._started = time.monotonic()
            self._display = (Bars if self._is_live else Lines)(self._totals, self._console)

    def _weight(self, node_id: str) -> float:
        """Return the share of a test in the time of the run: its expected requests, and a bit for itself."""
        planned = None if self._plan is None else self._plan.by_id.get(node_id)
        return TEST_WEIGHT + (0 if planned is None else planned.requests)

    def _title(self, api: str) -> str:
        return self._titles.get(api, api)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_report_teststatus(self) -> Generator[None, tuple[str, Any, Any], tuple[str, Any, Any]]:
        """Hide the letter that pytest prints for a test."""
        category, letter, word = yield
        return (category, "", "") if self._is_active else (category, letter, word)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count the tests that failed."""
        self._failed += report.failed

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Count a test that has run, and show the progress."""
        if self._display is None:
            return
        self._done[self._title(api_of(nodeid, self._titles))] += 1
        self._weight_done += self._weight(nodeid)
        remark = time_left(self._weight_done, self._weight_total, time.monotonic() - self._started)
        failures = f", {plural(self._failed, 'test')} failed" if self._failed else ""
        self._display.update(self._done, remark + failures)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """End the display before anything else is printed."""
        if self._display is not None:
            self._display.close()


def api_of(node_id: str, apis: Iterable[str]) -> str:
    """Return the API of a test: its folder, or in a folder for several APIs the one among its parameters."""
    folder = node_id.removeprefix("suites/").partition("/")[0]
    parameters = node_id.partition("[")[2].removesuffix("]").replace("-", " ").split()
    return next((name for name in (folder, *parameters) if name in apis), folder)


def time_left(done: float, total: float, seconds: float) -> str:
    """Return how long the remaining tests take if they take as long as those that have run."""
    seconds_left = round(seconds * max(total - done, 0) / done)
    minutes, remainder = divmod(seconds_left, 60)
    return f"about {minutes} min {remainder} s left" if minutes else f"about {remainder} s left"


def _is_live(console: Console, config: pytest.Config) -> bool:
    """Return whether bars can be redrawn: not in a pipe, in CI, or where tests or a debugger print too."""
    is_terminal = console.is_terminal and not console.is_dumb_terminal and not os.environ.get("CI")
    return is_terminal and config.option.capture != "no" and not config.option.usepdb


def _silence_xdist(config: pytest.Config) -> None:
    """Remove the lines of pytest-xdist on its workers, which would be printed between the bars."""
    config.pluginmanager.unregister(name="terminaldistreporter")
    if session := config.pluginmanager.getplugin("dsession"):
        session.terminal = None


def _header(run: RunConfig, config: pytest.Config) -> str:
    """Return the first line of a run: version, target, seed, faults, number of workers."""
    how = {"mock": " (on sockets)" if run.sockets else " (in process)", "cassette": " (recorded)"}
    parts = [f"tuningfork {version('tuningfork')}", f"target {run.target.name}{how.get(run.target.name, '')}"]
    parts += [f"shard {run.shard}"] if run.shard else []
    parts += [f"seed {run.seed}", *(f"fault {fault}" for fault in run.faults)]
    workers = worker_count(config)
    return ", ".join([*parts, *([plural(workers, "worker")] if workers else [])])
