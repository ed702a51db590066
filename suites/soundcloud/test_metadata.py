"""Updating Metadata (https://developers.soundcloud.com/docs/api/guide#updating-metadata)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.soundcloud.factories import create_comment, create_playlist, create_track, upload
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.testing.expect import expect_true
from tuningfork.testing.payloads import bracketed, multipart, wav_tone

from .support.assertions import is_absolute_url
from .support.diffs import comparable_value, expect_unchanged

Fresh = Callable[[str], str]
Put = Callable[[Client, JsonObject, dict[str, Any]], Response]

DRESSED: dict[str, Any] = {
    "description": "As it was.",
    "genre": "Before",
    "tag_list": "early morning",
    "label_name": "First Label",
    "release": "FL-001",
    "purchase_url": "https://shop.example.com/before",
    "sharing": "private",
    "license": "cc-by",
    "embeddable_by": "me",
    "streamable": False,
    "downloadable": False,
    "commentable": False,
}
"""Nothing as it would be by default, so that a default that creeps back is seen."""

CHANGES: dict[str, Any] = {
    "title": "Another \"title\" & 'more' 100% + עברית 🎧",
    "description": "Other words: <b>&amp;</b> = ünïcödé ; #1" + ", and others" * 60,
    "genre": "After & After, and what comes after that",
    "tag_list": "late night and one two three four five six seven eight nine",
    "label_name": 'Second "Label"',
    "release": "0042",
    "purchase_url": "https://shop.example.com/after?a=1&b=2",
    "sharing": "public",
    "license": "cc-by-nc-sa",
    "embeddable_by": "none",
    "streamable": True,
    "downloadable": True,
    "commentable": True,
}

DOCUMENTED = {
    "sharing": ["public", "private"],
    "license": [
        "no-rights-reserved",
        "all-rights-reserved",
        "cc-by",
        "cc-by-nc",
        "cc-by-nd",
        "cc-by-sa",
        "cc-by-nc-nd",
        "cc-by-nc-sa",
    ],
    "embeddable_by": ["all", "me", "none"],
}
UNDOCUMENTED = {
    "sharing": ["Public", "unlisted", " public", "public,private"],
    "license": ["CC-BY", "cc-by-nd-sa", "cc", "cc_by"],
    "embeddable_by": ["ALL", "everyone", "all ", "all,me"],
}

JSON = ("application/json", "application/json; charset=utf-8")
NO_JSON = [
    "{'%s': {'title': 'NEW TITLE', 'body': 'NEW BODY'}}",
    '{"%s": {"title": "NEW TITLE", "body": "NEW BODY"',
    '{"%s": {"title": "NEW TITLE", "body": "NEW BODY",}}',
    '{"%s": {"title": "NEW TITLE", "body": "NEW BODY"}} and more',
    "%s[title]=NEW+TITLE",
    '{"%s": {"title": "NEW TITLE", "body": "NEW BODY" /* or other words */}}',
    '{"%s": {"title": "NEW\nTITLE", "body": "NEW\nBODY"}}',
    '{"%s": {"title": "NEW T\udcceTLE", "body": "NEW B\udcd6DY"}}',
]
"""The quotes of the guide's own samples; cut off; a comma too many; something after it; a form;
and by RFC 8259 a remark, a line break within a text, letters that are no UTF-8."""


def as_json(client: Client, track: JsonObject, fields: dict[str, Any]) -> Response:
    """PUT the fields as JSON."""
    return client.put(f"/tracks/{track['id']}", json={"track": fields})


def as_multipart(client: Client, track: JsonObject, fields: dict[str, Any]) -> Response:
    """PUT the fields as multipart/form-data."""
    return client.put(f"/tracks/{track['id']}", **multipart(bracketed("track", fields)))


def again(client: Client, track: JsonObject) -> JsonObject:
    """The track as it is now."""
    return client.get(f"/tracks/{track['id']}").expect_ok().object


@pytest.fixture
def dressed(user: Client, unique_name: Fresh) -> JsonObject:
    """A track of the user's with metadata of every kind."""
    return again(user, create_track(user, unique_name("dressed"), **DRESSED))


def changes_only(me: Client, track: JsonObject, fields: dict[str, Any], put: Put) -> None:
    """Raise where a PUT does not change exactly these fields, in its answer and for good."""
    answer = put(me, track, fields).expect_ok().object

    for seen in (answer, again(me, track)):
        for name, value in fields.items():
            wanted = comparable_value(JsonObject({name: value}), name)
            assert comparable_value(seen, name) == wanted, (
                f"expected {name} {wanted!r}, found {comparable_value(seen, name)!r}"
            )
        expect_unchanged(track, seen, but=fields)


def changes_one_by_one(me: Client, track: JsonObject, put: Put) -> None:
    """Raise where a PUT of one field changes another, or not that one."""
    for name, value in CHANGES.items():
        changes_only(me, track, {name: value}, put)
        track = again(me, track)


@claim("SC-META-01")
def test_json_changes_what_it_names(user: Client, dressed: JsonObject) -> None:
    """One field after the other is changed by JSON, and no other."""
    changes_one_by_one(user, dressed, as_json)


@claim("SC-META-01")
def test_json_changes_all_that_it_names(user: Client, dressed: JsonObject) -> None:
    """All fields are changed at once."""
    changes_only(user, dressed, CHANGES, as_json)


@claim("SC-META-01")
@pytest.mark.parametrize("put", [as_json, as_multipart])
def test_changes_add_up(user: Client, dressed: JsonObject, put: Put) -> None:
    """What one PUT has changed is there after the next, which names something else."""
    as_json(user, dressed, {"genre": "First", "license": "cc-by-nd"}).expect_ok()
    between = again(user, dressed)

    put(user, dressed, {"description": "Second"}).expect_ok()

    expect_unchanged(between, again(user, dressed), but={"description"})


@claim("SC-META-01")
def test_json_takes_back_what_it_gave(user: Client, dressed: JsonObject) -> None:
    """What was changed is changed back: true to false as well as false to true."""
    as_json(user, dressed, CHANGES).expect_ok()

    changes_only(user, again(user, dressed), DRESSED, as_json)


@claim("SC-META-01")
def test_json_empties_what_it_names(user: Client, dressed: JsonObject) -> None:
    """Empty texts take the place of others."""
    changes_only(user, dressed, dict.fromkeys(("description", "genre", "label_name", "release"), ""), as_json)


@claim("SC-META-01")
def test_json_changes_one_track(user: Client, dressed: JsonObject, unique_name: Fresh) -> None:
    """No other track is changed."""
    before = again(user, create_track(user, unique_name("beside"), **DRESSED))

    as_json(user, dressed, CHANGES).expect_ok()

    expect_unchanged(before, again(user, before))


@claim("SC-META-02")
def test_multipart_changes_what_it_names(user: Client, dressed: JsonObject) -> None:
    """One field after the other is changed by multipart/form-data, and no other."""
    changes_one_by_one(user, dressed, as_multipart)


@claim("SC-META-02")
def test_multipart_changes_all_that_it_names(user: Client, dressed: JsonObject) -> None:
    """All fields are changed at once."""
    changes_only(user, dressed, CHANGES, as_multipart)


@claim("SC-META-02")
def test_multipart_takes_back_what_it_gave(user: Client, dressed: JsonObject) -> None:
    """What was changed is changed back: true to false as well as false to true."""
    as_multipart(user, dressed, CHANGES).expect_ok()

    changes_only(user, again(user, dressed), DRESSED, as_multipart)


@claim("SC-META-02")
def test_multipart_has_lines(user: Client, dressed: JsonObject) -> None:
    """A text of several lines comes back line by line, however a line ends."""
    lines = ["One line,", "", "  and another; boundary=--x", "--the last"]

    as_multipart(user, dressed, {"description": "\n".join(lines)}).expect_ok()

    found = again(user, dressed)["description"]
    assert found.splitlines() == lines, f"expected the lines {lines}, found {found!r}"


@claim("SC-META-02")
def test_a_boundary_may_stand_in_quotes(user: Client, dressed: JsonObject) -> None:
    """As RFC 2046 (5.1.1) has it."""
    said = multipart({"track[genre]": "Quoted"})
    media_type, _, boundary = said["headers"]["Content-Type"].partition("boundary=")
    quoted = {"Content-Type": f'{media_type}boundary="{boundary}"'}

    user.put(f"/tracks/{dressed['id']}", content=said["content"], headers=quoted).expect_ok()

    found = again(user, dressed)["genre"]
    assert found == "Quoted", f"expected the genre 'Quoted', found {found!r}"


@claim("SC-META-03")
@pytest.mark.parametrize("fields", [{}, {"title": "With a cover"}], ids=["alone", "with a title"])
def test_artwork_is_set(user: Client, dressed: JsonObject, media: Path, fields: dict[str, str]) -> None:
    """A picture gives the track an artwork_url, for good, and nothing else changes."""
    picture = ("cover.png", (media / "cover.png").read_bytes(), "image/png")

    as_multipart(user, dressed, {**fields, "artwork_data": picture}).expect_ok()

    def has_artwork() -> JsonObject:
        track = again(user, dressed)
        assert is_absolute_url(track["artwork_url"]), (
            f"expected an artwork_url, found {track['artwork_url']!r}"
        )
        return track

    expect_unchanged(dressed, user.eventually(has_artwork), but={*fields, "artwork_url"})


@claim("SC-META-01")
def test_json_leaves_the_artwork(user: Client, dressed: JsonObject, media: Path) -> None:
    """A change of something else takes no picture away."""
    picture = ("cover.png", (media / "cover.png").read_bytes(), "image/png")
    as_multipart(user, dressed, {"artwork_data": picture})

    def shows_artwork() -> None:
        url = again(user, dressed).get("artwork_url")
        expect_true(is_absolute_url(url), "an absolute URL as artwork_url", repr(url))

    try:
        user.eventually(shows_artwork)
    except AssertionError:
        not_verified("a picture gives the track no artwork_url")
    as_json(user, dressed, {"genre": "After"}).expect_ok()

    shows_artwork()


@claim("SC-META-04")
@pytest.mark.parametrize("fields", [{}, {"genre": "Longer"}], ids=["alone", "with a genre"])
def test_the_audio_stays(user: Client, unique_name: Fresh, fields: dict[str, str]) -> None:
    """Another file is ignored or refused, the first time and the next; the track lasts as long as before."""
    before = again(user, create_track(user, unique_name("half a second"), wav_tone(0.5)))
    longer = ("longer.wav", wav_tone(1.5), "audio/wav")

    for _ in range(2):
        answer = as_multipart(user, before, {**fields, "asset_data": longer})

        if answer.status != 200:
            answer.expect_client_error()
        was, now = before["duration"], again(user, before)["duration"]
        assert now == was or (was == 0 and now < 1000), f"expected {was} ms still, found {now}"


@claim("SC-META-05")
@pytest.mark.parametrize("place", ["track", "playlists", "playlist", "comments"])
def test_what_is_no_json_is_refused(user: Client, unique_name: Fresh, place: str) -> None:
    """A body that says JSON and is none is refused wherever JSON is taken."""
    track = create_track(user, unique_name("for comments"))["id"]
    playlist = create_playlist(user, [track], unique_name("listed"))["id"]
    method, path, resource = {
        "track": ("PUT", f"/tracks/{track}", "track"),
        "playlists": ("POST", "/playlists", "playlist"),
        "playlist": ("PUT", f"/playlists/{playlist}", "playlist"),
        "comments": ("POST", f"/tracks/{track}/comments", "comment"),
    }[place]

    for body, media_type in zip(NO_JSON, cycle(JSON), strict=False):
        content, headers = (body % resource).encode(errors="surrogateescape"), {"Content-Type": media_type}
        user.request(method, path, content=content, headers=headers).expect_status(422, 400)


@claim("SC-META-06")
@pytest.mark.parametrize("value", [[], ["one"], ["one", "two"]], ids=["empty", "one", "two"])
def test_a_track_takes_no_array_for_a_string(user: Client, dressed: JsonObject, value: list[str]) -> None:
    """An array in the place of any text is refused, and the track stays as it was."""
    for name in ("permalink", "isrc", *(name for name, text in CHANGES.items() if isinstance(text, str))):
        as_json(user, dressed, {name: value}).expect_status(422, 400)

    expect_unchanged(dressed, again(user, dressed))


@claim("SC-META-06")
@pytest.mark.parametrize("name", ["title", "description", "sharing"])
def test_a_playlist_takes_no_array_for_a_string(user: Client, unique_name: Fresh, name: str) -> None:
    """Neither a new playlist nor one that is there takes an array in the place of a text."""
    playlist = create_playlist(user, [], unique_name("texts"))

    made = user.post("/playlists", json={"playlist": {"title": unique_name("arrays"), name: ["a", "b"]}})
    changed = user.put(f"/playlists/{playlist['id']}", json={"playlist": {name: ["a", "b"]}})

    made.expect_status(422, 400)
    changed.expect_status(422, 400)


@claim("SC-META-06")
def test_a_comment_takes_no_array_for_a_string(user: Client, unique_name: Fresh) -> None:
    """An array is no comment."""
    track = create_track(user, unique_name("to comment on"))["id"]
    create_comment(user, track, "a text")

    answer = user.post(f"/tracks/{track}/comments", json={"comment": {"body": ["a", "text"]}})

    answer.expect_status(422, 400)


@claim("SC-META-07")
@pytest.mark.parametrize("name", DOCUMENTED)
@pytest.mark.parametrize("put", [as_json, as_multipart])
def test_documented_values_are_taken(user: Client, dressed: JsonObject, put: Put, name: str) -> None:
    """Each documented value is set, the last of them over the first again."""
    for value in [*DOCUMENTED[name], DOCUMENTED[name][0]]:
        changes_only(user, dressed, {name: value}, put)


@claim("SC-META-07")
@pytest.mark.parametrize("name", DOCUMENTED)
def test_documented_values_are_taken_at_upload(user: Client, unique_name: Fresh, name: str) -> None:
    """Each documented value is set from the start."""
    for value in DOCUMENTED[name]:
        track = upload(user, {"title": unique_name("chosen"), name: value}).expect_created().object

        for seen in (track, again(user, track)):
            assert seen[name] == value, f"expected {name} {value!r}, found {seen[name]!r}"


@claim("SC-META-07")
@pytest.mark.parametrize("name", DOCUMENTED)
@pytest.mark.parametrize("put", [as_json, as_multipart])
def test_other_values_are_refused(user: Client, dressed: JsonObject, put: Put, name: str) -> None:
    """No other value is set, and the track stays as it was."""
    for value in UNDOCUMENTED[name]:
        put(user, dressed, {name: value, "genre": "smuggled"}).expect_status(400, 422)

        expect_unchanged(dressed, again(user, dressed))


@claim("SC-META-07")
@pytest.mark.parametrize("name", DOCUMENTED)
def test_an_empty_text_is_none_of_them(user: Client, dressed: JsonObject, name: str) -> None:
    """In JSON, where it can't stand for a field that was left out of a form."""
    as_json(user, dressed, {name: ""}).expect_status(400, 422)

    expect_unchanged(dressed, again(user, dressed))


@claim("SC-META-07")
@pytest.mark.parametrize("name", DOCUMENTED)
def test_other_values_are_refused_at_upload(user: Client, unique_name: Fresh, name: str) -> None:
    """No other value is set from the start."""
    for value in UNDOCUMENTED[name]:
        upload(user, {"title": unique_name("mistaken"), name: value}).expect_status(400, 422)
