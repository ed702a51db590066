"""Accessing Playlists (https://developers.soundcloud.com/docs/api/guide#playlists)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.soundcloud.factories import create_playlist, create_track
from tuningfork.apis.soundcloud.lookup import (
    fetch_each,
    fetch_my_id,
    find_public_playlists,
    find_public_tracks,
    read_secret_token,
    similar_secret_tokens,
)
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.testing.listings import (
    at_least_one,
    ids,
    json_objects,
    wait_until_listed_or_skip,
    wait_until_unlisted,
)

from .support.diffs import expect_unchanged
from .support.playlists import (
    assert_track_list,
    assert_tracks_persist,
    reload_playlist,
    set_tracks,
    update_playlist,
)

Fresh = Callable[[str], str]


@pytest.fixture
def tracks(user: Client, unique_name: Fresh) -> list[int]:
    """The ids of three new tracks of the user's."""
    return [create_track(user, unique_name(f"to list, {number}"))["id"] for number in range(3)]


@pytest.fixture
def many(api: Client) -> list[int]:
    """The ids of more public tracks than a page of any list has by default."""
    return ids(find_public_tracks(api, at_least=60, limit=75))


def seen(tracks: Iterable[Any]) -> list[Any]:
    """The ids of the tracks that everybody may see, each where it first stands."""
    open_ones = [
        track
        for track in json_objects(tracks)
        if track.get("access") != "blocked" and track.get("sharing") != "private"
    ]
    return list(dict.fromkeys(ids(open_ones)))


def length(playlist: JsonObject) -> int:
    """How many tracks a playlist says that it has; 0 where it says nothing of use."""
    count = playlist.get("track_count")
    return count if isinstance(count, int) else 0


def hides_its_tracks(client: Client, playlist: JsonObject) -> None:
    """Raise where show_tracks=false shows tracks, or changes their count."""
    bare = reload_playlist(client, playlist, show_tracks=False)

    assert not bare.get("tracks"), f"expected no tracks, found {len(bare['tracks'])}"
    counts = bare["track_count"], playlist["track_count"]
    assert counts[0] == counts[1], f"expected track_count {counts[1]} still, found {counts[0]}"


@claim("SC-LIST-06")
def test_show_tracks_leaves_them_out(api: Client) -> None:
    """Public playlists without their tracks, the longest among them, keep their track_count."""
    listed = sorted(find_public_playlists(api), key=length, reverse=True)
    full = [one for one in fetch_each(api, "playlists", [*listed[:5], *listed[-5:]]) if one["tracks"]]

    for playlist in full or not_verified("no listed playlist has tracks"):
        hides_its_tracks(api, playlist)


@claim("SC-LIST-06", needs=("user", "write"))
@pytest.mark.parametrize("sharing", ["public", "private"])
def test_show_tracks_leaves_out_an_owner_s_too(
    user: Client, unique_name: Fresh, tracks: list[int], sharing: str
) -> None:
    """A playlist of three counts three, shown or not."""
    playlist = reload_playlist(user, create_playlist(user, tracks, unique_name("bare"), sharing=sharing))

    hides_its_tracks(user, playlist)

    count = reload_playlist(user, playlist, show_tracks=False)["track_count"]
    assert count == 3, f"expected track_count 3, found {count!r}"


@claim("SC-LIST-06", needs=("user", "user2", "write"))
def test_show_tracks_leaves_out_what_a_secret_opens(
    user: Client, other_user: Client, hidden: JsonObject
) -> None:
    """For another user, of a private playlist, as many are counted and none shown."""
    bare = reload_playlist(other_user, hidden, secret_token=read_secret_token(hidden), show_tracks=False)

    assert not bare.get("tracks"), f"expected no tracks, found {len(bare['tracks'])}"
    whole = reload_playlist(other_user, hidden, secret_token=read_secret_token(hidden))
    counts = bare["track_count"], whole["track_count"]
    assert counts[0] == counts[1], f"expected track_count {counts[1]} still, found {counts[0]}"


@claim("SC-LIST-06", needs=("user", "write"))
def test_show_tracks_leaves_out_many(user: Client, unique_name: Fresh, many: list[int]) -> None:
    """A playlist of more tracks than a page has is without them too."""
    playlist = reload_playlist(user, create_playlist(user, many, unique_name("bare")))

    hides_its_tracks(user, playlist)


@claim("SC-LIST-07")
def test_both_ways_give_the_same_tracks(api: Client) -> None:
    """A playlist and its list of tracks agree, and there are no more than track_count says."""
    wholes = fetch_each(api, "playlists", find_public_playlists(api, limit=20))

    for whole in at_least_one(wholes, "the listed playlists are gone"):
        below = seen(api.all_items(f"/playlists/{whole['id']}/tracks"))

        shown = seen(whole["tracks"] or [])
        assert shown == below, f"expected {shown} in playlist {whole['id']}'s list, found {below}"
        assert isinstance(whole["track_count"], int), f"expected a count, found {whole['track_count']!r}"
        assert whole["track_count"] >= len(shown), (
            f"expected {len(shown)} or more, found {whole['track_count']}"
        )


@claim("SC-LIST-07", needs=("user", "write"))
def test_tracks_are_counted(user: Client, unique_name: Fresh, tracks: list[int]) -> None:
    """track_count follows every change, and both ways give that many tracks."""
    playlist = create_playlist(user, tracks[:1], unique_name("counted"))

    for content in (tracks[:1], tracks, tracks[1:], [], tracks[::-1]):
        changed = set_tracks(user, playlist, content).expect_ok().object
        for whole in (changed, reload_playlist(user, playlist)):
            count = whole["track_count"]
            assert count == len(content), f"expected track_count {len(content)}, found {count!r}"
        assert_tracks_persist(user, playlist, content)


@claim("SC-LIST-07", needs=("user", "write"))
def test_a_long_list_is_counted(user: Client, api: Client, unique_name: Fresh, many: list[int]) -> None:
    """Both ways agree on a long playlist, whatever the size of a page and whoever reads it."""
    playlist = create_playlist(user, many, unique_name("long"))

    count = reload_playlist(user, playlist)["track_count"]

    assert count == len(many), f"expected track_count {len(many)}, found {count!r}"
    for reader, limit in ((api, 7), (api, 50), (user, 200)):
        assert_track_list(reader, playlist, many, limit=limit)


@pytest.fixture
def hidden(user: Client, unique_name: Fresh, tracks: list[int]) -> JsonObject:
    """A private playlist of the user's, as its owner sees it."""
    return reload_playlist(user, create_playlist(user, tracks, unique_name("hidden"), sharing="private"))


@claim("SC-LIST-08")
@pytest.mark.parametrize("below", ["", "/tracks"])
def test_a_private_playlist_is_its_owner_s(
    user: Client, other_user: Client, api: Client, hidden: JsonObject, below: str
) -> None:
    """The owner finds it; another user and an app do not."""
    path = f"/playlists/{hidden['id']}{below}"

    user.get(path).expect_ok()

    for stranger in (other_user, api):
        stranger.get(path).expect_status(401, 403, 404)


@claim("SC-LIST-08")
def test_a_secret_token_opens_a_private_playlist(other_user: Client, hidden: JsonObject) -> None:
    """Another user who has its secret_token sees it, and only with it."""
    playlist = reload_playlist(other_user, hidden, secret_token=read_secret_token(hidden))

    assert playlist["id"] == hidden["id"], f"expected playlist {hidden['id']}, found {playlist['id']!r}"
    assert playlist["title"] == hidden["title"], f"expected {hidden['title']!r}, found {playlist['title']!r}"
    other_user.get(f"/playlists/{hidden['id']}").expect_status(401, 403, 404)


@claim("SC-LIST-08")
def test_another_secret_opens_nothing(
    user: Client, other_user: Client, unique_name: Fresh, hidden: JsonObject
) -> None:
    """A token of another playlist, one that is nearly right, and an empty one are refused."""
    secret = read_secret_token(hidden)
    elsewhere = reload_playlist(user, create_playlist(user, [], unique_name("elsewhere"), sharing="private"))

    for wrong in (read_secret_token(elsewhere), *similar_secret_tokens(secret), "s-wrong", ""):
        answer = other_user.get(f"/playlists/{hidden['id']}", secret_token=wrong)

        answer.expect_status(401, 403, 404)


@claim("SC-LIST-08")
@pytest.mark.parametrize("path", ["/playlists", "/users/{owner}/playlists"], ids=["search", "user"])
def test_a_private_playlist_is_in_no_stranger_s_list(
    user: Client, other_user: Client, api: Client, unique_name: Fresh, tracks: list[int], path: str
) -> None:
    """What finds a public playlist of nearly the same name finds not the private one."""
    title = unique_name("findable")
    private = create_playlist(user, tracks, title, sharing="private")["id"]
    public = create_playlist(user, tracks, f"{title} for all")["id"]
    query = {"q": title} if path == "/playlists" else {}

    for stranger in (other_user, api):
        found = ids(
            wait_until_listed_or_skip(stranger, path.format(owner=fetch_my_id(user)), public, **query)
        )
        assert private not in found, f"expected no private playlist, found {private} for a stranger"


@claim("SC-LIST-08")
def test_sharing_can_be_changed(
    user: Client, other_user: Client, unique_name: Fresh, tracks: list[int]
) -> None:
    """A playlist that is made private is closed to others and found by none, and opened again."""
    title = unique_name("open at first")
    playlist = create_playlist(user, tracks, title)
    path = f"/playlists/{playlist['id']}"
    wait_until_listed_or_skip(other_user, "/playlists", playlist["id"], q=title)

    update_playlist(user, playlist, {"sharing": "private"}).expect_ok()
    other_user.get(path).expect_status(401, 403, 404)
    wait_until_unlisted(other_user, "/playlists", playlist["id"], q=title)
    user.get(path).expect_ok()

    update_playlist(user, playlist, {"sharing": "public"}).expect_ok()
    other_user.get(path).expect_ok()


def rename(client: Client, path: str, **query: str) -> Response:
    """Change a title."""
    return client.put(path, json={"playlist": {"title": "taken over"}}, **query)


def empty(client: Client, path: str, **query: str) -> Response:
    """Take all tracks out."""
    return client.put(path, json={"playlist": {"tracks": []}}, **query)


def delete(client: Client, path: str, **query: str) -> Response:
    """Delete."""
    return client.delete(path, **query)


def is_refused_and_unchanged(me: Client, playlist: JsonObject, strangers: list[Client], **query: str) -> None:
    """Raise where one of them can change or delete a playlist, by whatever way."""
    for stranger in strangers:
        for attempt in (rename, empty, delete):
            attempt(stranger, f"/playlists/{playlist['id']}", **query).expect_status(401, 403, 404)

            expect_unchanged(playlist, reload_playlist(me, playlist))


@claim("SC-LIST-09")
@pytest.mark.parametrize("sharing", ["public", "private"])
def test_nobody_else_changes_a_playlist(
    user: Client,
    other_user: Client,
    api: Client,
    unauthenticated: Client,
    unique_name: Fresh,
    tracks: list[int],
    sharing: str,
) -> None:
    """Another user, an app and nobody are refused, and the owner finds it as it was."""
    playlist = reload_playlist(user, create_playlist(user, tracks, unique_name("my own"), sharing=sharing))

    is_refused_and_unchanged(user, playlist, [other_user, api, unauthenticated])


@claim("SC-LIST-09")
def test_a_secret_token_is_no_right_to_write(user: Client, other_user: Client, hidden: JsonObject) -> None:
    """Who may see a private playlist by its secret_token still can't change it."""
    is_refused_and_unchanged(user, hidden, [other_user], secret_token=read_secret_token(hidden))
