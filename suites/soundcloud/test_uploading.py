"""Uploading Audio Files (https://developers.soundcloud.com/docs/api/guide#uploading)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tuningfork import claim
from tuningfork.apis.soundcloud.factories import create_track, upload
from tuningfork.apis.soundcloud.lookup import fetch_my_id
from tuningfork.client.client import Client
from tuningfork.client.marks import MarkedProperty, UniqueName
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect, expect_no, expect_properties, expect_true
from tuningfork.testing.listings import ids, wait_until_listed, wait_until_listed_or_skip
from tuningfork.testing.payloads import bracketed, multipart, wav_tone

from .support.diffs import comparable_value
from .support.texts import UNUSUAL_TEXTS

UNIQUE = "a unique text"
WAV = ("tone.wav", wav_tone(), "audio/wav")
FORMATS = {
    "tone.aiff": "audio/aiff",
    "tone.wav": "audio/wav",
    "tone.flac": "audio/flac",
    "tone.ogg": "audio/ogg",
    "tone.mp2": "audio/mpeg",
    "tone.mp3": "audio/mpeg",
    "tone.aac": "audio/aac",
    "tone.amr": "audio/amr",
    "tone.wma": "audio/x-ms-wma",
}
OTHER_FILES = {
    "empty": b"",
    "text": b"I am no song, though I am called one.\n" * 40,
    "page": b"<!doctype html><title>No song</title>\n" * 40,
    "zeros": bytes(4000),
    "archive": b"PK\x03\x04" + bytes(200),
    "picture in RIFF": b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f" + bytes(13),
}
DEFAULTS = {"sharing": "public", "streamable": True, "downloadable": True, "commentable": True}


@claim("SC-UPLOAD-01")
@pytest.mark.parametrize("text", [*UNUSUAL_TEXTS, "word after word " * 5 + "end"])
def test_upload_returns_the_track_with_its_title(user: Client, unique_name: UniqueName, text: str) -> None:
    title = unique_name("new", f" {text}")

    response = user.post("/tracks", **multipart({"track[title]": title, "track[asset_data]": WAV}))

    track = response.expect_created().object
    expect_properties(track, title=title, kind="track")
    expect_true(type(track["id"]) is int, "id as an integer", to_json(track["id"]), track)


@claim("SC-UPLOAD-01")
@pytest.mark.parametrize("title", ["1984", "1e3", "true", "null"])
def test_title_that_looks_like_another_type_stays_a_string(
    user: Client, marked_property: MarkedProperty, title: str
) -> None:
    parts = {"track[title]": title, "track[asset_data]": WAV, **marked_property("track[description]")}

    response = user.post("/tracks", **multipart(parts))

    expect_properties(response.expect_created().object, title=title)


@claim("SC-UPLOAD-01")
def test_file_before_title_is_accepted(user: Client, unique_name: UniqueName) -> None:
    title = unique_name("file first")

    response = user.post("/tracks", **multipart({"track[asset_data]": WAV, "track[title]": title}))

    expect_properties(response.expect_created().object, title=title)


@claim("SC-UPLOAD-02")
@pytest.mark.parametrize("sharing", ["public", "private"])
@pytest.mark.parametrize("text", [UNUSUAL_TEXTS[1], UNUSUAL_TEXTS[-1]])
def test_uploaded_track_can_be_read_and_is_listed(
    user: Client, unique_name: UniqueName, sharing: str, text: str
) -> None:
    """With its title, sharing and user."""
    title = unique_name("new", f" {text}")
    track_id = create_track(user, title, sharing=sharing)["id"]

    read = user.get(f"/tracks/{track_id}").expect_ok().object

    listed = [track for track in wait_until_listed(user, "/me/tracks", track_id) if track["id"] == track_id]
    expect(len(listed), 1, "number of items with the id")
    for track in (read, listed[0]):
        expect_properties(track, id=track_id, title=title, sharing=sharing)
        expect(track["user"]["id"], fetch_my_id(user), "id of the user", track)


@claim("SC-UPLOAD-02", needs=("user2",))
def test_track_of_another_user_can_be_read_and_is_listed(other_user: Client, unique_name: UniqueName) -> None:
    track_id = create_track(other_user, unique_name("of another user"))["id"]

    other_user.get(f"/tracks/{track_id}").expect_ok()

    wait_until_listed(other_user, "/me/tracks", track_id)


@claim("SC-UPLOAD-02")
def test_same_title_and_file_become_another_track(user: Client, unique_name: UniqueName) -> None:
    title = unique_name("twice")

    first_id, second_id = (create_track(user, title)["id"] for _ in range(2))

    expect_true(first_id != second_id, "two tracks", f"{to_json(first_id)} twice")
    for track_id in (first_id, second_id):
        expect_properties(user.get(f"/tracks/{track_id}").expect_ok().object, id=track_id)
        wait_until_listed(user, "/me/tracks", track_id)


@claim("SC-UPLOAD-03")
@pytest.mark.parametrize(
    "parts",
    [
        {"track[asset_data]": WAV},
        {"track[title]": "", "track[asset_data]": WAV},
        {"track[title]": UNIQUE},
        {"track[title]": UNIQUE, "asset_data": WAV},
        {"track[title]": UNIQUE, "track[assetdata]": WAV},
    ],
    ids=["no title", "empty title", "no file", "file without brackets", "file with another name"],
)
def test_upload_without_title_or_file_returns_400_or_422_and_creates_nothing(
    user: Client, unique_name: UniqueName, parts: dict[str, Any]
) -> None:
    text = unique_name("incomplete")
    parts = {"track[description]": text, **parts}

    response = user.post(
        "/tracks", **multipart({name: text if part == UNIQUE else part for name, part in parts.items()})
    )

    response.expect_status(400, 422)
    assert_not_created(user, unique_name, text)


@claim("SC-UPLOAD-04")
@pytest.mark.parametrize("name", FORMATS)
def test_file_of_each_documented_format_is_accepted(
    user: Client, unique_name: UniqueName, media: Path, name: str
) -> None:
    audio = (media / name).read_bytes()

    response = upload(user, {"title": unique_name(name)}, audio, name=name, media_type=FORMATS[name])

    track_id = response.expect_created().object["id"]
    user.get(f"/tracks/{track_id}").expect_ok()


@claim("SC-UPLOAD-04")
@pytest.mark.parametrize("name", FORMATS)
def test_file_without_a_media_type_is_accepted(
    user: Client, unique_name: UniqueName, media: Path, name: str
) -> None:
    """As the guide's own sample sends it: curl knows the type of no audio file."""
    audio, media_type = (media / name).read_bytes(), "application/octet-stream"

    upload(user, {"title": unique_name(name)}, audio, name=name, media_type=media_type).expect_created()


@claim("SC-UPLOAD-04")
@pytest.mark.parametrize("name", ["TONE.WAV", "żółw.wav", "two words.wav"])
def test_unusual_file_name_is_accepted(user: Client, unique_name: UniqueName, name: str) -> None:
    parts = {"track[title]": unique_name("named"), "track[asset_data]": (name, wav_tone(), "audio/wav")}

    user.post("/tracks", **multipart(parts)).expect_created()


@claim("SC-UPLOAD-04")
def test_mp3_without_id3_tag_is_accepted(user: Client, unique_name: UniqueName, media: Path) -> None:
    audio = without_id3_tag((media / "tone.mp3").read_bytes())
    parts = {"track[title]": unique_name("no tag"), "track[asset_data]": ("tone.mp3", audio, "audio/mpeg")}

    user.post("/tracks", **multipart(parts)).expect_created()


@claim("SC-UPLOAD-05")
@pytest.mark.parametrize("kind", OTHER_FILES)
def test_other_content_named_mp3_is_refused_and_creates_nothing(
    user: Client, unique_name: UniqueName, kind: str
) -> None:
    title = unique_name("no audio")
    file = ("song.mp3", OTHER_FILES[kind], "audio/mpeg")

    response = user.post("/tracks", **multipart({"track[title]": title, "track[asset_data]": file}))

    response.expect_status(422, 400, 415)
    assert_not_created(user, unique_name, title)


@claim("SC-UPLOAD-05")
@pytest.mark.parametrize(("name", "media_type"), [("cover.png", "image/png"), ("cover.wav", "audio/wav")])
def test_picture_is_refused(
    user: Client, unique_name: UniqueName, media: Path, name: str, media_type: str
) -> None:
    picture = (name, (media / "cover.png").read_bytes(), media_type)
    parts = {"track[title]": unique_name("picture"), "track[asset_data]": picture}

    user.post("/tracks", **multipart(parts)).expect_status(422, 400, 415)


@claim("SC-UPLOAD-06")
@pytest.mark.parametrize(
    "size", [525_000_001, 2**31, 2**32 + 1, 10**12, "overflow 32 bits", "overflow 64 bits"]
)
def test_too_large_body_is_refused(user: Client, unique_name: UniqueName, size: int | str) -> None:
    """By its Content-Length, with a 413, 422 or 400, or by closing the connection.

    A size that overflows 32 or 64 bits is the actual one again if it is counted in so few bits.
    """
    body = multipart({"track[title]": unique_name("too large"), "track[asset_data]": WAV})
    overflow = {"overflow 32 bits": 2**32, "overflow 64 bits": 2**64}
    length = size if isinstance(size, int) else overflow[size] + len(body["content"])

    response = user.send_headers_only(
        "POST", "/tracks", headers=body["headers"], content_length=length, body_start=body["content"]
    )

    is_refused = response is None or response.status in (413, 422, 400)
    expect_true(is_refused, "413, 422 or 400", str(response and response.status), response)


@claim("SC-UPLOAD-07")
@pytest.mark.parametrize("file", [None, "tone.wav", "UklGRiQAAABXQVZF", "https://example.com/tone.wav"])
def test_upload_as_json_or_urlencoded_form_returns_4xx_and_creates_nothing(
    user: Client, unique_name: UniqueName, file: str | None
) -> None:
    """Without a file, and with a text in place of it."""
    title = unique_name("no file")
    fields = {"title": title} | ({} if file is None else {"asset_data": file})

    user.post("/tracks", json={"track": fields}).expect_client_error()
    user.post("/tracks", form=bracketed("track", fields)).expect_client_error()

    assert_not_created(user, unique_name, title)


@claim("SC-UPLOAD-08")
@pytest.mark.parametrize(
    "fields",
    [{}, {"sharing": "private"}, {"streamable": False}, {"downloadable": False}, {"commentable": False}],
    ids=["nothing", "sharing", "streamable", "downloadable", "commentable"],
)
def test_missing_property_has_its_default(
    user: Client, unique_name: UniqueName, fields: dict[str, Any]
) -> None:
    """Public, streamable, downloadable and commentable; the response to the upload may have none of them."""
    expected = DEFAULTS | fields

    created = upload(user, {"title": unique_name("default"), **fields}).expect_created().object

    read = user.get(f"/tracks/{created['id']}").expect_ok().object
    for track, names in ((created, [name for name in expected if name in created]), (read, expected)):
        found = {name: comparable_value(track, name) for name in names}
        expect(found, {name: expected[name] for name in names}, "properties", track)


@claim("SC-UPLOAD-09")
@pytest.mark.parametrize("extension", [".wav", ".WAV"])
def test_file_name_of_256_characters_returns_422_or_400(
    user: Client, unique_name: UniqueName, extension: str
) -> None:
    file = ("n" * (256 - len(extension)) + extension, wav_tone(), "audio/wav")
    parts = {"track[title]": unique_name("long name"), "track[asset_data]": file}

    user.post("/tracks", **multipart(parts)).expect_status(422, 400)


def without_id3_tag(mp3: bytes) -> bytes:
    """Return an MP3 from its first frame; its ID3 tag has its size in four times seven bits (ID3v2, 3.1)."""
    if not mp3.startswith(b"ID3"):
        return mp3
    size = sum(byte << 7 * position for position, byte in enumerate(reversed(mp3[6:10])))
    return mp3[10 + size :]


def assert_not_created(user: Client, unique_name: UniqueName, text: str) -> None:
    """Raise ExpectationFailed if a track of the user contains a text, after a later track is listed."""
    later_id = create_track(user, unique_name("later"))["id"]

    tracks = wait_until_listed_or_skip(user, "/me/tracks", later_id)

    expect_no(ids(track for track in tracks if text in str(track)), "tracks with the text")
