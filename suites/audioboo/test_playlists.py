"""Playlists (Audioboo's API reference, Playlists)."""

from __future__ import annotations

from collections.abc import Callable
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
from tuningfork.client.response import JsonObject
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

Fresh = Callable[[str], str]

COUNT = 4


@pytest.fixture
def clips(user: Client, unique_name: Fresh) -> list[Any]:
    """The ids of some new clips."""
    return [create_clip(user, unique_name(f"to list, {number}"))["id"] for number in range(COUNT)]


@pytest.fixture
def playlist(user: Client, unique_name: Fresh) -> Any:
    """The id of a new, empty playlist."""
    return create_playlist(user, unique_name("a list"))["id"]


@pytest.fixture
def members(user: Client, playlist: Any, clips: list[Any]) -> list[JsonObject]:
    """The memberships of all the clips in the playlist, as each was answered."""
    return [create_membership(user, playlist, clip) for clip in clips]


def rename(client: Client, playlist: Any, title: str) -> Any:
    """PUT the title of a playlist."""
    return client.put(f"/playlists/{playlist}", form={"playlist[title]": title})


def is_titled(client: Client, playlist: Any, title: str) -> None:
    """Raise where a playlist reads under another title."""
    found = fetch_playlist(client, playlist)["title"]
    assert found == title, f"expected the title {title!r}, found {found!r}"


@claim("AB-LIST-01")
@pytest.mark.parametrize("odd", ["plain", UNUSUAL_TITLE])
def test_a_playlist_is_created_and_read(user: Client, api: Client, unique_name: Fresh, odd: str) -> None:
    """With its title, by its owner, by anybody, and in its owner's list; it is empty at first."""
    title = f"{unique_name('new')} {odd}"

    made = object_in_body(
        assert_success(user.post("/playlists", form={"playlist[title]": title})), "playlist"
    )

    assert made["title"] == title, f"expected the title {title!r}, found {made['title']!r}"
    for reader in (user, api):
        is_titled(reader, made["id"], title)
        assert_clips(reader, made["id"], [])
    listed = expect_listed(api, f"/users/{fetch_account_or_skip(user)['id']}/playlists", made)
    assert listed["title"] == title, f"expected the title {title!r} in the list, found {listed['title']!r}"


@claim("AB-LIST-01")
@pytest.mark.parametrize("body", [{}, {"form": {"title": "x"}}, multipart({"playlist[other]": "x"})])
def test_a_playlist_needs_a_title(user: Client, unique_name: Fresh, body: dict[str, Any]) -> None:
    """Without one: 4xx, and no playlist more than before."""
    path = f"/users/{fetch_account_or_skip(user)['id']}/playlists"
    listed_item_or_skip(user, path, create_playlist(user, unique_name("before")))
    before = ids_in(user, path)

    user.post("/playlists", **body).expect_client_error()

    after = create_playlist(user, unique_name("after"))
    listed_item_or_skip(user, path, after)
    more = ids_in(user, path) - before - {after["id"]}
    assert not more, f"expected no new playlist, found {more}"


@claim("AB-LIST-01")
def test_its_owner_renames_a_playlist(user: Client, api: Client, unique_name: Fresh, playlist: Any) -> None:
    """Again and again; another playlist keeps its title."""
    title = unique_name("beside")
    beside = create_playlist(user, title)["id"]
    path = f"/users/{fetch_account_or_skip(user)['id']}/playlists"

    for new in (unique_name("second"), f"{unique_name('third')} {UNUSUAL_TITLE}"):
        assert_success(rename(user, playlist, new))

        is_titled(user, playlist, new)
        is_titled(api, playlist, new)
        api.eventually(lambda new=new: is_listed(api, path, playlist, new))  # type: ignore[misc]  # bound early
    is_titled(user, beside, title)


@claim("AB-LIST-01")
def test_a_renamed_playlist_keeps_its_clips(
    user: Client, unique_name: Fresh, playlist: Any, clips: list[Any], members: list[JsonObject]
) -> None:
    """It is the same playlist under another title."""
    assert_success(rename(user, playlist, unique_name("renamed")))

    assert_clips(user, playlist, clips)


@claim("AB-LIST-01")
def test_its_owner_deletes_a_playlist(
    user: Client, api: Client, unique_name: Fresh, playlist: Any, members: list[JsonObject]
) -> None:
    """Then nobody reads, changes, fills or deletes it, and it is in no list; another one stays."""
    beside, found_user = create_playlist(user, unique_name("beside")), fetch_account_or_skip(user)["id"]
    listed = listed_item_or_skip(api, f"/users/{found_user}/playlists", JsonObject(id=playlist))

    assert_success(user.delete(f"/playlists/{playlist}"))

    user.get(f"/playlists/{playlist}").expect_client_error()
    api.get(f"/playlists/{playlist}").expect_client_error()
    rename(user, playlist, "again").expect_client_error()
    add_clip(user, playlist, members[0]["audio_clip_id"]).expect_client_error()
    user.delete(f"/playlists/{playlist}").expect_client_error()
    expect_unlisted(api, f"/users/{found_user}/playlists", listed)
    is_titled(api, beside["id"], beside["title"])


@claim("AB-LIST-01")
@pytest.mark.parametrize("who", ["other_user", "api"])
def test_nobody_else_changes_a_playlist(
    user: Client,
    request: pytest.FixtureRequest,
    playlist: Any,
    clips: list[Any],
    members: list[JsonObject],
    who: str,
) -> None:
    """Another user, or nobody at all, neither renames nor deletes it, nor changes what is in it."""
    stranger: Client = request.getfixturevalue(who)
    title, path = fetch_playlist(user, playlist)["title"], f"/playlists/{playlist}"

    for answer in (
        *(stranger.put(path, **encode_parameters(way, {"playlist[title]": "Mine now"})) for way in ENCODINGS),
        stranger.delete(f"/playlists/{playlist}"),
        add_clip(stranger, playlist, clips[0]),
        move_membership(stranger, playlist, members[0]["id"], COUNT),
        remove_membership(stranger, playlist, members[0]["id"]),
    ):
        answer.expect_client_error()
        is_titled(user, playlist, title)
        assert_clips(user, playlist, clips)


@claim("AB-LIST-02")
def test_a_clip_is_added_at_the_end(user: Client, api: Client, playlist: Any, clips: list[Any]) -> None:
    """Against the order in which the clips were made; each answer shows the membership that is read."""
    order = [clips[2], clips[0], clips[3], clips[1]]
    for number, clip in enumerate(order, 1):
        member = object_in_body(assert_success(add_clip(user, playlist, clip)), *MEMBERSHIP_PROPERTIES)

        for reader in (user, api):
            assert_clips(reader, playlist, order[:number])
        last = fetch_memberships(user, playlist)[-1]
        found = (member["id"], member["audio_clip_id"], last["id"])
        assert found == (last["id"], clip, member["id"]), f"expected {last}, found {member}"


@claim("AB-LIST-02")
def test_a_clip_is_moved(
    user: Client, api: Client, playlist: Any, clips: list[Any], members: list[JsonObject]
) -> None:
    """From every place to every place; it then stands there, and the others keep their order."""
    order = [(member["id"], clip) for member, clip in zip(members, clips, strict=True)]
    for at, position in product(range(COUNT), range(1, COUNT + 1)):
        assert_success(move_membership(user, playlist, order[at][0], position))
        order = moved(order, at, position)

        found = fetch_memberships(api, playlist)
        now = [(one["id"], one["audio_clip_id"]) for one in found]
        assert now == order, f"expected {order} after a move from {at + 1} to {position}, found {now}"
        there = found[position - 1]["position"]
        assert there == position, f"expected the position {position}, found {there!r}"


@claim("AB-LIST-02")
def test_a_long_playlist_keeps_its_order(user: Client, unique_name: Fresh, playlist: Any) -> None:
    """Over nine clips too, where 10 would come before 2 among texts."""
    clips = [create_clip(user, unique_name("of many"))["id"] for _ in range(11)]
    members = [create_membership(user, playlist, clip)["id"] for clip in clips]
    assert_clips(user, playlist, clips)

    assert_success(move_membership(user, playlist, members[1], 10))

    assert_clips(user, playlist, moved(clips, 1, 10))


@claim("AB-LIST-02")
def test_a_clip_is_taken_out(
    user: Client, api: Client, playlist: Any, clips: list[Any], members: list[JsonObject]
) -> None:
    """From every place; the others keep their order, and the clip itself stays, to be added again."""
    for at, member in ((0, members[0]), (2, members[3]), (1, members[2])):
        gone = clips.pop(at)
        assert_success(remove_membership(user, playlist, member["id"]))
        assert_clips(api, playlist, clips)
        remove_membership(user, playlist, member["id"]).expect_client_error()
        api.get(f"/audio_clips/{gone}").expect_ok()
        assert_success(add_clip(user, playlist, gone))
        clips.append(gone)
        assert_clips(user, playlist, clips)


@claim("AB-LIST-02")
def test_what_has_moved_is_taken_out(
    user: Client, playlist: Any, clips: list[Any], members: list[JsonObject]
) -> None:
    """A membership is told by its id, wherever it stands."""
    assert_success(move_membership(user, playlist, members[3]["id"], 1))
    assert_success(remove_membership(user, playlist, members[0]["id"]))
    assert_success(move_membership(user, playlist, members[2]["id"], 2))

    assert_clips(user, playlist, [clips[3], clips[2], clips[1]])


@claim("AB-LIST-02")
def test_playlists_are_apart(user: Client, unique_name: Fresh, playlist: Any, clips: list[Any]) -> None:
    """What is done to one is not done to another that has the same clips."""
    beside = create_playlist(user, unique_name("beside"))["id"]
    for clip in clips:
        create_membership(user, beside, clip)
    members = [create_membership(user, playlist, clip) for clip in reversed(clips)]

    assert_success(move_membership(user, playlist, members[0]["id"], 3))
    assert_success(remove_membership(user, playlist, members[3]["id"]))

    assert_clips(user, beside, clips)
    assert_clips(user, playlist, [clips[2], clips[1], clips[3]])


def ids_in(client: Client, path: str) -> set[Any]:
    """The ids of everything in a list."""
    return set(ids(client.all_items(path, **page_query(size=MAX_PAGE_SIZE))))


def is_listed(client: Client, path: str, playlist: Any, title: str) -> None:
    """Raise where a list has a playlist under another title."""
    found = listed_item_or_skip(client, path, JsonObject(id=playlist))["title"]
    assert found == title, f"expected the title {title!r} in {path}, found {found!r}"
