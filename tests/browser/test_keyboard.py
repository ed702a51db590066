"""Everything works with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.report_page import search, visible_claims

FOCUS = "document.activeElement"


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_first_tab_is_the_skip_link_and_it_leads_to_the_content(page: Page) -> None:
    press(page, "Tab")

    link = page.get_by_role("link", name="Skip to the content")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    press(page, "Enter")
    expect(page.locator("#content")).to_be_focused()


def test_slash_focuses_the_search_and_is_typed_inside_it(page: Page) -> None:
    press(page, "/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.get_by_role("searchbox")).to_have_value("")

    page.keyboard.type("a/b")

    expect(page.get_by_role("searchbox")).to_have_value("a/b")


def test_tab_visits_the_controls_in_the_order_of_the_page(page: Page) -> None:
    page.get_by_role("searchbox").focus()
    names = []
    for _ in range(6):
        press(page, "Tab")
        names.append(page.evaluate(f"{FOCUS}.name || {FOCUS}.textContent.trim()"))

    assert names == ["verdict", "level", "api", "section", "source", "Clear"]


def test_tab_visits_elements_in_the_order_of_the_page(page: Page) -> None:
    positions = []
    for _ in range(40):
        press(page, "Tab")
        positions.append(page.evaluate(f"[...document.querySelectorAll('*')].indexOf({FOCUS})"))

    assert positions == sorted(set(positions))


def test_every_focused_element_has_a_visible_outline(page: Page) -> None:
    page.locator("#content").focus()
    for _ in range(40):
        press(page, "Tab")
        outline = page.evaluate(f"getComputedStyle({FOCUS}).outline")

        assert re.search(r"solid [1-9]", outline), page.evaluate(f"{FOCUS}.outerHTML")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_key_unfolds_and_folds_evidence(page: Page, key: str) -> None:
    summary = page.locator("#SC-TRACK-01 details.evidence > summary")
    evidence = page.locator("#SC-TRACK-01 .exchange").first
    summary.focus()

    press(page, key)
    expect(evidence).to_be_visible()
    press(page, key)
    expect(evidence).to_be_hidden()


def test_arrow_keys_move_between_cells_and_enter_opens_the_claim(page: Page) -> None:
    cells = page.locator("a.cell")
    cells.first.focus()
    press(page, "ArrowRight")
    expect(cells.nth(1)).to_be_focused()
    press(page, "End", "ArrowDown", "Home", "ArrowUp", "ArrowLeft")
    expect(cells.first).to_be_focused()

    press(page, "Enter")

    claim = page.locator(f"#{cells.first.get_attribute('data-claim')}")
    expect(claim).to_be_focused()
    expect(claim.locator("details.evidence")).to_have_attribute("open", "")


def test_arrow_key_on_an_arrow_keys_target_leaves_one_cell_in_the_tab_order(page: Page) -> None:
    page.locator("a.cell").first.focus()

    press(page, "ArrowRight", "ArrowRight")

    assert page.locator("a.cell[tabindex='0']").count() == 1
    expect(page.locator("a.cell[tabindex='0']")).to_be_focused()


def test_filter_is_chosen_and_cleared_by_keys(page: Page) -> None:
    whole = visible_claims(page)
    page.get_by_role("combobox", name="Verdict").focus()
    page.keyboard.type("waived")
    assert visible_claims(page) == ["SC-AUTH-10"]

    page.get_by_role("button", name="Clear").focus()
    press(page, "Enter")

    assert visible_claims(page) == whole
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_enter_in_the_search_does_not_leave_the_page(page: Page) -> None:
    search(page, "envelope")
    page.get_by_role("searchbox").press("Enter")

    assert visible_claims(page) == ["SC-ERR-01"]


def test_copy_button_and_theme_work_with_keys(page: Page) -> None:
    page.get_by_role("button", name="Dark").focus()
    press(page, "Space")

    expect(page.get_by_role("button", name="Light")).to_be_focused()
