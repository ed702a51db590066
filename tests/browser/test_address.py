"""The address has the whole view: it can be shared, reloaded, and undone with the back button."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenReport
from tests.browser.report_page import choose, open_evidence, search, state, visible_claims


def test_address_of_a_view_shows_the_same_view_elsewhere(page: Page, open_report: OpenReport) -> None:
    choose(page, "API", "SoundCloud")
    choose(page, "Verdict", "failed")
    search(page, "envelope & more")
    search(page, "envelope")

    other = open_report(fragment=page.evaluate("location.hash"))

    assert visible_claims(other) == visible_claims(page) == ["SC-ERR-01"]
    expect(other.get_by_role("searchbox")).to_have_value("envelope")
    expect(other.get_by_role("combobox", name="Verdict")).to_have_value("failed")


def test_reload_keeps_the_view(page: Page) -> None:
    search(page, "50% & more = «ü»")
    choose(page, "Level", "MUST")

    page.reload()

    expect(page.get_by_role("searchbox")).to_have_value("50% & more = «ü»")
    expect(page.get_by_role("combobox", name="Level")).to_have_value("MUST")


def test_back_and_forward_undo_and_redo_a_filter(page: Page) -> None:
    everything = visible_claims(page)
    choose(page, "Verdict", "failed")
    failed = visible_claims(page)
    choose(page, "Verdict", "waived")

    page.go_back()
    assert visible_claims(page) == failed
    page.go_back()
    assert visible_claims(page) == everything
    expect(page.get_by_role("combobox", name="Verdict")).to_have_value("")
    page.go_forward()
    assert visible_claims(page) == failed


def test_back_returns_from_a_claim_to_the_filtered_view(page: Page) -> None:
    choose(page, "Verdict", "failed")
    page.locator("a.cell[data-claim=SC-TRACK-01]").click()
    assert "SC-RATE-01" in visible_claims(page)

    page.go_back()

    assert state(page) == "#verdict=failed"
    assert visible_claims(page) == ["SC-ERR-01", "SC-ERR-09"]


def test_address_of_a_claim_opens_its_evidence_and_scrolls_to_it(open_report: OpenReport) -> None:
    page = open_report(fragment="#SC-TRACK-01")

    expect(page.locator("#SC-TRACK-01")).to_be_in_viewport()
    expect(page.locator("#SC-TRACK-01 details.evidence")).to_have_attribute("open", "")


def test_address_of_a_claim_in_a_filtered_view_has_both(open_report: OpenReport) -> None:
    page = open_report(fragment="#verdict=failed&at=SC-ERR-09")

    assert visible_claims(page) == ["SC-ERR-01", "SC-ERR-09"]
    expect(page.locator("#SC-ERR-09")).to_be_in_viewport()


def test_unfolded_evidence_is_in_the_address(page: Page) -> None:
    open_evidence(page, "SC-TRACK-01")

    expect(page.locator("#SC-TRACK-01 .exchange").first).to_be_visible()
    expect(page).to_have_url(re.compile("#SC-TRACK-01$"))


def test_address_of_nothing_shows_the_whole_page(open_report: OpenReport) -> None:
    whole = visible_claims(open_report())

    for fragment in ("#no-such-claim", "#%E0%A4%A", "#at=", "#verdict=no-such-verdict", "#x=1"):
        assert visible_claims(open_report(fragment=fragment)) == whole, fragment
