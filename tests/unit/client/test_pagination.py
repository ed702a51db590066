from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tuningfork.client.pagination import LinkPaginator, PageNumberPaginator, SinglePagePaginator
from tuningfork.model import ExpectationFailed

if TYPE_CHECKING:
    from tests.unit.client.conftest import ClientFactory


@pytest.mark.parametrize("body", [b"[1, 2]", b'{"collection": [1, 2], "next_href": null}'])
def test_link_page_is_array_or_object_with_array(factory: ClientFactory, body: bytes) -> None:
    factory.server.respond(200, body)

    assert factory.client().get("/tracks").items == [1, 2]


@pytest.mark.parametrize("body", [b"{}", b'{"collection": {}}', b"3", b"null", b'"[]"'])
def test_other_body_is_not_a_link_page(factory: ClientFactory, body: bytes) -> None:
    factory.server.respond(200, body)

    with pytest.raises(ExpectationFailed, match='expected an array, or an object with "collection"'):
        _ = factory.client().get("/tracks").items


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
def test_link_page_has_next_url_or_is_last(factory: ClientFactory, body: bytes, following: Any) -> None:
    factory.server.respond(200, body)
    client = factory.client()

    assert client.paginator.next_url(client.get("/tracks")) == following


def test_link_that_is_not_a_string_raises_expectation_failed(factory: ClientFactory) -> None:
    factory.server.respond(200, b'{"next_href": 3}')
    client = factory.client()
    response = client.get("/tracks")

    with pytest.raises(ExpectationFailed, match="next_href as a string or null"):
        client.paginator.next_url(response)


def test_first_query_requests_links(factory: ClientFactory) -> None:
    assert factory.client().paginator.first_query({"limit": 2}) == {"linked": True, "limit": 2}
    assert factory.client().paginator.first_query({"linked": False}) == {"linked": False}


COUNTED = PageNumberPaginator(
    page_parameter="page[n]",
    size_parameter="page[size]",
    envelope_property="body",
    items_properties=("songs", "people"),
)


@pytest.mark.parametrize("name", ["songs", "people"])
def test_numbered_page_is_a_list_of_its_envelope(name: str) -> None:
    assert COUNTED.items({"body": {"totals": {}, name: [1, 2]}}) == [1, 2]


@pytest.mark.parametrize("body", [[], {}, {"songs": [1]}, {"body": [1]}, {"body": {"songs": {}}}, None, 3])
def test_envelope_without_list_is_not_a_numbered_page(body: Any) -> None:
    with pytest.raises(ExpectationFailed, match='an array songs or people in "body"'):
        COUNTED.items(body)


def test_numbered_pages_end_with_first_empty_page(factory: ClientFactory) -> None:
    client = factory.client()
    client.paginator = COUNTED
    for body in (b'{"body": {"songs": [1]}}', b'{"body": {"songs": [2]}}', b'{"body": {"songs": []}}'):
        factory.server.respond(200, body)

    assert client.all_items("/songs", params={"find[a b]": "+&"}) == [1, 2]
    request = [list(one.request.query) for one in factory.exchange_log.exchanges]
    assert request == [
        [("find[a b]", "+&")],
        [("find[a b]", "+&"), ("page[n]", "2")],
        [("find[a b]", "+&"), ("page[n]", "3")],
    ]


def test_single_page_has_no_next_url(factory: ClientFactory) -> None:
    client = factory.client()
    client.paginator = SinglePagePaginator("data")
    factory.server.respond(200, b'{"status": 200, "data": [1, 2]}')

    assert client.all_items("/songs") == [1, 2]


@pytest.mark.parametrize("body", [[], {}, {"data": {}}, None])
def test_body_without_list_is_not_a_single_page(body: Any) -> None:
    with pytest.raises(ExpectationFailed, match='an array "data"'):
        SinglePagePaginator("data").items(body)


def test_page_size_query_of_each_paginator() -> None:
    link = LinkPaginator(link_property="next", items_property="list")

    sizes = [pager.page_size_query(3) for pager in (link, COUNTED, SinglePagePaginator("data"))]

    assert sizes == [{"limit": 3}, {"page[size]": 3}, {}]
