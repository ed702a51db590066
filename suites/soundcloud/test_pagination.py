"""Pagination (https://developers.soundcloud.com/docs/api/guide#pagination)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuningfork import claim, not_verified
from tuningfork.apis.soundcloud.factories import create_playlist
from tuningfork.apis.soundcloud.lookup import find_public_tracks
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.testing.expect import expect, expect_true
from tuningfork.testing.listings import at_least_one, ids, json_objects
from tuningfork.testing.pagination import Listing, assert_max_items, fetch_all_pages
from tuningfork.testing.retry import retry_while_changing

from .support import listing_factories
from .support.listing_factories import GrowingListing, ListingFactory
from .support.listings import ENDPOINTS, MAX_ITEMS, PaginatedEndpoint, search_words
from .support.pagination import (
    MAX_PAGE_SIZE,
    assert_last_page_has_items,
    assert_page_full,
    assert_pages_full,
    assert_visits_once,
    boundary_limits,
    fetch_item_keys,
    item_keys,
    sample_limits,
)
from .support.search_filters import assert_filtered, fetch_sample, sample_filters

DEFAULT_PAGE = 50
SEARCHES = ("/tracks", "/users", "/playlists")
SOME_LIMITS = settings(
    max_examples=max(4, settings().max_examples // 8),  # an example is a whole walk
    report_multiple_bugs=False,
)
Found = Callable[..., Listing]


def _param(paged: PaginatedEndpoint) -> Any:
    return pytest.param(paged, id=str(paged), marks=[claim(needs=("user",))] if paged.requires_user else [])


@pytest.fixture(params=map(_param, ENDPOINTS))
def paged(request: pytest.FixtureRequest) -> PaginatedEndpoint:
    """Each of the twenty lists."""
    asked: PaginatedEndpoint = request.param
    return asked


@pytest.fixture
def reader(paged: PaginatedEndpoint, request: pytest.FixtureRequest) -> Client:
    """Who reads it: the app, or for a list below /me the first user."""
    client: Client = request.getfixturevalue("user" if paged.requires_user else "api")
    return client


@pytest.fixture
def found(
    request: pytest.FixtureRequest, api_session: ApiSession, paged: PaginatedEndpoint, reader: Client
) -> Found:
    """Finds a list of at least and at most so many items, or fills one if the target lets it.

    Tests share what was found, not what was filled.
    """

    @cache
    def find(least: int = 2, most: int = MAX_ITEMS) -> Listing:
        key = ("list", paged.path, least, most)
        place = api_session.shared.get(key, lambda: paged.find(reader, least, most))
        if place is None and not (api_session.lacks("user") or api_session.lacks("write")):
            me, title = request.getfixturevalue("user"), request.getfixturevalue("unique_name")("page")
            place = listing_factories.create_listing(me, paged, least, most, title)
        if place is None:
            not_verified(f"the target has no {paged} with {least} to {most} items")
        return place

    return find


@pytest.fixture
def many(test_data: Mapping[str, Any]) -> Listing:
    """The tracks of a user who has over 200 of them."""
    return Listing(f"/users/{test_data['many_tracks']}/tracks")


@pytest.fixture(params=listing_factories.FACTORIES, ids=lambda grow: grow.__name__)
def growing(
    request: pytest.FixtureRequest, user: Client, unique_name: Callable[[str], str]
) -> GrowingListing:
    """Each list that a test can make grow by itself."""
    grown: GrowingListing = request.param(user, unique_name("page"))
    return grown


@claim("SC-PAGE-01")
def test_a_page_has_fifty_items_by_default(reader: Client, found: Found) -> None:
    """Wherever more than fifty exist, a page without `limit` has exactly fifty, bare or linked."""
    place = found(DEFAULT_PAGE + 1)

    for query in (place.query, {**place.query, "linked_partitioning": True}):
        page = reader.get(place.path, **query).expect_ok()
        assert_page_full(reader, place, page, DEFAULT_PAGE)


@claim("SC-PAGE-01")
def test_every_default_page_has_fifty_items(api: Client, many: Listing) -> None:
    """The pages that next_href reaches have fifty too, all but the last."""
    pages = fetch_all_pages(api, many)

    assert len(pages) > 4, f"expected over 200 tracks of this user, found {len(item_keys(pages))}"
    assert_pages_full(api, many, pages, DEFAULT_PAGE)


@claim("SC-PAGE-01", needs=("user", "write"))
@pytest.mark.parametrize(
    "grow", [listing_factories.comments, listing_factories.playlists, listing_factories.liked_tracks]
)
def test_a_grown_list_has_pages_of_fifty(
    user: Client, unique_name: Callable[[str], str], grow: ListingFactory
) -> None:
    """A list that has just grown beyond fifty gives fifty by default."""
    growing = grow(user, unique_name("page"))
    made = growing.add_items(DEFAULT_PAGE + 1)
    user.eventually(lambda: _holds(user, growing, made))

    page = user.get(growing.path).expect_ok()

    assert_page_full(user, Listing(growing.path), page, DEFAULT_PAGE)


@claim("SC-PAGE-01", needs=("user", "write"))
def test_a_long_playlist_has_pages_of_fifty(user: Client, unique_name: Callable[[str], str]) -> None:
    """Its tracks come by fifty too."""
    tracks = ids(find_public_tracks(user, DEFAULT_PAGE + 1, limit=DEFAULT_PAGE + 10))
    playlist = create_playlist(user, tracks, unique_name("page"))
    place = Listing(f"/playlists/{playlist['id']}/tracks")

    page = user.eventually(lambda: user.get(place.path).expect_ok())

    assert_page_full(user, place, page, DEFAULT_PAGE)


@claim("SC-PAGE-02")
def test_no_page_exceeds_its_limit(reader: Client, found: Found) -> None:
    """On the first page, bare or linked, and on the one that follows."""
    place = found()

    for limit in (1, 3):
        bare = reader.get(place.path, **place.query, limit=limit).expect_ok()
        for page in (bare, *islice(reader.pages(place.path, **place.query, limit=limit), 2)):
            assert_max_items(page.expect_ok(), limit)


@claim("SC-PAGE-02", needs=("given:many_tracks",))
@SOME_LIMITS
@given(limit=st.integers(1, MAX_PAGE_SIZE))
def test_no_limit_is_exceeded(api: Client, many: Listing, limit: int) -> None:
    """Any limit from 1 to 200 holds on a list that is longer."""
    for page in islice(api.pages(many.path, limit=limit), 2):
        assert_max_items(page.expect_ok(), limit)


@claim("SC-PAGE-03")
@pytest.mark.parametrize("limit", [201, 1000, 10**9, 10**20])
@pytest.mark.parametrize("linked", [False, True], ids=["bare", "linked"])
def test_a_higher_limit_is_cut_or_refused(api: Client, many: Listing, limit: int, linked: bool) -> None:
    """Above 200 a page has 200 items, or the limit is refused."""
    page = api.get(many.path, limit=limit, **({"linked_partitioning": True} if linked else {}))

    if page.status == 200:
        assert_page_full(api, many, page, MAX_PAGE_SIZE)
    else:
        page.expect_status(400, 422)


@claim("SC-PAGE-03")
def test_no_list_gives_more_than_two_hundred(reader: Client, found: Found) -> None:
    """On every list, and on the page after the first."""
    place = found()

    for page in islice(reader.pages(place.path, **place.query, limit=1000), 2):
        if page.status == 200:
            assert_max_items(page, MAX_PAGE_SIZE)
        else:
            page.expect_status(400, 422)


@claim("SC-PAGE-04")
def test_linked_pages_are_objects(reader: Client, found: Found) -> None:
    """Asked by `true` or by `1`: an object with a `collection`, and with next_href where there is more."""
    place = found()

    for asked in ("true", "1"):
        page = reader.get(place.path, **place.query, limit=1, linked_partitioning=asked).expect_ok()
        _has_collection(page)
        next_href = page.object["next_href"]
        expect_true(isinstance(next_href, str), "a next_href, because there is more", repr(next_href), page)


@claim("SC-PAGE-04")
def test_all_linked_pages_are_objects(reader: Client, found: Found) -> None:
    """What next_href leads to is linked in its turn; so is a page that has all."""
    place = found()

    for limit in (max(1, place.size // 3), MAX_PAGE_SIZE):
        for page in fetch_all_pages(reader, place, limit=limit):
            _has_collection(page)


@claim("SC-PAGE-05")
def test_next_href_stands_exactly_while_there_is_more(reader: Client, found: Found) -> None:
    """Where the last page is full, where it is not, and where one page holds all."""
    place = found()

    for attempt in retry_while_changing(lambda: fetch_item_keys(reader, place), place.item_ids):
        with attempt as there:
            for limit in at_least_one(boundary_limits(len(there)), "the list is empty"):
                pages = fetch_all_pages(reader, place, limit=limit)
                assert_last_page_has_items(pages)
                missing = there - set(item_keys(pages))
                end = pages[-1].object.get("next_href")
                what = f"{end!r} on page {len(pages)}; {len(missing)} of {len(there)} items are missing"
                expect_true(not missing, "a next_href while there is more", what, pages[-1])


@claim("SC-PAGE-05")
@pytest.mark.parametrize("path", SEARCHES)
@pytest.mark.parametrize("limit", [1, 200])
def test_a_search_without_a_result_has_no_next_href(
    api: Client, unique_name: Callable[[str], str], path: str, limit: int
) -> None:
    """The end of a list with nothing in it is its first page."""
    pages = list(islice(api.pages(path, q=unique_name("nobody").replace(" ", ""), limit=limit), 2))

    next_href = pages[0].object.get("next_href")
    expect_true(len(pages) == 1, "no next_href where nothing was found", repr(next_href), pages[0])
    assert pages[0].expect_ok().items == [], f"expected nothing, found {pages[0].items[:1]}"


@claim("SC-PAGE-05")
def test_an_empty_list_has_no_next_href(reader: Client, found: Found) -> None:
    """Nor has a list of an owner who has none."""
    place = found(0, 0)

    page = reader.get(place.path, linked_partitioning=True, limit=1).expect_ok()

    expect(page.object.get("next_href"), None, "next_href of an empty list", page)


@claim("SC-PAGE-05", needs=("user", "write"))
def test_a_growing_list_ends_where_it_ends(user: Client, unique_name: Callable[[str], str]) -> None:
    """From none to four items, next_href stands exactly while there is more."""
    growing = listing_factories.comments(user, unique_name("page"))

    for size in range(5):
        pages = {limit: fetch_all_pages(user, Listing(growing.path), limit=limit) for limit in (1, 2, 3)}
        counts = {limit: len(walked) for limit, walked in pages.items()}
        expected = {limit: max(1, -(-size // limit)) for limit in pages}
        assert counts == expected, f"{size} items, limit and pages: expected {expected}, found {counts}"
        made = growing.add_items(1)
        user.eventually(lambda made=made: _holds(user, growing, made))  # type: ignore[misc]  # bound early


@claim("SC-PAGE-06")
def test_a_walk_visits_everything_once(reader: Client, found: Found) -> None:
    """Whatever the limit, the same items, and none twice."""
    place = found()

    for attempt in retry_while_changing(lambda: fetch_item_keys(reader, place), place.item_ids):
        with attempt as there:
            for limit in sample_limits(len(there)):
                assert_visits_once(fetch_all_pages(reader, place, limit=limit), there)


@claim("SC-PAGE-06")
@SOME_LIMITS
@given(data=st.data())
def test_any_limit_visits_the_same(reader: Client, found: Found, data: st.DataObject) -> None:
    """No limit is special."""
    place = found()
    limit = data.draw(st.integers(max(1, place.size // 20), MAX_PAGE_SIZE), "limit")

    for attempt in retry_while_changing(lambda: fetch_item_keys(reader, place), place.item_ids):
        with attempt as there:
            assert_visits_once(fetch_all_pages(reader, place, limit=limit), there)


@claim("SC-PAGE-06")
def test_a_bare_list_has_what_a_walk_finds(reader: Client, found: Found) -> None:
    """One array with all in it, and the pages that are linked, have the same items."""
    place = found(most=MAX_PAGE_SIZE)

    for attempt in retry_while_changing(lambda: fetch_item_keys(reader, place), place.item_ids):
        with attempt as there:
            assert_visits_once(
                [reader.get(place.path, **place.query, limit=MAX_PAGE_SIZE).expect_ok()], there
            )


@claim("SC-PAGE-06", needs=("given:many_tracks",))
def test_a_long_walk_visits_everything_once(api: Client, many: Listing) -> None:
    """Over two hundred items, by the default and by other limits."""
    for attempt in retry_while_changing(lambda: fetch_item_keys(api, many)):
        with attempt as there:
            for query in ({}, {"limit": 7}, {"limit": 50}, {"limit": 199}, {"limit": 200}):
                assert_visits_once(fetch_all_pages(api, many, **query), there)


@claim("SC-PAGE-06", needs=("user", "write"))
def test_a_walk_visits_what_was_added(user: Client, growing: GrowingListing) -> None:
    """The first and the last that was added are not passed over."""
    made = growing.add_items(3)
    user.eventually(lambda: _holds(user, growing, made))

    for attempt in retry_while_changing(lambda: fetch_item_keys(user, Listing(growing.path))):
        with attempt as there:
            for limit in (2, min(len(there), MAX_PAGE_SIZE)):
                assert_visits_once(
                    fetch_all_pages(user, Listing(growing.path), limit=limit), there | set(made)
                )


@claim("SC-PAGE-07")
def test_next_href_works_as_it_is(reader: Client, found: Found) -> None:
    """It is an absolute URL of the API's own host; a client follows it without building a URL."""
    place = found()
    own = urlsplit(reader.base_url)

    for page in islice(reader.pages(place.path, **place.query, limit=max(1, place.size // 4)), 4):
        next_href = page.expect_ok().object.get("next_href")
        href = urlsplit(next_href or reader.base_url)
        is_own = (href.scheme, href.netloc.lower()) == (own.scheme, own.netloc.lower())
        expect_true(is_own, f"a next_href on {own.scheme}://{own.netloc}", repr(next_href), page)


@claim("SC-PAGE-08")
def test_every_page_obeys_the_limit_asked_for(reader: Client, found: Found) -> None:
    """The page size of the request goes on to the last page."""
    place = found()
    limit = max(1, place.size // 4)

    pages = fetch_all_pages(reader, place, limit=limit)

    for page in pages:
        assert_max_items(page, limit)


@claim("SC-PAGE-08")
@pytest.mark.parametrize("path", SEARCHES)
def test_every_page_obeys_the_search(api: Client, path: str) -> None:
    """What `q` finds page by page is what it finds at once."""
    query = _search_with_several_results(api, path)
    place = Listing(path, query)

    for attempt in retry_while_changing(lambda: frozenset(item_keys([api.get(path, **query, limit=200)]))):
        with attempt as there:
            assert_visits_once(fetch_all_pages(api, place, limit=max(1, len(there) // 5)), there)


@claim("SC-PAGE-08")
def test_every_page_obeys_a_filter(api: Client) -> None:
    """Each filter of a search holds on each page, and loses nothing on the way."""
    for attempt in retry_while_changing(lambda: fetch_sample(api)):
        with attempt as known:
            for wanted in sample_filters(known):
                assert_filtered(api, wanted, known, limit=12)


@claim("SC-PAGE-08")
@pytest.mark.parametrize("paged", [_param(one) for one in ENDPOINTS if one.access], indirect=True)
def test_every_page_obeys_access(reader: Client, found: Found) -> None:
    """The level of access that was asked for holds on the pages after the first too."""
    _obeys_access(reader, found())


@claim("SC-PAGE-08")
def test_every_page_of_a_users_tracks_obeys_access(api: Client) -> None:
    """Where a user has tracks of several levels."""
    restricted = find_public_tracks(api, access="preview,blocked")

    _obeys_access(api, Listing(f"/users/{restricted[0]['user']['id']}/tracks"))


@claim("SC-PAGE-08")
@pytest.mark.parametrize("paged", [_param(one) for one in ENDPOINTS if one.holds_tracks], indirect=True)
def test_every_page_obeys_show_tracks(reader: Client, found: Found) -> None:
    """Without their tracks, playlists come without them on every page."""
    place = found()

    pages = fetch_all_pages(reader, place, limit=max(1, place.size // 4), show_tracks="false")

    shown = [item["id"] for page in pages for item in json_objects(page.items) if item.get("tracks")]
    assert not shown, f"expected no tracks with show_tracks=false, found those of playlist {shown[0]}"


@claim("SC-PAGE-09")
def test_a_walk_stands_what_is_added_meanwhile(user: Client, growing: GrowingListing) -> None:
    """On a list that is newest first, what was there is seen once though others are added."""
    made = growing.add_items(4)
    user.eventually(lambda: _holds(user, growing, made))
    there = item_keys(fetch_all_pages(user, Listing(growing.path), limit=200))
    if there[:4] != made[::-1]:
        not_verified(f"{growing.path} is not newest first")

    seen = item_keys(_growing_meanwhile(user, growing, limit=2))

    lost = [item for item in there if seen.count(item) != 1]
    assert not lost, f"expected each item once, found {lost[0]} {seen.count(lost[0])} times"


@claim("SC-PAGE-10")
def test_without_links_a_list_is_an_array(reader: Client, found: Found) -> None:
    """A bare array, or an object with `collection`, and there are items in it."""
    place = found()

    for query in (place.query, {**place.query, "limit": 2}):
        page = reader.get(place.path, **query).expect_ok()
        assert page.items, f"expected the first of {place.size} items, found none"


@claim("SC-PAGE-11")
def test_a_senseless_limit_is_refused_or_the_default(reader: Client, found: Found) -> None:
    """Zero, less, or no number: 400, 422, or the page that no limit gives."""
    place = found()
    linked = {**place.query, "linked_partitioning": True}

    for attempt in retry_while_changing(lambda: item_keys([reader.get(place.path, **place.query)])):
        with attempt as default:
            for query, limit in (
                (linked, "0"),
                (linked, "-1"),
                (place.query, "0"),
                (place.query, "x"),
                (linked, "5x"),
            ):
                page = reader.get(place.path, **query, limit=limit).expect_status(200, 400, 422)
                is_default = page.status != 200 or item_keys([page]) == default
                assert is_default, (
                    f"limit={limit}: expected a refusal or the default, found {len(page.items)}"
                )


@claim("SC-PAGE-11")
def test_a_malformed_cursor_is_refused_or_begins_anew(reader: Client, found: Found) -> None:
    """A 4xx, or a first page."""
    place = found(3)
    first, second = islice(reader.pages(place.path, **place.query, limit=1), 2)

    for cursor in ("no-cursor", "☃", "%", "[]", "\x00"):
        page = reader.get(_with_cursor(first, second, cursor))
        begins = 400 <= page.status < 500 or item_keys([page.expect_ok()]) == item_keys([first])
        assert begins, f"{cursor!r}: expected a 4xx or the first page, found {page.status}"


@claim("SC-PAGE-12")
def test_a_page_is_full_while_there_is_more(reader: Client, found: Found) -> None:
    """Exactly `limit` items on every page that has a next one, where nothing is filtered out."""
    place = found()

    for limit in (2, min(place.size - 1, MAX_PAGE_SIZE)):
        assert_pages_full(
            reader, place, list(islice(reader.pages(place.path, **place.query, limit=limit), 6)), limit
        )


def _obeys_access(client: Client, place: Listing) -> None:
    """What is playable, and what is not, each alone on all of its pages."""
    for levels in ({"playable"}, {"preview", "blocked"}):
        narrowed = Listing(place.path, {**place.query, "access": ",".join(sorted(levels))})
        for attempt in retry_while_changing(partial(fetch_item_keys, client, narrowed)):
            with attempt as there:
                _is_of_levels(client, narrowed, levels, there)


def _is_of_levels(client: Client, place: Listing, levels: set[str], there: frozenset[str]) -> None:
    pages = fetch_all_pages(client, place, limit=max(1, len(there) // 4))
    assert_visits_once(pages, there)
    found = {_access_of(item) for page in pages for item in json_objects(page.items)}
    assert found <= {*levels, None}, f"expected {levels} alone, found {found}"


def _access_of(item: JsonObject) -> Any:
    """That of a track, or of the track of an activity."""
    origin = item.get("origin")
    return (origin if isinstance(origin, JsonObject) else item).get("access")


def _holds(client: Client, growing: GrowingListing, made: list[str]) -> None:
    missing = set(made) - fetch_item_keys(client, Listing(growing.path))
    assert not missing, f"expected {len(made)} new items in {growing.path}, found all but {len(missing)}"


def _search_with_several_results(api: Client, path: str) -> dict[str, str]:
    names = (item.get("title", item.get("username")) for item in api.get(path, limit=50).expect_ok().items)
    searches = ({"q": word} for name in names for word in search_words(name))
    found = next((one for one in searches if 3 < _count(api, path, one) < MAX_PAGE_SIZE), None)
    if found is None:
        not_verified(f"no word finds a few of {path}")
    return found


def _count(api: Client, path: str, query: dict[str, str]) -> int:
    return len(api.get(path, **query, limit=MAX_PAGE_SIZE).expect_ok().items)


def _growing_meanwhile(me: Client, growing: GrowingListing, limit: int) -> Iterator[Response]:
    """The pages of a walk during which an item is added after each page."""
    for number, page in enumerate(me.pages(growing.path, limit=limit)):
        yield page.expect_ok()
        if number < 3:
            growing.add_items(1)


def _with_cursor(first: Response, second: Response, cursor: str) -> str:
    """The first next_href, with its place in the list replaced: what differs from the second next_href."""
    one, two = (urlsplit(page.object.get("next_href") or "") for page in (first, second))
    later = dict(parse_qsl(two.query))
    query = [(name, cursor if later.get(name) != value else value) for name, value in parse_qsl(one.query)]
    if query == parse_qsl(one.query):
        not_verified("next_href has its cursor elsewhere than in the query")
    return one._replace(query=urlencode(query)).geturl()


def _has_collection(page: Response) -> None:
    """Raise ExpectationFailed unless `collection` is a list."""
    collection = page.object["collection"]
    expect_true(isinstance(collection, list), "a list as collection", repr(collection), page)
