"""Uploading Audio Files (https://developers.soundcloud.com/docs/api/guide#uploading)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tuningfork import claim
from tuningfork.apis.soundcloud.factories import create_track, upload
from tuningfork.apis.soundcloud.lookup import fetch_my_id
from tuningfork.client.client import Client
from tuningfork.testing.expect import expect
from tuningfork.testing.listings import wait_until_listed, wait_until_listed_or_skip
from tuningfork.testing.payloads import multipart, wav_tone

from .support.diffs import comparable_value

Fresh = Callable[[str], str]

ODD = [
    "plain",
    "\"double\" 'single' `back`",
    "100% & more + = ; # ?",
    "<i>&amp;</i> {{7*7}} ${x}",
    "back\\slash / slash",
    "Zoë Ångström Łódź",
    "שלום مرحبا",
    "日本語 한국어",
    "🎧🏽 👩‍🎤",
]

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

NO_AUDIO = {
    "empty": b"",
    "text": b"I am no song, though I am called one.\n" * 40,
    "page": b"<!doctype html><title>No song</title>\n" * 40,
    "zeros": bytes(4000),
    "archive": b"PK\x03\x04" + bytes(200),
    "picture in RIFF": b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f" + bytes(13),
}

DEFAULTS = {"sharing": "public", "streamable": True, "downloadable": True, "commentable": True}


def without_tag(mp3: bytes) -> bytes:
    """An MP3 from its first frame on: an ID3 tag says its length in four times seven bits (ID3v2, 3.1)."""
    if not mp3.startswith(b"ID3"):
        return mp3
    size = sum(byte << 7 * place for place, byte in enumerate(reversed(mp3[6:10])))
    return mp3[10 + size :]


def nothing_was_made(me: Client, fresh: Fresh, mark: str) -> None:
    """Raise where a track of the user bears a mark, once the list has caught up."""
    later = create_track(me, fresh("made afterwards"))["id"]

    bearing = [track for track in wait_until_listed_or_skip(me, "/me/tracks", later) if mark in str(track)]

    assert not bearing, f"expected that nothing is created, found {bearing}"


@claim("SC-UPLOAD-01")
@pytest.mark.parametrize("odd", [*ODD, "word after word " * 5 + "end"])
def test_an_upload_gives_the_track(user: Client, unique_name: Fresh, odd: str) -> None:
    """A title and a file make a track of that title, letter by letter."""
    title = f"{unique_name('new')} {odd}"

    track = upload(user, {"title": title}).expect_created().object

    assert track["title"] == title, f"expected the title {title!r}, found {track['title']!r}"
    assert track["kind"] == "track", f"expected a track, found a {track['kind']!r}"
    assert isinstance(track["id"], int), f"expected an integer id, found {track['id']!r}"


@claim("SC-UPLOAD-01")
@pytest.mark.parametrize("title", ["1984", "1e3", "true", "null"])
def test_a_title_stays_a_text(user: Client, title: str) -> None:
    """Though it could be read as something else."""
    track = upload(user, {"title": title}).expect_created().object

    assert track["title"] == title, f"expected the title {title!r}, found {track['title']!r}"


@claim("SC-UPLOAD-01")
def test_parts_come_in_any_order(user: Client, unique_name: Fresh) -> None:
    """The file may stand before the title."""
    title = unique_name("file first")
    file = ("tone.wav", wav_tone(), "audio/wav")

    track = user.post("/tracks", **multipart({"track[asset_data]": file, "track[title]": title}))

    assert track.expect_created().object["title"] == title, (
        f"expected the title {title!r}, found {track.object}"
    )


@claim("SC-UPLOAD-02")
@pytest.mark.parametrize("sharing", ["public", "private"])
@pytest.mark.parametrize("odd", [ODD[1], ODD[2], ODD[-1]])
def test_a_new_track_is_there(user: Client, unique_name: Fresh, sharing: str, odd: str) -> None:
    """Its owner finds it by its id and in /me/tracks, as it was given."""
    title = f"{unique_name('there')} {odd}"
    made = create_track(user, title, sharing=sharing)

    alone = user.get(f"/tracks/{made['id']}").expect_ok().object
    in_list = [
        track for track in wait_until_listed(user, "/me/tracks", made["id"]) if track["id"] == made["id"]
    ]

    assert len(in_list) == 1, f"expected it once in /me/tracks, found it {len(in_list)} times"
    for track in (alone, in_list[0]):
        seen = (track["id"], track["title"], track["sharing"], track["user"]["id"])
        wanted = (made["id"], title, sharing, fetch_my_id(user))
        assert seen == wanted, f"expected id, title, sharing, user {wanted}, found {seen}"


@claim("SC-UPLOAD-02", needs=("user2",))
def test_another_users_track_is_there_too(other_user: Client, unique_name: Fresh) -> None:
    """Whoever uploads finds what was uploaded, by its id and in a list of one's own."""
    made = create_track(other_user, unique_name("of another"))

    other_user.get(f"/tracks/{made['id']}").expect_ok()

    wait_until_listed(other_user, "/me/tracks", made["id"])


@claim("SC-UPLOAD-02")
def test_each_upload_is_a_track_of_its_own(user: Client, unique_name: Fresh) -> None:
    """The same file and title again make another track, and the first stays."""
    title = unique_name("twice")

    first, second = (create_track(user, title)["id"] for _ in range(2))

    assert first != second, f"expected two tracks, found {first} twice"
    for track in (first, second):
        expect(user.get(f"/tracks/{track}").expect_ok().object["id"], track, "id")
        wait_until_listed(user, "/me/tracks", track)


@claim("SC-UPLOAD-03")
@pytest.mark.parametrize("title", [{}, {"track[title]": ""}], ids=["no title", "empty title"])
def test_an_upload_needs_a_title(user: Client, unique_name: Fresh, title: dict[str, str]) -> None:
    """Without a title nothing is created."""
    mark = unique_name("untitled")
    file = (f"{mark}.wav", wav_tone(), "audio/wav")
    parts = {**title, "track[description]": mark, "track[asset_data]": file}

    answer = user.post("/tracks", **multipart(parts))

    answer.expect_status(400, 422)
    nothing_was_made(user, unique_name, mark)


@claim("SC-UPLOAD-03")
@pytest.mark.parametrize("name", ["asset_data", "track[assetdata]", None])
def test_an_upload_needs_a_file(user: Client, unique_name: Fresh, name: str | None) -> None:
    """Without asset_data, or under another name, nothing is created."""
    title = unique_name("no file")
    file = {} if name is None else {name: ("tone.wav", wav_tone(), "audio/wav")}

    answer = user.post("/tracks", **multipart({"track[title]": title, **file}))

    answer.expect_status(400, 422)
    nothing_was_made(user, unique_name, title)


@claim("SC-UPLOAD-04")
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_accepted(user: Client, unique_name: Fresh, media: Path, name: str) -> None:
    """A real file of each documented format becomes a track."""
    audio = (media / name).read_bytes()

    answer = upload(user, {"title": unique_name(name)}, audio, name=name, media_type=FORMATS[name])

    made = answer.expect_created().object
    user.get(f"/tracks/{made['id']}").expect_ok()


@claim("SC-UPLOAD-04")
@pytest.mark.parametrize("name", ["TONE.WAV", "żółw.wav", "two words.wav"])
def test_a_file_may_have_any_name(user: Client, unique_name: Fresh, name: str) -> None:
    """A real file is accepted, however its name is written."""
    answer = upload(user, {"title": unique_name("real")}, name=name, media_type="audio/wav")

    answer.expect_created()


@claim("SC-UPLOAD-04")
def test_an_mp3_needs_no_tag(user: Client, unique_name: Fresh, media: Path) -> None:
    """A file that begins with its first frame is an MP3 as well."""
    audio = without_tag((media / "tone.mp3").read_bytes())

    answer = upload(user, {"title": unique_name("no tag")}, audio, name="tone.mp3", media_type="audio/mpeg")

    answer.expect_created()


@claim("SC-UPLOAD-05")
@pytest.mark.parametrize("kind", NO_AUDIO)
def test_what_is_no_audio_is_refused(user: Client, unique_name: Fresh, kind: str) -> None:
    """A file is judged by what is in it, not by its name and type; nothing comes of it."""
    title = unique_name("no audio")

    answer = upload(user, {"title": title}, NO_AUDIO[kind], name="song.mp3", media_type="audio/mpeg")

    answer.expect_status(422, 400, 415)
    nothing_was_made(user, unique_name, title)


@claim("SC-UPLOAD-05")
def test_a_picture_is_no_audio(user: Client, unique_name: Fresh, media: Path) -> None:
    """A picture is refused, whether it says what it is or not."""
    picture = (media / "cover.png").read_bytes()

    for name, media_type in (("cover.png", "image/png"), ("cover.wav", "audio/wav")):
        answer = upload(user, {"title": unique_name("a picture")}, picture, name=name, media_type=media_type)
        answer.expect_status(422, 400, 415)


@claim("SC-UPLOAD-06")
@pytest.mark.parametrize("size", [525_000_001, 2**31, 2**32 + 1, 10**12])
def test_a_body_that_is_too_large_is_refused(user: Client, unique_name: Fresh, size: int) -> None:
    """What is announced as too large is refused, though it begins as a good upload, or the line is cut."""
    file = ("tone.wav", wav_tone(), "audio/wav")
    body = multipart({"track[title]": unique_name("too large"), "track[asset_data]": file})

    answer = user.send_headers_only(
        "POST", "/tracks", headers=body["headers"], content_length=size, body_start=body["content"]
    )

    is_refused = answer is None or answer.status in (413, 422, 400)  # None: it has closed the connection
    assert is_refused, f"expected 413, 422 or 400, found {answer and answer.status}"


@claim("SC-UPLOAD-06")
@pytest.mark.parametrize("bits", [32, 64])
def test_a_length_does_not_wrap(user: Client, unique_name: Fresh, bits: int) -> None:
    """A length that would be right again if it were counted in so few bits is too large."""
    file = ("tone.wav", wav_tone(), "audio/wav")
    body = multipart({"track[title]": unique_name("wrapped"), "track[asset_data]": file})
    size = 2**bits + len(body["content"])

    answer = user.send_headers_only(
        "POST", "/tracks", headers=body["headers"], content_length=size, body_start=body["content"]
    )

    is_refused = answer is None or answer.status in (413, 422, 400)  # None: it has closed the connection
    assert is_refused, f"expected 413, 422 or 400, found {answer and answer.status}"


@claim("SC-UPLOAD-07")
def test_json_is_no_upload(user: Client, unique_name: Fresh) -> None:
    """A track can't be made from JSON, with or without something in the place of the file."""
    for file in ({}, {"asset_data": "UklGRiQAAABXQVZF"}, {"asset_data": "https://example.com/tone.wav"}):
        answer = user.post("/tracks", json={"track": {"title": unique_name("json"), **file}})

        answer.expect_client_error()


@claim("SC-UPLOAD-07")
def test_a_form_is_no_upload(user: Client, unique_name: Fresh) -> None:
    """A track can't be made from a urlencoded form, with or without something in the place of the file."""
    title = unique_name("form")
    for track in ({"track[title]": title}, {"track[title]": title, "track[asset_data]": "tone.wav"}):
        answer = user.post("/tracks", form=track)

        answer.expect_client_error()
    nothing_was_made(user, unique_name, title)


@claim("SC-UPLOAD-08")
@pytest.mark.parametrize(
    "said",
    [{}, {"sharing": "private"}, {"streamable": False}, {"downloadable": False}, {"commentable": False}],
    ids=["nothing", "sharing", "streamable", "downloadable", "commentable"],
)
def test_what_is_not_given_has_its_default(user: Client, unique_name: Fresh, said: dict[str, Any]) -> None:
    """Public, streamable, downloadable and commentable, but for what was said."""
    made = create_track(user, unique_name("default"), **said)

    for track in (made, user.get(f"/tracks/{made['id']}").expect_ok().object):
        found = {name: comparable_value(track, name) for name in DEFAULTS if name not in said}
        wanted = {name: value for name, value in DEFAULTS.items() if name not in said}
        assert found == wanted, f"expected {wanted}, found {found}"


@claim("SC-UPLOAD-09")
@pytest.mark.parametrize("extension", [".wav", ".WAV"])
def test_a_file_name_is_not_too_long(user: Client, unique_name: Fresh, extension: str) -> None:
    """256 characters, extension included, are one too many."""
    name = "n" * (256 - len(extension)) + extension

    answer = upload(user, {"title": unique_name("long name")}, name=name)

    answer.expect_status(422, 400)
