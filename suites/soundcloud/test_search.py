"""Search (https://developers.soundcloud.com/docs/api/guide#search)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.soundcloud.factories import create_playlist, create_track
from tuningfork.apis.soundcloud.lookup import NONEXISTENT_IDS, find_public_tracks
from tuningfork.client.client import Client
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect, expect_no, expect_not_in, expect_true
from tuningfork.testing.listings import (
    at_least_one,
    ids,
    json_objects,
    wait_until_listed,
    wait_until_unlisted,
)
from tuningfork.testing.retry import retry_while_changing

from .support.listings import search_words
from .support.pagination import item_key, item_keys
from .support.search_filters import (
    FILTERS,
    SECOND,
    SearchResult,
    fetch_sample,
    filters_of_one_track,
    search,
    upload_time_filter,
    uploaded_at,
    values_of,
    word_filter,
)

UniqueWord = Callable[[], str]
UNKNOWN_WORD = "qxzjvkwqy"
UNKNOWN_ID = NONEXISTENT_IDS[0]
INVALID_BOUNDS = (
    ("bpm", "abc"),
    ("bpm", "12x"),
    ("duration", "abc"),
    ("created_at", "abc"),
    ("created_at", "yesterday"),
    ("created_at", "2021-13-45 00:00:00"),
)
WITHOUT_RESULT: tuple[tuple[str, dict[str, Any]], ...] = (
    *((path, {"q": UNKNOWN_WORD}) for path in ("/tracks", "/users", "/playlists")),
    ("/tracks", {"ids": UNKNOWN_ID}),
    ("/tracks", {"genres": "no-such-genre"}),
    ("/tracks", {"tags": "no-such-tag"}),
    ("/tracks", {"bpm[from]": 1000000}),
    ("/tracks", {"bpm[from]": 90, "bpm[to]": 80}),
    ("/tracks", {"duration[from]": 2 * 10**9}),
    ("/tracks", {"created_at[from]": "2999-01-01 00:00:00"}),
    ("/tracks", {"created_at[to]": "1999-01-01 00:00:00"}),
)


@pytest.fixture
def unique_word(unique_name: Callable[[str], str]) -> UniqueWord:
    """Returns a new word that no resource contains."""
    return lambda: unique_name("word").replace(" ", "")


@pytest.fixture(params=["api", pytest.param("other_user", marks=claim(needs=("user2",)))])
def client(request: pytest.FixtureRequest) -> Client:
    """The client of the app, and that of the second user."""
    client: Client = request.getfixturevalue(request.param)
    return client


@claim("SC-FIND-01")
@pytest.mark.parametrize("name", ["title", "description"])
def test_track_is_found_by_each_word(user: Client, api: Client, unique_word: UniqueWord, name: str) -> None:
    """The first, a middle and the last word, between marks, and with letters beyond ASCII."""
    words = [unique_word(), f"żółw{unique_word()}", f"музыка{unique_word()}", f"音楽{unique_word()}"]
    between = " la la " * (1 if name == "title" else 50)
    text = between.join((words[0], f"({words[1]})", f'"{words[2]}",', words[3]))
    fields: dict[str, Any] = {"title": unique_word(), name: text}
    track_id = create_track(user, **fields)["id"]

    for word in words:
        wait_until_listed(api, "/tracks", track_id, q=word)
        wait_until_listed(user, "/tracks", track_id, q=word)


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        pytest.param("title", "q", marks=claim("SC-FIND-01")),
        pytest.param("description", "q", marks=claim("SC-FIND-01")),
        pytest.param("genre", "genres", marks=claim("SC-FIND-03")),
        pytest.param("tag_list", "tags", marks=claim("SC-FIND-07")),
    ],
)
@claim(needs=("user", "write"))
def test_updated_track_is_found_by_its_new_text(
    user: Client, api: Client, unique_word: UniqueWord, name: str, parameter: str
) -> None:
    """By an old genre or tag it is not found; `q` may also search in the permalink, which is unchanged."""
    old, new = unique_word(), unique_word()
    fields: dict[str, Any] = {"title": unique_word(), name: old}
    track_id = create_track(user, **fields)["id"]
    wait_until_listed(api, "/tracks", track_id, **{parameter: old})

    user.put(f"/tracks/{track_id}", json={"track": {name: new}}).expect_ok()

    if parameter != "q":
        wait_until_unlisted(api, "/tracks", track_id, **{parameter: old})
    wait_until_listed(api, "/tracks", track_id, **{parameter: new})


@claim("SC-FIND-01")
def test_track_is_found_by_the_name_of_its_user(user: Client, api: Client, unique_word: UniqueWord) -> None:
    words = search_words(user.get("/me").expect_ok().object["username"])
    track_id = create_track(user, unique_word())["id"]

    for word in at_least_one(words, "the name of the user has no plain word")[:1]:
        wait_until_listed(api, "/tracks", track_id, q=word)


@pytest.mark.parametrize("limit", [200, 40])
@pytest.mark.parametrize("claim_id", [pytest.param(claim_id, marks=claim(claim_id)) for claim_id in FILTERS])
def test_filtered_search_finds_all_matching_tracks_and_no_others(
    api: Client, claim_id: str, limit: int
) -> None:
    """By ids, genres, tags, bpm, duration and time of upload, and by several filters together."""
    for attempt in retry_while_changing(lambda: fetch_sample(api)):
        with attempt as sample:
            for each in at_least_one(FILTERS[claim_id](sample), "no filter for the listed tracks"):
                result = SearchResult.read(api.pages("/tracks", params=each.params, limit=limit))

                result.expect_filtered(each, sample)


@claim("SC-FIND-02")
@pytest.mark.parametrize("limit", [200, 40])
def test_unknown_and_repeated_ids_add_no_tracks(api: Client, limit: int) -> None:
    first, *_, last = ids(find_public_tracks(api, at_least=2))

    tracks = api.all_items("/tracks", ids=f"{first},{UNKNOWN_ID},{last},{first}", limit=limit)

    expect(sorted(ids(tracks)), sorted([first, last]), "ids", tracks)


@claim("SC-FIND-02", needs=("user", "write"))
def test_private_track_is_not_found_by_its_id(user: Client, api: Client, unique_word: UniqueWord) -> None:
    private_id, public_id = (
        create_track(user, unique_word(), sharing=sharing)["id"] for sharing in ("private", "public")
    )

    expect_found(api, "/tracks", public_id, ids=f"{private_id},{public_id}")


@claim("SC-FIND-03", needs=("user", "write"))
def test_genre_does_not_match_a_similar_genre(user: Client, api: Client, unique_word: UniqueWord) -> None:
    one, two = unique_word(), unique_word()
    matching = [create_track(user, unique_word(), genre=genre)["id"] for genre in (one, two)]
    for genre in (f"{one} {two}", f"{one}s", one[:-1], ""):
        create_track(user, f"{one} {two}", genre=genre, description=one, tag_list=two)

    expect_found(api, "/tracks", *matching, genres=f"{one},{two}")


@claim("SC-FIND-07", needs=("user", "write"))
def test_tag_does_not_match_a_similar_tag(user: Client, api: Client, unique_word: UniqueWord) -> None:
    """A tag may consist of several words."""
    first, phrase, last = unique_word(), f"{unique_word()} {unique_word()}", unique_word()
    track_id = create_track(user, unique_word(), tag_list=f'{first} "{phrase}" {last}')["id"]
    other_tags = f"{first}s {first[:-1]}"
    create_track(user, f"{first} {last}", tag_list=other_tags, description=phrase, genre=last)

    for tag in (first, phrase, last):
        expect_found(api, "/tracks", track_id, tags=tag)


@claim("SC-FIND-08")
def test_filter_narrows_a_search(api: Client) -> None:
    """The tracks of `q` with a filter are tracks of `q`, and tracks of the filter."""
    sample = fetch_sample(api)
    for word in values_of(sample, lambda track: search_words(track.get("title")))[:5]:
        by_word = search(api, word_filter(word))
        for each in filters_of_one_track(sample):
            result = SearchResult.read(api.pages("/tracks", params={**each.params, "q": word}, limit=200))

            result.expect_allowed(each)
            additional = result.keys - by_word.keys if by_word.is_complete else set()
            expect_true(not additional, f"only tracks of q={word}", f"{to_json(additional)} with {each}")


@claim("SC-FIND-09")
@pytest.mark.parametrize(("path", "name"), [("/users", "username"), ("/playlists", "title")])
def test_users_and_playlists_are_found_by_a_word(api: Client, path: str, name: str) -> None:
    """By the first and the last word of their names."""

    def expect_each_found() -> None:
        items = json_objects(api.get(path, limit=50).expect_ok().items)
        with_word = [item for item in items if search_words(item.get(name))]
        named = at_least_one(with_word, f"{path} lists no item with a plain word in its {name}")
        for item in (*named[:3], *named[-3:]):
            words = search_words(item[name])
            for word in {words[0], words[-1]}:
                wait_until_listed(api, path, item["id"], q=word, limit=200)

    api.eventually(expect_each_found)  # a listed item may have just been deleted


@claim("SC-FIND-09", needs=("user", "write"))
def test_playlist_is_found_by_a_word_of_its_title(user: Client, api: Client, unique_word: UniqueWord) -> None:
    """Of a new playlist, and of one with a new title; other playlists are not found."""
    new, updated = unique_word(), unique_word()
    new_id = create_playlist(user, [], f"{unique_word()} {new}", sharing="public")["id"]
    updated_id = create_playlist(user, [], unique_word(), sharing="public")["id"]

    user.put(f"/playlists/{updated_id}", json={"playlist": {"title": updated}}).expect_ok()

    expect_found(api, "/playlists", new_id, q=new)
    expect_found(api, "/playlists", updated_id, q=updated)


@claim("SC-FIND-10")
@pytest.mark.parametrize(("path", "query"), WITHOUT_RESULT, ids=str)
def test_search_without_a_match_returns_200_and_no_items(
    api: Client, path: str, query: dict[str, Any]
) -> None:
    for paging in ({}, {"linked_partitioning": True}):
        response = api.get(path, params=query, **paging).expect_ok()

        expect_no(response.items, "items", response)


@claim("SC-FIND-10")
@pytest.mark.parametrize("end", ["from", "to"])
@pytest.mark.parametrize(("name", "bound"), INVALID_BOUNDS)
def test_invalid_bound_is_refused_or_ignored(api: Client, name: str, bound: str, end: str) -> None:
    """The response is a 400, a 422, or the page without the bound."""
    for attempt in retry_while_changing(lambda: item_keys([api.get("/tracks", limit=10)])):
        with attempt as keys:
            response = api.get("/tracks", params={f"{name}[{end}]": bound}, limit=10)

            response.expect_status(200, 400, 422)
            is_ignored = response.status != 200 or item_keys([response]) == keys
            expect_true(is_ignored, f"400, 422 or the items {keys}", response.text, response)


@claim("SC-FIND-11")
def test_private_track_is_not_found_by_others(user: Client, client: Client, unique_word: UniqueWord) -> None:
    """By no search and no filter; a public track with the same texts is found."""
    word, genre, tag = unique_word(), unique_word(), unique_word()
    title = f"{word} {unique_word()}"
    texts: dict[str, Any] = {"title": title, "description": word, "genre": genre, "tag_list": tag}
    private, public = (
        user.get(f"/tracks/{create_track(user, **texts, sharing=sharing)['id']}").expect_ok().object
        for sharing in ("private", "public")
    )
    both_ids, moment = f"{private['id']},{public['id']}", uploaded_at(private)

    for query in ({"q": word}, {"q": title}, {"genres": genre}, {"tags": tag}, {"ids": both_ids}):
        expect_found(client, "/tracks", public["id"], **query)
    seconds = upload_time_filter(moment - SECOND, moment + SECOND).params
    duration = {"duration[from]": 0, "duration[to]": 1000}
    narrow = ({**seconds, **duration}, {**seconds, "access": "playable"})
    for query in (*narrow, {"q": private["user"]["username"]}, {}):
        result = SearchResult.read(client.pages("/tracks", params=query, limit=200))
        expect_not_in(item_key(private), result.keys, f"tracks with {query}")


@claim("SC-FIND-11")
def test_track_is_not_found_by_others_after_it_is_private(
    user: Client, client: Client, unique_word: UniqueWord
) -> None:
    word = unique_word()
    track_id = create_track(user, word)["id"]
    if not client.all_items("/tracks", q=word):
        not_verified("the public track is not found yet")

    user.put(f"/tracks/{track_id}", json={"track": {"sharing": "private"}}).expect_ok()

    wait_until_unlisted(client, "/tracks", track_id, q=word)
    wait_until_unlisted(client, "/tracks", track_id, ids=track_id)


def expect_found(client: Client, path: str, *item_ids: int, **query: Any) -> None:
    """Raise ExpectationFailed unless a search finds exactly these items."""

    def expect_ids() -> None:
        items = client.all_items(path, **query)
        expect(sorted(ids(items)), sorted(item_ids), f"ids of {path} {query}", items)

    client.eventually(expect_ids)
