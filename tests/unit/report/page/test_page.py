from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from tests.unit.report.page.conftest import Change, MakeExchange, parse

from tuningfork.model import Verdict
from tuningfork.report.page import Fault, render
from tuningfork.report.results import OperationStats, Results, Waiver
from tuningfork.report.test_result import Violation


def claim(soup: BeautifulSoup, name: str) -> Tag:
    """Return the article of a claim."""
    article = soup.find("article", id=name)
    assert isinstance(article, Tag)
    return article


def words(tag: Tag | None) -> str:
    """Return the text of an element with single spaces."""
    assert tag is not None
    return " ".join(tag.get_text(" ").split())


def test_page_says_the_verdict_target_time_and_version(soup: BeautifulSoup) -> None:
    assert words(soup.h1) == "✕ 1 claim ended in an error. Do not release: 1 of 7 claims failed"
    facts = words(soup.find("dl", class_="facts"))
    assert "Target staging" in facts
    assert "Started 1 May 2024, 10:00 UTC" in facts
    assert "Tested by Tuning Fork 0.1.0" in facts


def test_every_claim_is_a_cell_that_leads_to_it(soup: BeautifulSoup, results: Results) -> None:
    cells = soup.select(".map .cell")

    assert [each["href"] for each in cells] == [f"#{each.id}" for each in results.claims]
    assert [each["aria-label"] for each in cells][:2] == ["SC-A-01, passed", "SC-A-02, failed"]
    assert len({words(each) for each in cells}) == 6


def test_claims_are_in_the_sections_of_the_documentation(soup: BeautifulSoup) -> None:
    sections = {
        words(each.h3): [article["id"] for article in each.select("article.claim")]
        for each in soup.select("section.chapter")
    }

    assert sections == {
        "Tokens 4": ["SC-A-01", "SC-A-02", "SC-A-03", "SC-A-04"],
        "Errors 1": ["SC-B-01"],
        "Search | lists 2": ["SC-C-01", "SC-C-02"],
    }
    first = claim(soup, "SC-A-01")
    assert "MUST" in words(first)
    assert first.find("a", href="https://docs.test/guide", string="G Tokens")


def test_broken_claims_come_first_the_worst_before_the_others(soup: BeautifulSoup) -> None:
    cards = [each["id"] for each in soup.select("#broken article")]

    assert cards == ["broken-SC-A-02", "broken-SC-B-01", "broken-SC-A-03", "broken-SC-A-04"]
    page = str(soup)
    assert page.index('id="broken"') < page.index('id="api-soundcloud"')


def test_violation_has_expected_found_exchange_and_commands(
    change: Change, make_exchange: MakeExchange
) -> None:
    violation = Violation(
        claim="SC-A-02",
        expected="every item once",
        found="item 17 twice",
        pointer="/items/1/id",
        test="t.py::test_lists[a b]",
        exchange=make_exchange('{"items":[{"id":17},{"id":17}]}'),
        compared=(make_exchange("first page"),),
        reproduce='ID=1\ncurl "$URL/$ID"',
        also=tuple(f"GET /{name}" for name in "abcdefg"),
    )

    card = parse(render(change("SC-A-02", violations=[violation]))).find(id="broken-SC-A-02")

    assert isinstance(card, Tag)
    assert "Expected every item once Found item 17 twice" in words(card)
    assert "Where: /items/1/id , marked in the response" in words(card)
    assert "Also at: GET /a, GET /b, GET /c, GET /d, GET /e, and 2 more" in words(card)
    assert [each.get_text() for each in card("mark")] == ['"id": 17']
    assert "first page" in words(card.find("details", class_="other"))
    commands = {words(each.figcaption): each.pre.get_text() for each in card("figure") if each.pre}
    assert commands == {
        "Reproduce Copy": 'ID=1\ncurl "$URL/$ID"',
        "Run the test again Copy": "tuningfork run 't.py::test_lists[a b]'",
    }


@pytest.mark.parametrize(
    ("pointer", "location", "marked"),
    [
        ("status", "marked in the response", ["404 OK"]),
        ("content-type", "marked in the response", ["Content-Type: text/html"]),
        ("ETag", "not in the response", []),
        ("/a/c", "not in the response; the value around it is marked", ['"a": {\n    "b": 1\n  }']),
        ("/z", "not in the response", []),
    ],
)
def test_position_of_a_violation_is_marked(
    change: Change, make_exchange: MakeExchange, pointer: str, location: str, marked: list[str]
) -> None:
    exchange = make_exchange('{"a":{"b":1}}', 404, **{"Content-Type": "text/html"})
    violation = Violation(claim="SC-A-02", expected="a", found="b", pointer=pointer, exchange=exchange)

    card = parse(render(change("SC-A-02", violations=[violation]))).find(id="broken-SC-A-02")

    assert isinstance(card, Tag)
    assert f"Where: {pointer} , {location}" in words(card)
    assert [each.get_text() for each in card("mark")] == marked


def test_excerpt_is_shown_if_the_position_is_not(change: Change, make_exchange: MakeExchange) -> None:
    exchange = make_exchange('{"a": 1… (90,000 bytes)')
    violation = Violation(
        claim="SC-A-02", expected="a", found="b", pointer="/z", exchange=exchange, excerpt='{"z": 1}'
    )

    card = parse(render(change("SC-A-02", violations=[violation]))).find(id="broken-SC-A-02")

    assert isinstance(card, Tag)
    assert (
        'Where: /z , not in the first 7 characters of the body; the rest is not recorded: {"z": 1}'
        in words(card)
    )


def test_excerpt_is_not_repeated_if_the_value_around_the_position_is_marked(
    change: Change, make_exchange: MakeExchange
) -> None:
    violation = Violation(
        claim="SC-A-02",
        expected="a",
        found="b",
        pointer="/a/c",
        exchange=make_exchange('{"a":{"b":1}}'),
        excerpt='{…} without "c"',
    )

    page = render(change("SC-A-02", violations=[violation]))

    assert "the value around it is marked" in page
    assert "without" not in words(parse(page).find(id="broken-SC-A-02").find(class_="where"))  # type: ignore[union-attr]  # the card has it


def test_request_without_a_response_says_so(change: Change, make_exchange: MakeExchange) -> None:
    violation = Violation(claim="SC-A-02", expected="a", found="b", exchange=make_exchange(status=0))

    card = parse(render(change("SC-A-02", violations=[violation]))).find(id="broken-SC-A-02")

    assert isinstance(card, Tag)
    assert words(card.select_one(".response .line")).startswith("no response")


def test_violations_of_the_cleanup_are_in_a_section_of_their_own(
    change: Change, make_exchange: MakeExchange
) -> None:
    violation = Violation(
        claim="SC-A-02",
        expected="204",
        found="500 while deleting",
        exchange=make_exchange(),
        during_cleanup=True,
    )

    soup = parse(render(change("SC-A-02", violations=[violation])))

    assert [each["id"] for each in soup.select("#cleanup article")] == ["cleanup-SC-A-02"]
    assert str(soup).count("500 while deleting") == 1
    assert soup.find(id="broken-SC-A-02") is None


def test_claim_shows_tests_faults_note_needs_and_exchanges(
    results: Results, change: Change, make_exchange: MakeExchange
) -> None:
    results = change(
        "SC-A-01",
        tests=["t.py::test_a[1]", "t.py::test_a[2]", "t.py::test_b"],
        needs=["user2"],
        note="The guide contradicts RFC 9110.",
        exchanges=[make_exchange('{"id":1}')],
    )
    tests = [
        results.tests[0].model_copy(update={"id": test, "doc": f"Doc of {test.split('[')[0]}."})
        for test in ("t.py::test_a[1]", "t.py::test_a[2]", "t.py::test_b")
    ]
    faults = [Fault(id="f", claims=["SC-A-01"], says="`limit` is ignored.", verdict="killed")]

    article = claim(parse(render(results.model_copy(update={"tests": tests}), faults)), "SC-A-01")

    assert "needs user2" in words(article)
    assert "The guide contradicts RFC 9110." in words(article)
    assert words(article.summary) == "3 tests, 1 exchange, 1 fault"
    assert [each.get_text() for each in article.select("code.test")] == ["test_a", "test_b"]
    assert words(article).count("Doc of t.py::test_a.") == 1
    assert "2 cases" in words(article)
    assert "limit is ignored. detected" in words(article)
    assert 'curl "https://api.example.test/tracks?limit=2"' in words(article)


def test_waived_claim_shows_owner_and_expiry(change: Change) -> None:
    waiver = Waiver(reason="old body", link="https://tracker.test/7", owner="ann", expiry="2027-01-31")
    results = change("SC-A-02", verdict=Verdict.WAIVED, waiver=waiver)

    article = claim(parse(render(results)), "SC-A-02")

    assert "Known deviation: old body. Owner: ann. Expires on 2027-01-31." in words(article)
    assert article.find("a", href="https://tracker.test/7")


def test_operations_show_statuses_times_and_unobserved_parts(results: Results) -> None:
    operation = OperationStats(
        api="soundcloud",
        operation="GET /tracks",
        statuses={"200": 1200, "418": 1},
        p50_ms=1.25,
        p95_ms=90,
        summary="Search",
        documented=["200", "401", "4XX"],
        unseen_parameters=["query limit"],
        unseen_media_types=["200 application/xml"],
        unseen_properties=["200 user.avatar_url", "200 title"],
    )

    row = parse(render(results.model_copy(update={"operations": [operation]}))).select_one(".operation")

    assert row is not None
    assert [words(each) for each in row.select(".statuses > span")] == [
        "200 \u00d71,200",
        "418 \u00d71",
    ]
    assert "never: 401" in words(row)
    assert "median 1.2 ms, 95 % 90 ms" in words(row)
    assert "1 parameter, 1 media type, 2 optional properties" in words(row)
    assert "Documented, but in no request or response of this run" in words(row)
    assert "query limit" in words(row)


def test_operations_without_a_request_are_named_above_the_table(results: Results) -> None:
    called, never = (
        OperationStats(
            api="soundcloud", operation=name, statuses=statuses, p50_ms=1, p95_ms=1, documented=["200"]
        )
        for name, statuses in (("GET /a", {"200": 1}), ("GET /oembed", {}))
    )

    section = parse(render(results.model_copy(update={"operations": [called, never]}))).select_one(
        ".operations"
    )

    assert section is not None
    assert "Never called: GET /oembed" in words(section)
    assert len(section.select(".operation")) == 2


def test_undocumented_status_is_named(results: Results) -> None:
    operation = OperationStats(
        api="soundcloud", operation="GET /a", statuses={"418": 1}, p50_ms=1, p95_ms=1, documented=["200"]
    )

    row = parse(render(results.model_copy(update={"operations": [operation]}))).select_one(".operation")

    assert row is not None
    assert "418 \u00d71, not documented" in words(row)


def test_not_verified_claims_are_grouped_by_what_is_missing(soup: BeautifulSoup) -> None:
    (entry,) = soup.select("#missing .missing > li")

    assert words(entry.p) == "add users.second → 2 claims more"
    assert [each["href"] for each in entry("a")] == ["#SC-C-01", "#SC-C-02"]


def test_page_compares_with_an_older_run(results: Results, change: Change) -> None:
    old = change("SC-A-02", verdict=Verdict.PASSED)

    soup = parse(render(results, previous=old))

    groups = {
        words(each.h3): [words(item.find(class_="id")) for item in each("li")]
        for each in soup.select(".change")
    }
    assert "1 newly failing, 1 still failing." in words(soup.find(class_="since"))
    assert groups == {"Newly failing 1": ["SC-A-02"], "Still failing 1": ["SC-B-01"]}


def test_contract_has_no_verdicts_and_no_run(results: Results) -> None:
    page = render(results, [Fault(id="f", claims=["SC-A-01"], says="A fault.")], contract_only=True)
    soup = parse(page)

    main = words(soup.main)
    assert words(soup.h1) == "What SoundCloud promises"
    assert "A fault." in main
    for verdict in (
        "passed",
        "failed",
        "warned",
        "not verified",
        "error",
        "What broke",
        "Duration",
        "staging",
    ):
        assert verdict not in main


def test_page_loads_nothing_and_allows_only_its_own_style_and_script(soup: BeautifulSoup) -> None:
    policy = str(soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"])  # type: ignore[index]  # the page has it

    assert policy.startswith("default-src 'none'; ")
    for element in (soup.style, soup.script):
        assert element is not None
        digest = b64encode(sha256((element.string or "").encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert not soup.select("[src], link:not([rel=icon]), [style], iframe, object, base")
    assert not re.search(r"@import|url\(", str(soup.style))
    assert not [name for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]


def test_ids_are_unique_and_links_lead_to_them(soup: BeautifulSoup) -> None:
    ids = [each["id"] for each in soup.select("[id]")]

    assert len(ids) == len(set(ids))
    targets = {str(each["href"])[1:] for each in soup.select('a[href^="#"]')}
    assert {target for target in targets if "=" not in target} - {"", *ids} == set()


def test_contents_say_where_claims_fail(soup: BeautifulSoup) -> None:
    sections = [words(each) for each in soup.select("nav.contents ul ul li")]

    assert sections == ["SC-A-02", "SC-B-01", "Tokens 1 failed", "Errors", "Search | lists"]
    assert soup.find("a", href="#broken-SC-A-02")


def test_card_and_claim_say_how_many_tests_failed(
    results: Results, change: Change, make_exchange: MakeExchange
) -> None:
    violation = Violation(claim="SC-A-02", expected="a", found="b", exchange=make_exchange())
    results = change("SC-A-02", tests=["t.py::test_a[1]", "t.py::test_a[2]"], violations=[violation])
    tests = [
        results.tests[0].model_copy(update={"id": f"t.py::test_a[{number}]", "outcome": outcome})
        for number, outcome in ((1, "failed"), (2, "passed"))
    ]

    soup = parse(render(results.model_copy(update={"tests": tests})))

    for tag in (soup.find(id="broken-SC-A-02"), soup.find(id="SC-A-02")):
        assert isinstance(tag, Tag)
        assert "1 of 2 tests failed" in words(tag)
    assert claim(soup, "SC-A-02").find("a", href="#broken-SC-A-02", string="See the evidence")


def test_injected_faults_are_named_at_the_top(results: Results) -> None:
    run = results.run.model_copy(update={"faults": ["cursor_repeats", "no_limit"]})

    facts = words(parse(render(results.model_copy(update={"run": run}))).find("dl", class_="facts"))

    assert "Faults switched on deliberately cursor_repeats, no_limit" in facts


def test_headings_have_no_gaps(soup: BeautifulSoup) -> None:
    levels = [int(each.name[1]) for each in soup.find_all(re.compile("^h[1-6]$"))]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_hostile_text_is_text(change: Change, make_exchange: MakeExchange) -> None:
    hostile = "<script>alert(1)</script></script><!--<img src=x onerror=a()>\"' \u202e\x00\x85\ud800`</pre>"
    exchange = make_exchange(f'{{"title":"{hostile}"}}', **{"X-A": hostile})
    values: dict[str, Any] = {
        "promise": hostile,
        "reason": hostile,
        "note": hostile,
        "source": hostile,
        "tests": [hostile],
        "exchanges": [exchange],
        "violations": [
            Violation(
                claim=hostile,
                expected=hostile,
                found=hostile,
                pointer=hostile,
                test=hostile,
                exchange=exchange,
            )
        ],
    }

    page = render(change("SC-A-02", **values))

    soup = parse(page)
    assert len(soup("script")) == 1
    assert not soup("img")
    assert "<script>alert(1)</script>" in words(claim(soup, "SC-A-02"))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", page)
    assert page.encode("utf-8")


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x"])
def test_link_of_a_deviation_must_be_http(change: Change, link: str) -> None:
    waiver = Waiver(reason="r", link=link, owner="o", expiry="2027-01-31")

    soup = parse(render(change("SC-A-02", verdict=Verdict.WAIVED, waiver=waiver)))

    assert not [each for each in soup("a") if str(each["href"]).startswith(link.split(":")[0])]
    assert link in words(claim(soup, "SC-A-02"))


def test_megabyte_in_one_line_leaves_the_page_small(
    results: Results, change: Change, make_exchange: MakeExchange
) -> None:
    exchange = make_exchange("x" * 1_000_000)

    page = render(change("SC-A-01", exchanges=[exchange] * 10))

    assert len(page) < len(render(results)) + 10 * 10_000
