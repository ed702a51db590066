"""Playing Tracks (https://developers.soundcloud.com/docs/api/guide#playing)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.soundcloud.factories import create_track, follow
from tuningfork.apis.soundcloud.lookup import (
    fetch_each,
    fetch_my_id,
    find_public_playlists,
    find_public_tracks,
    read_secret_token,
    similar_secret_tokens,
)
from tuningfork.apis.soundcloud.settings import SoundCloudSettings
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.testing.listings import json_objects

from .support.assertions import is_absolute_url
from .support.operation_requests import uploader_of

Fresh = Callable[[str], str]

FULL = ("http_mp3_128_url", "hls_mp3_128_url", "hls_opus_64_url", "hls_aac_160_url")
PREVIEW = "preview_mp3_128_url"


def gives_links(answer: Response) -> None:
    """Raise where there is no link of those documented, or one is no absolute URL."""
    links = {name: answer.object.get(name) for name in (*FULL, PREVIEW)}
    given = {name: url for name, url in links.items() if url is not None}

    assert given, f"expected one of {', '.join(links)}, found {answer.text}"
    for name, url in given.items():
        assert is_absolute_url(url), f"expected an absolute URL as {name}, found {url!r}"


def gives_a_stream(answer: Response) -> None:
    """Raise where this is neither a set of links nor a redirect to the sound."""
    answer.expect_status(200, 302)
    if answer.status == 200:
        gives_links(answer)
    else:
        assert answer.headers.get("Location"), "expected a Location, found none"


@pytest.fixture
def playable(api: Client) -> list[JsonObject]:
    """Public tracks whose access is playable, a page of them at most."""
    public = fetch_each(api, "tracks", find_public_tracks(api, limit=30))
    found = [track for track in public if track.get("access") == "playable"]
    return found or not_verified("no listed track says that it is playable")


@claim("SC-STREAM-01")
def test_a_playable_track_has_stream_url(api: Client, playable: list[JsonObject]) -> None:
    """Each playable track has an absolute stream_url, in search, in its user's list and alone."""
    of_user = json_objects(
        api.get(f"/users/{uploader_of(playable[0])['id']}/tracks", limit=20).expect_ok().items
    )
    in_lists = [track for track in [*find_public_tracks(api), *of_user] if track.get("access") == "playable"]

    for track in [*playable, *in_lists]:
        url = track["stream_url"]
        assert is_absolute_url(url), f"expected an absolute URL as stream_url of {track['id']}, found {url!r}"


@claim("SC-STREAM-02")
def test_stream_url_leads_to_the_sound(api: Client, playable: list[JsonObject]) -> None:
    """Each stream_url answers with links, or with a redirect, the second time too."""
    for track in [*playable[:20], playable[0]]:
        gives_a_stream(api.get(track["stream_url"]))


@claim("SC-STREAM-03")
def test_streams_are_absolute_links(api: Client, playable: list[JsonObject]) -> None:
    """/tracks/:id/streams has at least one documented link, and each is absolute."""
    for track in playable:
        gives_links(api.get(f"/tracks/{track['id']}/streams").expect_ok())


@claim("SC-STREAM-04")
def test_public_tracks_need_no_user(api: Client, playable: list[JsonObject]) -> None:
    """An app's token, of no user, is enough for both ways to the sound."""
    for track in playable[:10]:
        api.get(f"/tracks/{track['id']}/streams").expect_ok()
        api.get(track["stream_url"]).expect_status(200, 302)


@claim("SC-STREAM-04", needs=("user", "write"))
def test_a_new_public_track_needs_no_user(user: Client, api: Client, unique_name: Fresh) -> None:
    """What a user has just published is streamed with no user."""
    made = create_track(user, unique_name("published"))
    track = api.get(f"/tracks/{made['id']}").expect_ok().object
    if track.get("access") != "playable" or not track.get("stream_url"):
        not_verified("the new track is not encoded yet")

    api.get(f"/tracks/{made['id']}/streams").expect_ok()
    api.get(track["stream_url"]).expect_status(200, 302)


@pytest.fixture
def private(user: Client, unique_name: Fresh) -> JsonObject:
    """A private track of the user's, as its owner sees it."""
    made = create_track(user, unique_name("not for all"), sharing="private")
    return user.get(f"/tracks/{made['id']}").expect_ok().object


@pytest.fixture
def encoded(user: Client, private: JsonObject) -> JsonObject:
    """The private track once it can be played."""

    def look() -> JsonObject:
        track = user.get(f"/tracks/{private['id']}").expect_ok().object
        assert track.get("stream_url"), "expected a stream_url, found none"
        return track

    try:
        return user.eventually(look)
    except AssertionError:
        not_verified("the new track is not encoded in time")


@claim("SC-STREAM-05")
def test_an_owner_streams_a_private_track(user: Client, encoded: JsonObject) -> None:
    """The owner's session is enough."""
    gives_links(user.get(f"/tracks/{encoded['id']}/streams").expect_ok())
    gives_a_stream(user.get(encoded["stream_url"]))


@claim("SC-STREAM-05")
@pytest.mark.parametrize("way", ["streams", "stream"])
def test_a_secret_token_opens_a_private_stream(other_user: Client, encoded: JsonObject, way: str) -> None:
    """Another user who has its secret_token hears it, and only with it."""
    path = f"/tracks/{encoded['id']}/{way}"

    gives_a_stream(other_user.get(path, secret_token=read_secret_token(encoded)))

    other_user.get(path).expect_status(401, 403, 404)


@claim("SC-STREAM-05")
@pytest.mark.parametrize("way", ["streams", "stream"])
def test_a_private_stream_is_closed(
    user: Client, api: Client, other_user: Client, unauthenticated: Client, private: JsonObject, way: str
) -> None:
    """Without the secret_token another user, an app and nobody are refused, after its owner was heard too."""
    path = f"/tracks/{private['id']}/{way}"
    user.get(path)

    for stranger in (other_user, api, unauthenticated):
        stranger.get(path).expect_status(401, 403, 404)


@claim("SC-STREAM-05")
def test_a_private_stream_is_closed_to_followers(
    user: Client, other_user: Client, private: JsonObject
) -> None:
    """Who follows its owner is a stranger still."""
    follow(other_user, fetch_my_id(user))

    for way in ("streams", "stream"):
        other_user.get(f"/tracks/{private['id']}/{way}").expect_status(401, 403, 404)


@claim("SC-STREAM-05")
@pytest.mark.parametrize("way", ["streams", "stream"])
def test_another_secret_opens_no_stream(
    user: Client, other_user: Client, unique_name: Fresh, private: JsonObject, way: str
) -> None:
    """A token of another track, one that is nearly right, and an empty one are refused."""
    secret = read_secret_token(private)
    made = create_track(user, unique_name("elsewhere"), sharing="private")
    elsewhere = user.get(f"/tracks/{made['id']}").expect_ok().object

    for wrong in (read_secret_token(elsewhere), *similar_secret_tokens(secret), "s-wrong", ""):
        answer = other_user.get(f"/tracks/{private['id']}/{way}", secret_token=wrong)

        answer.expect_status(401, 403, 404)


def is_blocked(client: Client, track: Any) -> None:
    """Raise where a track shows a way to its sound."""
    found = client.get(f"/tracks/{track}").expect_ok().object

    assert found["access"] == "blocked", f"expected access blocked, found {found['access']!r}"
    assert found.get("stream_url") is None, f"expected no stream_url, found {found['stream_url']!r}"
    client.get(f"/tracks/{track}/streams").expect_client_error()


@claim("SC-STREAM-06")
def test_a_blocked_track_is_not_streamed(api: Client, test_data: dict[str, Any]) -> None:
    """An app finds its metadata, and no stream."""
    is_blocked(api, test_data["blocked_track"])


@claim("SC-STREAM-06", needs=("user",))
def test_a_blocked_track_is_not_streamed_to_a_user(user: Client, test_data: dict[str, Any]) -> None:
    """A user finds its metadata, and no stream."""
    is_blocked(user, test_data["blocked_track"])


@claim("SC-STREAM-06")
def test_a_listed_blocked_track_has_no_stream_url(api: Client) -> None:
    """In a list of blocked tracks none has a stream_url."""
    listed = find_public_tracks(api, access="blocked")

    shown = [track["id"] for track in listed if track.get("stream_url") is not None]
    assert not shown, f"expected no stream_url in blocked tracks, found one in {shown}"


@claim("SC-STREAM-07")
def test_a_preview_track_has_a_preview(api: Client, test_data: dict[str, Any]) -> None:
    """There is the link to the preview, and none to the whole."""
    links = api.get(f"/tracks/{test_data['preview_track']}/streams").expect_ok().object

    whole = [name for name in FULL if links.get(name) is not None]
    assert is_absolute_url(links[PREVIEW]), f"expected an absolute URL as {PREVIEW}, found {links[PREVIEW]!r}"
    assert not whole, f"expected no full-length link, found {whole}"


def is_embedded(answer: Response) -> None:
    """Raise where an oEmbed answer lacks what a page needs to embed it (oEmbed 2.3.4.4)."""
    found = answer.expect_ok().object

    assert found["type"] == "rich", f"expected type rich, found {found['type']!r}"
    assert str(found["version"]) in ("1.0", "1"), f"expected version 1.0, found {found['version']!r}"
    for name in ("title", "html"):
        assert isinstance(found[name], str), f"expected a text as {name}, found {found[name]!r}"
        assert found[name].strip(), f"expected a text as {name}, found it empty"
    for name in ("width", "height"):
        assert isinstance(found[name], int | float | str), f"expected a {name}, found {found[name]!r}"
        assert found[name], f"expected a {name}, found {found[name]!r}"


def embed(client: Client, target: SoundCloudSettings, url: str) -> Response:
    """Ask for the oEmbed of a URL."""
    return client.get(target.oembed_url or client.url("/oembed"), format="json", url=url)


@claim("SC-EMBED-01")
def test_tracks_can_be_embedded(api: Client, settings: SoundCloudSettings) -> None:
    """The permalink of a track leads to the code of a player."""
    for track in find_public_tracks(api, limit=10):
        is_embedded(embed(api, settings, track["permalink_url"]))


@claim("SC-EMBED-01")
def test_playlists_can_be_embedded(api: Client, settings: SoundCloudSettings) -> None:
    """The permalink of a playlist leads to the code of a player."""
    for playlist in find_public_playlists(api, limit=10):
        is_embedded(embed(api, settings, playlist["permalink_url"]))


@claim("SC-EMBED-02")
def test_what_is_unknown_can_t_be_embedded(api: Client, settings: SoundCloudSettings) -> None:
    """URLs that lead nowhere are 404: below a user, of no user, of another host."""
    track = find_public_tracks(api)[0]
    site = urlsplit(track["permalink_url"])
    home = f"{site.scheme}://{site.netloc}"
    nowhere = [
        f"{track['permalink_url']}-that-nobody-made-3f1c",
        f"{home}/nobody-with-this-name-3f1c/no-track",
        f"{home}/nobody-with-this-name-3f1c/sets/no-playlist",
        "https://example.com/nobody/nothing",
    ]

    for url in nowhere:
        embed(api, settings, url).expect_status(404)
