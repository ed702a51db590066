"""Search (https://developers.soundcloud.com/docs/api/guide#search)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, islice
from typing import Any, TypeVar

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.soundcloud.factories import create_playlist, create_track
from tuningfork.apis.soundcloud.lookup import NONEXISTENT_IDS
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.testing.expect import expect, expect_not_in, expect_true
from tuningfork.testing.listings import json_objects
from tuningfork.testing.retry import retry_while_changing

from .support.listings import search_words
from .support.pagination import item_key, item_keys
from .support.search_filters import (
    SECOND,
    Filter,
    SearchResult,
    assert_filtered,
    fetch_sample,
    genre_filter,
    id_filter,
    number_of,
    range_filter,
    sample_filters,
    search,
    tag_filter,
    tags_of,
    upload_time_filter,
    uploaded_at,
)

Fresh = Callable[[str], str]
SEARCHES = ("/tracks", "/users", "/playlists")
LIMITS = (200, 40)
NOBODY = NONEXISTENT_IDS[0]
SENSELESS = (
    ("bpm", "abc"),
    ("bpm", "12x"),
    ("duration", "abc"),
    ("created_at", "abc"),
    ("created_at", "yesterday"),
    ("created_at", "2021-13-45 00:00:00"),
)
T = TypeVar("T")


@claim("SC-FIND-01")
@pytest.mark.parametrize("field", ["title", "description"])
@pytest.mark.parametrize("place", [0, 1, 2], ids=["first", "middle", "last"])
def test_a_word_finds_a_track(user: Client, api: Client, unique_name: Fresh, field: str, place: int) -> None:
    """A word of a track's title or of its description, wherever it stands in it."""
    text = [_word(unique_name), _word(unique_name), _word(unique_name)]
    between_them = " la la " * (1 if field == "title" else 50)
    fields: dict[str, Any] = {"title": _word(unique_name), field: between_them.join(text)}
    made = create_track(user, **fields)

    for client in (api, user):
        client.eventually(lambda client=client: _is_found(client, "/tracks", text[place], made))  # type: ignore[misc]


@claim("SC-FIND-01")
@pytest.mark.parametrize("letters", ["żółw", "музыка", "音楽"])
def test_a_word_of_any_letters_finds_a_track(
    user: Client, api: Client, unique_name: Fresh, letters: str
) -> None:
    """A word with letters beyond ASCII is a word."""
    word = letters + _word(unique_name)
    made = create_track(user, f"{word} song")

    api.eventually(lambda: _is_found(api, "/tracks", word, made))


@claim("SC-FIND-01")
def test_a_word_among_marks_finds_a_track(user: Client, api: Client, unique_name: Fresh) -> None:
    """A word is one without the brackets, quotes and commas around it."""
    text = [_word(unique_name), _word(unique_name), _word(unique_name)]
    made = create_track(user, '({}) "{}", {}!'.format(*text))

    for word in text:
        api.eventually(lambda word=word: _is_found(api, "/tracks", word, made))  # type: ignore[misc]


@pytest.mark.parametrize(
    ("field", "by"),
    [
        pytest.param("title", lambda word: _search_for(word), marks=claim("SC-FIND-01")),
        pytest.param("description", lambda word: _search_for(word), marks=claim("SC-FIND-01")),
        pytest.param("genre", genre_filter, marks=claim("SC-FIND-03")),
        pytest.param("tag_list", tag_filter, marks=claim("SC-FIND-07")),
    ],
)
@claim(needs=("user", "write"))
def test_a_change_of_a_track_changes_what_finds_it(
    user: Client, api: Client, unique_name: Fresh, field: str, by: Callable[[str], Filter]
) -> None:
    """What it says now finds it; by a genre or tag that it had before, it is not found."""
    before, after = _word(unique_name), _word(unique_name)
    said: dict[str, Any] = {"title": _word(unique_name), field: before}
    made = create_track(user, **said)
    api.eventually(lambda: _all_of(search(api, by(before)), [made]))

    user.put(f"/tracks/{made['id']}", json={"track": {field: after}}).expect_ok()

    api.eventually(lambda: _all_of(search(api, by(after)), [made]))
    api.eventually(lambda: _has_only(search(api, by(before)), by(before)))


@claim("SC-FIND-01")
def test_the_uploaders_name_finds_a_track(user: Client, api: Client, unique_name: Fresh) -> None:
    """A word of the name of who uploaded it."""
    named = search_words(user.get("/me").expect_ok().object["username"])
    if not named:
        not_verified("the user's name has no plain word")
    made = create_track(user, unique_name("song"))

    api.eventually(lambda: _is_found(api, "/tracks", named[0], made))


@claim("SC-FIND-02")
@pytest.mark.parametrize("limit", LIMITS)
def test_ids_give_those_tracks(api: Client, limit: int) -> None:
    """One, some in any order, or more than a page of them; and no others."""
    for attempt in retry_while_changing(lambda: fetch_sample(api)):
        with attempt as known:
            ids = [item_key(track) for track in known.tracks]
            for wanted in (ids[:1], ids[-1:], ids[5:0:-1], ids[:60:7], ids[:60]):
                assert_filtered(api, id_filter(wanted), known, limit)


@claim("SC-FIND-02")
@pytest.mark.parametrize("limit", LIMITS)
def test_ids_of_nobody_and_doubles_add_nothing(api: Client, limit: int) -> None:
    """An id that does not exist is passed over; one that is named twice is given once."""
    first, *_, last = (item_key(track) for track in fetch_sample(api).tracks)

    found = search(api, id_filter([first, NOBODY, last, first]), limit)

    expect(sorted(map(item_key, found.tracks)), sorted({first, last}), "ids")


@claim("SC-FIND-02")
def test_ids_of_nobody_alone_give_nothing(api: Client) -> None:
    """Not all tracks, for one."""
    expect(search(api, id_filter([NOBODY])).tracks, [], "tracks with an id that does not exist")


@claim("SC-FIND-02", needs=("user", "write"))
def test_ids_do_not_show_a_private_track(user: Client, api: Client, unique_name: Fresh) -> None:
    """Who may not list a track does not get it by its id."""
    private = create_track(user, unique_name("song"), sharing="private")
    public = create_track(user, unique_name("song"), sharing="public")
    both, private_id = id_filter([private["id"], public["id"]]), item_key(private)

    found = api.eventually(lambda: _all_of(search(api, both), [public]))

    expect_not_in(private_id, found.ids, "tracks with both ids")


@claim("SC-FIND-03")
@pytest.mark.parametrize("limit", LIMITS)
def test_genres_give_tracks_of_either_genre(api: Client, limit: int) -> None:
    """One genre, two in either order, and three of which one is nobody's."""
    for attempt in retry_while_changing(lambda: fetch_sample(api)):
        with attempt as known:
            genres = _values(known, lambda track: [track.get("genre")])
            one, other = genres[0], genres[-1]
            for wanted in ((one,), (other,), (one, other), (other, one), (one, "no-such-genre", other)):
                assert_filtered(api, genre_filter(*wanted), known, limit)


@claim("SC-FIND-03", needs=("user", "write"))
def test_a_genre_is_not_found_by_a_part_of_it(user: Client, api: Client, unique_name: Fresh) -> None:
    """Neither a longer genre nor none is that genre."""
    one, two = _word(unique_name), _word(unique_name)
    right = [create_track(user, unique_name("song"), genre=genre) for genre in (one, two)]
    for genre in (f"{one} {two}", f"{one}s", one[:-1], ""):
        create_track(user, f"{one} {two}", genre=genre, description=one, tag_list=two)

    found = api.eventually(lambda: _all_of(search(api, genre_filter(one, two)), right))

    assert found.ids == set(map(item_key, right)), f"expected two tracks, found {len(found.ids)}"


@claim("SC-FIND-04")
@pytest.mark.parametrize("limit", LIMITS)
def test_bpm_is_bounded(api: Client, limit: int) -> None:
    """From and to include their ends, and nothing beyond them."""
    for attempt in retry_while_changing(lambda: fetch_sample(api)):
        with attempt as known:
            _bounds_hold(api, "bpm", known, limit)


@claim("SC-FIND-05")
@pytest.mark.parametrize("limit", LIMITS)
def test_duration_is_bounded(api: Client, limit: int) -> None:
    """In milliseconds; from and to include their ends, and nothing beyond them."""
    for attempt in retry_while_changing(lambda: fetch_sample(api)):
        with attempt as known:
            _bounds_hold(api, "duration", known, limit)


@claim("SC-FIND-06")
@pytest.mark.parametrize("limit", LIMITS)
def test_the_time_of_upload_is_bounded(api: Client, limit: int) -> None:
    """To the second: one second inside the bound is in, one outside is out."""
    for attempt in retry_while_changing(lambda: fetch_sample(api)):
        with attempt as known:
            for moment in _spread(sorted({uploaded_at(track) for track in known.tracks})):
                before, after = moment - SECOND, moment + SECOND
                for low, high in (
                    (before, after),
                    (after, None),
                    (None, before),
                    (before, None),
                    (None, after),
                ):
                    assert_filtered(api, upload_time_filter(low, high), known, limit)


@claim("SC-FIND-07")
@pytest.mark.parametrize("limit", LIMITS)
def test_tags_give_tracks_with_one_of_them(api: Client, limit: int) -> None:
    """One tag, two, and three of which one is nobody's."""
    for attempt in retry_while_changing(lambda: fetch_sample(api)):
        with attempt as known:
            tags = _values(known, tags_of)
            one, other = tags[0], tags[-1]
            alone = {tag for track in known.tracks if one not in tags_of(track) for tag in tags_of(track)}
            other = next((tag for tag in reversed(tags) if tag in alone), other)
            for wanted in ((one,), (other,), (one, other), (one, "no-such-tag", other)):
                assert_filtered(api, tag_filter(*wanted), known, limit)


@claim("SC-FIND-07", needs=("user", "write"))
def test_each_tag_of_a_track_finds_it(user: Client, api: Client, unique_name: Fresh) -> None:
    """The first, the one of several words, and the last; but no part of a tag."""
    first, phrase, last = _word(unique_name), f"{_word(unique_name)} {_word(unique_name)}", _word(unique_name)
    right = [create_track(user, unique_name("song"), tag_list=f'{first} "{phrase}" {last}')]
    create_track(user, f"{first} {last}", tag_list=f"{first}s {first[:-1]}", description=phrase, genre=last)

    for tag in (first, phrase, last):
        found = api.eventually(lambda tag=tag: _all_of(search(api, tag_filter(tag)), right))  # type: ignore[misc]
        assert found.ids == set(map(item_key, right)), f"expected one track, found {len(found.ids)}"


@claim("SC-FIND-08")
@pytest.mark.parametrize("limit", LIMITS)
def test_two_filters_together_keep_to_both(api: Client, limit: int) -> None:
    """Whichever two, and some three: what they give is in the result of each, and what all give is in it."""
    for attempt in retry_while_changing(lambda: fetch_sample(api)):
        with attempt as known:
            pairs = [
                one & two for one, two in combinations(sample_filters(known), 2) if _differ(one, two, known)
            ]
            if not pairs:
                not_verified("no two filters keep different tracks")
            triples = islice(combinations(sample_filters(known), 3), 0, None, 9)
            for wanted in [*pairs, *(one & two & three for one, two, three in triples)]:
                assert_filtered(api, wanted, known, limit)


@claim("SC-FIND-08")
def test_a_filter_narrows_a_search(api: Client) -> None:
    """What `q` and a filter give together is in the result of `q`, and of the filter."""
    known = fetch_sample(api)
    for word in _values(known, lambda track: search_words(track.get("title")))[:5]:
        alone = search(api, _search_for(word))
        for wanted in sample_filters(known):
            together = search(api, wanted & _search_for(word))

            _has_only(together, wanted)
            others = together.ids - alone.ids if alone.whole else set()
            expect_true(
                not others, f"only tracks that q={word} finds", f"others with {wanted.params}: {others}"
            )


@claim("SC-FIND-09")
@pytest.mark.parametrize(("path", "field"), [("/users", "username"), ("/playlists", "title")])
def test_users_and_playlists_are_found_by_a_word(api: Client, path: str, field: str) -> None:
    """A word of the name finds it; a word that nobody has does not."""

    def judge() -> None:
        listed = [
            item
            for item in json_objects(api.get(path, limit=50).expect_ok().items)
            if search_words(item.get(field))
        ]
        if not listed:
            not_verified(f"{path} lists nothing with a plain word in its {field}")
        for item in (*listed[:3], *listed[-3:]):
            _is_found(api, path, search_words(item[field])[0], item)
            _is_found(api, path, search_words(item[field])[-1], item)

    api.eventually(judge)  # one that is listed may have just been deleted
    expect(api.get(path, q="qxzjvkwqy").expect_ok().items, [], "items with a word that none has")


@claim("SC-FIND-09", needs=("user", "write"))
def test_a_new_playlist_is_found(user: Client, api: Client, unique_name: Fresh) -> None:
    """By a word of its title, and it alone."""
    word = _word(unique_name)
    track = fetch_sample(api).tracks[0]["id"]
    made = create_playlist(user, [track], f"{_word(unique_name)} {word}", sharing="public")
    create_playlist(user, [track], _word(unique_name), sharing="public")

    api.eventually(lambda: _is_found(api, "/playlists", word, made))

    found = api.all_items("/playlists", q=word)
    assert [item["id"] for item in json_objects(found)] == [made["id"]], f"expected one, found {len(found)}"


@claim("SC-FIND-09", needs=("user", "write"))
def test_a_new_title_finds_a_playlist(user: Client, api: Client, unique_name: Fresh) -> None:
    """A word that its title has got is found."""
    made = create_playlist(user, [], _word(unique_name), sharing="public")
    word = _word(unique_name)

    user.put(f"/playlists/{made['id']}", json={"playlist": {"title": word}}).expect_ok()

    api.eventually(lambda: _is_found(api, "/playlists", word, made))


@claim("SC-FIND-10")
@pytest.mark.parametrize("path", SEARCHES)
@pytest.mark.parametrize("linked", [False, True], ids=["bare", "linked"])
def test_a_word_of_nobody_finds_nothing(api: Client, unique_name: Fresh, path: str, linked: bool) -> None:
    """200, with nothing in it."""
    query = {"linked_partitioning": True} if linked else {}

    answer = api.get(path, q=_word(unique_name), **query).expect_ok()

    assert answer.items == [], f"expected nothing, found {len(answer.items)} items"


@claim("SC-FIND-10")
@pytest.mark.parametrize(
    "params",
    [
        {"ids": NOBODY},
        {"genres": "no-such-genre"},
        {"tags": "no-such-tag"},
        {"bpm[from]": 1000000},
        {"bpm[from]": 90, "bpm[to]": 80},
        {"duration[from]": 2 * 10**9},
        {"created_at[from]": "2999-01-01 00:00:00"},
        {"created_at[to]": "1999-01-01 00:00:00"},
    ],
    ids=str,
)
def test_a_filter_that_keeps_nothing_gives_nothing(api: Client, params: dict[str, Any]) -> None:
    """200, with nothing in it, whichever filter it is."""
    answer = api.get("/tracks", params=params).expect_ok()

    assert answer.items == [], f"expected nothing, found {len(answer.items)} items"


@claim("SC-FIND-10")
@pytest.mark.parametrize("end", ["from", "to"])
@pytest.mark.parametrize(("name", "bound"), SENSELESS)
def test_a_senseless_bound_is_refused_or_ignored(api: Client, name: str, bound: str, end: str) -> None:
    """400, 422, or what the search gives without it."""
    for attempt in retry_while_changing(lambda: item_keys([api.get("/tracks", limit=10)])):
        with attempt as without:
            answer = api.get("/tracks", params={f"{name}[{end}]": bound}, limit=10).expect_status(
                200, 400, 422
            )
            is_ignored = answer.status != 200 or item_keys([answer]) == without
            expect_true(is_ignored, f"a refusal, or the items {without}", answer.text, answer)


@claim("SC-FIND-11")
@pytest.mark.parametrize("viewer", ["api", "other_user"])
def test_a_private_track_is_in_nobody_elses_search(
    user: Client, request: pytest.FixtureRequest, other_user: Client, unique_name: Fresh, viewer: str
) -> None:
    """By whatever it is searched; its public twin is found."""
    client: Client = other_user if viewer == "other_user" else request.getfixturevalue("api")
    word, genre, tag = _word(unique_name), _word(unique_name), _word(unique_name)
    made: dict[str, Any] = {"title": f"{word} song", "description": word, "genre": genre, "tag_list": tag}
    private = create_track(user, **made, sharing="private")
    public = create_track(user, **made, sharing="public")
    private_id = item_key(private)

    for wanted in (
        _search_for(word),
        _search_for(made["title"]),
        genre_filter(genre),
        tag_filter(tag),
        id_filter([private["id"], public["id"]]),
    ):
        found = client.eventually(lambda wanted=wanted: _all_of(search(client, wanted), [public]))  # type: ignore[misc]
        expect_not_in(private_id, found.ids, f"tracks with {wanted.params}")
    moment = uploaded_at(private)
    then = upload_time_filter(moment - SECOND, moment + SECOND) & range_filter("duration", 0, 1000)
    for wanted in (then, _search_for(private["user"]["username"])):
        expect_not_in(private_id, search(client, wanted).ids, f"tracks with {wanted.params}")
    expect_not_in(private_id, fetch_sample(client).ids, "/tracks")


@claim("SC-FIND-11")
@pytest.mark.parametrize("viewer", ["api", "other_user"])
def test_a_track_that_was_public_is_found_no_more(
    user: Client, request: pytest.FixtureRequest, other_user: Client, unique_name: Fresh, viewer: str
) -> None:
    """Once its owner has made it private, by a word and by its id."""
    client: Client = other_user if viewer == "other_user" else request.getfixturevalue("api")
    word = _word(unique_name)
    made = create_track(user, word)
    client.eventually(lambda: _all_of(search(client, _search_for(word)), [made]))

    user.put(f"/tracks/{made['id']}", json={"track": {"sharing": "private"}}).expect_ok()

    for wanted in (_search_for(word), id_filter([made["id"]])):
        client.eventually(lambda wanted=wanted: _none_of(search(client, wanted), [made]))  # type: ignore[misc]


def _word(fresh: Fresh) -> str:
    """A word that nobody has used."""
    return fresh("word").replace(" ", "")


def _search_for(word: str) -> Filter:
    """`q`: which tracks it finds can't be told from them."""
    return Filter("q", {"q": word}, lambda _: True, lambda _: False)


def _is_found(client: Client, path: str, word: str, thing: JsonObject) -> None:
    """The thing is on some page of the search."""
    pages = islice(client.pages(path, q=word, limit=200), 20)
    is_found = any(item_key(thing) in item_keys([page.expect_ok()]) for page in pages)
    expect_true(is_found, f"{item_key(thing)} among the results for {word!r}", "no page with it")


def _all_of(found: SearchResult, wanted: Iterable[JsonObject]) -> SearchResult:
    """The result, which must have these in it."""
    missing = {item_key(track) for track in wanted} - found.ids
    expect_true(not missing, f"{len(missing)} more tracks", f"none of {sorted(missing)[:3]}")
    return found


def _none_of(found: SearchResult, unwanted: Iterable[JsonObject]) -> None:
    """ExpectationFailed if one of these is in the result."""
    there = found.ids & {item_key(track) for track in unwanted}
    expect_true(not there, f"{len(there)} tracks fewer", f"{sorted(there)[:3]} too")


def _has_only(found: SearchResult, wanted: Filter) -> None:
    """ExpectationFailed if the result has a track that the filter does not allow."""
    for track in found.tracks:
        expect_true(
            wanted.allows(track), f"only tracks within {wanted.params}", f"track {item_key(track)}", track
        )


def _values(known: SearchResult, read: Callable[[JsonObject], Iterable[Any]]) -> list[str]:
    """What the tracks have, from the commonest to the rarest; not verified where nothing is to be had."""
    counted = Counter(value for track in known.tracks for value in read(track) if value and "," not in value)
    if len(counted) < 2:
        not_verified("the listed tracks have no two values to filter by")
    return [value for value, _ in counted.most_common()]


def _spread(values: list[T]) -> list[T]:
    """The first, a middle one, and the last."""
    return list(dict.fromkeys([values[0], values[len(values) // 2], values[-1]]))


def _bounds_hold(api: Client, name: str, known: SearchResult, limit: int) -> None:
    """Around the least, a middle and the highest number: at it, one below, one above."""
    numbers = (number_of(track, name) for track in known.tracks)
    whole = sorted({int(one) for one in numbers if one is not None})
    if not whole:
        not_verified(f"no listed track has a {name}")
    for value in _spread(whole):
        for low, high in _bounds_at(value):
            assert_filtered(api, range_filter(name, low, high), known, limit)


def _bounds_at(value: int) -> Iterator[tuple[int | None, int | None]]:
    yield from ((value, None), (None, value), (value, value))
    yield from ((value + 1, None), (None, value - 1), (value - 1, value + 1))


def _differ(one: Filter, two: Filter, known: SearchResult) -> bool:
    """Whether each keeps a known track that the other does not, so that forgetting one shows."""
    kept = [(one.allows(track), two.allows(track)) for track in known.tracks]
    return (True, False) in kept and (False, True) in kept
