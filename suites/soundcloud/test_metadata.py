"""Updating Metadata (https://developers.soundcloud.com/docs/api/guide#updating-metadata)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from tuningfork import ExpectationFailed, claim, not_verified
from tuningfork.apis.soundcloud.factories import create_comment, create_playlist, create_track, like
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect, expect_properties, expect_true
from tuningfork.testing.listings import wait_until_listed
from tuningfork.testing.payloads import bracketed, multipart, wav_tone

from .support.assertions import is_absolute_url
from .support.diffs import comparable_value, expect_unchanged

UniqueName = Callable[[str], str]
Encode = Callable[[Mapping[str, Any]], dict[str, Any]]

WAV = ("tone.wav", wav_tone(), "audio/wav")
METADATA: dict[str, Any] = {
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
"""Metadata of a track; each value differs from the default."""

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

DOCUMENTED_VALUES = {
    "sharing": ["public", "private"],
    "license": [
        *("no-rights-reserved", "all-rights-reserved", "cc-by", "cc-by-nc", "cc-by-nd", "cc-by-sa"),
        *("cc-by-nc-nd", "cc-by-nc-sa"),
    ],
    "embeddable_by": ["all", "me", "none"],
}
UNDOCUMENTED_VALUES = {
    "sharing": ["Public", "unlisted", " public", "public,private"],
    "license": ["CC-BY", "cc-by-nd-sa", "cc", "cc_by"],
    "embeddable_by": ["ALL", "everyone", "all ", "all,me"],
}

JSON_TYPES = ("application/json", "application/json; charset=utf-8")
INVALID_JSON = (
    "{'%s': {'title': 'NEW TITLE', 'body': 'NEW BODY'}}",
    '{"%s": {"title": "NEW TITLE", "body": "NEW BODY"',
    '{"%s": {"title": "NEW TITLE", "body": "NEW BODY",}}',
    '{"%s": {"title": "NEW TITLE", "body": "NEW BODY"}} and more',
    "%s[title]=NEW+TITLE",
    '{"%s": {"title": "NEW TITLE", "body": "NEW BODY" /* or other words */}}',
    '{"%s": {"title": "NEW\nTITLE", "body": "NEW\nBODY"}}',
    '{"%s": {"title": "NEW T\udcceTLE", "body": "NEW B\udcd6DY"}}',
)
"""The quotes of the guide's samples; cut off; one comma too many; text after the end; a form; and by RFC
8259 a comment, a line break in a string, bytes that are not UTF-8.
"""


def as_json(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of Client.put that send the fields of a track as JSON."""
    return {"json": {"track": fields}}


def as_multipart(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of Client.put that send the fields of a track as multipart/form-data."""
    return multipart(bracketed("track", fields))


ENCODINGS = (
    pytest.param(as_json, marks=claim("SC-META-01")),
    pytest.param(as_multipart, marks=claim("SC-META-02")),
)


@pytest.fixture
def track(user: Client, unique_name: UniqueName) -> JsonObject:
    """A private track of the user with metadata of every kind."""
    return reload_track(user, create_track(user, unique_name("described"), **METADATA))


@pytest.fixture
def picture(media: Path) -> tuple[str, bytes, str]:
    """A picture as a part of a multipart body."""
    return "cover.png", (media / "cover.png").read_bytes(), "image/png"


@pytest.mark.parametrize("encode", ENCODINGS)
def test_update_of_one_property_changes_no_other(user: Client, track: JsonObject, encode: Encode) -> None:
    """One property after the other."""
    for name, value in CHANGES.items():
        updated = user.put(f"/tracks/{track['id']}", **encode({name: value})).expect_ok().object

        expect_only_changed(track, updated, {name: value})
        reloaded = reload_track(user, track)
        expect_only_changed(track, reloaded, {name: value})
        track = reloaded


@pytest.mark.parametrize("encode", ENCODINGS)
def test_update_of_all_properties_changes_each(user: Client, track: JsonObject, encode: Encode) -> None:
    """A second update restores the first values: true becomes false, and false becomes true."""
    for fields in (CHANGES, METADATA):
        before = reload_track(user, track)

        updated = user.put(f"/tracks/{track['id']}", **encode(fields)).expect_ok().object

        for after in (updated, reload_track(user, track)):
            expect_only_changed(before, after, fields)


@claim("SC-META-01")
def test_update_empties_properties(user: Client, track: JsonObject) -> None:
    fields = dict.fromkeys(("description", "genre", "label_name", "release"), "")

    updated = user.put(f"/tracks/{track['id']}", **as_json(fields)).expect_ok().object

    for after in (updated, reload_track(user, track)):
        expect_only_changed(track, after, fields)


@claim("SC-META-01")
def test_update_changes_the_permalink(user: Client, track: JsonObject, unique_name: UniqueName) -> None:
    fields = {"permalink": unique_name("link").replace(" ", "-")}

    updated = user.put(f"/tracks/{track['id']}", **as_json(fields)).expect_ok().object

    for after in (updated, reload_track(user, track)):
        expect_only_changed(track, after, fields)


@pytest.mark.parametrize("encode", ENCODINGS)
def test_update_keeps_comments_and_likes(user: Client, unique_name: UniqueName, encode: Encode) -> None:
    track_id = create_track(user, unique_name("liked"))["id"]
    path, comment_id = f"/tracks/{track_id}", create_comment(user, track_id, "a comment")["id"]
    like(user, "tracks", track_id)

    user.put(path, **encode({"genre": "After", "description": "Other words"})).expect_ok()

    wait_until_listed(user, f"{path}/comments", comment_id)
    wait_until_listed(user, "/me/likes/tracks", track_id)


@claim("SC-META-01")
def test_update_changes_no_other_track(user: Client, track: JsonObject, unique_name: UniqueName) -> None:
    other = reload_track(user, create_track(user, unique_name("other"), **METADATA))

    user.put(f"/tracks/{track['id']}", json={"track": CHANGES}).expect_ok()

    expect_unchanged(other, reload_track(user, other))


@claim("SC-META-02")
def test_description_keeps_its_lines(user: Client, track: JsonObject) -> None:
    """The line ends may be changed."""
    lines = ["One line,", "", "  and another; boundary=--x", "--the last"]

    user.put(f"/tracks/{track['id']}", **as_multipart({"description": "\n".join(lines)})).expect_ok()

    expect(reload_track(user, track)["description"].splitlines(), lines, "lines of the description")


@claim("SC-META-02")
def test_boundary_in_quotes_is_accepted(user: Client, track: JsonObject) -> None:
    """As in RFC 2046 (5.1.1)."""
    body = as_multipart({"genre": "Quoted"})
    media_type, _, boundary = body["headers"]["Content-Type"].partition("boundary=")
    headers = {"Content-Type": f'{media_type}boundary="{boundary}"'}

    user.put(f"/tracks/{track['id']}", content=body["content"], headers=headers).expect_ok()

    expect_properties(reload_track(user, track), genre="Quoted")


@claim("SC-META-03")
@pytest.mark.parametrize("fields", [{}, {"title": "With a cover"}], ids=["alone", "with a title"])
def test_picture_becomes_the_artwork(
    user: Client, track: JsonObject, picture: tuple[str, bytes, str], fields: dict[str, str]
) -> None:
    body = as_multipart({**fields, "artwork_data": picture})

    user.put(f"/tracks/{track['id']}", **body).expect_ok()

    user.eventually(lambda: assert_artwork(user, track))
    expect_unchanged(track, reload_track(user, track), but={*fields, "artwork_url"})


@claim("SC-META-01")
def test_update_keeps_the_artwork(user: Client, track: JsonObject, picture: tuple[str, bytes, str]) -> None:
    user.put(f"/tracks/{track['id']}", **as_multipart({"artwork_data": picture}))
    try:
        user.eventually(lambda: assert_artwork(user, track))
    except ExpectationFailed:
        not_verified("the track has no artwork_url after an upload of a picture")

    user.put(f"/tracks/{track['id']}", json={"track": {"genre": "After"}}).expect_ok()

    assert_artwork(user, track)


@claim("SC-META-04")
@pytest.mark.parametrize("fields", [{}, {"genre": "Longer"}], ids=["alone", "with a genre"])
def test_audio_cannot_be_replaced(user: Client, unique_name: UniqueName, fields: dict[str, str]) -> None:
    """The update is ignored or refused, the first and the second time. The duration may be 0 at first."""
    before = reload_track(user, create_track(user, unique_name("half a second"), wav_tone(0.5)))
    body = as_multipart({**fields, "asset_data": ("longer.wav", wav_tone(1.5), "audio/wav")})

    for _ in range(2):
        response = user.put(f"/tracks/{before['id']}", **body)

        if response.status != 200:
            response.expect_client_error()
        duration = reload_track(user, before)["duration"]
        is_stored = duration == before["duration"] or (before["duration"] == 0 and duration < 1000)
        expect_true(is_stored, f"duration {before['duration']}", to_json(duration))


@claim("SC-META-05")
@pytest.mark.parametrize("resource", ["track", "new playlist", "playlist", "comment"])
def test_invalid_json_returns_422_or_400(user: Client, unique_name: UniqueName, resource: str) -> None:
    track_id = create_track(user, unique_name("track"))["id"]
    playlist_id = create_playlist(user, [track_id], unique_name("playlist"))["id"]
    method, path = {
        "track": ("PUT", f"/tracks/{track_id}"),
        "new playlist": ("POST", "/playlists"),
        "playlist": ("PUT", f"/playlists/{playlist_id}"),
        "comment": ("POST", f"/tracks/{track_id}/comments"),
    }[resource]

    for template, media_type in zip(INVALID_JSON, cycle(JSON_TYPES), strict=False):
        body = (template % resource.split()[-1]).encode(errors="surrogateescape")
        headers = {"Content-Type": media_type}

        user.request(method, path, content=body, headers=headers).expect_status(422, 400)


@claim("SC-META-06")
@pytest.mark.parametrize("value", [[], ["one"], ["one", "two"]], ids=["empty", "one", "two"])
def test_array_as_text_of_a_track_returns_422_or_400(
    user: Client, track: JsonObject, value: list[str]
) -> None:
    names = ("permalink", "isrc", *(name for name, text in CHANGES.items() if isinstance(text, str)))

    for name in names:
        user.put(f"/tracks/{track['id']}", json={"track": {name: value}}).expect_status(422, 400)

    expect_unchanged(track, reload_track(user, track))


@claim("SC-META-06")
@pytest.mark.parametrize("name", ["title", "description", "sharing"])
def test_array_as_text_of_a_playlist_returns_422_or_400(
    user: Client, unique_name: UniqueName, name: str
) -> None:
    playlist = create_playlist(user, [], unique_name("playlist"))
    fields = {"title": unique_name("array"), name: ["a", "b"]}

    user.post("/playlists", json={"playlist": fields}).expect_status(422, 400)
    user.put(f"/playlists/{playlist['id']}", json={"playlist": fields}).expect_status(422, 400)


@claim("SC-META-06")
def test_array_as_text_of_a_comment_returns_422_or_400(user: Client, unique_name: UniqueName) -> None:
    path = f"/tracks/{create_track(user, unique_name('track'))['id']}/comments"

    user.post(path, json={"comment": {"body": ["a", "text"]}}).expect_status(422, 400)


@claim("SC-META-07")
@pytest.mark.parametrize("name", DOCUMENTED_VALUES)
@pytest.mark.parametrize("encode", [as_json, as_multipart])
def test_update_to_each_documented_value_is_stored(
    user: Client, track: JsonObject, encode: Encode, name: str
) -> None:
    """The first value is set again after the last one."""
    for value in (*DOCUMENTED_VALUES[name], DOCUMENTED_VALUES[name][0]):
        updated = user.put(f"/tracks/{track['id']}", **encode({name: value})).expect_ok().object

        for after in (updated, reload_track(user, track)):
            expect_only_changed(track, after, {name: value})


@claim("SC-META-07")
@pytest.mark.parametrize("name", DOCUMENTED_VALUES)
def test_upload_with_each_documented_value_is_stored(
    user: Client, unique_name: UniqueName, name: str
) -> None:
    for value in DOCUMENTED_VALUES[name]:
        fields = {"title": unique_name("chosen"), name: value, "asset_data": WAV}

        track = user.post("/tracks", **as_multipart(fields)).expect_created().object

        expect_properties(reload_track(user, track), **{name: value})


@claim("SC-META-07")
@pytest.mark.parametrize("name", UNDOCUMENTED_VALUES)
@pytest.mark.parametrize("encode", [as_json, as_multipart])
def test_undocumented_value_returns_400_or_422_and_changes_nothing(
    user: Client, track: JsonObject, unique_name: UniqueName, encode: Encode, name: str
) -> None:
    """In an update, and in an upload. An empty text in a form may mean that the field is missing."""
    values = UNDOCUMENTED_VALUES[name] + ([""] if encode is as_json else [])
    for value in values or not_verified("no undocumented value"):
        fields = {name: value, "genre": "changed"}

        user.put(f"/tracks/{track['id']}", **encode(fields)).expect_status(400, 422)

        expect_unchanged(track, reload_track(user, track))
    for value in UNDOCUMENTED_VALUES[name]:
        upload = {"title": unique_name("undocumented"), name: value, "asset_data": WAV}
        user.post("/tracks", **as_multipart(upload)).expect_status(400, 422)


def reload_track(client: Client, track: JsonObject) -> JsonObject:
    """Return the track as the target has it now."""
    return client.get(f"/tracks/{track['id']}").expect_ok().object


def expect_only_changed(before: JsonObject, after: JsonObject, fields: Mapping[str, Any]) -> None:
    """Raise ExpectationFailed unless these properties have these values, and no other one has changed."""
    for name, value in fields.items():
        expected = comparable_value(JsonObject({name: value}), name)
        expect(comparable_value(after, name), expected, name, after)
    expect_unchanged(before, after, but=fields)


def assert_artwork(client: Client, track: JsonObject) -> None:
    """Raise ExpectationFailed unless the artwork_url of a track is an absolute URL."""
    url = reload_track(client, track).get("artwork_url")
    expect_true(is_absolute_url(url), "an absolute URL as artwork_url", to_json(url))
