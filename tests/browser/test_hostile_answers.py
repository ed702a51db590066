"""What a hostile target sends is text: it runs nothing, hides nothing, and breaks nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenReport
from tests.browser.hostile import TITLE
from tests.browser.report_page import choose, search, unfold_all, visible_claims

from tuningfork.report.results import Results


@pytest.fixture
def page(open_report: OpenReport, hostile_report: Path) -> Page:
    """The page of a run against a hostile target, with everything unfolded."""
    page = open_report(hostile_report)
    unfold_all(page)
    return page


def test_hostile_texts_run_nothing(page: Page) -> None:
    assert "broken" not in page.title()
    assert page.locator("main img, main script, main style, a[href^='javascript' i], [onerror]").count() == 0
    assert page.locator("script").count() == 1


def test_hostile_texts_close_nothing(page: Page, results: Results) -> None:
    assert len(visible_claims(page)) == len(results.claims)
    assert page.locator("main > section.api article.claim").count() == len(results.claims)
    expect(page.get_by_role("contentinfo")).to_be_visible()


def test_hostile_texts_are_readable(page: Page) -> None:
    card = page.locator("#broken-SC-ERR-01")

    for place in (
        ".found dd",
        ".expected dd",
        ".where code",
        ".exchange .headers pre",
        "pre.body",
        ".command pre",
    ):
        expect(card.locator(place).first).to_contain_text(TITLE)
    expect(page.get_by_role("note").first).to_contain_text(TITLE)


def test_control_characters_and_overrides_are_shown_as_escapes(page: Page) -> None:
    text = page.locator("#broken-SC-ERR-01").inner_text()

    assert [f"U+{ord(each):04X}" for each in "\0\x1b\x9b\u202e\u2066\ufffd" if each in text] == []
    assert "\\x1b" in text


def test_long_line_is_cut_and_says_how_long_it_is(page: Page) -> None:
    body = "".join(page.locator("#broken-SC-ERR-01 .response pre.body").all_inner_texts())

    assert len(body) < 10_000
    assert "1,000," in body


def test_search_and_filters_work(page: Page) -> None:
    choose(page, "Verdict", "failed")
    search(page, "</script> sc-err-09")

    assert visible_claims(page) == ["SC-ERR-09"]
