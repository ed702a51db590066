"""axe-core finds no violation in any state of the page."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from tests.browser.conftest import TELEPHONE, OpenReport
from tests.browser.report_page import lay_out_all, search, unfold_all

OPTIONS = {
    "rules": {"target-size": {"enabled": True}}
}  # axe leaves out by default what only WCAG 2.2 demands
LIGHT: dict[str, Any] = {"color_scheme": "light"}
DARK: dict[str, Any] = {"color_scheme": "dark"}
PHONE: dict[str, Any] = {"viewport": TELEPHONE, "has_touch": True, "is_mobile": True}


def expect_accessible(page: Page) -> None:
    """Expect that axe-core finds no violation, best practices and the size of targets included."""
    lay_out_all(page)
    found = Axe().run(page, options=OPTIONS).response["violations"]
    assert [
        f"{each['id']}: {node['target']} {node['failureSummary']}" for each in found for node in each["nodes"]
    ] == []


@pytest.mark.parametrize(
    "options", [LIGHT, DARK, PHONE, PHONE | DARK], ids=["light", "dark", "phone", "dark phone"]
)
@pytest.mark.parametrize("is_unfolded", [False, True], ids=["folded", "unfolded"])
def test_page_is_accessible(open_report: OpenReport, options: dict[str, Any], is_unfolded: bool) -> None:
    page = open_report(**options)
    if is_unfolded:
        unfold_all(page)

    expect_accessible(page)


def test_lost_run_is_accessible(open_report: OpenReport, lost_report: object) -> None:
    expect_accessible(open_report(lost_report))


def test_view_without_a_match_is_accessible(page: Page) -> None:
    search(page, "no such text anywhere")

    expect_accessible(page)


def test_filtered_view_is_accessible(open_report: OpenReport) -> None:
    expect_accessible(open_report(fragment="#verdict=failed&q=errors&at=SC-ERR-01"))
