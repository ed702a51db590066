"""Without JavaScript, the verdicts and the violations are readable."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenReport

from tuningfork.report.results import Results


@pytest.fixture
def page(open_report: OpenReport) -> Page:
    """The page in a browser that runs no script."""
    return open_report(java_script_enabled=False)


def test_every_claim_shows_its_promise_and_verdict(page: Page, results: Results) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("Do not release")
    for claim in results.claims:
        article = page.locator(f"article#{claim.id}")
        expect(article).to_be_visible()
        expect(article.locator("h4")).to_contain_text(claim.promise.replace("`", ""))
        expect(article.locator("h4")).to_contain_text(claim.verdict)


def test_violations_are_open(page: Page) -> None:
    card = page.locator("#broken-SC-ERR-01")

    expect(card.locator(".expected dd")).to_have_text("200")
    expect(card.locator(".found dd")).to_contain_text("401")
    expect(card.locator(".exchange")).to_be_visible()
    expect(card.locator(".command pre").first).to_contain_text("curl ")


def test_folds_and_links_work(page: Page) -> None:
    page.locator("#SC-TRACK-01 details.evidence > summary").click()
    expect(page.locator("#SC-TRACK-01 .exchange").first).to_be_visible()

    page.locator("a.cell[data-claim=SC-ERR-09]").click()
    expect(page.locator("#SC-ERR-09")).to_be_in_viewport()


def test_controls_that_need_a_script_are_hidden(page: Page) -> None:
    for name in ("Copy", "Clear", "Dark"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("searchbox")).to_have_count(0)
