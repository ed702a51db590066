"""Light and dark, the width of a telephone, and paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import TELEPHONE, OpenReport
from tests.browser.report_page import unfold_all

WIDER_THAN_WINDOW = """() => [...document.querySelectorAll("main *")]
    .filter(each => each.checkVisibility() && !each.closest(".hidden, svg"))
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
    .map(each => each.outerHTML.slice(0, 200))"""
CUT_OFF = """() => [...document.querySelectorAll("main *")]
    .filter(each => each.checkVisibility() && !each.closest(".hidden, svg"))
    .filter(each => getComputedStyle(each).overflow !== "visible")
    .filter(each => each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1)
    .map(each => each.outerHTML.slice(0, 200))"""


def brightness(page: Page, colour: str = "backgroundColor") -> float:
    """Return how bright a colour of the body is, from 0 to 255."""
    value = page.evaluate(f"getComputedStyle(document.body).{colour}")
    return sum(int(part) for part in re.findall(r"\d+", value)[:3]) / 3


def test_system_setting_chooses_the_theme(open_report: OpenReport) -> None:
    assert brightness(open_report(color_scheme="light")) > 200
    assert brightness(open_report(color_scheme="dark")) < 60


def test_button_chooses_the_other_theme_and_a_reload_keeps_it(page: Page) -> None:
    page.get_by_role("button", name="Dark").click()
    assert brightness(page) < 60

    page.reload()
    assert brightness(page) < 60

    page.get_by_role("button", name="Light").click()
    assert brightness(page) > 200


def test_button_in_a_dark_system_chooses_light(open_report: OpenReport) -> None:
    page = open_report(color_scheme="dark")

    page.get_by_role("button", name="Light").click()

    assert brightness(page) > 200


@pytest.mark.parametrize("file", ["report", "lost_report", "hostile_report"])
def test_telephone_needs_no_horizontal_scroll(
    open_report: OpenReport, request: pytest.FixtureRequest, file: str
) -> None:
    page = open_report(request.getfixturevalue(file), viewport=TELEPHONE, has_touch=True, is_mobile=True)
    unfold_all(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
    assert page.evaluate(WIDER_THAN_WINDOW) == []


def test_telephone_opens_a_claim_by_a_tap(open_report: OpenReport) -> None:
    page = open_report(viewport=TELEPHONE, has_touch=True, is_mobile=True)

    page.locator("a.cell[data-claim=SC-TRACK-01]").tap()

    expect(page.locator("#SC-TRACK-01")).to_be_in_viewport()
    expect(page.locator("#SC-TRACK-01 .exchange").first).to_be_visible()


def test_search_field_of_a_telephone_does_not_zoom(open_report: OpenReport) -> None:
    """Safari zooms into a field whose text is smaller than 16 pixels."""
    page = open_report(viewport=TELEPHONE, has_touch=True, is_mobile=True)

    size = page.get_by_role("searchbox").evaluate("each => getComputedStyle(each).fontSize")
    assert float(size.removesuffix("px")) >= 16


def test_print_shows_all_verdicts_and_violations_on_white(open_report: OpenReport) -> None:
    page = open_report(color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"
    assert brightness(page, "color") < 60
    for claim in ("SC-ERR-01", "SC-ERR-09", "SC-TRACK-02", "SC-TRACK-03", "SC-AUTH-10"):
        card = page.locator(f"#broken-{claim}")
        expect(card.locator(".expected dd").first).to_be_visible()
        expect(card.locator(".found dd").first).to_be_visible()
        expect(card.locator(".command").first).to_be_visible()
    for heading in page.locator("article.claim h4").all():
        expect(heading).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)


def test_print_cuts_nothing_off(open_report: OpenReport) -> None:
    page = open_report(viewport={"width": 700, "height": 990})
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")

    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(WIDER_THAN_WINDOW) == []


def test_printing_unfolds_every_violation(page: Page, tmp_path: Path) -> None:
    second = page.locator("#broken-SC-TRACK-02 .found").nth(1)
    expect(second).to_be_hidden()
    expect(page.locator("#broken-SC-AUTH-10 .found")).to_be_hidden()

    page.pdf(path=tmp_path / "report.pdf")

    expect(second).to_be_visible()
    expect(page.locator("#broken-SC-AUTH-10 .found")).to_be_visible()
