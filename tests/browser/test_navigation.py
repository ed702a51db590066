"""From the picture of the cells to a claim, its evidence, and the commands to copy."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenReport
from tests.browser.report_page import choose, open_evidence, search, visible_claims

from tuningfork.report.results import Results

TALL_SECTIONS = """() => document.querySelectorAll(".card, .chapter").forEach(each => {
    each.append(document.createElement("p"));
    each.lastChild.style.blockSize = "3000px";
})"""
CLIPBOARD = ["clipboard-read", "clipboard-write"]


def test_every_claim_has_a_cell_that_names_it_and_its_verdict(page: Page, results: Results) -> None:
    cells = page.locator("a.cell")

    assert sorted(cell.get_attribute("aria-label") or "" for cell in cells.all()) == sorted(
        f"{claim.id}, {claim.verdict}" for claim in results.claims
    )


def test_verdicts_differ_without_colour(page: Page) -> None:
    glyphs = {
        (cell.get_attribute("aria-label") or "").partition(", ")[2]: cell.inner_text()
        for cell in page.locator("a.cell").all()
    }

    assert len(glyphs) == len(set(glyphs.values())) == 7


def test_click_on_a_cell_leads_to_the_claim_and_unfolds_it(page: Page) -> None:
    page.locator("a.cell[data-claim=SC-TRACK-01]").click()

    claim = page.locator("#SC-TRACK-01")
    expect(claim).to_be_in_viewport()
    expect(claim).to_be_focused()
    expect(claim.locator(".exchange").first).to_be_visible()


def test_click_on_a_dimmed_cell_removes_the_filters(page: Page) -> None:
    choose(page, "Verdict", "failed")

    page.locator("a.cell[data-claim=SC-TRACK-01]").click()

    assert "SC-RATE-01" in visible_claims(page)
    expect(page.locator("#SC-TRACK-01")).to_be_in_viewport()
    expect(page.locator("#match-count")).to_have_text("Filters removed")


def test_click_on_a_dimmed_cell_keeps_a_search_that_its_claim_matches(page: Page) -> None:
    search(page, "permalink_url")
    choose(page, "Verdict", "failed")

    page.locator("a.cell[data-claim=SC-TRACK-01]").click()

    expect(page.get_by_role("searchbox")).to_have_value("permalink_url")
    assert "SC-TRACK-01" in visible_claims(page)
    expect(page.locator("#match-count")).to_have_text("Filters removed")


def test_click_on_a_dimmed_cell_removes_a_search_that_its_claim_does_not_match(page: Page) -> None:
    search(page, "permalink_url")

    page.locator("a.cell[data-claim=SC-RATE-01]").click()

    expect(page.get_by_role("searchbox")).to_have_value("")
    expect(page.locator("#match-count")).to_have_text("Search removed")


def test_first_click_on_a_link_leads_below_the_filters(open_report: OpenReport) -> None:
    page = open_report(viewport={"width": 1280, "height": 500})
    page.evaluate(TALL_SECTIONS)
    bar = page.get_by_role("search").evaluate("each => each.offsetHeight")

    page.get_by_role("navigation").get_by_role("link", name="Audiosocket").click()

    page.wait_for_function("() => !document.documentElement.classList.contains('measured')")
    top = page.locator("#api-audiosocket").evaluate("each => each.getBoundingClientRect().top")
    assert bar <= top <= bar + 50


def test_first_click_leads_to_the_end_of_the_page(page: Page) -> None:
    page.evaluate(TALL_SECTIONS)
    page.evaluate("""() => {
        document.querySelector(".foot").id = "last";
        document.querySelector(".contents a").setAttribute("href", "#last");
    }""")

    page.get_by_role("navigation").get_by_role("link", name="Overview").click()

    page.wait_for_function("() => !document.documentElement.classList.contains('measured')")
    expect(page.locator("#last")).to_be_in_viewport()


def test_every_link_inside_the_page_has_its_target(page: Page) -> None:
    missing = page.locator('a[href^="#"]').evaluate_all(
        """links => links.map(link => link.getAttribute("href").slice(1))
           .filter(id => id && !id.includes("=") && !document.getElementById(decodeURIComponent(id)))"""
    )

    assert missing == []


def test_evidence_has_tests_exchange_and_command(page: Page) -> None:
    open_evidence(page, "SC-TRACK-01")

    claim = page.locator("#SC-TRACK-01")
    expect(claim.get_by_text("test_tracks_are_listed")).to_be_visible()
    expect(claim.get_by_text("GET /tracks returns three tracks.")).to_be_visible()
    expect(claim.locator(".exchange").first).to_contain_text("/tracks?limit=3&q=a")
    expect(claim.locator(".exchange").first).to_contain_text("200 OK")
    expect(claim.locator(".command pre").first).to_contain_text("curl ")


def test_long_body_is_folded_and_unfolds(page: Page) -> None:
    card = page.locator("#broken-SC-ERR-09")
    folded = card.locator("details.fold pre").first
    expect(folded).to_be_hidden()

    card.get_by_text(re.compile(r"^\d+ more lines$")).first.click()

    expect(folded).to_be_visible()


def test_broken_claim_shows_expected_and_found_at_once(page: Page) -> None:
    card = page.locator("#broken-SC-ERR-01")

    expect(card.locator(".expected dd")).to_have_text("200")
    expect(card.locator(".found dd")).to_contain_text("401")
    expect(card.get_by_text("401 Unauthorized", exact=True)).to_be_visible()


def test_json_is_coloured_but_stays_plain_text(page: Page) -> None:
    assert page.evaluate("CSS.highlights.get('json-name').size") > 0
    assert page.locator("pre.json span").count() == 0


def test_copy_button_copies_the_command(open_report: OpenReport) -> None:
    page = open_report(permissions=CLIPBOARD)
    command = page.locator("#broken-SC-ERR-01 .command").first

    command.get_by_role("button", name="Copy").click()

    expect(command.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == command.locator("pre").text_content()
    assert "curl " in copied


def test_copy_button_works_without_the_clipboard_interface(open_report: OpenReport) -> None:
    page = open_report(permissions=CLIPBOARD)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('denied')); }")
    command = page.locator("#broken-SC-ERR-01 .command").first

    command.get_by_role("button", name="Copy").click()

    expect(command.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == command.locator("pre").text_content()


def test_lost_run_says_so_before_everything_else(open_report: OpenReport, lost_report: object) -> None:
    page = open_report(lost_report)

    expect(page.get_by_role("heading", level=1)).to_contain_text("The target was lost.")
    expect(page.get_by_role("note").first).to_contain_text("no response to 10 requests in a row")
    expect(page).to_have_title(re.compile("The target was lost"))
