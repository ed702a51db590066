"""Walks, entity tags and rate limits are judged over several exchanges, and never unfairly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from tuningfork.checks.series import walks
from tuningfork.checks.series.judge import SeriesJudge
from tuningfork.checks.series.observation import (
    Observation,
    Page,
    Quota,
    TaggedBody,
    client_of,
    normalized_url,
)
from tuningfork.checks.series.recent import Recent
from tuningfork.model import Exchange, Headers, Request, Response

CLAIM = ("A-WALK",)


def found(observations: Iterable[Observation]) -> list[str | None]:
    """Return the claims of all findings, None for a note."""
    judge = SeriesJudge()
    return [
        finding.claim
        for number, each in enumerate(observations, 1)
        for finding in judge.judge(each, f"a.har, {number}")
    ]


def page(
    url: str, following: str | None, keys: str, client: str = "c", total: int | None = None
) -> Observation:
    """Return a page whose items have one letter as key; an item in upper case has another content."""
    items = tuple((key.lower(), key) for key in keys)
    return Observation(client, False, Page(CLAIM, url, following, items, url == "1", total))


CHANGE = Observation("another", True)


@pytest.mark.parametrize(
    "pages",
    [
        [page("1", "2", "abc"), page("2", "3", "def"), page("3", None, "gae")],  # an item of an earlier page
        [page("1", "2", "abc"), page("2", None, "dbe")],  # in the middle
        [page("1", "2", "abc"), page("2", None, "dda")],
        [page("1", "2", "abcdefghij"), page("2", None, "abcdefghij")],  # the page again
        [page("1", "2", "abc", total=5), page("2", None, "cde", total=5)],  # the same total
        [page("1", "2", "abc"), page("2", None, "cd")] * 2,  # the same in a second walk
        [page("1", "2", "abc"), page("2", "3", "def"), CHANGE, page("1", "2", "abc"), page("2", None, "ea")],
        [page("1", "2", "ab", "c1"), page("1", "2", "ab", "c2"), page("2", None, "ca", "c1")],  # two clients
        [page("1", "2", "ab", total=5), page("2", None, "cd", total=5)],  # a missing item
    ],
)
def test_item_that_is_twice_or_missing_breaks_the_claim(pages: list[Observation]) -> None:
    assert set(found(pages)) - {None} == {"A-WALK"}


@pytest.mark.parametrize(
    "pages",
    [
        [page("1", "2", "abc"), page("2", "3", "def"), page("3", None, "ghi")],
        [page("1", "2", "abc"), page("2", None, "cde")],  # an insertion moves the last item
        [page("1", "2", "abc"), page("2", None, "bcd")],
        [page("1", "2", "abc", total=5), page("2", None, "cde", total=6)],
        [page("1", "2", "abc"), CHANGE, page("2", None, "dbe")],  # a change of any client
        [page("1", "2", "abc"), page("2", None, "dAe")],  # the item has changed
        [page("1", "2", "ab", "c1"), page("2", None, "ba", "c2")],  # another client
        [page("1", "2", "ab"), page("1", "2", "ab"), page("2", None, "cd")],  # the first page again
        [page("2", "3", "ab", total=9), page("3", None, "cd", total=9)],  # not from the first page
        [page("1", "2", "ab", total=5), page("2", None, "cd", total=4)],  # a deletion
        [page("1", None, "ab", total=5)],
        [page("1", "2", "abc"), page("2", None, "cd"), page("1", "2", "xab"), page("2", None, "bcd")],
    ],
)
def test_walk_that_a_right_server_may_cause_breaks_nothing(pages: list[Observation]) -> None:
    assert set(found(pages)) <= {None}


@pytest.mark.parametrize(("seconds", "claims"), [(30, ["A-WALK"]), (31, [])])
def test_walk_with_a_pause_is_not_judged(seconds: int, claims: list[str]) -> None:
    first, second = (
        replace(each, page=replace(each.page, date=date)) if each.page else each
        for each, date in ((page("1", "2", "abc"), 0.0), (page("2", None, "dbe"), float(seconds)))
    )

    assert found([first, second]) == claims


def test_item_that_an_insertion_may_repeat_is_a_note() -> None:
    assert found([page("1", "2", "abc"), page("2", None, "cde")]) == [None]


def test_walks_need_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walks, "MAX_ITEMS", 3)
    long = [page("1", "2", "abcd"), page("2", None, "xa")]
    kept: Recent[str, int] = Recent(2)
    for name in "abac":
        kept.put(name, ord(name))

    assert found(long) == []
    assert [kept.get(name) for name in "abc"] == [97, None, 99]


def tagged(tag: str, body: str = "b", client: str = "c") -> Observation:
    return Observation(client, False, tagged=TaggedBody(("A-TAG",), "/x", tag, body))


def test_new_tag_for_each_read_breaks_the_claim() -> None:
    assert found(tagged(f'"{number}"') for number in range(12)) == ["A-TAG"]


@pytest.mark.parametrize(
    "reads",
    [
        [tagged('"1"')] * 19,
        [tagged(f'"{number % 11}"') for number in range(50)],  # eleven servers
        [tagged(f'"{number}"', client=str(number)) for number in range(19)],  # such as Accept-Encoding
        [tagged(f'"{number}"', body=str(number)) for number in range(19)],
        [each for number in range(19) for each in (tagged(f'"{number}"'), CHANGE)],
        [
            Observation("c", False, tagged=TaggedBody(("A-TAG",), "/x", str(day), "b", day * 86_400.0))
            for day in range(19)
        ],
        [tagged('W/"1"', body=str(number)) for number in range(19)],
    ],
)
def test_tags_of_a_right_server_break_nothing(reads: list[Observation]) -> None:
    assert found(reads) == []


def test_strong_tag_of_two_bodies_is_a_note() -> None:
    assert found([tagged('"1"', "a"), tagged('"1"', "b")]) == [None]


def quota(date: float, remaining: int = 9, reset: float = 1000.0, client: str = "c") -> Observation:
    seen = Quota(("A-RATE",), "X-Remaining", "10", remaining, reset, date)
    return Observation(client, False, quota=seen)


def test_number_that_never_falls_breaks_the_claim_once() -> None:
    assert found(quota(date) for date in range(30)) == ["A-RATE"]


@pytest.mark.parametrize(
    "responses",
    [
        [quota(date, 30 - date) for date in range(30)],
        [quota(date, 30 - date // 8) for date in range(30)],  # counted late
        [quota(date, reset=date + 1.0) for date in range(30)],  # a bucket that refills
        [quota(date, 9 + date % 2) for date in range(30)],  # two servers
        [quota(1.0)] * 30,  # within a second
        [quota(date, client=str(date)) for date in range(30)],
        [quota(date, 0) for date in range(30)],  # nothing is left
    ],
)
def test_numbers_of_a_right_server_break_nothing(responses: list[Observation]) -> None:
    assert found(responses) == []


def test_client_is_the_same_for_each_signature() -> None:
    def exchange(authorization: str, **headers: str) -> Exchange:
        pairs = [("Authorization", authorization), *headers.items()]
        return Exchange(Request("GET", "https://a.test/", Headers(pairs)), Response(200))

    signed = [
        f'OAuth oauth_token="{token}", oauth_nonce="{n}", oauth_signature="{n}"'
        for token, n in ("a1", "a2", "b1")
    ]
    first, second, other = (client_of(exchange(each)) for each in signed)

    assert first == second != other
    assert client_of(exchange("Bearer x")) != client_of(exchange("Bearer x", Cookie="y"))


def test_order_of_the_query_and_scheme_do_not_distinguish_urls() -> None:
    assert normalized_url("http://A.test/x?b=2&a=1") == normalized_url("https://a.test/x?a=1&b=2")
    assert normalized_url("http://a.test/x?a=1") != normalized_url("http://a.test/x?a=2")


def test_walk_whose_page_is_read_again_is_judged_once() -> None:
    first, second = page("1", "2", "abc"), page("2", "3", "dbe")
    again = replace(second)

    assert found([first, second, again]) == ["A-WALK"]
