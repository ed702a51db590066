"""Playing Tracks (https://developers.soundcloud.com/docs/api/guide#playing)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tuningfork import ExpectationFailed, claim, not_verified
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
from tuningfork.json_text import to_json
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.testing.expect import (
    expect,
    expect_each,
    expect_no,
    expect_one_of,
    expect_properties,
    expect_true,
)
from tuningfork.testing.listings import at_least_one, json_objects

from .support.assertions import is_absolute_url
from .support.operation_requests import uploader_of

UniqueName = Callable[[str], str]
FULL_LINKS = ("http_mp3_128_url", "hls_mp3_128_url", "hls_opus_64_url", "hls_aac_160_url")
PREVIEW_LINK = "preview_mp3_128_url"
HIDDEN = (401, 403, 404)


@pytest.fixture
def playable_tracks(api_session: ApiSession, api: Client) -> list[JsonObject]:
    """At most 30 public tracks whose access is playable, read by their ids; several tests share them."""
    tracks = api_session.shared.get(
        "public tracks", lambda: list(fetch_each(api, "tracks", find_public_tracks(api, limit=30)))
    )
    playable = [track for track in tracks if track.get("access") == "playable"]
    return at_least_one(playable, "no listed track has the access `playable`")


@pytest.fixture
def private_track(user: Client, unique_name: UniqueName) -> JsonObject:
    """A private track of the user, as its owner reads it."""
    track_id = create_track(user, unique_name("private"), sharing="private")["id"]
    return user.get(f"/tracks/{track_id}").expect_ok().object


@pytest.fixture
def processed_track(user: Client, private_track: JsonObject) -> JsonObject:
    """The private track as soon as it has a stream_url."""

    def read_track() -> JsonObject:
        track = user.get(f"/tracks/{private_track['id']}").expect_ok().object
        expect_true(bool(track.get("stream_url")), "a stream_url", "none", track)
        return track

    try:
        return user.eventually(read_track)
    except ExpectationFailed:
        not_verified("the new track is not processed in time")


@pytest.fixture
def oembed_url(settings: SoundCloudSettings) -> str:
    """The URL of the oEmbed endpoint."""
    return settings.oembed_url or f"{settings.base_url.rstrip('/')}/oembed"


@claim("SC-STREAM-01")
def test_playable_track_has_a_stream_url(api: Client, playable_tracks: list[JsonObject]) -> None:
    """In a search, in the list of its user, and read by its id."""
    path = f"/users/{uploader_of(playable_tracks[0])['id']}/tracks"
    of_user = json_objects(api.get(path, limit=20).expect_ok().items)
    listed = [track for track in [*find_public_tracks(api), *of_user] if track.get("access") == "playable"]

    expect_each(
        [*playable_tracks, *listed],
        lambda track: is_absolute_url(track["stream_url"]),
        "an absolute URL as stream_url",
    )


@claim("SC-STREAM-02")
def test_stream_url_returns_links_or_redirects(api: Client, playable_tracks: list[JsonObject]) -> None:
    """The first one also a second time."""
    for track in [*playable_tracks[:20], playable_tracks[0]]:
        assert_stream(api.get(track["stream_url"]))


@claim("SC-STREAM-03")
def test_streams_are_absolute_urls(api: Client, playable_tracks: list[JsonObject]) -> None:
    for track in at_least_one(playable_tracks, "no playable track"):
        assert_links(api.get(f"/tracks/{track['id']}/streams").expect_ok())


@claim("SC-STREAM-04")
def test_public_track_is_streamed_with_an_app_token(api: Client, playable_tracks: list[JsonObject]) -> None:
    for track in playable_tracks[:10] or not_verified("no playable track"):
        api.get(f"/tracks/{track['id']}/streams").expect_ok()
        api.get(track["stream_url"]).expect_status(200, 302)


@claim("SC-STREAM-04", needs=("user", "write"))
def test_new_public_track_is_streamed_with_an_app_token(
    user: Client, api: Client, unique_name: UniqueName
) -> None:
    path = f"/tracks/{create_track(user, unique_name('public'))['id']}"
    track = api.get(path).expect_ok().object
    if track.get("access") != "playable" or not track.get("stream_url"):
        not_verified("the new track is not processed yet")

    api.get(f"{path}/streams").expect_ok()
    api.get(track["stream_url"]).expect_status(200, 302)


@claim("SC-STREAM-05")
def test_owner_streams_a_private_track(user: Client, processed_track: JsonObject) -> None:
    assert_links(user.get(f"/tracks/{processed_track['id']}/streams").expect_ok())
    assert_stream(user.get(processed_track["stream_url"]))


@claim("SC-STREAM-05")
@pytest.mark.parametrize("below", ["streams", "stream"])
def test_secret_token_opens_a_private_stream(
    other_user: Client, processed_track: JsonObject, below: str
) -> None:
    path = f"/tracks/{processed_track['id']}/{below}"

    assert_stream(other_user.get(path, secret_token=read_secret_token(processed_track)))

    other_user.get(path).expect_status(*HIDDEN)


@claim("SC-STREAM-05")
@pytest.mark.parametrize("below", ["streams", "stream"])
def test_private_stream_is_closed_to_others(
    user: Client,
    api: Client,
    other_user: Client,
    unauthenticated: Client,
    private_track: JsonObject,
    below: str,
) -> None:
    """Also after its owner has read it, and to a follower of its owner."""
    path = f"/tracks/{private_track['id']}/{below}"
    user.get(path)

    for client in (other_user, api, unauthenticated):
        client.get(path).expect_status(*HIDDEN)
    follow(other_user, fetch_my_id(user))
    other_user.get(path).expect_status(*HIDDEN)


@claim("SC-STREAM-05")
@pytest.mark.parametrize("below", ["streams", "stream"])
def test_stream_is_closed_to_others_as_soon_as_its_track_is_private(
    user: Client, other_user: Client, api: Client, unique_name: UniqueName, below: str
) -> None:
    """Also to those who have read it before."""
    path = f"/tracks/{create_track(user, unique_name('public at first'))['id']}"
    for client in (other_user, api):
        if client.get(f"{path}/{below}").status not in (200, 302):
            not_verified("the new track is not processed yet")

    user.put(path, json={"track": {"sharing": "private"}}).expect_ok()

    for client in (other_user, api):
        client.get(f"{path}/{below}").expect_status(*HIDDEN)


@claim("SC-STREAM-05")
@pytest.mark.parametrize("below", ["streams", "stream"])
def test_wrong_secret_token_opens_no_stream(
    user: Client, other_user: Client, unique_name: UniqueName, private_track: JsonObject, below: str
) -> None:
    """A token of another track, one that is similar to the right one, and an empty one."""
    other_id = create_track(user, unique_name("other"), sharing="private")["id"]
    other_token = read_secret_token(user.get(f"/tracks/{other_id}").expect_ok().object)
    similar_tokens = similar_secret_tokens(read_secret_token(private_track))

    for token in (other_token, *similar_tokens, "s-wrong", ""):
        response = other_user.get(f"/tracks/{private_track['id']}/{below}", secret_token=token)

        response.expect_status(*HIDDEN)


@claim("SC-STREAM-06")
def test_blocked_track_is_not_streamed(reader: Client, test_data: dict[str, Any]) -> None:
    path = f"/tracks/{test_data['blocked_track']}"

    track = reader.get(path).expect_ok().object

    expect_properties(track, access="blocked")
    expect(track.get("stream_url"), None, "stream_url", track)
    reader.get(f"{path}/streams").expect_client_error()


@claim("SC-STREAM-06")
def test_listed_blocked_track_has_no_stream_url(api: Client) -> None:
    response = api.get("/tracks", access="blocked").expect_ok()

    expect_each(json_objects(response.items), lambda track: track.get("stream_url") is None, "no stream_url")


@claim("SC-STREAM-07")
def test_preview_track_has_a_preview_link_only(api: Client, test_data: dict[str, Any]) -> None:
    links = api.get(f"/tracks/{test_data['preview_track']}/streams").expect_ok().object

    expect_true(is_absolute_url(links[PREVIEW_LINK]), "an absolute URL", to_json(links[PREVIEW_LINK]), links)
    expect_no([name for name in FULL_LINKS if links.get(name) is not None], "full-length links", links)


@claim("SC-EMBED-01")
@pytest.mark.parametrize("find_public", [find_public_tracks, find_public_playlists])
def test_permalink_can_be_embedded(
    api: Client, oembed_url: str, find_public: Callable[..., list[JsonObject]]
) -> None:
    """The oEmbed response has a title, HTML and a size (oEmbed 2.3.4.4)."""
    for item in at_least_one(find_public(api, limit=7), "nothing is listed"):
        embedded = api.get(oembed_url, format="json", url=item["permalink_url"]).expect_ok().object

        expect_properties(embedded, type="rich")
        expect_one_of(str(embedded["version"]), ("1.0", "1"), "version", embedded)
        for name in ("title", "html"):
            is_text = isinstance(embedded[name], str) and embedded[name].strip() != ""
            expect_true(is_text, f"a text as {name}", to_json(embedded[name]), embedded)
        for name in ("width", "height"):
            expect_true(bool(embedded[name]), f"a {name}", to_json(embedded[name]), embedded)


@claim("SC-EMBED-02")
def test_unknown_url_cannot_be_embedded(api: Client, oembed_url: str) -> None:
    """Below a user, of a user who does not exist, and of another host."""
    permalink = find_public_tracks(api)[0]["permalink_url"]
    site = "{0.scheme}://{0.netloc}".format(urlsplit(permalink))

    for url in (
        f"{permalink}-unknown-3f1c",
        f"{site}/unknown-user-3f1c/no-track",
        f"{site}/unknown-user-3f1c/sets/no-playlist",
        "https://example.com/user/track",
    ):
        api.get(oembed_url, format="json", url=url).expect_status(404)


def assert_links(response: Response) -> None:
    """Raise ExpectationFailed unless there is a documented link, and each is an absolute URL."""
    links = {name: response.object.get(name) for name in (*FULL_LINKS, PREVIEW_LINK)}
    existing = {name: url for name, url in links.items() if url is not None}
    expect_true(bool(existing), f"one of {', '.join(links)}", response.text, response)
    are_absolute = all(map(is_absolute_url, existing.values()))
    expect_true(are_absolute, "absolute URLs", to_json(existing), response)


def assert_stream(response: Response) -> None:
    """Raise ExpectationFailed unless the response has links, or redirects."""
    if response.status == 200:
        assert_links(response)
    else:
        location = response.expect_status(302).headers.get("Location")
        expect_true(bool(location), "a Location", "none", response)
