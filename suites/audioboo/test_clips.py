"""Clips: what they tell, how they are found, changed and deleted (Audioboo's API reference, Audio Clips)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import islice, pairwise
from typing import Any
from urllib.parse import urljoin

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.audioboo.diffs import assert_unchanged, differences, get_tags
from tuningfork.apis.audioboo.error_assertions import FORBIDDEN_STATUSES, assert_refused, assert_success
from tuningfork.apis.audioboo.factories import (
    create_clip,
    create_comment,
    create_membership,
    create_playlist,
    created_object_or_skip,
    favourite,
    follow,
    upload,
)
from tuningfork.apis.audioboo.lookup import (
    CLIPS_PATH,
    NONEXISTENT_IDS,
    SAMPLE_SIZE,
    clip_list_paths,
    expect_listed,
    expect_unlisted,
    fetch_account_or_skip,
    fetch_clip,
    fetch_newest_clips,
    find_in_list,
    iter_public_clips,
    listed_item_or_skip,
)
from tuningfork.apis.audioboo.pagination import item_ids, page_query
from tuningfork.apis.audioboo.tags import (
    case_variants,
    expect_clips_with_tag,
    most_common_tags,
    tag_path,
)
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import ExpectationFailed
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.testing.listings import at_least_one, json_objects
from tuningfork.testing.payloads import wav_tone
from tuningfork.testing.retry import retry_while_changing

from .support.assertions import assert_clip, assert_location, assert_tag, assert_timestamps, is_number
from .support.clip_updates import CLIP_UPDATES, UNUSUAL_TITLE, ClipUpdate, create_full_clip, update_clip
from .support.parameter_encodings import ENCODINGS, encode_parameters
from .support.playlists import assert_clips

Fresh = Callable[[str], str]

REDIRECTS = (301, 302, 303, 307, 308)
ANY = {"Accept": "*/*"}
"""What a player accepts."""
ODD_TAGS = ("two {}", "R&B {}", "50% {}", "être {}", "a+b {}", "v1.0 it's {}", "C# {}")
SOME_TAGS = 3
SOME_PAGES = 12
Listed = Callable[[Client], list[tuple[JsonObject, str]]]


@pytest.fixture
def clips_listed(api_session: ApiSession) -> Listed:
    """Clips that anybody may list, with where they were found; the tests of several claims share them."""

    def fetch(client: Client) -> list[tuple[JsonObject, str]]:
        return at_least_one(iter_public_clips(client), "no list has a clip")

    return lambda client: api_session.shared.get("listed clips", lambda: fetch(client))


@claim("AB-CLIP-01")
def test_a_clip_says_what_it_is(api: Client, clips_listed: Listed) -> None:
    """In every list, and read by itself: an integer id, a title, a duration, and the address of its audio."""
    for clip, where in clips_listed(api):
        assert_clip(clip, where)


@claim("AB-CLIP-01", needs=("user", "write"))
def test_the_duration_is_in_seconds(user: Client, unique_name: Fresh) -> None:
    """Two seconds of audio last about two, once the server has found out how long they are."""
    clip = created_object_or_skip(
        upload(user, {"title": unique_name("two seconds")}, wav_tone(2, 44100, channels=2)), "audio_clip"
    )

    for found in (
        clip,
        fetch_clip(user, clip["id"]),
        listed_item_or_skip(user, f"/account{CLIPS_PATH}", clip),
    ):
        duration = found["duration"]
        assert is_number(duration), f"expected a number, found {duration!r}"
        assert duration == 0 or 1.5 <= duration <= 2.5, f"expected about 2 seconds, found {duration}"


@claim("AB-CLIP-02")
def test_times_read_as_documented(api: Client, clips_listed: Listed) -> None:
    """recorded_at and uploaded_at of every listed clip are times of UTC to the second."""
    for clip, where in clips_listed(api):
        assert_timestamps(clip, where)


@claim("AB-CLIP-02", needs=("user", "write"))
@pytest.mark.parametrize("recorded", [None, "2014-03-01 00:30:05 +0200", "1999-12-31 23:59:59 -0130"])
def test_times_of_a_new_clip_read_as_documented(
    user: Client, unique_name: Fresh, recorded: str | None
) -> None:
    """Whether its owner says when it was recorded, in whatever time zone, or not."""
    clip = create_clip(user, unique_name("timed"), **({} if recorded is None else {"recorded_at": recorded}))

    for found in (
        clip,
        fetch_clip(user, clip["id"]),
        listed_item_or_skip(user, f"/account{CLIPS_PATH}", clip),
    ):
        assert_timestamps(found, f"a clip recorded {recorded}")


@claim("AB-CLIP-03")
def test_a_location_is_on_earth(api: Client, clips_listed: Listed) -> None:
    """Each location in any list has a description, and numbers within their bounds."""
    located = [(clip, where) for clip, where in clips_listed(api) if clip.get("location") is not None]

    for clip, where in located:
        assert_location(clip["location"], where)
    assert located or not_verified("no listed clip has a location")


@claim("AB-CLIP-03", needs=("user", "write"))
@pytest.mark.parametrize(("latitude", "longitude"), [(90, 180), (-90, -180), (0, 0), (90.5, 0), (0, -180.5)])
def test_the_bounds_hold_for_a_new_clip(
    user: Client, unique_name: Fresh, latitude: float, longitude: float
) -> None:
    """What is within them is shown so; what is not is refused, or shown within."""
    where = {"location_latitude": latitude, "location_longitude": longitude, "location_accuracy": 0}
    answer = upload(user, {"title": unique_name("far away"), "public_location": True, **where})
    if answer.status >= 400 and (abs(latitude) > 90 or abs(longitude) > 180):
        answer.expect_client_error()
        return

    location = fetch_clip(user, created_object_or_skip(answer, "audio_clip")["id"]).get("location")

    if location is None:
        not_verified("the location of a new clip is not shown")
    assert_location(location, f"a clip at {latitude}, {longitude}")


@claim("AB-CLIP-04")
def test_tags_have_their_three_parts(api: Client, clips_listed: Listed) -> None:
    """Each tag in any list has what is displayed, the same in lower case, and an address."""
    tagged = [(tag, where) for clip, where in clips_listed(api) for tag in get_tags(clip)]

    for tag, where in tagged:
        assert_tag(tag, where)
    assert tagged or not_verified("no listed clip has a tag")


@claim("AB-CLIP-04", needs=("user", "write"))
def test_the_tags_of_a_new_clip_are_normalised(user: Client, unique_name: Fresh) -> None:
    """Capitals are for display only, those of other alphabets too."""
    clip = create_clip(user, unique_name("tagged"), tag_list="New Romney, BEACH, ÉMIGRÉ, ΟΔΟΙ, lower")

    tags = get_tags(fetch_clip(user, clip["id"])) or not_verified("the tags of a new clip are not shown")

    for tag in tags:
        assert_tag(tag, "a new clip")


@claim("AB-CLIP-05")
def test_a_clip_reads_as_it_is_listed(api: Client) -> None:
    """Every field that a list and the clip's own resource both have is the same in both."""
    lists = {
        path: json_objects(api.get(path, **page_query(size=SAMPLE_SIZE)).expect_ok().items)
        for path in clip_list_paths(api)
    }
    wanted = {
        path: clips if path == CLIPS_PATH else [*clips[:1], *clips[1:][-1:]] for path, clips in lists.items()
    }
    looked_at = [(path, clip) for path, clips in wanted.items() for clip in clips]

    for path, clip in at_least_one(looked_at, "no list has a clip"):
        reads_as_listed(api, path, clip)


@claim("AB-CLIP-05", needs=("user", "write"))
def test_a_new_clip_reads_as_it_is_listed(user: Client, api: Client, unique_name: Fresh) -> None:
    """With all that can be said of it: by its owner and by anybody, in every list that has it."""
    clip = create_full_clip(user, f"{unique_name('new')} {UNUSUAL_TITLE}")
    found_user = fetch_account_or_skip(user)["id"]

    for client, path in (
        (user, f"/account{CLIPS_PATH}"),
        (api, f"/users/{found_user}{CLIPS_PATH}"),
        (api, CLIPS_PATH),
    ):
        listed = listed_item_or_skip(client, path, clip)
        found = [*differences(listed, fetch_clip(client, clip["id"]))]
        assert not found, f"expected the clip as {path} has it, found {found}"


@claim("AB-CLIP-05")
@pytest.mark.parametrize("clip", NONEXISTENT_IDS)
def test_an_unknown_clip_is_not_found(api: Client, clip: str) -> None:
    """404, with both error headers."""
    assert_refused(api.get(f"{CLIPS_PATH}/{clip}"), 404)


@claim("AB-CLIP-06")
def test_mp3_redirects_to_the_audio(api: Client) -> None:
    """Some listed clips: a redirect to somewhere else."""
    newest = fetch_newest_clips(api)
    paths = [f"{CLIPS_PATH}/{clip['id']}" for clip in newest[:: max(1, len(newest) // 10)]]
    answers = [(path, api.get(f"{path}.mp3", headers=ANY)) for path in paths]
    left = [answer for path, answer in answers if answer.status != 404 or api.get(path).status != 404]

    for answer in at_least_one(left, "all of these clips are gone"):
        leads_to_audio(answer)


@claim("AB-CLIP-06", needs=("user", "write"))
@pytest.mark.parametrize("who", ["user", "api"])
def test_mp3_of_a_new_clip_redirects_to_the_audio(
    user: Client, request: pytest.FixtureRequest, unique_name: Fresh, who: str
) -> None:
    """Once it is transcoded, for its owner and for anybody."""
    listener: Client = request.getfixturevalue(who)
    path = f"{CLIPS_PATH}/{create_clip(user, unique_name('to hear'))['id']}.mp3"

    listener.eventually(lambda: leads_to_audio(listener.get(path, headers=ANY)))


@claim("AB-CLIP-07")
@pytest.mark.parametrize("size", [1, 7, 50, 150, None])
def test_clips_are_newest_first(api: Client, size: int | None) -> None:
    """On a page, and from each page to the next; a clip that comes again, since others came, counts once."""
    pages = islice(api.pages(CLIPS_PATH, **page_query(size=size)), SOME_PAGES)

    by_id = {str(clip["id"]): clip for page in pages for clip in json_objects(page.expect_ok().items)}
    is_newest_first(list(by_id.values()))


@claim("AB-CLIP-07", needs=("user", "write"))
@pytest.mark.parametrize("recorded", ["1999-12-31 23:59:59 +0000", "2037-01-01 00:00:00 +0000"])
def test_a_new_clip_stands_by_its_upload(
    user: Client, api: Client, unique_name: Fresh, recorded: str
) -> None:
    """A clip that was recorded long ago, or in the future, stands among those that came with it."""
    listed_item_or_skip(api, CLIPS_PATH, create_clip(user, unique_name("old or new"), recorded_at=recorded))

    is_newest_first(fetch_newest_clips(api))


@claim("AB-CLIP-07", needs=("user", "write"))
def test_a_changed_clip_stays_where_it_stands(user: Client, api: Client, unique_name: Fresh) -> None:
    """It is newest first by the upload, not by the last change."""
    old = fetch_newest_clips(user)[-1]
    mine = create_clip(user, unique_name("changed"))
    listed_item_or_skip(api, CLIPS_PATH, create_clip(user, unique_name("later")))

    update_clip(user, mine, {"title": unique_name("changed again")})

    found = fetch_newest_clips(api)
    is_newest_first([*found, old])


@claim("AB-CLIP-08")
@pytest.mark.parametrize("word", ["plain", "Käsebrot", "ΟΔΟΣ", "日本語"])
def test_a_clip_is_found_by_a_word_of_its_title(
    user: Client, api: Client, unique_name: Fresh, word: str
) -> None:
    """By its first word, one within and the last; a clip without it is not found."""
    first, within, last = (one_word(unique_name, word) for _ in range(3))
    other = listed_item_or_skip(
        user, f"/account{CLIPS_PATH}", create_clip(user, unique_name("something else"))
    )
    clip = create_clip(user, f"{first} by the {within} and {last}")

    for query in (first, within, last):
        expect_listed(api, CLIPS_PATH, clip, **{"find[query]": query})
        found = find_in_list(api, CLIPS_PATH, other, **{"find[query]": query})
        assert found is None, f"expected clips with {query!r} in the title, found {found}"


@claim("AB-CLIP-08")
def test_a_clip_is_found_by_its_new_title(user: Client, api: Client, unique_name: Fresh) -> None:
    """Once it is renamed, by a word of the title that it has now."""
    new = one_word(unique_name, "title")
    clip = create_clip(user, unique_name("an old title"))

    assert_success(update_clip(user, clip, {"title": f"with {new} in it"}))

    expect_listed(api, CLIPS_PATH, clip, **{"find[query]": new})


@claim("AB-CLIP-08")
def test_every_clip_with_the_word_is_found(user: Client, api: Client, unique_name: Fresh) -> None:
    """Several clips with a word in their titles are all found, page by page."""
    word = one_word(unique_name, "often")
    wanted = sorted(create_clip(user, f"{word} number {number}")["id"] for number in range(4))

    def look() -> None:
        for size in (1, 3, 150):
            found = sorted(item_ids(api.pages(CLIPS_PATH, **{"find[query]": word}, **page_query(size=size))))
            assert found == wanted, f"expected {wanted} by {word!r}, found {found}"

    api.eventually(look)


@claim("AB-CLIP-09")
def test_a_tag_gives_its_clips(api: Client) -> None:
    """All known clips with a tag and no others, however it is capitalised."""
    clips = fetch_newest_clips(api, 150)
    tags = most_common_tags(clips) or not_verified("no listed clip has a tag")

    for tag in [*tags[:SOME_TAGS], *tags[SOME_TAGS:][-SOME_TAGS:]]:
        for written in case_variants(tag):
            for attempt in retry_while_changing(lambda: fetch_newest_clips(api, 150), clips):
                with attempt as known:
                    expect_clips_with_tag(api, written, tag["normalised_tag"], known)


@claim("AB-CLIP-09", needs=("user", "write"))
def test_a_new_tag_gives_its_clips(user: Client, api: Client, unique_name: Fresh) -> None:
    """Those that were given it, however capitalised; none with a longer tag, a shorter one, or none."""
    tag = one_word(unique_name, "Reef")
    tagged = [
        create_clip(user, unique_name("tagged"), tag_list=written)
        for written in (tag, f"else, {tag.upper()}")
    ]
    for other in ({"tag_list": f"{tag}s, {tag[:-1]}, {tag} too"}, {}):
        create_clip(user, f"{unique_name('titled like a tag,')} {tag}", **other)
    if not all(get_tags(fetch_clip(user, clip["id"])) for clip in tagged):
        not_verified("the tags of a new clip are not shown")

    def look() -> None:
        wanted = sorted(clip["id"] for clip in tagged)
        for written in (tag, tag.lower(), tag.upper(), tag.swapcase()):
            found = sorted(item_ids(api.pages(tag_path(written))))
            assert found == wanted, f"expected {wanted} with the tag {written}, found {found}"

    api.eventually(look)


@claim("AB-CLIP-09", needs=("user", "write"))
@pytest.mark.parametrize("shape", ODD_TAGS)
def test_odd_tags_give_their_clips(user: Client, api: Client, unique_name: Fresh, shape: str) -> None:
    """What a URL must encode is a part of a tag like any other."""
    clip = create_clip(user, unique_name("tagged"), tag_list=shape.format(one_word(unique_name, "odd")))

    tags = get_tags(fetch_clip(user, clip["id"])) or not_verified("the tags of a new clip are not shown")

    for tag in tags:
        for written in case_variants(tag):
            expect_listed(api, tag_path(written), clip)


@claim("AB-CLIP-10")
@pytest.mark.parametrize("one", CLIP_UPDATES, ids=str)
def test_a_change_changes_what_it_names(
    user: Client, api: Client, unique_name: Fresh, one: ClipUpdate
) -> None:
    """Nothing else of the clip, and nothing of another one."""
    clip, beside = (create_full_clip(user, unique_name(word)) for word in ("changed", "beside"))
    seen_by_all = fetch_clip(api, clip["id"])

    assert_success(update_clip(user, clip, one.fields))

    for reader, before in ((user, clip), (api, seen_by_all)):
        now = fetch_clip(reader, clip["id"])
        one.assert_applied(now)
        assert_unchanged(before, now, but=one.shown)
    assert_unchanged(beside, fetch_clip(user, beside["id"]))


@claim("AB-CLIP-10")
def test_changes_follow_each_other(user: Client, api: Client, unique_name: Fresh) -> None:
    """One field after the other, in every list too; each keeps its last value, and the clip what it has."""
    clip = create_full_clip(user, unique_name("first"))
    comment = create_comment(user, clip["id"], unique_name("said"))
    favourite(user, clip["id"])
    paths = (f"/account{CLIPS_PATH}", f"/users/{fetch_account_or_skip(user)['id']}{CLIPS_PATH}", CLIPS_PATH)

    for one in CLIP_UPDATES:
        assert_success(update_clip(user, clip, one.fields))
        for path in paths:
            user.eventually(partial(expect_applied_in_list, user, path, clip, one))

    last = {name: value for one in CLIP_UPDATES for name, value in one.shown.items()}
    ClipUpdate("all", {}, last).assert_applied(fetch_clip(user, clip["id"]))
    expect_listed(user, f"{CLIPS_PATH}/{clip['id']}/comments", comment)
    expect_listed(user, f"/account{CLIPS_PATH}/favourites", clip)


@claim("AB-CLIP-10")
def test_a_change_of_the_description_changes_nothing_else(user: Client, unique_name: Fresh) -> None:
    """The description itself too, where a clip shows it."""
    clip = create_full_clip(user, unique_name("described"))

    assert_success(update_clip(user, clip, {"description": "Said otherwise."}))

    now = fetch_clip(user, clip["id"])
    assert_unchanged(clip, now, but=("description",))
    shown = now.get("description")
    assert not clip.get("description") or shown != clip["description"], f"expected another, found {shown!r}"


@claim("AB-CLIP-10")
def test_a_change_of_nothing_changes_nothing(user: Client, unique_name: Fresh) -> None:
    """Taken or refused, the clip stays as it was."""
    clip = create_full_clip(user, unique_name("still"))

    update_clip(user, clip, {})

    assert_unchanged(clip, fetch_clip(user, clip["id"]))


@claim("AB-CLIP-11")
def test_a_deleted_clip_is_gone(user: Client, api: Client, unique_name: Fresh) -> None:
    """200; then 404 for reading, changing and deleting it, by its owner and by anybody."""
    clip, beside = (create_full_clip(user, unique_name(word)) for word in ("deleted", "beside"))
    path = f"{CLIPS_PATH}/{clip['id']}"

    user.delete(path).expect_ok()

    for answer in (
        user.get(path),
        api.get(path),
        update_clip(user, clip, {"title": "again"}),
        user.delete(path),
    ):
        answer.expect_status(404)
    user.get(path).expect_status(404)
    assert_unchanged(beside, fetch_clip(user, beside["id"]))


@claim("AB-CLIP-11")
@pytest.mark.parametrize("kind", ["all", "user", "account", "mine", "seen", "tag", "search", "popular"])
def test_a_deleted_clip_is_in_no_list(user: Client, api: Client, unique_name: Fresh, kind: str) -> None:
    """Not in the list of everything, its owner's, a tag's, a search's or of favourites."""
    word, found_user = one_word(unique_name, "listed"), fetch_account_or_skip(user)["id"]
    clip = create_full_clip(user, word, tag_list=word)
    favourite(user, clip["id"])
    lists: dict[str, tuple[Client, str, dict[str, str]]] = {
        "all": (api, CLIPS_PATH, {}),
        "user": (api, f"/users/{found_user}{CLIPS_PATH}", {}),
        "account": (user, f"/account{CLIPS_PATH}", {}),
        "mine": (user, f"/account{CLIPS_PATH}/favourites", {}),
        "seen": (api, f"/users/{found_user}{CLIPS_PATH}/favourites", {}),
        "tag": (api, tag_path(word), {}),
        "search": (api, CLIPS_PATH, {"find[query]": word}),
        "popular": (api, f"{CLIPS_PATH}/popular", {}),
    }
    reader, path, query = lists[kind]
    listed_item_or_skip(reader, path, clip, **query)

    user.delete(f"{CLIPS_PATH}/{clip['id']}").expect_ok()

    expect_unlisted(reader, path, clip, **query)


@claim("AB-CLIP-11", needs=("user2",))
@pytest.mark.parametrize("kind", ["followed", "favourites"])
def test_a_deleted_clip_is_in_no_list_of_others(
    user: Client, other_user: Client, unique_name: Fresh, kind: str
) -> None:
    """Not with those who follow its owner, nor with those whose favourite it was."""
    clip = create_full_clip(user, unique_name("of interest"))
    if kind == "followed":
        follow(other_user, fetch_account_or_skip(user)["id"])
    else:
        favourite(other_user, clip["id"])
    paths = (
        f"/account{CLIPS_PATH}/{kind}",
        f"/users/{fetch_account_or_skip(other_user)['id']}{CLIPS_PATH}/{kind}",
    )
    for path in paths:
        listed_item_or_skip(other_user, path, clip)

    user.delete(f"{CLIPS_PATH}/{clip['id']}").expect_ok()

    for path in paths:
        expect_unlisted(other_user, path, clip)


@claim("AB-CLIP-11")
def test_a_deleted_clip_is_in_no_playlist(user: Client, api: Client, unique_name: Fresh) -> None:
    """Wherever it stood in one; the others keep their order."""
    clips = [create_clip(user, unique_name(f"to list, {number}"))["id"] for number in range(4)]
    playlist = create_playlist(user, unique_name("a list"))["id"]
    for clip in clips:
        create_membership(user, playlist, clip)

    for gone in (clips[1], clips[3], clips[0]):
        user.delete(f"{CLIPS_PATH}/{gone}").expect_ok()
        clips.remove(gone)

        api.eventually(lambda: assert_clips(api, playlist, clips))


@claim("AB-CLIP-12")
@pytest.mark.parametrize("who", ["other_user", "api"])
def test_nobody_else_changes_a_clip(
    user: Client, request: pytest.FixtureRequest, unique_name: Fresh, who: str
) -> None:
    """Another user, or nobody at all, is refused whatever is to be changed, and nothing is."""
    stranger: Client = request.getfixturevalue(who)
    clip = create_full_clip(user, unique_name("mine"))

    title, path = {"audio_clip[title]": "Taken"}, f"{CLIPS_PATH}/{clip['id']}"
    answers = (stranger.put(path, **encode_parameters(way, title)) for way in ENCODINGS)
    for answer in (*(update_clip(stranger, clip, one.fields) for one in CLIP_UPDATES), *answers):
        assert_refused(answer, *FORBIDDEN_STATUSES)
    assert_unchanged(clip, fetch_clip(user, clip["id"]))


@claim("AB-CLIP-12")
@pytest.mark.parametrize("who", ["other_user", "api"])
def test_nobody_else_deletes_a_clip(
    user: Client, request: pytest.FixtureRequest, unique_name: Fresh, who: str
) -> None:
    """Another user, or nobody at all, is refused, and the clip is as and where it was."""
    stranger: Client = request.getfixturevalue(who)
    clip = create_full_clip(user, unique_name("mine"))

    assert_refused(stranger.delete(f"{CLIPS_PATH}/{clip['id']}"), *FORBIDDEN_STATUSES)

    assert_unchanged(clip, fetch_clip(user, clip["id"]))
    expect_listed(user, f"/account{CLIPS_PATH}", clip)


def expect_applied_in_list(client: Client, path: str, clip: JsonObject, update: ClipUpdate) -> None:
    """Raise ExpectationFailed unless the clip has the new values in the list at `path`."""
    update.assert_applied(listed_item_or_skip(client, path, clip))


def one_word(fresh: Fresh, word: str) -> str:
    """A word that nobody has used."""
    return fresh(word).replace(" ", "")


def reads_as_listed(client: Client, path: str, listed: JsonObject) -> None:
    """Raise where a clip of a list reads otherwise by itself, or is gone and stays in the list."""

    def look() -> JsonObject:
        return find_in_list(client, path, listed) or JsonObject()

    for attempt in retry_while_changing(look, listed):
        with attempt as known:
            if known and client.get(f"{CLIPS_PATH}/{known['id']}").status == 404:
                expect_unlisted(client, path, known)
            elif known:
                found = [*differences(known, fetch_clip(client, known["id"]))]
                assert not found, f"expected clip {known['id']} as {path} has it, found {found}"


def leads_to_audio(answer: Response) -> None:
    """Raise where an answer does not redirect, or redirects to itself or to the clip's own resource."""
    answer.expect_status(*REDIRECTS)
    own = answer.exchange.request.url
    url = urljoin(own, answer.headers.get("Location", ""))
    if url in (own, own.removesuffix(".mp3")) or not url.startswith(("http://", "https://")):
        raise ExpectationFailed("a Location that leads to the audio", repr(answer.headers.get("Location")))


def is_newest_first(clips: list[Any]) -> None:
    """Raise where a clip was uploaded later than the one before."""
    pairs = pairwise(str(clip["uploaded_at"]) for clip in clips)
    for one, following in at_least_one(pairs, "the list has no two clips"):
        assert following <= one, f"expected newest first, found {following} after {one}"
