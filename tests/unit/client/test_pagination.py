from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tuningfork.client.pagination import LinkPaginator, PageNumberPaginator, SinglePagePaginator
from tuningfork.model import ExpectationFailed

if TYPE_CHECKING:
    from tests.unit.client.conftest import Way


@pytest.mark.parametrize("body", [b"[1, 2]", b'{"collection": [1, 2], "next_href": null}'])
def test_a_page_is_an_array_or_an_object_with_one(way: Way, body: bytes) -> None:
    way.site.says(200, body)

    assert way.client().get("/tracks").items == [1, 2]


@pytest.mark.parametrize("body", [b"{}", b'{"collection": {}}', b"3", b"null", b'"[]"'])
def test_anything_else_is_no_page(way: Way, body: bytes) -> None:
    way.site.says(200, body)

    with pytest.raises(ExpectationFailed, match="expected an array, or an object with 'collection'"):
        _ = way.client().get("/tracks").items


@pytest.mark.parametrize(
    ("body", "following"),
    [
        (b"[]", None),
        (b"{}", None),
        (b'{"next_href": null}', None),
        (b'{"next_href": "https://api.example.com/x"}', "https://api.example.com/x"),
        (b'{"next_href": ""}', ""),
    ],
)
def test_a_page_names_the_next_one_or_is_the_last(way: Way, body: bytes, following: Any) -> None:
    way.site.says(200, body)
    client = way.client()

    assert client.paginator.next_url(client.get("/tracks")) == following


def test_a_link_that_is_no_text_is_the_targets_failure(way: Way) -> None:
    way.site.says(200, b'{"next_href": 3}')
    client = way.client()
    answer = client.get("/tracks")

    with pytest.raises(ExpectationFailed, match="next_href as a string or null"):
        client.paginator.next_url(answer)


def test_links_are_asked_for(way: Way) -> None:
    assert way.client().paginator.first_query({"limit": 2}) == {"linked": True, "limit": 2}
    assert way.client().paginator.first_query({"linked": False}) == {"linked": False}


COUNTED = PageNumberPaginator(
    page_parameter="page[n]",
    size_parameter="page[size]",
    envelope_property="body",
    items_properties=("songs", "people"),
)


@pytest.mark.parametrize("name", ["songs", "people"])
def test_a_counted_page_is_one_of_the_lists_of_its_envelope(name: str) -> None:
    assert COUNTED.items({"body": {"totals": {}, name: [1, 2]}}) == [1, 2]


@pytest.mark.parametrize("body", [[], {}, {"songs": [1]}, {"body": [1]}, {"body": {"songs": {}}}, None, 3])
def test_an_envelope_without_a_list_is_no_counted_page(body: Any) -> None:
    with pytest.raises(ExpectationFailed, match="an array songs or people in 'body'"):
        COUNTED.items(body)


def test_counted_pages_are_followed_to_the_first_empty_one(way: Way) -> None:
    client = way.client()
    client.paginator = COUNTED
    for body in (b'{"body": {"songs": [1]}}', b'{"body": {"songs": [2]}}', b'{"body": {"songs": []}}'):
        way.site.says(200, body)

    assert client.all_items("/songs", params={"find[a b]": "+&"}) == [1, 2]
    asked = [list(one.request.query) for one in way.journal.exchanges]
    assert asked == [
        [("find[a b]", "+&")],
        [("find[a b]", "+&"), ("page[n]", "2")],
        [("find[a b]", "+&"), ("page[n]", "3")],
    ]


def test_a_whole_list_has_no_other_page(way: Way) -> None:
    client = way.client()
    client.paginator = SinglePagePaginator("data")
    way.site.says(200, b'{"status": 200, "data": [1, 2]}')

    assert client.all_items("/songs") == [1, 2]


@pytest.mark.parametrize("body", [[], {}, {"data": {}}, None])
def test_what_has_no_list_is_no_whole_one(body: Any) -> None:
    with pytest.raises(ExpectationFailed, match="an array 'data'"):
        SinglePagePaginator("data").items(body)


def test_each_pager_says_how_a_size_is_asked_for() -> None:
    link = LinkPaginator(link_property="next", items_property="list")

    sizes = [pager.page_size_query(3) for pager in (link, COUNTED, SinglePagePaginator("data"))]

    assert sizes == [{"limit": 3}, {"page[size]": 3}, {}]
