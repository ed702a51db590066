"""Playlists (Audioboo's API reference, Playlists)."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import Any

import pytest

from tuningfork import claim
from tuningfork.apis.audioboo.error_assertions import assert_success
from tuningfork.apis.audioboo.factories import (
    MEMBERSHIP_PROPERTIES,
    create_clip,
    create_membership,
    create_playlist,
    object_in_body,
)
from tuningfork.apis.audioboo.lookup import (
    expect_listed,
    expect_unlisted,
    fetch_account_or_skip,
    listed_item_or_skip,
)
from tuningfork.apis.audioboo.pagination import MAX_PAGE_SIZE, page_query
from tuningfork.client.client import Client
from tuningfork.client.marks import UniqueName
from tuningfork.client.response import JsonObject, Response
from tuningfork.testing.expect import expect, expect_no, expect_properties
from tuningfork.testing.listings import ids
from tuningfork.testing.payloads import multipart

from .support.clip_updates import UNUSUAL_TITLE
from .support.parameter_encodings import ENCODINGS, encode_parameters
from .support.playlists import (
    add_clip,
    assert_clips,
    fetch_memberships,
    fetch_playlist,
    move_membership,
    moved,
    remove_membership,
)

CLIP_COUNT = 4


@pytest.fixture
def clips(user: Client, unique_name: UniqueName) -> list[Any]:
    """The ids of new clips."""
    return [create_clip(user, unique_name(f"to list, {number}"))["id"] for number in range(CLIP_COUNT)]


@pytest.fixture
def playlist(user: Client, unique_name: UniqueName) -> Any:
    """The id of a new, empty playlist."""
    return create_playlist(user, unique_name("a list"))["id"]


@pytest.fixture
def memberships(user: Client, playlist: Any, clips: list[Any]) -> list[JsonObject]:
    """The memberships of all clips in the playlist, as the responses to POST have them."""
    return [create_membership(user, playlist, clip) for clip in clips]


@pytest.fixture
def user_playlists(user: Client) -> str:
    """The path of the list of the user's playlists."""
    return f"/users/{fetch_account_or_skip(user)['id']}/playlists"


@claim("AB-LIST-01")
@pytest.mark.parametrize("suffix", ["plain", UNUSUAL_TITLE])
def test_created_playlist_has_its_title(
    user: Client, api: Client, unique_name: UniqueName, user_playlists: str, suffix: str
) -> None:
    """For its owner, for the app and in the list; it is empty."""
    title = unique_name("new", f" {suffix}")

    response = user.post("/playlists", form={"playlist[title]": title})

    created = object_in_body(assert_success(response), "playlist")
    listed = expect_listed(api, user_playlists, created)
    read = [fetch_playlist(client, created["id"]) for client in (user, api)]
    for found in (created, listed, *read):
        expect_properties(found, title=title)
    for client in (user, api):
        assert_clips(client, created["id"], [])


@claim("AB-LIST-01")
@pytest.mark.parametrize("body", [{}, {"form": {"title": "x"}}, multipart({"playlist[other]": "x"})])
def test_playlist_without_a_title_returns_4xx(
    user: Client, unique_name: UniqueName, user_playlists: str, body: dict[str, Any]
) -> None:
    """No playlist is created."""
    listed_item_or_skip(user, user_playlists, create_playlist(user, unique_name("before")))
    before = fetch_ids(user, user_playlists)

    user.post("/playlists", **body).expect_client_error()

    later = create_playlist(user, unique_name("later"))
    listed_item_or_skip(user, user_playlists, later)
    expect_no(fetch_ids(user, user_playlists) - before - {later["id"]}, "new playlists")


@claim("AB-LIST-01")
@pytest.mark.usefixtures("memberships")
def test_owner_can_rename_a_playlist(
    user: Client, api: Client, unique_name: UniqueName, user_playlists: str, playlist: Any, clips: list[Any]
) -> None:
    """Twice; it keeps its clips, and another playlist keeps its title."""
    other = create_playlist(user, other_title := unique_name("other"))["id"]

    for title in (unique_name("second"), unique_name("third", f" {UNUSUAL_TITLE}")):
        assert_success(rename_playlist(user, playlist, title))

        for client in (user, api):
            expect_properties(fetch_playlist(client, playlist), title=title)
        api.eventually(partial(expect_listed_title, api, user_playlists, playlist, title))
    assert_clips(user, playlist, clips)
    expect_properties(fetch_playlist(user, other), title=other_title)


@claim("AB-LIST-01")
def test_deleted_playlist_returns_4xx(
    user: Client,
    api: Client,
    unique_name: UniqueName,
    user_playlists: str,
    playlist: Any,
    memberships: list[JsonObject],
) -> None:
    """To each request but a second DELETE, and it is not listed; its clips and another playlist stay."""
    other = create_playlist(user, unique_name("other"))
    listed = listed_item_or_skip(api, user_playlists, JsonObject(id=playlist))

    assert_success(user.delete(f"/playlists/{playlist}"))

    user.get(f"/playlists/{playlist}").expect_client_error()
    api.get(f"/playlists/{playlist}").expect_client_error()
    rename_playlist(user, playlist, "again").expect_client_error()
    add_clip(user, playlist, memberships[0]["audio_clip_id"]).expect_client_error()
    user.delete(f"/playlists/{playlist}")
    expect_unlisted(api, user_playlists, listed)
    expect_properties(fetch_playlist(api, other["id"]), title=other["title"])
    api.get(f"/audio_clips/{memberships[0]['audio_clip_id']}").expect_ok()


@claim("AB-LIST-01")
@pytest.mark.parametrize("client", ["other_user", "api", "service_client"], indirect=True)
def test_only_the_owner_can_change_a_playlist(
    user: Client, client: Client, playlist: Any, clips: list[Any], memberships: list[JsonObject]
) -> None:
    """Its title, its memberships, and its existence."""
    title, path = fetch_playlist(user, playlist)["title"], f"/playlists/{playlist}"
    first = memberships[0]["id"]

    for response in (
        *(client.put(path, **encode_parameters(way, {"playlist[title]": "x"})) for way in ENCODINGS),
        client.delete(path),
        add_clip(client, playlist, clips[0]),
        move_membership(client, playlist, first, CLIP_COUNT),
        remove_membership(client, playlist, first),
    ):
        response.expect_client_error()
    expect_properties(fetch_playlist(user, playlist), title=title)
    assert_clips(user, playlist, clips)


@claim("AB-LIST-02")
def test_clip_is_added_at_the_end(user: Client, api: Client, playlist: Any, clips: list[Any]) -> None:
    """In the order of the requests, not of the clips; the response has the membership."""
    order = [clips[2], clips[0], clips[3], clips[1]]
    for number, clip in enumerate(order, 1):
        response = add_clip(user, playlist, clip)

        membership = object_in_body(assert_success(response), *MEMBERSHIP_PROPERTIES)
        expect_properties(membership, audio_clip_id=clip)
        expect(fetch_memberships(user, playlist)[-1]["id"], membership["id"], "id of the last membership")
        for client in (user, api):
            assert_clips(client, playlist, order[:number])


@claim("AB-LIST-02")
def test_clip_can_be_moved_to_any_position(
    user: Client, api: Client, playlist: Any, clips: list[Any], memberships: list[JsonObject]
) -> None:
    """From any position; the other clips keep their order."""
    order = [(membership["id"], clip) for membership, clip in zip(memberships, clips, strict=True)]
    for index, position in product(range(CLIP_COUNT), range(1, CLIP_COUNT + 1)):
        assert_success(move_membership(user, playlist, order[index][0], position))

        order = moved(order, index, position)
        found = fetch_memberships(api, playlist)
        expect([(one["id"], one["audio_clip_id"]) for one in found], order, "ids of memberships and clips")
        expect_properties(found[position - 1], position=position)


@claim("AB-LIST-02")
def test_order_is_numeric(user: Client, unique_name: UniqueName, playlist: Any) -> None:
    """Position 10 is after position 2."""
    clips = [create_clip(user, unique_name("of many"))["id"] for _ in range(11)]
    memberships = [create_membership(user, playlist, clip)["id"] for clip in clips]
    assert_clips(user, playlist, clips)

    assert_success(move_membership(user, playlist, memberships[1], 10))

    assert_clips(user, playlist, moved(clips, 1, 10))


@claim("AB-LIST-02")
def test_clip_can_be_removed_from_any_position(
    user: Client, api: Client, playlist: Any, clips: list[Any], memberships: list[JsonObject]
) -> None:
    """The other clips keep their order; the removed clip still exists and can be added again."""
    for index, membership in ((0, memberships[0]), (2, memberships[3]), (1, memberships[2])):
        removed = clips.pop(index)
        assert_success(remove_membership(user, playlist, membership["id"]))

        assert_clips(api, playlist, clips)
        remove_membership(user, playlist, membership["id"])
        assert_clips(user, playlist, clips)
        api.get(f"/audio_clips/{removed}").expect_ok()
        assert_success(add_clip(user, playlist, removed))
        clips.append(removed)
        assert_clips(user, playlist, clips)


@claim("AB-LIST-02")
def test_other_playlist_with_the_same_clips_is_unchanged(
    user: Client, unique_name: UniqueName, playlist: Any, clips: list[Any], memberships: list[JsonObject]
) -> None:
    """By a move and by a removal."""
    other = create_playlist(user, unique_name("other"))["id"]
    for clip in clips:
        create_membership(user, other, clip)

    assert_success(move_membership(user, playlist, memberships[0]["id"], CLIP_COUNT))
    assert_success(remove_membership(user, playlist, memberships[1]["id"]))

    assert_clips(user, playlist, [*clips[2:], clips[0]])
    assert_clips(user, other, clips)


def rename_playlist(client: Client, playlist: Any, title: str) -> Response:
    """Send PUT of the title of a playlist."""
    return client.put(f"/playlists/{playlist}", form={"playlist[title]": title})


def fetch_ids(client: Client, path: str) -> set[Any]:
    """Return the ids of all items of a list."""
    return set(ids(client.all_items(path, **page_query(size=MAX_PAGE_SIZE))))


def expect_listed_title(client: Client, path: str, playlist: Any, title: str) -> None:
    """Raise ExpectationFailed if a list has a playlist with another title."""
    expect_properties(listed_item_or_skip(client, path, JsonObject(id=playlist)), title=title)
