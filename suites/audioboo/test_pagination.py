"""Pages by number (Audioboo's API reference, Pagination)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuningfork import claim, not_verified
from tuningfork.apis.audioboo.envelope import integer_property
from tuningfork.apis.audioboo.error_assertions import assert_refused
from tuningfork.apis.audioboo.factories import create_clip, favourite, follow
from tuningfork.apis.audioboo.lookup import (
    CLIPS_PATH,
    fetch_account_or_skip,
    fetch_newest_clips,
    follow_unless_followed,
    listed_item_or_skip,
    long_words,
)
from tuningfork.apis.audioboo.pagination import (
    MAX_PAGE_SIZE,
    NUMBER,
    SIZE,
    fetch_all_ids,
    fetch_page,
    fetch_pages,
    item_ids,
    page_query,
    read_totals,
)
from tuningfork.apis.audioboo.tags import most_common_tags, tag_path
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.testing.expect import expect, expect_no, expect_true
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.pagination import Listing, assert_max_items, assert_same_items, boundary_page_sizes
from tuningfork.testing.retry import retry_while_changing

from .support.listing_factories import (
    FACTORIES,
    GrowingListing,
    ListingFactory,
    comments,
    create_listing,
    tagged,
)
from .support.listings import ENDPOINTS, MAX_ITEMS, PaginatedEndpoint
from .support.upload_times import (
    assert_none_newer,
    favourite_several,
    first_clips,
    follow_several,
    seconds,
    upload_times,
)

UniqueName = Callable[[str], str]

MAX_REQUESTS = 12
"""Pages by which a list is read with the smallest page size."""
CLIP_LISTS = (
    CLIPS_PATH,
    f"{CLIPS_PATH}/popular",
    f"{CLIPS_PATH}/featured",
    "/tag/{tag}/audio_clips",
    f"/account{CLIPS_PATH}",
    f"/account{CLIPS_PATH}/followed",
    f"/account{CLIPS_PATH}/favourites",
    f"/users/{{user_id}}{CLIPS_PATH}",
    f"/users/{{user_id}}{CLIPS_PATH}/followed",
    f"/users/{{user_id}}{CLIPS_PATH}/favourites",
)
"""The lists of clips: public ones, those of the linked user, and those of a user as all clients read them."""
SEARCH = f"{CLIPS_PATH}?find[query]={{word}}"
TOO_LARGE = 1000
FEW_EXAMPLES = settings(
    max_examples=max(3, settings().max_examples // 12),  # an example reads a whole list
    report_multiple_bugs=False,
)


@dataclass(frozen=True, slots=True)
class CachedPages:
    """The pages of a list, by page size; tests share them until the list changes."""

    client: Client
    listing: Listing
    session: ApiSession

    def read_pages(self, size: int | None) -> list[Response]:
        """Return all pages of the list, from the cache or the target."""
        key = ("pages", self.listing.path, size, self.listing.item_ids)
        return self.session.shared.get(
            key, lambda: fetch_pages(self.client, self.listing, size), lasting=True
        )

    def fetch_current_ids(self) -> frozenset[Any]:
        """Empty the cache, and return the ids of all items of the list."""
        self.session.shared.discard_if(lambda key: key[:2] == ("pages", self.listing.path))
        return fetch_all_ids(self.client, self.listing)


def endpoint_param(endpoint: PaginatedEndpoint) -> Any:
    """Return an endpoint as a parameter, with the user that it needs."""
    marks = [claim(needs=("user",))] if endpoint.requires_user else []
    return pytest.param(endpoint, id=str(endpoint), marks=marks)


@pytest.fixture(params=map(endpoint_param, ENDPOINTS))
def endpoint(request: pytest.FixtureRequest) -> PaginatedEndpoint:
    """Each paginated endpoint."""
    each: PaginatedEndpoint = request.param
    return each


@pytest.fixture
def client(endpoint: PaginatedEndpoint, request: pytest.FixtureRequest) -> Client:
    """The client that reads the endpoint: the app, or the user for /account."""
    reader: Client = request.getfixturevalue("user" if endpoint.requires_user else "api")
    return reader


@pytest.fixture
def listing(
    request: pytest.FixtureRequest, api_session: ApiSession, endpoint: PaginatedEndpoint, client: Client
) -> Listing:
    """A list of the endpoint with at least two items; a new one if the target has none."""
    found = api_session.shared.get(("list", endpoint.path), lambda: endpoint.find(client))
    if found is None and not (api_session.lacks("user") or api_session.lacks("write")):
        user, title = request.getfixturevalue("user"), request.getfixturevalue("unique_name")("page")
        found = create_listing(user, endpoint, title)
    return found or not_verified(f"the target has no {endpoint} with 2 to {MAX_ITEMS} items")


@pytest.fixture
def many_clips(test_data: Mapping[str, Any], api: Client, api_session: ApiSession) -> Listing:
    """The clips of a user who has over 150 of them."""
    path = f"/users/{test_data['many_clips']}{CLIPS_PATH}"
    return api_session.shared.get(
        "many clips", lambda: Listing(path, item_ids=fetch_all_ids(api, Listing(path)))
    )


@pytest.fixture
def cached_pages(api_session: ApiSession, client: Client, listing: Listing) -> CachedPages:
    """The pages of the list of the endpoint."""
    return CachedPages(client, listing, api_session)


@pytest.fixture(params=FACTORIES, ids=lambda factory: factory.__name__)
def growing_listing(request: pytest.FixtureRequest, user: Client, unique_name: UniqueName) -> GrowingListing:
    """Each list to which a test can add items."""
    created: GrowingListing = request.param(user, unique_name("page"))
    return created


@claim("AB-PAGE-01")
def test_first_page_has_number_one(client: Client, listing: Listing) -> None:
    """It has items, the same as the page without a number."""
    for attempt in retry_while_changing(lambda: fetch_page_ids(client, listing)):
        with attempt as expected:
            page = fetch_page(client, listing, 1)

            expect(item_ids([page]), expected, "ids of page 1", page)
            expect_true(bool(page.items), "items on page 1", "an empty page", page)


@claim("AB-PAGE-01")
def test_pages_one_and_two_have_half_the_list_each(client: Client, listing: Listing) -> None:
    for attempt in retry_while_changing(lambda: fetch_all_ids(client, listing), listing.item_ids):
        with attempt as all_ids:
            half = -(-len(all_ids) // 2)
            if half > MAX_PAGE_SIZE:
                not_verified("the list has more items than two pages")

            pages = [fetch_page(client, listing, number, half) for number in (1, 2)]

            assert_same_items(pages, all_ids)


@claim("AB-PAGE-02")
def test_every_page_has_the_requested_size(cached_pages: CachedPages) -> None:
    """The last page has the remaining items."""
    for attempt in retry_while_changing(cached_pages.fetch_current_ids, cached_pages.listing.item_ids):
        with attempt as all_ids:
            for size in page_sizes(len(all_ids)):
                pages = cached_pages.read_pages(size)

                assert_full(pages, size or len(pages[0].items), len(all_ids))


@claim("AB-PAGE-02", needs=("given:many_clips",))
@pytest.mark.parametrize("size", [10, 100, 149, 150])
def test_large_pages_have_the_requested_size(api: Client, many_clips: Listing, size: int) -> None:
    """The first two pages and the last two."""
    for attempt in retry_while_changing(lambda: fetch_all_ids(api, many_clips), many_clips.item_ids):
        with attempt as all_ids:
            last = -(-len(all_ids) // size)
            for number in (1, 2, *sorted({last - 1, last} - {0, 1, 2})):
                page = fetch_page(api, many_clips, number, size)

                remaining = max(0, len(all_ids) - size * (number - 1))
                expect(len(page.items), min(size, remaining), f"number of items on page {number}", page)


@claim("AB-PAGE-02", needs=("user", "write"))
@pytest.mark.parametrize("factory", [comments, tagged])
def test_pages_of_a_growing_list_have_the_requested_size(
    user: Client, unique_name: UniqueName, factory: ListingFactory
) -> None:
    """With zero to three items."""
    growing = factory(user, unique_name("page"))

    for count in range(4):
        listing = growing.add_items(user, min(count, 1))
        for size in (1, 2, 3):
            assert_full(fetch_pages(user, listing, size), size, count)


@claim("AB-PAGE-03")
@pytest.mark.parametrize("size", [151, TOO_LARGE, 10**20])
def test_size_above_150_returns_150_items_or_4xx(api: Client, many_clips: Listing, size: int) -> None:
    if many_clips.size <= MAX_PAGE_SIZE:
        not_verified(f"{many_clips.path} has only {many_clips.size} items")

    for path, number in product((many_clips.path, CLIPS_PATH, f"{CLIPS_PATH}/popular"), (None, 2)):
        response = api.get(path, **page_query(number, size))

        if response.status == 200:
            assert_max_items(response, MAX_PAGE_SIZE)
        else:
            response.expect_client_error()


@claim("AB-PAGE-03", needs=("user", "write"))
@pytest.mark.parametrize("path", [f"/account{CLIPS_PATH}/followed", f"/users/{{}}{CLIPS_PATH}/followed"])
def test_size_above_150_of_followed_clips_returns_150_items_or_4xx(
    user: Client, test_data: Mapping[str, Any], path: str
) -> None:
    """The user follows one with over 150 clips."""
    follow_unless_followed(user, test_data["many_clips"])

    response = user.get(path.format(fetch_account_or_skip(user)["id"]), **page_query(size=TOO_LARGE))

    if response.status == 200:
        assert_max_items(response, MAX_PAGE_SIZE)
    else:
        response.expect_client_error()


@claim("AB-PAGE-03")
def test_size_150_returns_150_items(api: Client, many_clips: Listing) -> None:
    if many_clips.size <= MAX_PAGE_SIZE:
        not_verified(f"{many_clips.path} has only {many_clips.size} items")

    page = fetch_page(api, many_clips, 1, MAX_PAGE_SIZE)

    expect(len(page.items), MAX_PAGE_SIZE, "number of items", page)


@claim("AB-PAGE-04")
def test_every_item_is_on_one_page(cached_pages: CachedPages) -> None:
    for attempt in retry_while_changing(cached_pages.fetch_current_ids, cached_pages.listing.item_ids):
        with attempt as all_ids:
            for size in page_sizes(len(all_ids)):
                assert_same_items(cached_pages.read_pages(size), all_ids)


@claim("AB-PAGE-04")
@FEW_EXAMPLES
@given(data=st.data())
def test_every_item_is_on_one_page_of_random_size(
    client: Client, listing: Listing, data: st.DataObject
) -> None:
    size = data.draw(st.integers(max(1, listing.size // 6), MAX_PAGE_SIZE), "page[items]")

    for attempt in retry_while_changing(lambda: fetch_all_ids(client, listing), listing.item_ids):
        with attempt as all_ids:
            assert_same_items(fetch_pages(client, listing, size), all_ids)


@claim("AB-PAGE-04", needs=("given:many_clips",))
@pytest.mark.parametrize("size", [None, 50, 149, TOO_LARGE])
def test_every_item_of_a_long_list_is_on_one_page(api: Client, many_clips: Listing, size: int | None) -> None:
    """A target may refuse the size that is too large; otherwise it is that of each page."""
    if size == TOO_LARGE and api.get(many_clips.path, **page_query(size=size)).status >= 400:
        not_verified(f"a page of {TOO_LARGE} is refused")

    for attempt in retry_while_changing(lambda: fetch_all_ids(api, many_clips), many_clips.item_ids):
        with attempt as all_ids:
            assert_same_items(fetch_pages(api, many_clips, size), all_ids)


@claim("AB-PAGE-04", needs=("user", "write"))
def test_every_added_item_is_on_one_page(user: Client, growing_listing: GrowingListing) -> None:
    listing = growing_listing.add_items(user, 3)

    for attempt in retry_while_changing(lambda: fetch_all_ids(user, listing), listing.item_ids):
        with attempt as all_ids:
            for size in (-(-len(all_ids) // 4), len(all_ids)):
                assert_same_items(fetch_pages(user, listing, min(size, MAX_PAGE_SIZE)), all_ids)


@claim("AB-PAGE-04")
@pytest.mark.parametrize("path", ["/audio_clips", "/audio_clips/popular", "/audio_clips/featured"])
def test_public_list_ends_with_an_empty_page(api: Client, path: str) -> None:
    """Every page number returns 200."""
    for number in range(1, MAX_REQUESTS):
        fetch_page(api, Listing(path), number, MAX_PAGE_SIZE)

    page = fetch_page(api, Listing(path), 10**6, MAX_PAGE_SIZE)

    expect_no(page.items, "items on page 1,000,000", page)


@claim("AB-PAGE-04")
def test_page_past_the_end_is_empty(client: Client, listing: Listing) -> None:
    """The next page after a full last page or one that is not full, and much later pages."""
    for attempt in retry_while_changing(lambda: fetch_all_ids(client, listing), listing.item_ids):
        with attempt as all_ids:
            whole = min(len(all_ids), MAX_PAGE_SIZE)
            for size, distance in ((1, 1), (whole, 1), (MAX_PAGE_SIZE, 2), (1, 10**6), (whole, 10**9)):
                page = fetch_page(client, listing, -(-len(all_ids) // size) + distance, size)

                expect_no(page.items, "items past the end", page)


@claim("AB-PAGE-05")
@pytest.mark.parametrize("path", [*CLIP_LISTS, SEARCH])
def test_max_time_excludes_newer_clips(user: Client, api: Client, path: str) -> None:
    """With the upload time of one of the clips, on all pages of any size; with 0, all clips are newer."""
    client, listing = find_clip_listing(user, api, path)
    clips = upload_times(client, listing)
    times = sorted(set(clips.values()))
    if len(times) < 3:
        not_verified(f"{listing.path} has too few clips of different times")

    for time, size in ((times[len(times) // 2], max(1, len(clips) // 4)), (times[1], 150), (times[-2], 150)):
        bounded = Listing(listing.path, {**listing.query, "max_time": seconds(time)})
        assert_none_newer(first_clips(client, bounded, size), time)
    oldest = client.get(listing.path, **listing.query, max_time=0)
    if oldest.status == 200:
        expect(oldest.items, [], "clips of 1970 or before", oldest)
    else:
        oldest.expect_client_error()


@claim("AB-PAGE-05")
@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=claim(needs=("user2",)) if "followed" in path else []) for path in CLIP_LISTS],
)
def test_max_time_keeps_pages_while_clips_are_added(
    request: pytest.FixtureRequest, user: Client, api: Client, unique_name: UniqueName, path: str
) -> None:
    """With a time before the first of the clips is added."""
    client, listing = find_clip_listing(user, api, path)
    owner = request.getfixturevalue("other_user") if "followed" in path else user
    timestamp = integer_property(client.get(listing.path, **page_query(size=1)), "timestamp")
    bounded = Listing(listing.path, {"max_time": timestamp - 1})
    before = [item_ids([fetch_page(client, bounded, number, 2)]) for number in (1, 2, 3)]
    if not before[1]:
        not_verified(f"{listing.path} has too few clips that are old enough")

    for number, expected in enumerate(before, 1):
        add_to_clip_listing(user, owner, listing, unique_name("meanwhile"))
        page = fetch_page(client, bounded, number, 2)

        expect(item_ids([page]), expected, f"ids of page {number}", page)


@claim("AB-PAGE-06")
def test_invalid_parameter_returns_the_default_or_4xx(client: Client, listing: Listing) -> None:
    for attempt in retry_while_changing(lambda: fetch_page_ids(client, listing)):
        with attempt as default_ids:
            for name, value in product((NUMBER, SIZE), ("0", "-1", "x")):
                response = client.get(listing.path, **listing.query, **{name: value})

                expect_ids_or_4xx(response, default_ids)


@claim("AB-PAGE-06")
@pytest.mark.parametrize("value", ["0", "-1", "-150", "x", "5x", ""])
def test_invalid_value_beside_a_valid_one_returns_the_default_or_4xx(api: Client, value: str) -> None:
    """As number beside a valid size, as size beside a valid number, and as both."""
    for invalid, default in (
        (page_query(value, 2), page_query(None, 2)),
        (page_query(2, value), page_query(2)),
        (page_query(value, value), {}),
    ):
        by_default = Listing(CLIPS_PATH, default)
        for attempt in retry_while_changing(partial(fetch_page_ids, api, by_default)):
            with attempt as default_ids:
                response = api.get(CLIPS_PATH, **invalid)

                expect_ids_or_4xx(response, default_ids)


@claim("AB-PAGE-07")
def test_totals_are_the_offset_and_the_count(cached_pages: CachedPages) -> None:
    """On every page of every size: the number of items before it, and of all items."""
    for attempt in retry_while_changing(cached_pages.fetch_current_ids, cached_pages.listing.item_ids):
        with attempt as all_ids:
            for size in page_sizes(len(all_ids)):
                offset = 0
                for page in cached_pages.read_pages(size):
                    expect_totals(page, offset, len(all_ids))
                    offset += len(page.items)


@claim("AB-PAGE-07", needs=("given:many_clips",))
@pytest.mark.parametrize("size", [50, 150])
def test_totals_of_a_long_list_count_all_items(api: Client, many_clips: Listing, size: int) -> None:
    for attempt in retry_while_changing(lambda: fetch_all_ids(api, many_clips), many_clips.item_ids):
        with attempt as all_ids:
            for number, page in enumerate(fetch_pages(api, many_clips, size)):
                expect_totals(page, size * number, len(all_ids))


@claim("AB-PAGE-07", needs=("user", "write"))
def test_totals_count_each_added_item(user: Client, growing_listing: GrowingListing) -> None:
    for _ in range(2):
        listing = growing_listing.add_items(user, 1)
        for attempt in retry_while_changing(partial(fetch_all_ids, user, listing), listing.item_ids):
            with attempt as all_ids:
                expect_totals(fetch_page(user, listing, 2, 1), 1, len(all_ids))


def fetch_page_ids(client: Client, listing: Listing) -> list[Any]:
    """Return the ids of the items of a page without number and size."""
    return item_ids([fetch_page(client, listing)])


def page_sizes(item_count: int) -> list[int | None]:
    """Return page sizes for a list: the default, a small one, and those that test its end."""
    ends = boundary_page_sizes(item_count, MAX_PAGE_SIZE)[:3]
    return [None, *sorted({-(-item_count // MAX_REQUESTS), *ends, min(item_count + 1, MAX_PAGE_SIZE)})]


def assert_full(pages: list[Response], size: int, count: int) -> None:
    """Raise ExpectationFailed unless each page of a list of `count` items is full, or has the rest."""
    for number, page in enumerate(pages):
        expected = min(size, max(0, count - size * number))
        expect(len(page.items), expected, f"number of items on page {number + 1}", page)


def expect_totals(page: Response, offset: int, count: int) -> None:
    """Raise ExpectationFailed for other totals; an empty page may have any offset."""
    totals = read_totals(page)
    if totals is None:
        not_verified("the list has no totals")
    expect(totals, (offset if page.items else totals[0], count), "offset and count", page)


def expect_ids_or_4xx(response: Response, expected: list[Any]) -> None:
    """Raise ExpectationFailed unless a response is a 4xx or has the items with these ids."""
    if response.status == 200:
        expect(item_ids([response]), expected, "ids of the items", response)
    else:
        assert_refused(response)


def find_clip_listing(user: Client, api: Client, path: str) -> tuple[Client, Listing]:
    """Return the client that reads one of CLIP_LISTS or SEARCH, and the list, with more clips if possible."""
    if path == SEARCH:
        words = Counter(word for clip in fetch_newest_clips(api, MAX_PAGE_SIZE) for word in long_words(clip))
        word = at_least_one(words.most_common(1), "no title has a long word")[0][0]
        return api, Listing(CLIPS_PATH, {"find[query]": word})
    if "{tag}" in path:
        tags = at_least_one(most_common_tags(fetch_newest_clips(api, MAX_PAGE_SIZE)), "no clip has a tag")
        return api, Listing(tag_path(tags[0]["normalised_tag"]))
    path = path.format(user_id=fetch_account_or_skip(user)["id"])
    client = user if path.startswith("/account") else api
    if path.endswith("/favourites"):
        favourite_several(user, client, path)
    if path.endswith("/followed"):
        follow_several(user, client, path)
    return client, Listing(path)


def add_to_clip_listing(user: Client, owner: Client, listing: Listing, title: str) -> None:
    """Create a clip of `owner` that belongs to a list of `user`, if that is possible."""
    tag = unquote(listing.path.split("/")[2]) if listing.path.startswith("/tag/") else "other"
    if listing.path.endswith("/followed"):
        follow(user, fetch_account_or_skip(owner)["id"])
    clip = create_clip(owner, title, tag_list=tag)
    if listing.path.endswith("/favourites"):
        favourite(user, clip["id"])
    listed_item_or_skip(owner, f"/account{CLIPS_PATH}", clip)
