"""Search and filters show the claims that match, and their number."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenReport
from tests.browser.report_page import choose, search, visible_claims, wait_until_idle

SOUNDCLOUD = 8


def test_search_finds_text_of_promise_test_and_exchange(page: Page) -> None:
    for text, claim in (
        ("errors have an ENVELOPE", "SC-ERR-01"),
        ("GET /tracks returns three", "SC-TRACK-01"),
        ("sc-rate-01", "SC-RATE-01"),
        ("expected a teapot", "SC-TRACK-03"),
        ("gateway removes", "SC-AUTH-10"),
    ):
        search(page, text)

        assert visible_claims(page) == [claim], text


def test_search_finds_text_of_a_folded_body(page: Page) -> None:
    search(page, "permalink_url")

    assert {"SC-ERR-09", "SC-TRACK-01"} <= set(visible_claims(page))
    assert "SC-RATE-01" not in visible_claims(page)


def test_search_shows_and_marks_where_a_folded_text_matches(page: Page) -> None:
    search(page, "permalink_url")

    expect(page.locator("#SC-TRACK-01 .quote")).to_contain_text("permalink_url")
    wait_until_idle(page)
    assert page.evaluate("CSS.highlights.get('search').size") > 0

    search(page, "")

    expect(page.locator(".quote")).to_have_count(0)
    wait_until_idle(page)
    assert page.evaluate("CSS.highlights.has('search')") is False


def test_search_does_not_match_the_commands(page: Page) -> None:
    expect(page.locator(".command", has_text="--seed").first).to_be_attached()

    search(page, "--seed")

    assert visible_claims(page) == []


def test_counts_of_sections_follow_the_filter(page: Page) -> None:
    choose(page, "Verdict", "failed")
    expect(page.locator("#soundcloud-errors h3 .count")).to_have_text("2 of 3")
    choose(page, "Verdict", "error")
    expect(page.locator("#soundcloud-tracks h3 .count")).to_have_text("1 of 4")

    page.get_by_role("button", name="Clear").click()

    expect(page.locator("#soundcloud-tracks h3 .count")).to_have_text("4")


def test_results_of_a_filter_are_in_view(open_report: OpenReport) -> None:
    page = open_report(viewport={"width": 1280, "height": 400})

    choose(page, "Verdict", "not verified")

    expect(page.locator("#SC-RATE-01")).to_be_in_viewport()


def test_search_without_a_match_says_so_and_can_be_cleared(page: Page) -> None:
    search(page, "no such text anywhere")

    expect(page.get_by_text("No claim matches.")).to_be_visible()
    page.get_by_role("link", name="Clear the filters").click()
    assert len(visible_claims(page)) > SOUNDCLOUD
    expect(page.get_by_role("searchbox")).to_have_value("")


@pytest.mark.parametrize(
    ("label", "option", "claims"),
    [
        ("Verdict", "failed", ["SC-ERR-01", "SC-ERR-09"]),
        ("Verdict", "error", ["SC-TRACK-06"]),
        ("Verdict", "not verified", ["SC-RATE-01"]),
        ("Verdict", "waived", ["SC-AUTH-10"]),
        ("Verdict", "info", ["SC-TRACK-03"]),
        ("Verdict", "warned", ["SC-TRACK-02"]),
        ("Level", "MAY", ["SC-TRACK-03"]),
        ("Section", "Rate limits", ["SC-RATE-01"]),
    ],
)
def test_filter_shows_only_its_claims(page: Page, label: str, option: str, claims: list[str]) -> None:
    choose(page, label, option)

    assert sorted(visible_claims(page)) == claims
    expect(page.locator("#match-count")).to_contain_text(f"{len(claims)} of")


def test_filter_of_api_hides_the_other_api(page: Page) -> None:
    choose(page, "API", "SoundCloud")

    assert len(visible_claims(page)) == SOUNDCLOUD
    expect(page.get_by_role("heading", name="Audiosocket", exact=True, level=2)).to_be_hidden()


def test_filter_of_source_shows_claims_of_that_document(page: Page) -> None:
    choose(page, "Source", "A: Assumed")

    claims = visible_claims(page)

    assert claims
    assert all(claim.startswith("AS-") for claim in claims)
    for claim in claims:
        expect(page.locator(f"#{claim} .source")).to_contain_text("A")


def test_filters_and_search_narrow_each_other_and_clear_removes_all(page: Page) -> None:
    choose(page, "API", "SoundCloud")
    choose(page, "Level", "SHOULD")
    search(page, "www-authenticate")

    assert visible_claims(page) == ["SC-AUTH-10"]

    page.get_by_role("button", name="Clear").click()

    assert len(visible_claims(page)) > SOUNDCLOUD
    expect(page.get_by_role("combobox", name="API")).to_have_value("")


def test_filter_hides_evidence_of_other_claims(page: Page) -> None:
    choose(page, "Verdict", "warned")

    cards = page.locator("article.card")
    assert [card.get_attribute("data-claim") for card in cards.all() if card.is_visible()] == ["SC-TRACK-02"]


def test_totals_at_the_top_filter_by_verdict(page: Page) -> None:
    page.get_by_role("list", name="Claims by verdict").get_by_role("link", name="waived").click()

    assert visible_claims(page) == ["SC-AUTH-10"]
    expect(page.get_by_role("combobox", name="Verdict")).to_have_value("waived")
