"""Pagination (https://developers.soundcloud.com/docs/api/guide#pagination)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuningfork import claim, not_verified
from tuningfork.apis.soundcloud.factories import create_playlist, create_track
from tuningfork.apis.soundcloud.lookup import find_public_tracks, read_secret_token
from tuningfork.client.client import Client
from tuningfork.client.marks import UniqueName
from tuningfork.client.response import JsonObject, Response
from tuningfork.origin import origin
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.testing.expect import expect, expect_each, expect_in, expect_true
from tuningfork.testing.listings import at_least_one, json_objects, wait_until_listed_or_skip
from tuningfork.testing.pagination import (
    Listing,
    assert_max_items,
    assert_same_items,
    boundary_page_sizes,
    fetch_all_pages,
)
from tuningfork.testing.retry import retry_while_changing

from .support.listing_factories import (
    COMMENTS,
    GROWING_PATHS,
    GrowingListing,
    create_listing,
    growing_listing,
)
from .support.listings import ENDPOINTS, MAX_ITEMS, PaginatedEndpoint, search_words
from .support.pagination import (
    MAX_PAGE_SIZE,
    assert_page_full,
    assert_pages_full,
    fetch_item_keys,
    item_key,
    item_keys,
    sample_limits,
)
from .support.search_filters import SearchResult, fetch_sample, filters_of_one_track

DEFAULT_PAGE_SIZE = 50
SEARCHES = ("/tracks", "/users", "/playlists")
FEW_EXAMPLES = settings(
    max_examples=max(4, settings().max_examples // 8),  # each example reads a whole list
    report_multiple_bugs=False,
)
FindListing = Callable[..., Listing]


def endpoint_param(endpoint: PaginatedEndpoint) -> Any:
    """Return the parameter of a test about one endpoint."""
    marks = [claim(needs=("user",))] if endpoint.requires_user else []
    return pytest.param(endpoint, id=str(endpoint), marks=marks)


@pytest.fixture(params=map(endpoint_param, ENDPOINTS))
def endpoint(request: pytest.FixtureRequest) -> PaginatedEndpoint:
    """Each of the paginated endpoints."""
    endpoint: PaginatedEndpoint = request.param
    return endpoint


@pytest.fixture
def client(endpoint: PaginatedEndpoint, request: pytest.FixtureRequest) -> Client:
    """The client that reads the list: of the first user for a list below /me, else of the app."""
    client: Client = request.getfixturevalue("user" if endpoint.requires_user else "api")
    return client


@pytest.fixture
def find_listing(
    request: pytest.FixtureRequest, api_session: ApiSession, endpoint: PaginatedEndpoint, client: Client
) -> FindListing:
    """Finds a list of the endpoint with a number of items, or creates one: `find_listing(2, 400)`.

    All tests share the lists that were found, and none shares a list that was created.
    """

    @cache
    def find(min_items: int = 2, max_items: int = MAX_ITEMS) -> Listing:
        key = ("list", endpoint.path, min_items, max_items)
        listing = api_session.shared.get(key, lambda: endpoint.find(client, min_items, max_items))
        if listing is None and not (api_session.lacks("user") or api_session.lacks("write")):
            user, title = request.getfixturevalue("user"), request.getfixturevalue("unique_name")("page")
            listing = create_listing(user, endpoint, min_items, max_items, title)
        return listing or not_verified(f"the target has no {endpoint} with {min_items} to {max_items} items")

    return find


@pytest.fixture
def listing(find_listing: FindListing) -> Listing:
    """A list of the endpoint with at least two items."""
    return find_listing()


@pytest.fixture
def many_tracks(test_data: Mapping[str, Any]) -> Listing:
    """The tracks of a user who has more than 200."""
    return Listing(f"/users/{test_data['many_tracks']}/tracks")


@pytest.fixture(params=GROWING_PATHS)
def growing(
    request: pytest.FixtureRequest, user: Client, unique_name: Callable[[str], str]
) -> GrowingListing:
    """Each list to which a test can add items."""
    return growing_listing(user, request.param, unique_name("page"))


@claim("SC-PAGE-01")
def test_page_has_50_items_by_default(client: Client, find_listing: FindListing) -> None:
    """With and without linked_partitioning."""
    listing = find_listing(DEFAULT_PAGE_SIZE + 1)

    for query in (listing.query, {**listing.query, "linked_partitioning": True}):
        page = client.get(listing.path, **query).expect_ok()

        assert_page_full(client, listing, page, DEFAULT_PAGE_SIZE)


@claim("SC-PAGE-01")
def test_every_page_but_the_last_has_50_items_by_default(api: Client, many_tracks: Listing) -> None:
    pages = [page.expect_ok() for page in api.pages(many_tracks.path)]

    expect_true(len(pages) > 4, "more than 200 items", f"{len(item_keys(pages))}", pages[0])
    assert_pages_full(api, many_tracks, pages, DEFAULT_PAGE_SIZE)


@claim("SC-PAGE-01", needs=("user", "write"))
def test_page_of_a_long_playlist_has_50_items_by_default(
    user: Client, unique_name: Callable[[str], str], many_track_ids: list[int]
) -> None:
    playlist_id = create_playlist(user, many_track_ids, unique_name("page"))["id"]
    path = f"/playlists/{playlist_id}/tracks"

    page = user.eventually(lambda: user.get(path).expect_ok())

    assert_page_full(user, Listing(path), page, DEFAULT_PAGE_SIZE)


@claim("SC-PAGE-02")
def test_page_has_at_most_limit_items(client: Client, listing: Listing) -> None:
    """The first page without linked_partitioning, the first two pages with it."""
    for limit in (1, 3):
        page = client.get(listing.path, **listing.query, limit=limit).expect_ok()
        linked_pages = islice(client.pages(listing.path, **listing.query, limit=limit), 2)

        for each in (page, *linked_pages):
            assert_max_items(each.expect_ok(), limit)


@claim("SC-PAGE-03")
@pytest.mark.parametrize("limit", [201, 1000, 10**9, 10**20])
@pytest.mark.parametrize("query", [{}, {"linked_partitioning": True}], ids=["array", "linked"])
def test_limit_above_200_is_refused_or_returns_200_items(
    api: Client, many_tracks: Listing, limit: int, query: dict[str, Any]
) -> None:
    page = api.get(many_tracks.path, limit=limit, **query)

    if page.status == 200:
        assert_page_full(api, many_tracks, page, MAX_PAGE_SIZE)
    else:
        page.expect_status(400, 422)


@claim("SC-PAGE-03")
def test_limit_above_200_returns_at_most_200_items(client: Client, listing: Listing) -> None:
    """At every endpoint; the first two pages."""
    for page in islice(client.pages(listing.path, **listing.query, limit=1000), 2):
        if page.status == 200:
            assert_max_items(page, MAX_PAGE_SIZE)
        else:
            page.expect_status(400, 422)


@claim("SC-PAGE-04")
def test_linked_page_has_collection_and_next_href(client: Client, listing: Listing) -> None:
    for value in ("true", "1"):
        page = client.get(listing.path, **listing.query, limit=1, linked_partitioning=value).expect_ok()

        expect(type(page.object["collection"]), list, "type of collection", page)
        expect(type(page.object["next_href"]), str, "type of next_href", page)


@claim("SC-PAGE-04")
def test_every_linked_page_has_a_collection(client: Client, listing: Listing) -> None:
    """Of several pages, and of one page that has all items."""
    for limit in (max(1, listing.size // 3), MAX_PAGE_SIZE):
        for page in client.pages(listing.path, **listing.query, limit=limit):
            expect(type(page.expect_ok().object["collection"]), list, "type of collection", page)


@claim("SC-PAGE-05")
def test_last_page_alone_has_no_next_href(client: Client, listing: Listing) -> None:
    """Whether the last page is full, has one item, or is the only page."""
    for attempt in retry_while_changing(lambda: fetch_item_keys(client, listing), listing.item_ids):
        with attempt as keys:
            for limit in at_least_one(boundary_page_sizes(len(keys), MAX_PAGE_SIZE), "the list is empty"):
                pages = fetch_all_pages(client, listing, limit=limit)

                is_empty = len(pages) > 1 and not pages[-1].items
                expect_true(not is_empty, "no next_href at the end", "one to an empty page", pages[-1])
                missing = keys - set(item_keys(pages))
                found = f"none on page {len(pages)}; {len(missing)} of {len(keys)} items are missing"
                expect_true(not missing, "a next_href because there are more items", found, pages[-1])


@claim("SC-PAGE-05")
@pytest.mark.parametrize("path", SEARCHES)
@pytest.mark.parametrize("limit", [1, 200])
def test_search_without_a_match_has_no_next_href(
    api: Client, unique_name: Callable[[str], str], path: str, limit: int
) -> None:
    word = unique_name("unmatched").replace(" ", "")

    page = api.get(path, q=word, limit=limit, linked_partitioning=True).expect_ok()

    expect(page.items, [], "items", page)
    expect(page.object.get("next_href"), None, "next_href", page)


@claim("SC-PAGE-05")
def test_empty_list_has_no_next_href(client: Client, find_listing: FindListing) -> None:
    listing = find_listing(0, 0)

    page = client.get(listing.path, linked_partitioning=True, limit=1).expect_ok()

    expect(page.object.get("next_href"), None, "next_href", page)


@claim("SC-PAGE-05", needs=("user", "write"))
def test_growing_list_has_the_fewest_pages(user: Client, unique_name: Callable[[str], str]) -> None:
    """From zero to four items, with limits from one to three."""
    growing = growing_listing(user, COMMENTS, unique_name("page"))

    for size in range(5):
        for limit in (1, 2, 3):
            pages = list(user.pages(growing.path, limit=limit))
            expect(len(pages), max(1, -(-size // limit)), f"pages of {size} items, limit {limit}:", pages[-1])
        growing.add_items(user, 1)


@claim("SC-PAGE-06")
def test_pages_have_each_item_once(client: Client, listing: Listing) -> None:
    """With several page sizes, and in an array without linked_partitioning."""
    for attempt in retry_while_changing(lambda: fetch_item_keys(client, listing), listing.item_ids):
        with attempt as keys:
            if len(keys) <= MAX_PAGE_SIZE:
                page = client.get(listing.path, **listing.query, limit=MAX_PAGE_SIZE).expect_ok()
                assert_same_items([page], keys, item_key)
            for limit in sample_limits(len(keys)):
                assert_same_items(fetch_all_pages(client, listing, limit=limit), keys, item_key)


@claim("SC-PAGE-06")
@FEW_EXAMPLES
@given(data=st.data())
def test_pages_of_any_size_have_each_item_once(client: Client, listing: Listing, data: st.DataObject) -> None:
    limit = data.draw(st.integers(max(1, listing.size // 20), MAX_PAGE_SIZE), "limit")

    for attempt in retry_while_changing(lambda: fetch_item_keys(client, listing), listing.item_ids):
        with attempt as keys:
            assert_same_items(fetch_all_pages(client, listing, limit=limit), keys, item_key)


@claim("SC-PAGE-06", needs=("given:many_tracks",))
def test_pages_of_a_long_list_have_each_item_once(api: Client, many_tracks: Listing) -> None:
    for attempt in retry_while_changing(lambda: fetch_item_keys(api, many_tracks)):
        with attempt as keys:
            for query in ({}, {"limit": 7}, {"limit": 50}, {"limit": 199}, {"limit": 200}):
                assert_same_items(fetch_all_pages(api, many_tracks, **query), keys, item_key)


@claim("SC-PAGE-06", needs=("user", "write"))
def test_pages_have_new_items_once(user: Client, growing: GrowingListing) -> None:
    listing, new_keys = Listing(growing.path), growing.add_items(user, 3)

    for attempt in retry_while_changing(lambda: fetch_item_keys(user, listing)):
        with attempt as keys:
            for limit in (2, min(len(keys), MAX_PAGE_SIZE)):
                pages = fetch_all_pages(user, listing, limit=limit)
                assert_same_items(pages, keys | set(new_keys), item_key)


@claim("SC-PAGE-07")
def test_next_href_is_a_usable_url_of_the_api(client: Client, listing: Listing) -> None:
    for page in islice(client.pages(listing.path, **listing.query, limit=max(1, listing.size // 4)), 4):
        next_href = page.expect_ok().object.get("next_href") or client.base_url
        is_own = origin(next_href) == origin(client.base_url)
        expect_true(is_own, f"a next_href on {origin(client.base_url)}", repr(next_href), page)


@claim("SC-PAGE-08")
def test_every_page_has_at_most_limit_items(client: Client, listing: Listing) -> None:
    limit = max(1, listing.size // 4)

    for page in client.pages(listing.path, **listing.query, limit=limit):
        assert_max_items(page.expect_ok(), limit)


@claim("SC-PAGE-08")
@pytest.mark.parametrize("path", SEARCHES)
def test_pages_of_a_search_have_its_items(api: Client, path: str) -> None:
    query = find_search(api, path)

    for attempt in retry_while_changing(lambda: item_keys([api.get(path, **query, limit=200)])):
        with attempt as keys:
            pages = [page.expect_ok() for page in api.pages(path, **query, limit=max(1, len(keys) // 5))]

            assert_same_items(pages, keys, item_key)


@claim("SC-PAGE-08")
def test_pages_of_a_filtered_search_have_its_tracks(api: Client) -> None:
    for attempt in retry_while_changing(lambda: fetch_sample(api)):
        with attempt as sample:
            for each in filters_of_one_track(sample):
                result = SearchResult.read(api.pages("/tracks", params=each.params, limit=12))

                result.expect_filtered(each, sample)


@claim("SC-PAGE-08", needs=("user", "write"))
def test_pages_keep_the_marks_and_letters_of_a_filter(
    user: Client, api: Client, unique_name: UniqueName
) -> None:
    genre = unique_name("R+B", " & żółw 100% #1; =?/")
    created = [create_track(user, unique_name("page"), genre=genre)["id"] for _ in range(3)]
    wait_until_listed_or_skip(api, "/tracks", created[-1], genres=genre)

    pages = fetch_all_pages(api, Listing("/tracks", {"genres": genre}), limit=1)

    assert_same_items(pages, set(map(str, created)), item_key)


@claim("SC-PAGE-07", needs=("user", "user2", "write"))
def test_next_href_keeps_the_secret_token(
    user: Client, other_user: Client, unique_name: Callable[[str], str], track_ids: list[int]
) -> None:
    """Of the tracks of a private playlist."""
    created = create_playlist(user, track_ids, unique_name("private"), sharing="private")
    path = f"/playlists/{created['id']}"
    secret = {"secret_token": read_secret_token(user.get(path).expect_ok().object)}
    if other_user.get(f"{path}/tracks", limit=1, **secret).status != 200:
        not_verified("the secret token does not open the list of tracks")

    pages = fetch_all_pages(other_user, Listing(f"{path}/tracks", secret), limit=1)

    assert_same_items(pages, set(map(str, track_ids)), item_key)


@claim("SC-PAGE-08")
@pytest.mark.parametrize(
    "endpoint", [endpoint_param(each) for each in ENDPOINTS if each.access], indirect=True
)
def test_pages_have_tracks_of_the_requested_access(client: Client, listing: Listing) -> None:
    for levels in ("playable", "blocked,preview"):
        assert_pages_of_access(client, listing.path, {**listing.query, "access": levels})


@claim("SC-PAGE-08")
@pytest.mark.parametrize("levels", ["playable", "blocked,preview"])
def test_pages_of_restricted_tracks_have_the_requested_access(api: Client, levels: str) -> None:
    """Of a user who has restricted tracks."""
    restricted = find_public_tracks(api, access="preview,blocked")

    assert_pages_of_access(api, f"/users/{restricted[0]['user']['id']}/tracks", {"access": levels})


@claim("SC-PAGE-08")
@pytest.mark.parametrize(
    "endpoint", [endpoint_param(each) for each in ENDPOINTS if each.has_show_tracks], indirect=True
)
def test_pages_of_playlists_have_no_tracks_with_show_tracks_false(client: Client, listing: Listing) -> None:
    limit = max(1, listing.size // 4)

    pages = fetch_all_pages(client, listing, limit=limit, show_tracks="false")

    playlists = json_objects(item for page in pages for item in page.items)
    expect_each(playlists, lambda playlist: not playlist.get("tracks"), "a playlist without tracks")


@claim("SC-PAGE-09")
def test_items_added_while_paging_hide_no_item(user: Client, growing: GrowingListing) -> None:
    """On a list with the newest item first, an item is added after each of the first three pages."""
    new_keys = growing.add_items(user, 4)
    keys = item_keys(user.pages(growing.path, limit=200))
    if keys[:4] != new_keys[::-1]:
        not_verified(f"{growing.path} does not list the newest item first")

    found_keys = item_keys(pages_of_growing_listing(user, growing, limit=2))

    expect([key for key in keys if found_keys.count(key) != 1], [], "keys of items that are not found once:")


@claim("SC-PAGE-10")
def test_page_without_linked_partitioning_has_items(client: Client, listing: Listing) -> None:
    """It is an array, or an object with `collection`."""
    for query in (listing.query, {**listing.query, "limit": 2}):
        page = client.get(listing.path, **query).expect_ok()

        expect_true(page.items != [], f"the first of {listing.size} items", "no items", page)


@claim("SC-PAGE-11")
def test_invalid_limit_is_refused_or_ignored(client: Client, listing: Listing) -> None:
    """The response is a 400, a 422, or the page without a limit."""
    linked = {**listing.query, "linked_partitioning": True}
    queries = [
        *({**linked, "limit": limit} for limit in ("0", "-1", "5x")),
        *({**listing.query, "limit": limit} for limit in ("0", "x")),
    ]

    for attempt in retry_while_changing(lambda: item_keys([client.get(listing.path, **listing.query)])):
        with attempt as default_keys:
            for query in queries:
                page = client.get(listing.path, **query).expect_status(200, 400, 422)

                found_keys = item_keys([page]) if page.status == 200 else default_keys
                expect(found_keys, default_keys, "items of the page without limit:", page)


@claim("SC-PAGE-11")
def test_malformed_cursor_returns_4xx_or_the_first_page(client: Client, find_listing: FindListing) -> None:
    listing = find_listing(3)
    first, second = islice(client.pages(listing.path, **listing.query, limit=1), 2)

    for cursor in ("no-cursor", "☃", "%", "[]", "\x00"):
        page = client.get(with_cursor(first, second, cursor))

        if page.status == 200:
            expect(item_keys([page]), item_keys([first]), "items of the first page", page)
        else:
            page.expect_client_error()


@claim("SC-PAGE-12")
def test_every_page_but_the_last_is_full(client: Client, listing: Listing) -> None:
    """Except for items that are hidden."""
    for limit in (2, min(listing.size - 1, MAX_PAGE_SIZE)):
        pages = list(islice(client.pages(listing.path, **listing.query, limit=limit), 6))

        assert_pages_full(client, listing, pages, limit)


def assert_pages_of_access(client: Client, path: str, query: dict[str, Any]) -> None:
    """Raise ExpectationFailed unless the pages have each item once, and only tracks of this access."""
    listing = Listing(path, query)
    for attempt in retry_while_changing(lambda: fetch_item_keys(client, listing)):
        with attempt as keys:
            pages = fetch_all_pages(client, listing, limit=max(1, len(keys) // 4))
            for item in json_objects(item for page in pages for item in page.items):
                origin = item.get("origin")  # the track of an activity
                track = origin if isinstance(origin, JsonObject) else item
                expect_in(track.get("access"), (None, *query["access"].split(",")), "access", track)
            assert_same_items(pages, keys, item_key)


def find_search(api: Client, path: str) -> dict[str, str]:
    """Return a search with more than three results that fit on one page."""
    items = json_objects(api.get(path, limit=50).expect_ok().items)
    words = (word for item in items for word in search_words(item.get("title", item.get("username"))))
    for word in words:
        count = len(api.get(path, q=word, limit=MAX_PAGE_SIZE).expect_ok().items)
        if 3 < count < MAX_PAGE_SIZE:
            return {"q": word}
    return not_verified(f"no word finds a few items of {path}")


def pages_of_growing_listing(user: Client, growing: GrowingListing, limit: int) -> Iterator[Response]:
    """Yield the pages of a list; an item is added after each of the first three."""
    for number, page in enumerate(user.pages(growing.path, limit=limit)):
        yield page.expect_ok()
        if number < 3:
            growing.add()


def with_cursor(first: Response, second: Response, cursor: str) -> str:
    """Return the next_href of the first page with another cursor; the second page has another one, too."""
    one, two = (urlsplit(page.object.get("next_href") or "") for page in (first, second))
    later = dict(parse_qsl(two.query))
    query = [(name, cursor if later.get(name) != value else value) for name, value in parse_qsl(one.query)]
    if query == parse_qsl(one.query):
        not_verified("next_href has no cursor in its query")
    return one._replace(query=urlencode(query)).geturl()
