"""Tracks, as far as the introduction's examples go (https://api-docs.audiosocket.com)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuningfork import claim, not_verified
from tuningfork.apis.audiosocket.assertions import assert_track, common_differences
from tuningfork.apis.audiosocket.tracks import TrackClient, expect_track, read_track, sample
from tuningfork.client.response import JsonObject
from tuningfork.testing.listings import at_least_one, wait_until_listed

from .support.optional_fields import shown

Fresh = Callable[[str], str]

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
    "invisible": "zero\u200bwidth\u00a0no\u2060break soft\u00adhyphen",
}
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=180)
"""Any letters that Unicode has given a meaning, but for controls."""


@claim("AS-TRACK-01")
def test_a_listed_track_has_its_fields(tracks: TrackClient) -> None:
    """Each of its type: those that all tracks have, and those that this one has."""
    for track in sample(tracks.list_all(), 10_000):
        assert_track(track)


@claim("AS-TRACK-01")
def test_a_track_has_its_fields(tracks: TrackClient) -> None:
    """When it is read by its id, too."""
    answers = [tracks.read(track["id"]) for track in sample(tracks.list_all(), 40)]
    found = [answer for answer in answers if answer.status == 200]

    for answer in at_least_one(found, "no listed track can be read"):
        assert_track(read_track(answer))


@claim("AS-TRACK-01", needs=("write",))
def test_a_new_track_has_its_fields(tracks: TrackClient, unique_name: Fresh) -> None:
    """In the answer to its creation, with a title alone and with all that listed tracks show."""
    answers = [tracks.create(unique_name("new"), **fields) for fields in ({}, shown(tracks.list_all()))]
    made = [answer for answer in answers if answer.status == 201]

    for answer in at_least_one(made, "the target creates no track"):
        assert_track(read_track(answer))


@claim("AS-TRACK-02")
def test_a_track_is_what_its_list_says(tracks: TrackClient) -> None:
    """In every field that both have."""
    compared = at_least_one(in_both_ways(tracks, sample(tracks.list_all())), "no listed track can be read")
    differing = [track["id"] for track, read in compared if common_differences(track, read)]

    # It may have been changed meanwhile.
    again = [track for track in tracks.list_all() if track["id"] in differing]
    differences = [
        found for track, read in in_both_ways(tracks, again) if (found := common_differences(track, read))
    ]
    assert not differences, f"expected the same, found {differences[0]}"


@claim("AS-TRACK-02", needs=("write",))
def test_a_new_track_is_what_its_list_says(tracks: TrackClient, unique_name: Fresh) -> None:
    """With all that listed tracks show, odd and long titles too."""
    fields = shown(tracks.list_all())
    titles = ("song", 'ñ "🎵" ' * 24, "of many words " * 13)
    made = [tracks.create_or_skip(unique_name(title), **fields)["id"] for title in titles]

    listing = [
        track for track in wait_until_listed(tracks.client, "/tracks", made[-1]) if track["id"] in made
    ]
    for track, read in at_least_one(in_both_ways(tracks, listing), "no new track can be read"):
        assert not common_differences(track, read), (
            f"expected the same, found {common_differences(track, read)}"
        )


@claim("AS-TRACK-03")
@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_a_title_comes_back(tracks: TrackClient, unique_name: Fresh, title: str) -> None:
    """As it was sent, in the answer, in the track and in the list."""
    comes_back(tracks, unique_name(title))


@claim("AS-TRACK-03")
def test_digits_are_a_text_too(tracks: TrackClient, unique_name: Fresh) -> None:
    """And stay one, with the noughts in front of them."""
    comes_back(tracks, f"00{int(unique_name('number').split()[1], 16)}")


@claim("AS-TRACK-03")
def test_200_characters_are_a_title(tracks: TrackClient, unique_name: Fresh) -> None:
    """All of them, to the last one."""
    comes_back(tracks, unique_name("long").ljust(199, "y") + "z")


@claim("AS-TRACK-03", needs=("write",))
@given(text=TEXT)
def test_any_title_comes_back(tracks: TrackClient, unique_name: Fresh, text: str) -> None:
    """Whatever letters are in it."""
    comes_back(tracks, f"{unique_name('a')} {text}z")


@claim("AS-TRACK-04")
@pytest.mark.parametrize("title", ["located", "ñ 🎵 / ? #"])
def test_a_location_leads_to_the_track(tracks: TrackClient, unique_name: Fresh, title: str) -> None:
    """Absolute, or relative to the request's URL; until it is removed."""
    answer = tracks.create(unique_name(title))
    if answer.status != 201 or "location" not in answer.headers:
        not_verified("the answer to a creation names no Location")
    place = urljoin(answer.exchange.request.url, answer.headers["location"])
    track = read_track(answer)["id"]

    expect_track(tracks.client.get(place), track)
    tracks.delete(track)
    tracks.client.get(place).expect_status(404, 410)


def in_both_ways(tracks: TrackClient, listing: list[JsonObject]) -> list[tuple[JsonObject, JsonObject]]:
    """Listed tracks, each with what it is when it is read by its id; those that are gone are left out."""
    answers = [(track, tracks.read(track["id"])) for track in listing]
    return [(track, read_track(answer)) for track, answer in answers if answer.status == 200]


def comes_back(tracks: TrackClient, title: str) -> None:
    """Create a track of this title and read it in every way."""
    answer = tracks.create(title)
    if answer.status == 409:
        not_verified("there is a track of this title")
    made = read_track(answer.expect_created())
    listing = wait_until_listed(tracks.client, "/tracks", made["id"])

    read = read_track(tracks.read(made["id"]).expect_ok())
    in_list = next(track for track in listing if track["id"] == made["id"])
    for where, track in (("answer", made), ("track", read), ("list", in_list)):
        found = track[tracks.title_property]
        assert found == title, f"{where}: expected {title!r}, found {found!r}"
