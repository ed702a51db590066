"""Creating, changing and accessing playlists (https://developers.soundcloud.com/docs/api/guide#playlists)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.soundcloud.comparing import changes
from tuningfork.apis.soundcloud.finding import (
    ids,
    listed,
    my_id,
    objects,
    public_playlists,
    public_tracks,
    secret_of,
    settled,
)
from tuningfork.apis.soundcloud.making import make_playlist, make_track
from tuningfork.target.client import Answer, Client, JsonObject

Fresh = Callable[[str], str]

ODD = ["plain", "\"double\" & 'single' 100% + ;", "<i>&amp;</i> \\ {x}", "שלום مرحبا 日本語 🎧🏽"]
NO_TRACKS = [999999999999999, 0, -1]
NO_SHARING = ["Public", "PRIVATE", "unlisted", "", "true", "public,private"]


@pytest.fixture
def tracks(me: Client, fresh: Fresh) -> list[int]:
    """The ids of four new tracks of the user's."""
    return [make_track(me, fresh(f"to list, {number}"))["id"] for number in range(4)]


@pytest.fixture
def many(api: Client) -> list[int]:
    """The ids of more public tracks than a page of any list has by default."""
    return ids(public_tracks(api, at_least=60, limit=200))[:120]


def create(me: Client, tracks: Iterable[int], title: str, **fields: Any) -> Answer:
    """POST a playlist."""
    listing = [{"id": track} for track in tracks]
    return me.post("/playlists", json={"playlist": {"title": title, "tracks": listing, **fields}})


def put(me: Client, playlist: JsonObject, fields: dict[str, Any]) -> Answer:
    """PUT fields of a playlist."""
    return me.put(f"/playlists/{playlist['id']}", json={"playlist": fields})


def fill(me: Client, playlist: JsonObject, tracks: Iterable[int]) -> Answer:
    """PUT the tracks of a playlist."""
    return put(me, playlist, {"tracks": [{"id": track} for track in tracks]})


def again(client: Client, playlist: JsonObject, **query: Any) -> JsonObject:
    """The playlist as it is now."""
    return client.get(f"/playlists/{playlist['id']}", **query).is_ok().object


def holds(playlist: JsonObject, tracks: list[int]) -> None:
    """Raise where a playlist holds not these tracks in this order."""
    found = ids(playlist["tracks"])

    assert found == tracks, f"expected the tracks {tracks}, found {found}"


def holds_for_good(me: Client, playlist: JsonObject, tracks: list[int]) -> None:
    """Raise where a playlist, whichever way it is read, holds not these tracks in this order."""
    holds(again(me, playlist), tracks)
    found = ids(me.everything(f"/playlists/{playlist['id']}/tracks"))

    assert found == tracks, f"expected the tracks {tracks} below the playlist, found {found}"


def seen(tracks: Iterable[Any]) -> list[Any]:
    """The ids of the tracks that everybody may see, each where it first stands."""
    open_ones = [
        track
        for track in objects(tracks)
        if track.get("access") != "blocked" and track.get("sharing") != "private"
    ]
    return list(dict.fromkeys(ids(open_ones)))


@claim("SC-LIST-01")
@pytest.mark.parametrize("sharing", ["public", "private"])
@pytest.mark.parametrize("odd", ODD)
def test_a_playlist_is_made(me: Client, fresh: Fresh, tracks: list[int], odd: str, sharing: str) -> None:
    """A new playlist has its title, letter by letter, and its tracks in their order."""
    title = f"{fresh('new')} {odd}"
    order = [tracks[2], tracks[0], tracks[3], tracks[1]]

    playlist = create(me, order, title, description="Made to be read.", sharing=sharing).is_created().object

    assert playlist["title"] == title, f"expected the title {title!r}, found {playlist['title']!r}"
    holds(playlist, order)


@claim("SC-LIST-01")
def test_a_playlist_takes_tracks_of_anybody(me: Client, fresh: Fresh, many: list[int]) -> None:
    """More tracks than a page has, of other users, against the order of their lists."""
    order = many[::-1]

    playlist = create(me, order, fresh("many")).is_created().object

    holds(playlist, order)


@claim("SC-LIST-02")
@pytest.mark.parametrize("sharing", ["public", "private"])
@pytest.mark.parametrize("odd", ODD)
def test_a_playlist_is_given_back(
    me: Client, fresh: Fresh, tracks: list[int], odd: str, sharing: str
) -> None:
    """Title, description, sharing and tracks are there for its owner."""
    title, description = f"{fresh('back')} {odd}", f"As {odd} as its title"
    made = make_playlist(me, tracks[::-1], title, description=description, sharing=sharing)

    playlist = again(me, made)

    wanted = (made["id"], title, description, sharing, my_id(me))
    found = tuple(playlist[name] for name in ("id", "title", "description", "sharing"))
    assert (*found, playlist["user"]["id"]) == wanted, f"expected {wanted}, found {found}"
    holds(playlist, tracks[::-1])


@claim("SC-LIST-02")
def test_a_long_playlist_is_given_back(me: Client, fresh: Fresh, many: list[int]) -> None:
    """No track is lost of a list that is longer than a page."""
    made = make_playlist(me, many, fresh("long"))

    playlist = again(me, made)

    holds(playlist, many)


@claim("SC-LIST-03")
def test_a_track_is_in_several_playlists(me: Client, fresh: Fresh, tracks: list[int]) -> None:
    """A track goes into new playlists and old ones, and none of them loses it."""
    wanted = [tracks[:2], tracks[1:], [tracks[1]]]
    made = [make_playlist(me, content, fresh(f"list {n}")) for n, content in enumerate(wanted)]
    late = make_playlist(me, tracks[2:], fresh("late"))

    fill(me, late, [*tracks[2:], tracks[1]]).is_ok()

    for playlist, content in zip([*made, late], [*wanted, [*tracks[2:], tracks[1]]], strict=True):
        holds(again(me, playlist), content)


@claim("SC-LIST-04")
def test_a_put_makes_the_whole_content(me: Client, fresh: Fresh, tracks: list[int]) -> None:
    """Each PUT replaces the list: other tracks, fewer, more, another order, none."""
    a, b, c, d = tracks
    playlist = make_playlist(me, [a, b], fresh("changing"))

    for content in ([c, d], [d], [a, b, c, d], [d, c, b, a], [b, d, a, c], [b, d, a, c], [], [a]):
        changed = fill(me, playlist, content).is_ok().object
        holds(changed, content)
        holds_for_good(me, playlist, content)


@claim("SC-LIST-04")
def test_a_put_with_a_title_makes_the_whole_content(me: Client, fresh: Fresh, tracks: list[int]) -> None:
    """Tracks that come with other fields are the whole content too."""
    playlist = make_playlist(me, tracks, fresh("changing"))
    content = [tracks[3], tracks[1]]

    put(me, playlist, {"title": fresh("changed"), "tracks": [{"id": track} for track in content]}).is_ok()

    holds_for_good(me, playlist, content)


@claim("SC-LIST-04")
def test_a_put_orders_a_long_list(me: Client, fresh: Fresh, many: list[int]) -> None:
    """A list that is longer than a page is turned round, and its last two change places."""
    playlist = make_playlist(me, many, fresh("long"))
    swapped = [*many[:-2], many[-1], many[-2]]

    for content in (many[::-1], swapped):
        fill(me, playlist, content).is_ok()
        holds_for_good(me, playlist, content)


@claim("SC-LIST-04")
def test_a_put_changes_one_playlist(me: Client, fresh: Fresh, tracks: list[int]) -> None:
    """Another playlist of the same tracks is left alone."""
    playlist, beside = (make_playlist(me, tracks, fresh(name)) for name in ("this", "that"))

    fill(me, playlist, tracks[:1]).is_ok()

    holds_for_good(me, beside, tracks)


@claim("SC-LIST-05")
@pytest.mark.parametrize(
    "fields",
    [
        {"title": 'Another "title"'},
        {"description": "Other words"},
        {"sharing": "private"},
        {"genre": "Other"},
        {"title": "All", "description": "at", "sharing": "private", "tag_list": "once"},
    ],
    ids=["title", "description", "sharing", "genre", "several"],
)
def test_metadata_leave_the_tracks(
    me: Client, fresh: Fresh, tracks: list[int], fields: dict[str, str]
) -> None:
    """A PUT without tracks leaves them as they are, after a change of order too."""
    playlist = make_playlist(me, tracks, fresh("named"))
    put(me, playlist, fields).is_ok()
    holds_for_good(me, playlist, tracks)
    fill(me, playlist, tracks[::-1]).is_ok()

    changed = put(me, playlist, fields).is_ok().object

    holds(changed, tracks[::-1])
    holds_for_good(me, playlist, tracks[::-1])


@claim("SC-LIST-05")
def test_metadata_leave_a_long_list(me: Client, fresh: Fresh, many: list[int]) -> None:
    """A list that is longer than a page keeps all its tracks."""
    playlist = make_playlist(me, many, fresh("long"))

    put(me, playlist, {"title": fresh("long still")}).is_ok()

    holds_for_good(me, playlist, many)


def hides_its_tracks(client: Client, playlist: JsonObject) -> None:
    """Raise where show_tracks=false shows tracks, or changes their count."""
    whole = again(client, playlist)

    bare = again(client, playlist, show_tracks=False)

    assert not bare.get("tracks"), f"expected no tracks, found {len(bare['tracks'])}"
    counts = bare["track_count"], whole["track_count"]
    assert counts[0] == counts[1], f"expected track_count {counts[1]} still, found {counts[0]}"


@claim("SC-LIST-06")
def test_show_tracks_leaves_them_out(api: Client) -> None:
    """Public playlists without their tracks keep their track_count."""
    full = [playlist for playlist in public_playlists(api) if playlist.get("track_count")]

    for playlist in full[:10] or not_verified("no listed playlist has tracks"):
        hides_its_tracks(api, playlist)


@claim("SC-LIST-06", needs=("user", "write"))
@pytest.mark.parametrize("sharing", ["public", "private"])
def test_show_tracks_leaves_out_an_owner_s_too(
    me: Client, fresh: Fresh, tracks: list[int], sharing: str
) -> None:
    """A playlist of four counts four, shown or not."""
    playlist = make_playlist(me, tracks, fresh("bare"), sharing=sharing)

    hides_its_tracks(me, playlist)

    count = again(me, playlist, show_tracks=False)["track_count"]
    assert count == 4, f"expected track_count 4, found {count!r}"


@claim("SC-LIST-07")
def test_both_ways_give_the_same_tracks(api: Client) -> None:
    """A playlist and its list of tracks agree, and there are no more than track_count says."""
    for playlist in public_playlists(api, limit=20):
        whole = again(api, playlist)
        below = seen(api.everything(f"/playlists/{playlist['id']}/tracks"))

        shown = seen(whole["tracks"] or [])
        assert shown == below, f"expected {shown} in playlist {playlist['id']}'s list, found {below}"
        assert isinstance(whole["track_count"], int), f"expected a count, found {whole['track_count']!r}"
        assert whole["track_count"] >= len(shown), (
            f"expected {len(shown)} or more, found {whole['track_count']}"
        )


@claim("SC-LIST-07", needs=("user", "write"))
def test_tracks_are_counted(me: Client, fresh: Fresh, tracks: list[int]) -> None:
    """track_count follows every change, and both ways give that many tracks."""
    playlist = make_playlist(me, tracks[:1], fresh("counted"))

    for content in (tracks[:1], tracks, tracks[1:], [], tracks[::-1]):
        changed = fill(me, playlist, content).is_ok().object
        for whole in (changed, again(me, playlist)):
            count = whole["track_count"]
            assert count == len(content), f"expected track_count {len(content)}, found {count!r}"
        holds_for_good(me, playlist, content)


@claim("SC-LIST-07", needs=("user", "write"))
@pytest.mark.parametrize("limit", [1, 7, 50, 200])
def test_a_long_list_is_counted(me: Client, api: Client, fresh: Fresh, many: list[int], limit: int) -> None:
    """Both ways agree on a long playlist, whatever the size of a page and whoever reads it."""
    playlist = make_playlist(me, many, fresh("long"))

    count = again(me, playlist)["track_count"]
    below = ids(api.everything(f"/playlists/{playlist['id']}/tracks", limit=limit))

    assert count == len(many), f"expected track_count {len(many)}, found {count!r}"
    assert below == many, f"expected the tracks {many}, found {below}"


@pytest.fixture
def hidden(me: Client, fresh: Fresh, tracks: list[int]) -> JsonObject:
    """A private playlist of the user's, as its owner sees it."""
    return again(me, make_playlist(me, tracks, fresh("hidden"), sharing="private"))


@claim("SC-LIST-08")
@pytest.mark.parametrize("below", ["", "/tracks"])
def test_a_private_playlist_is_its_owner_s(
    me: Client, other: Client, api: Client, hidden: JsonObject, below: str
) -> None:
    """The owner finds it; another user and an app do not."""
    path = f"/playlists/{hidden['id']}{below}"

    me.get(path).is_ok()

    for stranger in (other, api):
        stranger.get(path).has_status(401, 403, 404)


@claim("SC-LIST-08")
def test_a_secret_token_opens_a_private_playlist(other: Client, hidden: JsonObject) -> None:
    """Another user who has its secret_token sees it."""
    playlist = again(other, hidden, secret_token=secret_of(hidden))

    assert playlist["id"] == hidden["id"], f"expected playlist {hidden['id']}, found {playlist['id']!r}"
    assert playlist["title"] == hidden["title"], f"expected {hidden['title']!r}, found {playlist['title']!r}"


@claim("SC-LIST-08")
def test_another_secret_opens_nothing(me: Client, other: Client, fresh: Fresh, hidden: JsonObject) -> None:
    """A token of another playlist, a part of the right one, and an empty one are refused."""
    secret = secret_of(hidden)
    elsewhere = again(me, make_playlist(me, [], fresh("elsewhere"), sharing="private"))

    for wrong in (secret_of(elsewhere), secret[:-1], secret + "x", "s-wrong", ""):
        answer = other.get(f"/playlists/{hidden['id']}", secret_token=wrong)

        answer.has_status(401, 403, 404)


@claim("SC-LIST-08")
@pytest.mark.parametrize("path", ["/playlists", "/users/{owner}/playlists"], ids=["search", "user"])
def test_a_private_playlist_is_in_no_stranger_s_list(
    me: Client, other: Client, api: Client, fresh: Fresh, tracks: list[int], path: str
) -> None:
    """What finds a public playlist of nearly the same name finds not the private one."""
    title = fresh("findable")
    private = make_playlist(me, tracks, title, sharing="private")["id"]
    public = make_playlist(me, tracks, f"{title} for all")["id"]
    query = {"q": title} if path == "/playlists" else {}

    for stranger in (other, api):
        found = ids(settled(stranger, path.format(owner=my_id(me)), public, **query))
        assert private not in found, f"expected no private playlist, found {private} for a stranger"


@claim("SC-LIST-08")
def test_sharing_can_be_changed(me: Client, other: Client, fresh: Fresh, tracks: list[int]) -> None:
    """A playlist that is made private is closed to others, and opened again."""
    playlist = make_playlist(me, tracks, fresh("open at first"))
    path = f"/playlists/{playlist['id']}"

    put(me, playlist, {"sharing": "private"}).is_ok()
    other.get(path).has_status(401, 403, 404)
    me.get(path).is_ok()

    put(me, playlist, {"sharing": "public"}).is_ok()
    other.get(path).is_ok()


def rename(client: Client, path: str, **query: str) -> Answer:
    """Change a title."""
    return client.put(path, json={"playlist": {"title": "taken over"}}, **query)


def empty(client: Client, path: str, **query: str) -> Answer:
    """Take all tracks out."""
    return client.put(path, json={"playlist": {"tracks": []}}, **query)


def delete(client: Client, path: str, **query: str) -> Answer:
    """Delete."""
    return client.delete(path, **query)


@claim("SC-LIST-09")
@pytest.mark.parametrize("attempt", [rename, empty, delete])
@pytest.mark.parametrize("sharing", ["public", "private"])
@pytest.mark.parametrize("who", ["other", "api", "anonymous"])
def test_nobody_else_changes_a_playlist(
    me: Client,
    fresh: Fresh,
    tracks: list[int],
    request: pytest.FixtureRequest,
    who: str,
    sharing: str,
    attempt: Callable[..., Answer],
) -> None:
    """Another user, an app and nobody are refused, and the owner finds it as it was."""
    before = again(me, make_playlist(me, tracks, fresh("my own"), sharing=sharing))

    answer = attempt(request.getfixturevalue(who), f"/playlists/{before['id']}")

    answer.has_status(401, 403, 404)
    after = changes(before, again(me, before))
    assert not after, f"expected an unchanged playlist, found {after}"


@claim("SC-LIST-09")
@pytest.mark.parametrize("attempt", [rename, empty, delete])
def test_a_secret_token_is_no_right_to_write(
    me: Client, other: Client, hidden: JsonObject, attempt: Callable[..., Answer]
) -> None:
    """Who may see a private playlist by its secret_token still can't change it."""
    answer = attempt(other, f"/playlists/{hidden['id']}", secret_token=secret_of(hidden))

    answer.has_status(401, 403, 404)
    after = changes(hidden, again(me, hidden))
    assert not after, f"expected an unchanged playlist, found {after}"


@claim("SC-LIST-10")
@pytest.mark.parametrize("sharing", ["public", "private"])
def test_a_deleted_playlist_is_404(me: Client, fresh: Fresh, tracks: list[int], sharing: str) -> None:
    """Its owner deletes it; from then on there is nothing to read, change or delete."""
    path = f"/playlists/{make_playlist(me, tracks, fresh('deleted'), sharing=sharing)['id']}"

    me.delete(path).is_ok()

    for method in ("GET", "DELETE", "GET"):
        me.request(method, path).has_status(404)
    me.put(path, json={"playlist": {"title": "again"}}).has_status(404)


@claim("SC-LIST-10")
def test_the_tracks_of_a_deleted_playlist_stay(me: Client, fresh: Fresh, tracks: list[int]) -> None:
    """Each track is as it was, alone, in /me/tracks, and in another playlist."""
    before = [me.get(f"/tracks/{track}").is_ok().object for track in tracks]
    beside = make_playlist(me, tracks, fresh("beside"))

    me.delete(f"/playlists/{make_playlist(me, tracks, fresh('deleted'))['id']}").is_ok()

    for track in before:
        others = changes(track, me.get(f"/tracks/{track['id']}").is_ok().object)
        assert not others, f"expected an unchanged track, found {others}"
        listed(me, "/me/tracks", track["id"])
    holds_for_good(me, beside, tracks)


def stores_only(me: Client, playlist: JsonObject, tracks: list[int]) -> None:
    """Raise where a playlist holds or counts any tracks but these."""
    now = again(me, playlist)
    holds(now, tracks)
    count = now["track_count"]

    assert count == len(tracks), f"expected track_count {len(tracks)}, found {count!r}"


@claim("SC-LIST-11")
@pytest.mark.parametrize("wrong", NO_TRACKS)
def test_a_new_playlist_stores_no_track_that_is_nobody_s(
    me: Client, fresh: Fresh, tracks: list[int], wrong: int
) -> None:
    """An id that is nobody's is refused or left out, first, last, between others and alone."""
    a, b = tracks[:2]
    for content in ([wrong, a, b], [a, wrong, b], [a, b, wrong], [wrong]):
        answer = create(me, content, fresh("nearly")).has_status(201, 404, 422, 400)

        if answer.status == 201:
            stores_only(me, answer.object, [track for track in content if track != wrong])


@claim("SC-LIST-11")
@pytest.mark.parametrize("wrong", [*NO_TRACKS, None], ids=str)
def test_an_old_playlist_stores_no_track_that_is_nobody_s(
    me: Client, fresh: Fresh, tracks: list[int], wrong: int | None
) -> None:
    """An id that is nobody's, or is so since its track was deleted, is refused or left out."""
    if wrong is None:
        wrong = make_track(me, fresh("soon gone"))["id"]
        me.delete(f"/tracks/{wrong}")
    playlist = make_playlist(me, tracks, fresh("full"))

    answer = fill(me, playlist, [tracks[3], wrong, tracks[0]]).has_status(200, 404, 422, 400)

    stores_only(me, playlist, [tracks[3], tracks[0]] if answer.status == 200 else tracks)


@claim("SC-LIST-12")
@pytest.mark.parametrize("sharing", ["public", "private"])
def test_documented_sharing_is_taken(me: Client, fresh: Fresh, tracks: list[int], sharing: str) -> None:
    """Public and private are set from the start and later, to and fro."""
    made = create(me, tracks, fresh("shared"), sharing=sharing).is_created().object

    assert again(me, made)["sharing"] == sharing, f"expected {sharing}, found {again(me, made)['sharing']!r}"
    for other in ("public", "private", sharing):
        changed = put(me, made, {"sharing": other}).is_ok().object
        found = changed["sharing"], again(me, made)["sharing"]
        assert found == (other, other), f"expected {other}, found {found}"


@claim("SC-LIST-12")
@pytest.mark.parametrize("sharing", NO_SHARING)
def test_other_sharing_is_refused(me: Client, fresh: Fresh, tracks: list[int], sharing: str) -> None:
    """No other value is taken, from the start or later, and the playlist stays as it was."""
    before = again(me, make_playlist(me, tracks, fresh("shared"), sharing="private"))

    create(me, tracks, fresh("mistaken"), sharing=sharing).has_status(400, 422)
    put(me, before, {"sharing": sharing, "title": "smuggled"}).has_status(400, 422)

    after = changes(before, again(me, before))
    assert not after, f"expected an unchanged playlist, found {after}"


def lasts_as_long_as_its_tracks(playlist: JsonObject) -> bool:
    """Whether a playlist shows each of its tracks, once; raises where their sum is not its duration."""
    tracks = objects(playlist["tracks"] or [])
    if len(set(ids(tracks))) != playlist["track_count"] or len(tracks) != playlist["track_count"]:
        return False
    durations = [track["duration"] for track in tracks]
    if not all(isinstance(duration, int) for duration in durations):
        return False

    wanted, found = sum(durations), playlist["duration"]
    assert found == wanted, f"expected {wanted} ms in playlist {playlist['id']}, found {found!r}"
    return bool(tracks)


@claim("SC-LIST-13")
def test_a_playlist_lasts_as_long_as_its_tracks(api: Client) -> None:
    """The duration of each public playlist is the sum of its tracks'."""
    judged = [lasts_as_long_as_its_tracks(again(api, playlist)) for playlist in public_playlists(api)]

    assert any(judged) or not_verified("no listed playlist shows all its tracks")


@claim("SC-LIST-13", needs=("user", "write"))
def test_a_playlist_s_duration_follows_its_tracks(me: Client, fresh: Fresh, many: list[int]) -> None:
    """The sum is right from the start, after each change, and when nothing is left."""
    playlist = make_playlist(me, many[:5], fresh("summed"))

    lasts_as_long_as_its_tracks(again(me, playlist))
    for content in (many[3:9], many, many[:1], []):
        fill(me, playlist, content).is_ok()
        lasts_as_long_as_its_tracks(again(me, playlist))
