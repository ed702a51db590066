"""Tracks, as far as the introduction's examples go (https://api-docs.audiosocket.com)."""

from __future__ import annotations

import unicodedata
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuningfork import claim, not_verified
from tuningfork.apis.audiosocket.assertions import assert_track, common_differences
from tuningfork.apis.audiosocket.tracks import TrackClient, expect_track, read_track, sample
from tuningfork.client.marks import UniqueName
from tuningfork.client.response import JsonObject, Response
from tuningfork.testing.expect import expect_no, expect_properties
from tuningfork.testing.listings import at_least_one, wait_until_listed

from .support.optional_fields import observed_values

TITLES = {
    "inner spaces": "two  words   and more",
    "quotes": "\"double\", 'single' and `back`",
    "emoji": "🎵👩‍👩‍👧 🏳️‍🌈",
    "200 characters": "ab cd" * 38,
    "200 letters of four bytes": "🎸" * 190,
    "right to left": "שלום עולם مرحبا",
    "accents, composed": "Ångström café",
    "accents, decomposed": unicodedata.normalize("NFD", "Ångström café"),
    "markup": "<b>rock</b> & <i>roll</i> &amp; &#39;",
    "escapes": "back\\slash \\n \\u0041 %20 %s {0} ${x} +",
    "statements": "'; DROP TABLE tracks; --",
    "east": "日本語のタイトル 音楽",
    "turkish": "\u0130stanbul \u0131Ii\u0130 ß ẞ",
    "bare words": "null true false NaN undefined",
    "slashes": "AC/DC // ../.. ?a=b#c",
    "invisible": "zero\u200bwidth\u00a0no\u2060break soft\u00adhyphen byte\ufefforder line\u2028end",
    "formula": "=SUM(1,2)",
}
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=180)
"""Assigned Unicode characters without control characters."""


@claim("AS-TRACK-01")
def test_listed_track_has_documented_properties(tracks: TrackClient) -> None:
    for track in sample(tracks.list_all(), 10_000):
        assert_track(track)


@claim("AS-TRACK-01")
def test_track_read_by_id_has_documented_properties(tracks: TrackClient) -> None:
    responses = [tracks.read(track["id"]) for track in sample(tracks.list_all(), 40)]

    successes = [response for response in responses if response.status == 200]

    for response in at_least_one(successes, "no listed track can be read"):
        assert_track(read_track(response))


@claim("AS-TRACK-01", needs=("write",))
def test_created_track_has_documented_properties(tracks: TrackClient, unique_name: UniqueName) -> None:
    """One created with a title only, one with all properties that listed tracks have."""
    responses = [
        tracks.create(unique_name("new"), **fields) for fields in ({}, observed_values(tracks.list_all()))
    ]

    successes = [response for response in responses if response.status == 201]

    for response in at_least_one(successes, "the target creates no track"):
        assert_track(read_track(response))


@claim("AS-TRACK-02")
def test_track_read_by_id_equals_the_listed_track(tracks: TrackClient) -> None:
    """A track that differs is compared again: another client may have changed it between the two requests."""
    pairs = at_least_one(read_by_id(tracks, sample(tracks.list_all())), "no listed track can be read")
    differing_ids = [listed["id"] for listed, track in pairs if common_differences(listed, track)]

    listed_again = [listed for listed in tracks.list_all() if listed["id"] in differing_ids]

    expect_same_properties(read_by_id(tracks, listed_again))


@claim("AS-TRACK-02", needs=("write",))
def test_created_track_equals_the_listed_track(tracks: TrackClient, unique_name: UniqueName) -> None:
    """Tracks with all properties that listed tracks have, and titles with unusual or many characters."""
    fields = observed_values(tracks.list_all())
    titles = ("song", 'ñ "🎵" ' * 24, "of many words " * 13)
    created_ids = [tracks.create_or_skip(unique_name(title), **fields)["id"] for title in titles]

    all_listed = wait_until_listed(tracks.client, "/tracks", created_ids[-1])

    listed_tracks = [track for track in all_listed if track["id"] in created_ids]
    expect_same_properties(at_least_one(read_by_id(tracks, listed_tracks), "no created track can be read"))


@claim("AS-TRACK-03")
@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_title_is_returned_unchanged(tracks: TrackClient, unique_name: UniqueName, title: str) -> None:
    """In the response to the creation, in the track and in the list."""
    title = unique_name(title)

    expect_title(tracks, tracks.create(title), title)


@claim("AS-TRACK-03")
def test_title_of_digits_stays_a_string(tracks: TrackClient, unique_name: UniqueName) -> None:
    """With its leading zeros."""
    number = int(unique_name("number").split()[1].removeprefix("tf"), 16)
    title = f"00{number}"

    expect_title(tracks, tracks.create(title), title)


@claim("AS-TRACK-03", needs=("write",))
@given(text=TEXT)
def test_random_title_is_returned_unchanged(tracks: TrackClient, unique_name: UniqueName, text: str) -> None:
    title = unique_name("a", f" {text}z")

    expect_title(tracks, tracks.create(title), title)


@claim("AS-TRACK-04")
@pytest.mark.parametrize("title", ["located", "ñ 🎵 / ? #"])
def test_location_is_the_url_of_the_created_track(
    tracks: TrackClient, unique_name: UniqueName, title: str
) -> None:
    """An absolute URL, or one relative to the URL of the request; after the DELETE it returns 404 or 410."""
    response = tracks.create(unique_name(title))
    if response.status != 201 or "location" not in response.headers:
        not_verified("the response to the creation has no Location header")
    location = urljoin(response.exchange.request.url, response.headers["location"])
    track_id = read_track(response)["id"]

    expect_track(tracks.client.get(location), track_id)
    tracks.delete(track_id)

    tracks.client.get(location).expect_status(404, 410)


def read_by_id(tracks: TrackClient, listed_tracks: list[JsonObject]) -> list[tuple[JsonObject, JsonObject]]:
    """Return each listed track paired with the track that its id gives; deleted tracks are left out."""
    responses = [(listed, tracks.read(listed["id"])) for listed in listed_tracks]
    return [(listed, read_track(response)) for listed, response in responses if response.status == 200]


def expect_same_properties(pairs: list[tuple[JsonObject, JsonObject]]) -> None:
    """Raise ExpectationFailed if a listed track and the one read by its id differ in a common property."""
    for listed, track in pairs:
        expect_no(common_differences(listed, track), "differences between list and track", track)


def expect_title(tracks: TrackClient, response: Response, title: str) -> None:
    """Raise ExpectationFailed unless the response to a creation, the track and the list have this title."""
    if response.status == 409:
        not_verified("a track with this title exists already")
    created = read_track(response.expect_created())
    all_listed = wait_until_listed(tracks.client, "/tracks", created["id"])

    read = read_track(tracks.read(created["id"]).expect_ok())
    listed = next(track for track in all_listed if track["id"] == created["id"])

    for track in (created, read, listed):
        expect_properties(track, **{tracks.title_property: title})
