"""Tracks, as far as the introduction's examples go (https://api-docs.audiosocket.com)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuningfork import claim, not_verified
from tuningfork.apis.audiosocket.assertions import common, is_track
from tuningfork.apis.audiosocket.tracks import Tracks, is_that, some, track_in
from tuningfork.client.client import JsonObject
from tuningfork.testing.listings import at_least_one, listed

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
def test_a_listed_track_has_its_fields(tracks: Tracks) -> None:
    """Each of its type: those that all tracks have, and those that this one has."""
    for track in some(tracks.listed(), 10_000):
        is_track(track)


@claim("AS-TRACK-01")
def test_a_track_has_its_fields(tracks: Tracks) -> None:
    """When it is read by its id, too."""
    answers = [tracks.read(track["id"]) for track in some(tracks.listed(), 40)]
    found = [answer for answer in answers if answer.status == 200]

    for answer in at_least_one(found, "no listed track can be read"):
        is_track(track_in(answer))


@claim("AS-TRACK-01", needs=("write",))
def test_a_new_track_has_its_fields(tracks: Tracks, fresh: Fresh) -> None:
    """In the answer to its creation, with a title alone and with all that listed tracks show."""
    answers = [tracks.create(fresh("new"), **fields) for fields in ({}, shown(tracks.listed()))]
    made = [answer for answer in answers if answer.status == 201]

    for answer in at_least_one(made, "the target creates no track"):
        is_track(track_in(answer))


@claim("AS-TRACK-02")
def test_a_track_is_what_its_list_says(tracks: Tracks) -> None:
    """In every field that both have."""
    compared = at_least_one(in_both_ways(tracks, some(tracks.listed())), "no listed track can be read")
    differing = [track["id"] for track, read in compared if common(track, read)]

    # It may have been changed meanwhile.
    again = [track for track in tracks.listed() if track["id"] in differing]
    differences = [found for track, read in in_both_ways(tracks, again) if (found := common(track, read))]
    assert not differences, f"expected the same, found {differences[0]}"


@claim("AS-TRACK-02", needs=("write",))
def test_a_new_track_is_what_its_list_says(tracks: Tracks, fresh: Fresh) -> None:
    """With all that listed tracks show, odd and long titles too."""
    fields = shown(tracks.listed())
    titles = ("song", 'ñ "🎵" ' * 24, "of many words " * 13)
    made = [tracks.make(fresh(title), **fields)["id"] for title in titles]

    listing = [track for track in listed(tracks.client, "/tracks", made[-1]) if track["id"] in made]
    for track, read in at_least_one(in_both_ways(tracks, listing), "no new track can be read"):
        assert not common(track, read), f"expected the same, found {common(track, read)}"


@claim("AS-TRACK-03")
@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_a_title_comes_back(tracks: Tracks, fresh: Fresh, title: str) -> None:
    """As it was sent, in the answer, in the track and in the list."""
    comes_back(tracks, fresh(title))


@claim("AS-TRACK-03")
def test_digits_are_a_text_too(tracks: Tracks, fresh: Fresh) -> None:
    """And stay one, with the noughts in front of them."""
    comes_back(tracks, f"00{int(fresh('number').split()[1], 16)}")


@claim("AS-TRACK-03")
def test_200_characters_are_a_title(tracks: Tracks, fresh: Fresh) -> None:
    """All of them, to the last one."""
    comes_back(tracks, fresh("long").ljust(199, "y") + "z")


@claim("AS-TRACK-03", needs=("write",))
@given(text=TEXT)
def test_any_title_comes_back(tracks: Tracks, fresh: Fresh, text: str) -> None:
    """Whatever letters are in it."""
    comes_back(tracks, f"{fresh('a')} {text}z")


@claim("AS-TRACK-04")
@pytest.mark.parametrize("title", ["located", "ñ 🎵 / ? #"])
def test_a_location_leads_to_the_track(tracks: Tracks, fresh: Fresh, title: str) -> None:
    """Absolute, or relative to the request's URL; until it is removed."""
    answer = tracks.create(fresh(title))
    if answer.status != 201 or "location" not in answer.headers:
        not_verified("the answer to a creation names no Location")
    place = urljoin(answer.exchange.request.url, answer.headers["location"])
    track = track_in(answer)["id"]

    is_that(tracks.client.get(place), track)
    tracks.remove(track)
    tracks.client.get(place).has_status(404, 410)


def in_both_ways(tracks: Tracks, listing: list[JsonObject]) -> list[tuple[JsonObject, JsonObject]]:
    """Listed tracks, each with what it is when it is read by its id; those that are gone are left out."""
    answers = [(track, tracks.read(track["id"])) for track in listing]
    return [(track, track_in(answer)) for track, answer in answers if answer.status == 200]


def comes_back(tracks: Tracks, title: str) -> None:
    """Create a track of this title and read it in every way."""
    answer = tracks.create(title)
    if answer.status == 409:
        not_verified("there is a track of this title")
    made = track_in(answer.is_created())
    listing = listed(tracks.client, "/tracks", made["id"])

    read = track_in(tracks.read(made["id"]).is_ok())
    in_list = next(track for track in listing if track["id"] == made["id"])
    for where, track in (("answer", made), ("track", read), ("list", in_list)):
        found = track[tracks.field]
        assert found == title, f"{where}: expected {title!r}, found {found!r}"
