"""Pages by number (Audioboo's API reference, Pagination)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
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
    listed_item_or_skip,
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
from tuningfork.testing.pagination import (
    Listing,
    assert_max_items,
    assert_same_items,
    boundary_page_sizes,
)
from tuningfork.testing.retry import retry_while_changing

from .support import listing_factories
from .support.listing_factories import ListingFactory
from .support.listings import ENDPOINTS, MAX_ITEMS, PaginatedEndpoint
from .support.upload_times import assert_none_newer, favourite_several, follow_several, seconds, upload_times

Fresh = Callable[[str], str]
Found = Callable[..., Listing]
Judge = Callable[[list[Response], int | None, frozenset[Any]], None]
Quietly = Callable[[Judge], None]

MOST_STEPS = 12
CLIP_LISTS = (
    "all", "popular", "featured", "tag", "account", "followed", "favourites",
    "user's clips", "user's followed", "user's favourites",
)  # fmt: skip
"""The lists of clips: public ones, those of the linked user, and those of a user as everybody sees them."""
MADE = {"favourites": favourite_several, "followed": follow_several}
"""What fills a list that depends on what the user does."""
SENSELESS = ("0", "-1", "-150", "x", "5x", "")
SOME_SIZES = settings(
    max_examples=max(3, settings().max_examples // 12),  # an example is a whole walk
    report_multiple_bugs=False,
)


def _param(paged: PaginatedEndpoint) -> Any:
    return pytest.param(paged, id=str(paged), marks=[claim(needs=("user",))] if paged.requires_user else [])


@pytest.fixture(params=map(_param, ENDPOINTS))
def paged(request: pytest.FixtureRequest) -> PaginatedEndpoint:
    """Each of the paged lists."""
    asked_for: PaginatedEndpoint = request.param
    return asked_for


@pytest.fixture
def reader(paged: PaginatedEndpoint, request: pytest.FixtureRequest) -> Client:
    """Who reads it: anybody, or what is below /account the first user."""
    client: Client = request.getfixturevalue("user" if paged.requires_user else "api")
    return client


@pytest.fixture
def found(
    request: pytest.FixtureRequest, api_session: ApiSession, paged: PaginatedEndpoint, reader: Client
) -> Found:
    """Finds a list of at least so many items, or fills one; tests share only what was found."""

    @cache
    def find(least: int = 2) -> Listing:
        place = api_session.shared.get(("list", paged.path, least), lambda: paged.find(reader, least))
        if place is None and not (api_session.lacks("user") or api_session.lacks("write")):
            me, title = request.getfixturevalue("user"), request.getfixturevalue("unique_name")("page")
            place = listing_factories.create_listing(me, paged, title)
        if place is None:
            not_verified(f"the target has no {paged} with {least} to {MAX_ITEMS} items")
        return place

    return find


@pytest.fixture
def many(test_data: Mapping[str, Any], api: Client, api_session: ApiSession) -> Listing:
    """The clips of a user who has over 150 of them."""
    path = f"/users/{test_data['many_clips']}{CLIPS_PATH}"
    return api_session.shared.get(
        "many clips", lambda: Listing(path, item_ids=fetch_all_ids(api, Listing(path)))
    )


@pytest.fixture
def quietly(api_session: ApiSession, reader: Client, found: Found) -> Quietly:
    """Judges the walks of several sizes: `quietly(judge)` calls judge(pages, size, what is there)."""
    place = found()

    def pages(size: int | None) -> list[Response]:
        key = ("walk", place.path, size, place.item_ids)
        return api_session.shared.get(key, lambda: fetch_pages(reader, place, size), lasting=True)

    def look() -> frozenset[Any]:
        api_session.shared.discard_if(lambda key: key[:2] == ("walk", place.path))
        return fetch_all_ids(reader, place)

    def run(judge: Judge) -> None:
        for attempt in retry_while_changing(look, place.item_ids):
            with attempt as there:
                for size in (None, *some_sizes(len(there))):
                    judge(pages(size), size, there)

    return run


@pytest.fixture(params=listing_factories.FACTORIES, ids=lambda grow: grow.__name__)
def growing(
    request: pytest.FixtureRequest, user: Client, unique_name: Fresh
) -> listing_factories.GrowingListing:
    """Each list that a test can make grow by itself."""
    grown: listing_factories.GrowingListing = request.param(user, unique_name("page"))
    return grown


def now(client: Client, place: Listing) -> Callable[[], frozenset[Any]]:
    """Looks at what is in a list at the moment."""
    return lambda: fetch_all_ids(client, place)


def some_sizes(count: int) -> list[int]:
    """Sizes of pages for a list of so many items: a small one, and those that matter at its end."""
    ends = boundary_page_sizes(count, MAX_PAGE_SIZE)[:3]
    return sorted({-(-count // MOST_STEPS), *ends, min(count + 1, MAX_PAGE_SIZE)})


def are_full(pages: list[Response], size: int, count: int) -> None:
    """Raise where a page has not as many items as it must, of so many in all."""
    expected = [min(size, max(0, count - size * number)) for number in range(len(pages))]
    sizes = [len(page.items) for page in pages]
    assert sizes == expected, f"expected pages of {expected} for page[items]={size}, found {sizes}"


@claim("AB-PAGE-01")
def test_the_first_page_is_number_one(reader: Client, found: Found) -> None:
    """What comes without a number is what comes for page 1, and there is something on it."""
    place = found()

    for attempt in retry_while_changing(lambda: item_ids([fetch_page(reader, place)])):
        with attempt as without:
            first = item_ids([fetch_page(reader, place, 1)])
            assert first == without, f"expected page 1 to be {without}, found {first}"
            assert first, f"expected items on page 1 of {place.path}, found none"


@claim("AB-PAGE-01")
def test_the_second_page_is_number_two(reader: Client, found: Found) -> None:
    """On two pages that hold half the list each, page 1 and page 2 are the whole."""
    place = found()

    for attempt in retry_while_changing(now(reader, place), place.item_ids):
        with attempt as there:
            half = -(-len(there) // 2)
            if half > MAX_PAGE_SIZE:
                not_verified("the list has more items than two pages hold")
            pages = [fetch_page(reader, place, number, half) for number in (1, 2)]
            assert_same_items(pages, there)


@claim("AB-PAGE-02")
def test_a_page_has_as_many_items_as_asked_for(quietly: Quietly) -> None:
    """Exactly so many on every page while there are more, and what is left on the last one."""

    def judge(pages: list[Response], size: int | None, there: frozenset[Any]) -> None:
        are_full(pages, size or len(pages[0].items), len(there))

    quietly(judge)


@claim("AB-PAGE-02", needs=("given:many_clips",))
@pytest.mark.parametrize("size", [10, 100, 149, 150])
def test_large_pages_are_full_too(api: Client, many: Listing, size: int) -> None:
    """Up to the largest size there is, on the first pages and on the last."""
    for attempt in retry_while_changing(now(api, many), many.item_ids):
        with attempt as there:
            last = -(-len(there) // size)
            for number in (1, 2, *sorted({last - 1, last} - {0, 1, 2})):
                wanted = min(size, max(0, len(there) - size * (number - 1)))
                found = len(fetch_page(api, many, number, size).items)
                assert found == wanted, f"expected {wanted} items on page {number}, found {found}"


@claim("AB-PAGE-02", needs=("user", "write"))
@pytest.mark.parametrize("grow", [listing_factories.comments, listing_factories.tagged])
def test_the_pages_of_a_growing_list_are_full(user: Client, unique_name: Fresh, grow: ListingFactory) -> None:
    """From none to three items there are as many pages as are needed."""
    growing = grow(user, unique_name("page"))

    for count in range(4):
        place = growing.add_items(user, min(count, 1))
        for size in (1, 2, 3):
            are_full(fetch_pages(user, place, size), size, count)


@claim("AB-PAGE-03")
@pytest.mark.parametrize("size", [151, 1000, 10**20])
def test_a_larger_page_is_cut_or_refused(api: Client, many: Listing, size: int) -> None:
    """Above 150 a page has 150 items at most, also the second one, or it is refused; of all clips too."""
    if many.size <= MAX_PAGE_SIZE:
        not_verified(f"{many.path} has only {many.size} items")

    for path, number in product((many.path, CLIPS_PATH), (None, 2)):
        answer = api.get(path, **page_query(number, size))
        if answer.status == 200:
            assert_max_items(answer, MAX_PAGE_SIZE)
        else:
            answer.expect_client_error()


@claim("AB-PAGE-03")
def test_the_largest_page_is_not_cut(api: Client, many: Listing) -> None:
    """150 are given where there are more."""
    if many.size <= MAX_PAGE_SIZE:
        not_verified(f"{many.path} has only {many.size} items")

    answer = fetch_page(api, many, 1, MAX_PAGE_SIZE)

    assert len(answer.items) == MAX_PAGE_SIZE, f"expected {MAX_PAGE_SIZE} items, found {len(answer.items)}"


@claim("AB-PAGE-04")
def test_a_walk_visits_everything(quietly: Quietly) -> None:
    """Whatever the size of a page, the same items, and none twice."""
    quietly(lambda pages, _, there: assert_same_items(pages, there))


@claim("AB-PAGE-04")
@SOME_SIZES
@given(data=st.data())
def test_any_size_visits_the_same(reader: Client, found: Found, data: st.DataObject) -> None:
    """No size of a page is special."""
    place = found()
    size = data.draw(st.integers(max(1, place.size // 6), MAX_PAGE_SIZE), "page[items]")

    for attempt in retry_while_changing(now(reader, place), place.item_ids):
        with attempt as there:
            assert_same_items(fetch_pages(reader, place, size), there)


@claim("AB-PAGE-04", needs=("given:many_clips",))
@pytest.mark.parametrize("size", [None, 50, 149])
def test_a_long_walk_visits_everything(api: Client, many: Listing, size: int | None) -> None:
    """Over 150 items, by the default and by other sizes."""
    for attempt in retry_while_changing(now(api, many), many.item_ids):
        with attempt as there:
            assert_same_items(fetch_pages(api, many, size), there)


@claim("AB-PAGE-04", needs=("given:many_clips",))
def test_a_walk_by_pages_that_are_cut_visits_everything(api: Client, many: Listing) -> None:
    """Where a size above the largest is taken, the second page goes on where the first was cut."""
    if api.get(many.path, **page_query(size=1000)).status >= 400:
        not_verified("a page of 1000 is refused")

    for attempt in retry_while_changing(now(api, many), many.item_ids):
        with attempt as there:
            assert_same_items(fetch_pages(api, many, 1000), there)


@claim("AB-PAGE-04", needs=("user", "write"))
def test_a_walk_visits_what_was_added(user: Client, growing: listing_factories.GrowingListing) -> None:
    """The first and the last that was added are not passed over."""
    place = growing.add_items(user, 3)

    for attempt in retry_while_changing(now(user, place), place.item_ids):
        with attempt as there:
            for size in (-(-len(there) // 4), len(there)):
                assert_same_items(fetch_pages(user, place, min(size, MAX_PAGE_SIZE)), there)


@claim("AB-PAGE-04")
@pytest.mark.parametrize("path", ["/audio_clips", "/audio_clips/popular", "/audio_clips/featured"])
def test_a_public_list_ends_with_an_empty_page(api: Client, path: str) -> None:
    """200 whatever the number, and no item far from the end: nothing else is looked at before."""
    numbers = (*range(1, MOST_STEPS), 10**6)

    sizes = [len(fetch_page(api, Listing(path), number, MAX_PAGE_SIZE).items) for number in numbers]

    assert not sizes[-1], f"expected no item on page {numbers[-1]}, found {sizes[-1]}"


@claim("AB-PAGE-04")
def test_past_the_end_a_page_is_empty(reader: Client, found: Found) -> None:
    """200 and no item, right behind the last page and far from it, where that was full and where not."""
    place = found()

    for attempt in retry_while_changing(now(reader, place), place.item_ids):
        with attempt as there:
            whole = min(len(there), MAX_PAGE_SIZE)
            for size, beyond in ((1, 1), (whole, 1), (MAX_PAGE_SIZE, 2), (1, 10**6), (whole, 10**9)):
                number = -(-len(there) // size) + beyond
                past = fetch_page(reader, place, number, size).items
                assert not past, f"expected no item on page {number} of {place.path}, found {len(past)}"


@claim("AB-PAGE-05")
@pytest.mark.parametrize("kind", CLIP_LISTS)
def test_max_time_lists_no_newer_clip(user: Client, api: Client, kind: str) -> None:
    """max_time is the time of a clip of the list: no clip on any page is newer, whatever the page size."""
    reader, place = clips_of_kind(user, api, kind)
    clips = upload_times(reader, place)
    times = sorted(set(clips.values()))
    if len(times) < 3:
        not_verified(f"{place.path} has too few clips of different times")

    for time, size in ((times[len(times) // 2], max(1, len(clips) // 4)), (times[1], 150), (times[-2], 150)):
        bounded = Listing(place.path, {**place.query, "max_time": seconds(time)})
        assert_none_newer(upload_times(reader, bounded, size), time)


@claim("AB-PAGE-05")
@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=claim(needs=("user2",)) if "followed" in kind else []) for kind in CLIP_LISTS],
)
def test_pages_stay_while_clips_are_added(
    request: pytest.FixtureRequest, user: Client, api: Client, unique_name: Fresh, kind: str
) -> None:
    """max_time is a moment ago: each page stays the same while a clip is added to the list after it."""
    reader, place = clips_of_kind(user, api, kind)
    add = adding_to(request, user, kind, place)
    still = Listing(
        place.path,
        {"max_time": integer_property(reader.get(place.path, **page_query(size=1)), "timestamp") - 1},
    )
    without = [item_ids([fetch_page(reader, still, number, 2)]) for number in range(1, 4)]
    if not without[1]:
        not_verified(f"{place.path} has too few clips that are old enough")

    for number, before in enumerate(without, 1):
        add(unique_name("meanwhile"))
        after = item_ids([fetch_page(reader, still, number, 2)])
        assert after == before, f"expected page {number} to stay {before}, found {after}"


@claim("AB-PAGE-06")
def test_what_makes_no_sense_is_refused_or_the_default(reader: Client, found: Found) -> None:
    """4xx with the error headers, or what comes without it."""
    place = found()

    for attempt in retry_while_changing(lambda: item_ids([fetch_page(reader, place)])):
        with attempt as without:
            for name, value in ((NUMBER, "0"), (NUMBER, "-1"), (SIZE, "0"), (SIZE, "-1"), (SIZE, "x")):
                is_refused_or(reader, place, {name: value}, without)


@claim("AB-PAGE-06")
@pytest.mark.parametrize("value", SENSELESS)
def test_neither_number_nor_size_makes_sense(api: Client, value: str) -> None:
    """Beside a good one, and both at once: refused, or the default of the one that makes none."""
    place = Listing(CLIPS_PATH)
    for senseless, default in (
        (page_query(value, 2), page_query(None, 2)),
        (page_query(2, value), page_query(2)),
        (page_query(value, value), {}),
    ):
        by_default = Listing(CLIPS_PATH, default)
        for attempt in retry_while_changing(partial(first_page_ids, api, by_default)):
            with attempt as without:
                is_refused_or(api, place, senseless, without)


@claim("AB-PAGE-07")
def test_totals_tell_offset_and_count(quietly: Quietly) -> None:
    """On every page of every size: how many items come before it, and how many there are in all."""

    def judge(pages: list[Response], size: int | None, there: frozenset[Any]) -> None:
        before = 0
        for answer in pages:
            tells(answer, before, len(there))
            before += len(answer.items)

    quietly(judge)


@claim("AB-PAGE-07", needs=("given:many_clips",))
@pytest.mark.parametrize("size", [50, 150])
def test_totals_of_many_are_those_of_all(api: Client, many: Listing, size: int) -> None:
    """The count is of the list, however little a page may hold of it."""
    for attempt in retry_while_changing(now(api, many), many.item_ids):
        with attempt as there:
            for number, answer in enumerate(fetch_pages(api, many, size)):
                tells(answer, size * number, len(there))


@claim("AB-PAGE-07", needs=("user", "write"))
def test_totals_count_what_was_added(user: Client, growing: listing_factories.GrowingListing) -> None:
    """Each item that is added counts for one."""
    for _ in range(2):
        place = growing.add_items(user, 1)
        for attempt in retry_while_changing(now(user, place), place.item_ids):
            with attempt as there:
                tells(fetch_page(user, place, 2, 1), 1, len(there))


def first_page_ids(client: Client, place: Listing) -> list[Any]:
    """Return the ids of the items of a page without number and size."""
    return item_ids([client.get(place.path, **place.query).expect_ok()])


def tells(answer: Response, offset: int, count: int) -> None:
    """Raise where a page tells another offset or count; past the end its offset is free."""
    totals = read_totals(answer)
    if totals is None:
        not_verified("the list has no totals")
    wanted = (offset if answer.items else totals[0], count)
    assert totals == wanted, (
        f"expected offset and count {wanted}, found {totals} at {answer.exchange.request.url}"
    )


def is_refused_or(client: Client, place: Listing, senseless: dict[str, Any], without: list[Any]) -> None:
    """Raise where a query is neither refused nor answered with these items."""
    answer = client.get(place.path, **place.query, **senseless)
    if answer.status != 200:
        assert_refused(answer)
    else:
        found = item_ids([answer])
        assert found == without, f"{senseless}: expected a refusal or {without}, found {found}"


def clips_of_kind(me: Client, api: Client, kind: str) -> tuple[Client, Listing]:
    """A list of clips, and who reads it; favourites and followings are made where there are too few."""
    if kind == "tag":
        tags = most_common_tags(fetch_newest_clips(api, MAX_PAGE_SIZE)) or not_verified(
            "no listed clip has a tag"
        )
        return api, Listing(tag_path(tags[0]["normalised_tag"]))
    paths = {
        "all": CLIPS_PATH,
        "popular": f"{CLIPS_PATH}/popular",
        "featured": f"{CLIPS_PATH}/featured",
        "account": f"/account{CLIPS_PATH}",
    }
    owner, _, shown = kind.rpartition(" ")
    path = paths.get(kind) or f"{owner or '/account'}{CLIPS_PATH}/{shown}"
    path = path.replace("user's", f"/users/{fetch_account_or_skip(me)['id']}").removesuffix("/clips")
    reader = me if path.startswith("/account") else api
    if shown in MADE:
        MADE[shown](me, reader, path)
    return reader, Listing(path)


def adding_to(request: pytest.FixtureRequest, me: Client, kind: str, place: Listing) -> Callable[[str], None]:
    """Adds a new clip with a title to a list, if one can, and waits until it is listed somewhere."""
    uploader = request.getfixturevalue("other_user") if "followed" in kind else me
    tag = unquote(place.path.split("/")[2]) if kind == "tag" else "other"
    if "followed" in kind:
        follow(me, fetch_account_or_skip(uploader)["id"])

    def add(title: str) -> None:
        clip = create_clip(uploader, title, tag_list=tag)
        if "favourites" in kind:
            favourite(me, clip["id"])
        listed_item_or_skip(uploader, f"/account{CLIPS_PATH}", clip)

    return add
