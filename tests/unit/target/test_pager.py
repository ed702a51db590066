from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tuningfork.model import Unmet

if TYPE_CHECKING:
    from tests.unit.target.conftest import Way


@pytest.mark.parametrize("body", [b"[1, 2]", b'{"collection": [1, 2], "next_href": null}'])
def test_a_page_is_an_array_or_an_object_with_one(way: Way, body: bytes) -> None:
    way.site.says(200, body)

    assert way.client().get("/tracks").items == [1, 2]


@pytest.mark.parametrize("body", [b"{}", b'{"collection": {}}', b"3", b"null", b'"[]"'])
def test_anything_else_is_no_page(way: Way, body: bytes) -> None:
    way.site.says(200, body)

    with pytest.raises(Unmet, match="expected an array, or an object with 'collection'"):
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

    assert client.pager.following(client.get("/tracks")) == following


def test_a_link_that_is_no_text_is_the_targets_failure(way: Way) -> None:
    way.site.says(200, b'{"next_href": 3}')
    client = way.client()
    answer = client.get("/tracks")

    with pytest.raises(Unmet, match="next_href as a string or null"):
        client.pager.following(answer)


def test_links_are_asked_for(way: Way) -> None:
    assert way.client().pager.first({"limit": 2}) == {"linked": True, "limit": 2}
    assert way.client().pager.first({"linked": False}) == {"linked": False}
