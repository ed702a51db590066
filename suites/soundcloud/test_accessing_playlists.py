"""Accessing Playlists (https://developers.soundcloud.com/docs/api/guide#playlists)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice, product
from typing import Any
from urllib.parse import urljoin

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.soundcloud.factories import create_playlist
from tuningfork.apis.soundcloud.lookup import (
    fetch_each,
    fetch_my_id,
    find_public_playlists,
    read_secret_token,
    similar_secret_tokens,
)
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect, expect_no, expect_not_in, expect_properties, expect_true
from tuningfork.testing.listings import (
    at_least_one,
    ids,
    json_objects,
    wait_until_listed_or_skip,
    wait_until_unlisted,
)
from tuningfork.testing.payloads import bracketed, multipart

from .support.assertions import has_type
from .support.diffs import expect_unchanged
from .support.playlists import assert_track_list, assert_tracks_stored, playlist_body, reload_playlist

UniqueName = Callable[[str], str]
HIDDEN = (401, 403, 404)
UPDATES: tuple[dict[str, Any], ...] = ({"title": "changed"}, {"tracks": []})


@pytest.fixture
def private_playlist(user: Client, unique_name: UniqueName, track_ids: list[int]) -> JsonObject:
    """A private playlist with three tracks, as its owner reads it."""
    playlist = create_playlist(user, track_ids, unique_name("private"), sharing="private")
    return reload_playlist(user, playlist["id"])


@claim("SC-LIST-06")
def test_show_tracks_false_omits_the_tracks_of_public_playlists(api: Client) -> None:
    """Of the longest and the shortest ones; track_count is unchanged."""
    listed = sorted(find_public_playlists(api), key=track_count, reverse=True)
    playlists = [each for each in fetch_each(api, "playlists", [*listed[:5], *listed[-5:]]) if each["tracks"]]

    for playlist in at_least_one(playlists, "no listed playlist has tracks"):
        without_tracks = api.get(f"/playlists/{playlist['id']}", show_tracks=False).expect_ok().object

        expect_no(without_tracks.get("tracks") or [], "tracks", without_tracks)
        expect_properties(without_tracks, track_count=playlist["track_count"])


@claim("SC-LIST-06", needs=("user", "write"))
@pytest.mark.parametrize("sharing", ["public", "private"])
@pytest.mark.parametrize("tracks", ["track_ids", "many_track_ids"])
def test_show_tracks_false_omits_the_tracks_of_an_own_playlist(
    user: Client, unique_name: UniqueName, request: pytest.FixtureRequest, tracks: str, sharing: str
) -> None:
    created_tracks = request.getfixturevalue(tracks)
    playlist_id = create_playlist(user, created_tracks, unique_name("own"), sharing=sharing)["id"]

    playlist = user.get(f"/playlists/{playlist_id}", show_tracks=False).expect_ok().object

    expect_no(playlist.get("tracks") or [], "tracks", playlist)
    expect_properties(playlist, track_count=len(created_tracks))


@claim("SC-LIST-06", needs=("user", "user2", "write"))
def test_show_tracks_false_omits_the_tracks_for_a_secret_token(
    other_user: Client, private_playlist: JsonObject
) -> None:
    path, secret_token = f"/playlists/{private_playlist['id']}", read_secret_token(private_playlist)
    count = other_user.get(path, secret_token=secret_token).expect_ok().object["track_count"]

    response = other_user.get(path, secret_token=secret_token, show_tracks=False)

    playlist = response.expect_ok().object
    expect_no(playlist.get("tracks") or [], "tracks", playlist)
    expect_properties(playlist, track_count=count)


@claim("SC-LIST-07")
def test_public_playlist_and_its_track_list_agree(api: Client) -> None:
    """In all tracks that are not hidden; track_count is not lower than their number."""
    playlists = fetch_each(api, "playlists", find_public_playlists(api, limit=20))

    for playlist in at_least_one(playlists, "the listed playlists are deleted"):
        listed = json_objects(api.all_items(f"/playlists/{playlist['id']}/tracks"))
        shown = json_objects(playlist["tracks"] or [])
        hidden = hidden_ids([*listed, *shown])

        listed_ids, shown_ids = (
            [track_id for track_id in dict.fromkeys(ids(tracks)) if track_id not in hidden]
            for tracks in (listed, shown)
        )
        expect(listed_ids, shown_ids, f"tracks of playlist {playlist['id']}")
        count = playlist["track_count"]
        is_enough = has_type(count, (int,)) and count >= len(shown_ids)
        expect_true(is_enough, f"track_count {len(shown_ids)} or more", to_json(count), playlist)


@claim("SC-LIST-07", needs=("user", "write"))
def test_track_count_follows_every_update(
    user: Client, unique_name: UniqueName, track_ids: list[int]
) -> None:
    playlist_id = create_playlist(user, track_ids[:1], unique_name("counted"))["id"]

    for tracks in (track_ids[:1], track_ids, track_ids[1:], [], track_ids[::-1]):
        response = user.put(f"/playlists/{playlist_id}", json=playlist_body(tracks))

        expect_properties(response.expect_ok().object, track_count=len(tracks))
        expect_properties(reload_playlist(user, playlist_id), track_count=len(tracks))
        assert_tracks_stored(user, playlist_id, tracks)


@claim("SC-LIST-07", needs=("user", "write"))
def test_track_count_and_track_list_of_a_long_playlist_agree(
    user: Client, api: Client, unique_name: UniqueName, many_track_ids: list[int]
) -> None:
    """For the app and the owner, with several page sizes."""
    playlist_id = create_playlist(user, many_track_ids, unique_name("long"))["id"]

    playlist = user.get(f"/playlists/{playlist_id}").expect_ok().object

    expect_properties(playlist, track_count=len(many_track_ids))
    for client, limit in ((api, 7), (api, 50), (user, 200)):
        assert_track_list(client, playlist_id, many_track_ids, limit=limit)


@claim("SC-LIST-08")
@pytest.mark.parametrize("below", ["", "/tracks"])
def test_only_the_owner_reads_a_private_playlist(
    user: Client, other_user: Client, api: Client, private_playlist: JsonObject, below: str
) -> None:
    path = f"/playlists/{private_playlist['id']}{below}"

    user.get(path).expect_ok()
    other_user.get(path).expect_status(*HIDDEN)
    api.get(path).expect_status(*HIDDEN)


@claim("SC-LIST-08")
def test_secret_token_opens_a_private_playlist(
    user: Client, other_user: Client, unique_name: UniqueName, private_playlist: JsonObject
) -> None:
    """A wrong token does not: of another playlist, similar to the right one, or empty."""
    path, secret_token = f"/playlists/{private_playlist['id']}", read_secret_token(private_playlist)
    other_id = create_playlist(user, [], unique_name("other"), sharing="private")["id"]
    other_token = read_secret_token(reload_playlist(user, other_id))

    playlist = other_user.get(path, secret_token=secret_token).expect_ok().object

    expect_properties(playlist, id=private_playlist["id"], title=private_playlist["title"])
    for wrong_token in (other_token, *similar_secret_tokens(secret_token), "s-wrong", ""):
        other_user.get(path, secret_token=wrong_token).expect_status(*HIDDEN)
    other_user.get(path).expect_status(*HIDDEN)


@claim("SC-LIST-08")
@pytest.mark.parametrize("path", ["/playlists", "/users/{owner}/playlists"], ids=["search", "user"])
def test_private_playlist_is_not_listed_for_others(
    user: Client, other_user: Client, api: Client, unique_name: UniqueName, track_ids: list[int], path: str
) -> None:
    """A public playlist with a similar title is listed."""
    title = unique_name("similar")
    private_id = create_playlist(user, track_ids, title, sharing="private")["id"]
    public_id = create_playlist(user, track_ids, f"{title} for all")["id"]
    query, list_path = {"q": title} if path == "/playlists" else {}, path.format(owner=fetch_my_id(user))

    for client in (other_user, api):
        playlists = wait_until_listed_or_skip(client, list_path, public_id, **query)

        expect_not_in(private_id, ids(playlists), list_path, playlists)


@claim("SC-LIST-08")
def test_private_playlist_is_found_by_no_search_of_others(
    user: Client, other_user: Client, api: Client, unique_name: UniqueName
) -> None:
    """By its description, by its user, and on the first pages of all playlists."""
    word = unique_name("described").replace(" ", "")
    fields = {"title": unique_name("hidden"), "description": word, "tag_list": word}
    private_id, public_id = (
        create_playlist(user, [], **fields, sharing=sharing)["id"] for sharing in ("private", "public")
    )
    username = user.get("/me").expect_ok().object["username"]
    wait_until_listed_or_skip(api, "/playlists", public_id, q=fields["title"])

    for client, query in product((other_user, api), ({"q": word}, {"q": username}, {})):
        pages = islice(client.pages("/playlists", **query, limit=200), 5)
        found = ids(playlist for page in pages for playlist in page.expect_ok().items)
        expect_not_in(private_id, found, f"/playlists {query}")


@claim("SC-LIST-08")
def test_permalink_opens_no_private_playlist(
    user: Client, other_user: Client, private_playlist: JsonObject
) -> None:
    """To its owner it may resolve."""
    url, secret_token = private_playlist["permalink_url"], read_secret_token(private_playlist)
    if secret_token in url:
        not_verified("the permalink has the secret token")

    response = other_user.get("/resolve", url=url)

    if response.status == 302:
        location = urljoin(response.exchange.request.url, response.headers.get("location", ""))
        response = other_user.get(location)
    response.expect_client_error()


@claim("SC-LIST-08")
def test_sharing_of_a_playlist_can_be_changed(
    user: Client, other_user: Client, unique_name: UniqueName, track_ids: list[int]
) -> None:
    """Private, it is hidden from others in reads and searches; public again, it is not."""
    title = unique_name("public at first")
    playlist_id = create_playlist(user, track_ids, title)["id"]
    path = f"/playlists/{playlist_id}"
    wait_until_listed_or_skip(other_user, "/playlists", playlist_id, q=title)

    user.put(path, json={"playlist": {"sharing": "private"}}).expect_ok()
    other_user.get(path).expect_status(*HIDDEN)
    wait_until_unlisted(other_user, "/playlists", playlist_id, q=title)
    user.get(path).expect_ok()

    user.put(path, json={"playlist": {"sharing": "public"}}).expect_ok()
    other_user.get(path).expect_ok()


@claim("SC-LIST-09")
@pytest.mark.parametrize("sharing", ["public", "private"])
def test_only_the_owner_changes_a_playlist(
    user: Client,
    other_user: Client,
    api: Client,
    unauthenticated: Client,
    unique_name: UniqueName,
    track_ids: list[int],
    sharing: str,
) -> None:
    """A secret token gives another user no right to change it."""
    playlist_id = create_playlist(user, track_ids, unique_name("owned"), sharing=sharing)["id"]
    before, path = reload_playlist(user, playlist_id), f"/playlists/{playlist_id}"
    secret = {"secret_token": read_secret_token(before)} if sharing == "private" else {}

    for client, query in ((other_user, {}), (other_user, secret), (api, {}), (unauthenticated, {})):
        for fields in UPDATES:
            client.put(path, json={"playlist": fields}, **query).expect_status(*HIDDEN)
        client.delete(path, **query).expect_status(*HIDDEN)
        expect_unchanged(before, reload_playlist(user, playlist_id))


@claim("SC-LIST-09")
def test_form_of_another_user_changes_no_playlist(
    user: Client, other_user: Client, unique_name: UniqueName, track_ids: list[int]
) -> None:
    """Multipart or urlencoded; a server may know no form for playlists."""
    playlist_id = create_playlist(user, track_ids, unique_name("owned"))["id"]
    before, path = reload_playlist(user, playlist_id), f"/playlists/{playlist_id}"
    form = bracketed("playlist", {"title": "changed"})

    for body in ({"form": form}, multipart(form)):
        other_user.put(path, **body).expect_client_error()

    expect_unchanged(before, reload_playlist(user, playlist_id))


def hidden_ids(tracks: Iterable[JsonObject]) -> set[Any]:
    """Return the ids of the tracks that a list may omit; a track in a playlist may not show its access."""
    return set(
        ids(
            track for track in tracks if track.get("access") == "blocked" or track.get("sharing") == "private"
        )
    )


def track_count(playlist: JsonObject) -> int:
    """Return the track_count of a playlist; 0 if it is not an integer."""
    count = playlist.get("track_count")
    return count if isinstance(count, int) else 0
