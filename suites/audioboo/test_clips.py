"""Clips: their properties; finding, updating and deleting them (Audioboo's API reference, Audio Clips)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import islice, pairwise
from typing import Any
from urllib.parse import urljoin

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.audioboo.diffs import assert_unchanged, get_tags
from tuningfork.apis.audioboo.error_assertions import FORBIDDEN_STATUSES, assert_refused, assert_success
from tuningfork.apis.audioboo.factories import (
    create_clip,
    create_comment,
    create_membership,
    create_playlist,
    created_object_or_skip,
    favourite,
    follow,
    object_in_body,
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
    long_words,
)
from tuningfork.apis.audioboo.pagination import MAX_PAGE_SIZE, item_ids, page_query
from tuningfork.apis.audioboo.tags import case_variants, expect_clips_with_tag, most_common_tags, tag_path
from tuningfork.client.client import Client
from tuningfork.client.marks import UniqueName
from tuningfork.client.response import JsonObject, Response
from tuningfork.json_text import to_json
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.testing.expect import expect, expect_in, expect_no, expect_true
from tuningfork.testing.item_comparison import stable_differences
from tuningfork.testing.listings import at_least_one, json_objects
from tuningfork.testing.payloads import wav_tone
from tuningfork.testing.retry import retry_while_changing

from .support.assertions import assert_clip, assert_location, assert_tag, assert_timestamps, is_number
from .support.clip_updates import CLIP_UPDATES, UNUSUAL_TITLE, ClipUpdate, create_full_clip, update_clip
from .support.parameter_encodings import ENCODINGS, encode_parameters
from .support.playlists import assert_clips

FetchClips = Callable[[Client], list[JsonObject]]

OWN_CLIPS = f"/account{CLIPS_PATH}"
FAVOURITES = f"{OWN_CLIPS}/favourites"
REDIRECTS = (301, 302, 303, 307, 308)
ANY_TYPE = {"Accept": "*/*"}
"""The Accept header of a player."""
UNUSUAL_TAGS = ("two {}", "R&B {}", "50% {}", "être {}", "a+b {}", "v1.0 it's {}", "C# {}")
TAG_SAMPLE_SIZE = 3
MAX_PAGES = 12


@pytest.fixture
def fetch_public_clips(api_session: ApiSession) -> FetchClips:
    """Returns clips of public lists; the tests of several claims share them."""

    def fetch(client: Client) -> list[JsonObject]:
        return at_least_one(iter_public_clips(client), "no list has a clip")

    return lambda client: api_session.shared.get("listed clips", lambda: fetch(client))


@claim("AB-CLIP-01")
def test_clip_has_documented_properties(api: Client, fetch_public_clips: FetchClips) -> None:
    for clip in fetch_public_clips(api):
        assert_clip(clip)


@claim("AB-CLIP-01", needs=("user", "write"))
def test_duration_is_in_seconds(user: Client, unique_name: UniqueName) -> None:
    """Two seconds of audio have a duration of about 2, or 0 until the server has measured it."""
    audio = wav_tone(2, 44100, channels=2)

    response = upload(user, {"title": unique_name("two seconds")}, audio)

    clip = created_object_or_skip(response, "audio_clip")
    for found in (clip, fetch_clip(user, clip["id"]), listed_item_or_skip(user, OWN_CLIPS, clip)):
        duration = found["duration"]
        is_expected = is_number(duration) and (duration == 0 or 1.5 <= duration <= 2.5)
        expect_true(is_expected, "a duration of about 2 seconds", to_json(duration), found)


@claim("AB-CLIP-02")
def test_times_have_the_documented_format(api: Client, fetch_public_clips: FetchClips) -> None:
    for clip in fetch_public_clips(api):
        assert_timestamps(clip)


@claim("AB-CLIP-02", needs=("user", "write"))
@pytest.mark.parametrize(
    "fields",
    [{}, {"recorded_at": "2014-03-01 00:30:05 +0200"}, {"recorded_at": "1999-12-31 23:59:59 -0130"}],
    ids=["default", "east", "west"],
)
def test_times_of_a_new_clip_have_the_documented_format(
    user: Client, unique_name: UniqueName, fields: dict[str, str]
) -> None:
    clip = create_clip(user, unique_name("timed"), **fields)

    for found in (clip, fetch_clip(user, clip["id"]), listed_item_or_skip(user, OWN_CLIPS, clip)):
        assert_timestamps(found)


@claim("AB-CLIP-03")
def test_location_is_in_bounds(api: Client, fetch_public_clips: FetchClips) -> None:
    locations = [clip.get("location") for clip in fetch_public_clips(api)]

    for location in at_least_one(filter(None, locations), "no listed clip has a location"):
        assert_location(location)


@claim("AB-CLIP-03", needs=("user", "write"))
@pytest.mark.parametrize(("latitude", "longitude"), [(90, 180), (-90, -180), (0, 0), (90.5, 0), (0, -180.5)])
def test_location_of_a_new_clip_is_in_bounds(
    user: Client, unique_name: UniqueName, latitude: float, longitude: float
) -> None:
    """A location out of bounds may return 4xx."""
    fields = {"location_latitude": latitude, "location_longitude": longitude, "location_accuracy": 0}

    response = upload(user, {"title": unique_name("far away"), "public_location": True, **fields})

    if response.status >= 400 and (abs(latitude) > 90 or abs(longitude) > 180):
        response.expect_client_error()
        return
    clip = fetch_clip(user, created_object_or_skip(response, "audio_clip")["id"])
    assert_location(clip.get("location") or not_verified("a new clip has no location"))


@claim("AB-CLIP-04")
def test_tags_have_documented_properties(api: Client, fetch_public_clips: FetchClips) -> None:
    tags = [tag for clip in fetch_public_clips(api) for tag in get_tags(clip)]

    for tag in at_least_one(tags, "no listed clip has a tag"):
        assert_tag(tag)


@claim("AB-CLIP-04", needs=("user", "write"))
def test_tags_of_a_new_clip_are_normalised(user: Client, unique_name: UniqueName) -> None:
    """Capitals of other alphabets become lower case, too."""
    clip = create_clip(user, unique_name("tagged"), tag_list="New Romney, BEACH, ÉMIGRÉ, ΟΔΟΙ, lower")

    for tag in at_least_one(get_tags(fetch_clip(user, clip["id"])), "a new clip has no tags"):
        assert_tag(tag)


@claim("AB-CLIP-05")
def test_clip_read_by_id_equals_the_listed_clip(api: Client) -> None:
    """Properties that both have; from the list of all clips all, from other lists the first and the last."""
    listed = []
    for path in clip_list_paths(api):
        clips = json_objects(api.get(path, **page_query(size=SAMPLE_SIZE)).expect_ok().items)
        sample = clips if path == CLIPS_PATH else [*clips[:1], *clips[1:][-1:]]
        listed += [(path, clip) for clip in sample]

    for path, clip in at_least_one(listed, "no list has a clip"):
        expect_equal_by_id(api, path, clip)


@claim("AB-CLIP-05", needs=("user", "write"))
def test_new_clip_read_by_id_equals_the_listed_clip(
    user: Client, api: Client, unique_name: UniqueName
) -> None:
    """A clip with all properties, in each list that contains it."""
    tag, title = unique_word(unique_name, "tag"), unique_name("new", f" {UNUSUAL_TITLE}")
    clip = create_full_clip(user, title, tag_list=f"One, {tag}")
    favourite(user, clip["id"])
    user_clips = f"/users/{fetch_account_or_skip(user)['id']}{CLIPS_PATH}"

    for client, path in ((user, OWN_CLIPS), (user, FAVOURITES), (api, user_clips), (api, tag_path(tag))):
        expect_equal_by_id(client, path, listed_item_or_skip(client, path, clip))
    for query in ({}, {"find[query]": title.split()[1]}):
        expect_equal_by_id(api, CLIPS_PATH, listed_item_or_skip(api, CLIPS_PATH, clip, **query), **query)


@claim("AB-CLIP-05")
@pytest.mark.parametrize("clip_id", NONEXISTENT_IDS)
def test_nonexistent_clip_returns_404(api: Client, clip_id: str) -> None:
    assert_refused(api.get(f"{CLIPS_PATH}/{clip_id}"), 404)


@claim("AB-CLIP-06")
def test_mp3_redirects_to_the_audio(api: Client) -> None:
    """Clips of different durations have different audio."""
    clips = fetch_newest_clips(api)

    found = [(api.eventually(partial(fetch_audio_url, api, clip)), clip["duration"]) for clip in clips]

    durations: dict[str, Any] = {}
    for url, duration in at_least_one((one for one in found if one[0]), "all of these clips were deleted"):
        expect(duration, durations.setdefault(url, duration), f"duration of the clips with the audio {url}")


@claim("AB-CLIP-06", needs=("user", "write"))
@pytest.mark.parametrize("client", ["user", "api"], indirect=True)
def test_mp3_of_a_new_clip_redirects_to_the_audio(
    user: Client, client: Client, unique_name: UniqueName
) -> None:
    """As soon as the audio is transcoded."""
    clip = create_clip(user, unique_name("audible"))
    path = f"{CLIPS_PATH}/{clip['id']}.mp3"

    client.eventually(lambda: expect_redirect_to_audio(client.get(path, headers=ANY_TYPE), clip))


@claim("AB-CLIP-07")
@pytest.mark.parametrize("size", [1, 7, 50, 150, None])
def test_clips_are_newest_first(api: Client, size: int | None) -> None:
    """Within a page and across pages; a clip that appears twice because others were added counts once."""
    pages = islice(api.pages(CLIPS_PATH, **page_query(size=size)), MAX_PAGES)

    by_id = {str(clip["id"]): clip for page in pages for clip in json_objects(page.expect_ok().items)}

    expect_newest_first(list(by_id.values()))


@claim("AB-CLIP-07", needs=("user", "write"))
@pytest.mark.parametrize("recorded", ["1999-12-31 23:59:59 +0000", "2037-01-01 00:00:00 +0000"])
def test_new_clip_is_ordered_by_its_upload(
    user: Client, api: Client, unique_name: UniqueName, recorded: str
) -> None:
    """Not by the time of its recording."""
    clip = create_clip(user, unique_name("old or new"), recorded_at=recorded)
    listed_item_or_skip(api, CLIPS_PATH, clip)

    expect_newest_first(fetch_newest_clips(api))


@claim("AB-CLIP-07", needs=("user", "write"))
def test_updated_clip_keeps_its_position(user: Client, api: Client, unique_name: UniqueName) -> None:
    old = fetch_newest_clips(user)[-1]
    clip = create_clip(user, unique_name("updated"))
    listed_item_or_skip(api, CLIPS_PATH, create_clip(user, unique_name("later")))

    update_clip(user, clip, {"title": unique_name("updated again")})

    expect_newest_first([*fetch_newest_clips(api), old])


@claim("AB-CLIP-08")
@pytest.mark.parametrize("word", ["plain", "Käsebrot", "ΟΔΟΣ", "日本語"])
def test_clip_is_found_by_a_word_of_its_title(
    user: Client, api: Client, unique_name: UniqueName, word: str
) -> None:
    """The first, an inner and the last word; a clip without the word is not found."""
    first, inner, last = (unique_word(unique_name, word) for _ in range(3))
    other = listed_item_or_skip(user, OWN_CLIPS, create_clip(user, unique_name("other title")))
    clip = create_clip(user, f"{first} by the {inner} and {last}")

    for query in (first, inner, last):
        expect_listed(api, CLIPS_PATH, clip, **{"find[query]": query})
        found = find_in_list(api, CLIPS_PATH, other, **{"find[query]": query})
        expect_true(found is None, f"only clips with {to_json(query)}", f"clip {other['id']} without it")


@claim("AB-CLIP-08")
def test_clip_is_found_by_its_new_title(user: Client, api: Client, unique_name: UniqueName) -> None:
    word = unique_word(unique_name, "title")
    clip = create_clip(user, unique_name("an old title"))

    assert_success(update_clip(user, clip, {"title": f"with {word} in it"}))

    expect_listed(api, CLIPS_PATH, clip, **{"find[query]": word})


@claim("AB-CLIP-08")
def test_search_returns_every_clip_with_the_word(user: Client, api: Client, unique_name: UniqueName) -> None:
    """With any page size."""
    word = unique_word(unique_name, "often")
    clip_ids = sorted(create_clip(user, f"{word} number {number}")["id"] for number in range(4))

    def expect_found() -> None:
        for size in (1, 3, 150):
            pages = api.pages(CLIPS_PATH, **{"find[query]": word}, **page_query(size=size))
            expect(sorted(item_ids(pages)), clip_ids, f"ids of the clips with {to_json(word)}")

    api.eventually(expect_found)


@claim("AB-CLIP-08")
def test_old_clip_is_found_by_a_word_of_its_title(api: Client) -> None:
    """The last of the listed clips that has a long word in its title."""
    clips = fetch_newest_clips(api, MAX_PAGE_SIZE)[::-1]
    pairs = ((clip, word) for clip in clips for word in long_words(clip))
    old, word = at_least_one(pairs, "no title has a long word")[0]

    pages = islice(
        api.pages(CLIPS_PATH, **{"find[query]": word}, **page_query(size=MAX_PAGE_SIZE)), MAX_PAGES
    )
    found = item_ids(page.expect_ok() for page in pages)

    if len(found) > MAX_PAGE_SIZE * (MAX_PAGES - 1):
        not_verified(f"too many clips are found by {word!r}")
    latest = api.get(f"{CLIPS_PATH}/{old['id']}")
    if latest.status == 404 or object_in_body(latest, "audio_clip")["title"] != old["title"]:
        not_verified("the clip was changed meanwhile")
    expect_in(old["id"], found, f"ids of the clips with {word!r}")


@claim("AB-CLIP-09")
def test_tag_list_has_the_clips_with_the_tag(api: Client) -> None:
    """All known clips with the tag and no others, in any case of the tag."""
    clips = fetch_newest_clips(api, 150)
    tags = at_least_one(most_common_tags(clips), "no listed clip has a tag")

    for tag in [*tags[:TAG_SAMPLE_SIZE], *tags[TAG_SAMPLE_SIZE:][-TAG_SAMPLE_SIZE:]]:
        for spelling in case_variants(tag):
            for attempt in retry_while_changing(lambda: fetch_newest_clips(api, 150), clips):
                with attempt as known:
                    expect_clips_with_tag(api, spelling, tag["normalised_tag"], known)


@claim("AB-CLIP-09", needs=("user", "write"))
def test_new_tag_lists_its_clips(user: Client, api: Client, unique_name: UniqueName) -> None:
    """No clip with a longer tag, a shorter tag, or the tag in its title only."""
    tag = unique_word(unique_name, "Reef")
    tag_lists = (tag, f"else, {tag.upper()}")
    clips = [create_clip(user, unique_name("tagged"), tag_list=tag_list)["id"] for tag_list in tag_lists]
    create_clip(user, unique_name("titled", f" {tag}"), tag_list=f"{tag}s, {tag[:-1]}, {tag} too")
    create_clip(user, unique_name("titled", f" {tag}"))
    if not all(get_tags(fetch_clip(user, clip)) for clip in clips):
        not_verified("a new clip has no tags")

    def expect_tagged() -> None:
        for spelling in (tag, tag.lower(), tag.upper(), tag.swapcase()):
            expect(sorted(item_ids(api.pages(tag_path(spelling)))), sorted(clips), f"clips tagged {spelling}")

    api.eventually(expect_tagged)


@claim("AB-CLIP-09", needs=("user", "write"))
def test_updated_clip_is_listed_by_its_new_tag(user: Client, api: Client, unique_name: UniqueName) -> None:
    """It leaves the list of its old tag."""
    old, new = (unique_word(unique_name, word) for word in ("Old", "New"))
    clip = create_clip(user, unique_name("tagged"), tag_list=old)
    listed_item_or_skip(api, tag_path(old), clip)

    assert_success(update_clip(user, clip, {"tag_list": new}))

    if [str(tag["display_tag"]).lower() for tag in get_tags(fetch_clip(user, clip["id"]))] != [new.lower()]:
        not_verified("the clip does not have the new tag alone")
    expect_listed(api, tag_path(new), clip)
    expect_unlisted(api, tag_path(old), clip)


@claim("AB-CLIP-09", needs=("user", "write"))
@pytest.mark.parametrize("template", UNUSUAL_TAGS)
def test_clip_is_listed_by_an_unusual_tag(
    user: Client, api: Client, unique_name: UniqueName, template: str
) -> None:
    """With characters that a URL must encode."""
    tag_list = template.format(unique_word(unique_name, "unusual"))
    clip = create_clip(user, unique_name("tagged"), tag_list=tag_list)

    for tag in at_least_one(get_tags(fetch_clip(user, clip["id"])), "a new clip has no tags"):
        for spelling in case_variants(tag):
            expect_listed(api, tag_path(spelling), clip)


@claim("AB-CLIP-10")
@pytest.mark.parametrize("update", CLIP_UPDATES, ids=str)
def test_update_changes_only_the_named_properties(
    user: Client, api: Client, unique_name: UniqueName, update: ClipUpdate
) -> None:
    """Other properties and another clip stay the same."""
    clip, other = (create_full_clip(user, unique_name(word)) for word in ("updated", "other"))
    public_clip = fetch_clip(api, clip["id"])

    assert_success(update_clip(user, clip, update.fields))

    for client, before in ((user, clip), (api, public_clip)):
        after = fetch_clip(client, clip["id"])
        update.assert_applied(after)
        assert_unchanged(before, after, but=update.expected)
    assert_unchanged(other, fetch_clip(user, other["id"]))


@claim("AB-CLIP-10")
def test_successive_updates_are_combined(user: Client, api: Client, unique_name: UniqueName) -> None:
    """Every list has each update; the clip keeps the last value of each property, and its comment."""
    clip = create_full_clip(user, unique_name("first"))
    comment = create_comment(user, clip["id"], unique_name("comment"))
    favourite(user, clip["id"])
    paths = (OWN_CLIPS, FAVOURITES, f"/users/{fetch_account_or_skip(user)['id']}{CLIPS_PATH}", CLIPS_PATH)

    for update in CLIP_UPDATES:
        assert_success(update_clip(user, clip, update.fields))
        for path in paths:
            user.eventually(partial(expect_applied_in_list, user, path, clip, update))

    last_values = {name: value for update in CLIP_UPDATES for name, value in update.expected.items()}
    ClipUpdate("all", {}, last_values).assert_applied(fetch_clip(user, clip["id"]))
    expect_listed(user, f"{CLIPS_PATH}/{clip['id']}/comments", comment)
    expect_listed(user, FAVOURITES, clip)


@claim("AB-CLIP-10")
def test_update_of_the_description_changes_nothing_else(user: Client, unique_name: UniqueName) -> None:
    clip = create_full_clip(user, unique_name("described"))

    assert_success(update_clip(user, clip, {"description": "Another text."}))

    after = fetch_clip(user, clip["id"])
    assert_unchanged(clip, after, but=("description",))
    is_updated = not clip.get("description") or after.get("description") != clip["description"]
    expect_true(is_updated, "another description", to_json(after.get("description")), after)


@claim("AB-CLIP-10")
def test_update_without_fields_changes_nothing(user: Client, unique_name: UniqueName) -> None:
    clip = create_full_clip(user, unique_name("unchanged"))

    update_clip(user, clip, {})

    assert_unchanged(clip, fetch_clip(user, clip["id"]))


@claim("AB-CLIP-11")
def test_deleted_clip_returns_404(user: Client, api: Client, unique_name: UniqueName) -> None:
    """To GET, PUT and DELETE; another clip is unchanged."""
    clip, other = (create_full_clip(user, unique_name(word)) for word in ("deleted", "other"))
    path = f"{CLIPS_PATH}/{clip['id']}"

    user.delete(path).expect_ok()

    user.get(path).expect_status(404)
    api.get(path).expect_status(404)
    update_clip(user, clip, {"title": "again"}).expect_status(404)
    user.delete(path).expect_status(404)
    user.get(path).expect_status(404)
    assert_unchanged(other, fetch_clip(user, other["id"]))


@claim("AB-CLIP-11")
@pytest.mark.parametrize(
    ("client", "path"),
    [
        ("api", CLIPS_PATH),
        ("api", "/users/{user_id}/audio_clips"),
        ("user", OWN_CLIPS),
        ("user", FAVOURITES),
        ("api", "/users/{user_id}/audio_clips/favourites"),
        ("api", "/tag/{tag}/audio_clips"),
        ("api", "/audio_clips?find[query]={tag}"),
        ("api", f"{CLIPS_PATH}/popular"),
    ],
    indirect=["client"],
)
def test_deleted_clip_is_in_no_list(user: Client, client: Client, unique_name: UniqueName, path: str) -> None:
    tag = unique_word(unique_name, "listed")
    clip = create_full_clip(user, tag, tag_list=tag)
    favourite(user, clip["id"])
    path, _, search = path.format(user_id=fetch_account_or_skip(user)["id"], tag=tag).partition("?")
    query = dict([search.split("=")]) if search else {}
    listed_item_or_skip(client, path, clip, **query)

    user.delete(f"{CLIPS_PATH}/{clip['id']}").expect_ok()

    expect_unlisted(client, path, clip, **query)


@claim("AB-CLIP-11", needs=("user2",))
@pytest.mark.parametrize("kind", ["followed", "favourites"])
def test_deleted_clip_is_in_no_list_of_another_user(
    user: Client, other_user: Client, unique_name: UniqueName, kind: str
) -> None:
    clip = create_full_clip(user, unique_name("of interest"))
    if kind == "followed":
        follow(other_user, fetch_account_or_skip(user)["id"])
    else:
        favourite(other_user, clip["id"])
    paths = (f"{OWN_CLIPS}/{kind}", f"/users/{fetch_account_or_skip(other_user)['id']}{CLIPS_PATH}/{kind}")
    for path in paths:
        listed_item_or_skip(other_user, path, clip)

    user.delete(f"{CLIPS_PATH}/{clip['id']}").expect_ok()

    for path in paths:
        expect_unlisted(other_user, path, clip)


@claim("AB-CLIP-11")
def test_deleted_clip_is_in_no_playlist(user: Client, api: Client, unique_name: UniqueName) -> None:
    """Of four clips an inner one, the last and the first; the others keep their order."""
    clips = [create_clip(user, unique_name(f"to list, {number}"))["id"] for number in range(4)]
    playlist = create_playlist(user, unique_name("a list"))["id"]
    for clip in clips:
        create_membership(user, playlist, clip)

    for deleted in (clips[1], clips[3], clips[0]):
        user.delete(f"{CLIPS_PATH}/{deleted}").expect_ok()
        clips.remove(deleted)

        api.eventually(lambda: assert_clips(api, playlist, clips))


@claim("AB-CLIP-12")
@pytest.mark.parametrize("client", ["other_user", "api"], indirect=True)
def test_only_the_owner_can_update_a_clip(user: Client, client: Client, unique_name: UniqueName) -> None:
    clip = create_full_clip(user, unique_name("own"))
    path, title = f"{CLIPS_PATH}/{clip['id']}", {"audio_clip[title]": "Changed"}

    responses = [update_clip(client, clip, update.fields) for update in CLIP_UPDATES]
    responses += [client.put(path, **encode_parameters(encoding, title)) for encoding in ENCODINGS]

    for response in responses:
        assert_refused(response, *FORBIDDEN_STATUSES)
    assert_unchanged(clip, fetch_clip(user, clip["id"]))


@claim("AB-CLIP-12")
@pytest.mark.parametrize("client", ["other_user", "api"], indirect=True)
def test_only_the_owner_can_delete_a_clip(user: Client, client: Client, unique_name: UniqueName) -> None:
    clip = create_full_clip(user, unique_name("own"))

    assert_refused(client.delete(f"{CLIPS_PATH}/{clip['id']}"), *FORBIDDEN_STATUSES)

    assert_unchanged(clip, fetch_clip(user, clip["id"]))
    expect_listed(user, OWN_CLIPS, clip)


@claim("AB-CLIP-12")
def test_service_key_can_not_change_a_clip(
    user: Client, service_client: Client, unique_name: UniqueName
) -> None:
    """It belongs to no user."""
    clip = create_full_clip(user, unique_name("own"))

    assert_refused(update_clip(service_client, clip, {"title": "Changed"}), *FORBIDDEN_STATUSES)
    assert_refused(service_client.delete(f"{CLIPS_PATH}/{clip['id']}"), *FORBIDDEN_STATUSES)

    assert_unchanged(clip, fetch_clip(user, clip["id"]))


def unique_word(unique_name: UniqueName, word: str) -> str:
    """Return a unique name without spaces."""
    return unique_name(word).replace(" ", "")


def expect_applied_in_list(client: Client, path: str, clip: JsonObject, update: ClipUpdate) -> None:
    """Raise ExpectationFailed unless the clip has the new values in the list at `path`."""
    update.assert_applied(listed_item_or_skip(client, path, clip))


def expect_equal_by_id(client: Client, path: str, listed: JsonObject, **query: str) -> None:
    """Raise ExpectationFailed if a listed clip differs from the clip, or if the clip returns 404.

    Counters and properties that differ between two reads of the clip are not compared.
    """

    def find_again() -> JsonObject:
        return find_in_list(client, path, listed, **query) or JsonObject()

    for attempt in retry_while_changing(find_again, listed):
        with attempt as item:
            if item and client.get(f"{CLIPS_PATH}/{item['id']}").status == 404:
                expect_unlisted(client, path, item, **query)
            elif item:
                reads = [fetch_clip(client, item["id"]) for _ in range(2)]
                expect_no(stable_differences(item, reads), "differences between list and clip", reads[1])


def fetch_audio_url(client: Client, clip: JsonObject) -> str:
    """Return the URL to which a clip's .mp3 redirects; an empty text for a clip that was deleted."""
    path = f"{CLIPS_PATH}/{clip['id']}"
    response = client.get(f"{path}.mp3", headers=ANY_TYPE)
    if response.status == 404 and client.get(path).status == 404:
        return ""
    return expect_redirect_to_audio(response, clip)


def expect_redirect_to_audio(response: Response, clip: JsonObject) -> str:
    """Return the URL to which a response redirects; ExpectationFailed if it is not that of audio.

    It is not the URL of the request, of the clip, of its page or of its image.
    """
    response.expect_status(*REDIRECTS)
    own_url = response.exchange.request.url
    url = urljoin(own_url, response.headers.get("Location", ""))
    others = (
        own_url,
        own_url.removesuffix(".mp3"),
        *(clip["urls"].get(name) for name in ("detail", "image")),
    )
    is_other = url not in others and url.startswith(("http://", "https://"))
    expect_true(is_other, "a Location with the URL of the audio", to_json(url), response)
    return url


def expect_newest_first(clips: list[JsonObject]) -> None:
    """Raise ExpectationFailed if a clip was uploaded after the one before it."""
    for clip, following in at_least_one(pairwise(clips), "the list does not have two clips"):
        is_ordered = str(following["uploaded_at"]) <= str(clip["uploaded_at"])
        found = f"{following['uploaded_at']} after {clip['uploaded_at']}"
        expect_true(is_ordered, "the newest clip first", found, following)
