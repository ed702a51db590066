"""Pages in Debian's chromium: reports of a real run, and a watch over console and requests.

The tests need the dependency group `browser` and chromium; `tox -e browser` runs them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from typing import Any

import pytest

pytest.importorskip("playwright", reason="tox -e browser installs the dependency group browser")

from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright
from tests.browser import checkout, hostile

from tuningfork.report import page as report_page
from tuningfork.report.results import Results
from tuningfork.report.results_file import read

CHROMIUM = which("chromium") or which("google-chrome") or "/usr/bin/chromium"
DESKTOP = {"width": 1280, "height": 900}
TELEPHONE = {"width": 375, "height": 800}

OpenReport = Callable[..., Page]


@dataclass
class Watch:
    """What a page must not do: write errors to the console, or request anything but itself."""

    url: str
    complaints: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Collect the complaints about a page."""
        page.on("console", lambda message: self._add(message.type in ("error", "warning"), message.text))
        page.on("pageerror", lambda error: self._add(True, str(error)))
        page.on("request", self._check)

    def _check(self, request: Request) -> None:
        is_own = request.url.partition("#")[0] == self.url or request.url.startswith("data:")
        self._add(not is_own, f"request to {request.url}")

    def _add(self, is_bad: bool, text: str) -> None:
        if is_bad:
            self.complaints.append(text)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of a real run with every verdict."""
    return checkout.run(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="session")
def results(folder: Path) -> Results:
    """The results of that run."""
    return read(folder / "results.json")


@pytest.fixture(scope="session")
def report(folder: Path) -> Path:
    """The page of that run."""
    return folder / report_page.INDEX_FILE


@pytest.fixture(scope="session")
def lost_report(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run that lost its target before it was complete."""
    run = results.run.model_copy(update={"complete": False, "lost": "no response to 10 requests in a row"})
    return _write(results.model_copy(update={"run": run}), tmp_path_factory.mktemp("lost"))


@pytest.fixture(scope="session")
def hostile_report(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run against a hostile target."""
    return _write(hostile.hostile(results), tmp_path_factory.mktemp("hostile"))


@pytest.fixture
def open_report(chromium: Browser, report: Path) -> Iterator[OpenReport]:
    """A function that opens a report; the test fails if the page complains or requests anything."""
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    def open_(file: Path = report, fragment: str = "", **options: Any) -> Page:
        context = chromium.new_context(**{"viewport": DESKTOP, **options})
        contexts.append(context)
        watches.append(Watch(file.as_uri()))
        context.on("page", watches[-1].follow)
        page = context.new_page()
        page.goto(file.as_uri() + fragment)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [complaint for watch in watches for complaint in watch.complaints] == []


@pytest.fixture
def page(open_report: OpenReport) -> Page:
    """The page of the run with every verdict, in a window of a desktop."""
    return open_report()


def _write(results: Results, folder: Path) -> Path:
    """Write the page of results into a folder; return its file."""
    file = folder / report_page.INDEX_FILE
    file.write_text(report_page.render(results), encoding="utf-8", errors="strict")
    return file
