"""Uploads, updates, deletions and searches of clips in the mock."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tuningfork.apis.audioboo.mock import AudioBoo
from tuningfork.apis.audioboo.mock.timestamps import format_timestamp, parse_timestamp

ODD = "Café … 🎙 & + % ; = \r\n\ttitle"
LISTS = (
    "/audio_clips /audio_clips/featured /audio_clips/popular /tag/beach/audio_clips /users/13/audio_clips"
    " /users/13/audio_clips/followed /users/13/audio_clips/favourites /account/audio_clips"
    " /account/audio_clips/followed /account/audio_clips/favourites"
)


def test_upload_is_newest_clip_of_owner(user: Any, unauthenticated: Any) -> None:
    response = user.upload(ODD, tag_list='Sea, "a, b", sea', recorded_at="2014-11-02 12:00:00 +0130")

    clip = response.get_json()["body"]["audio_clip"]
    assert response.status_code == 201
    assert clip["title"] == ODD
    assert clip["recorded_at"] == "2014-11-02T10:30:00Z"
    assert [tag["display_tag"] for tag in clip["tags"]] == ["sea", "a, b"]
    assert user.ids("/account/audio_clips")[0] == unauthenticated.ids("/audio_clips")[0] == clip["id"]
    assert unauthenticated.body(f"/audio_clips/{clip['id']}")["audio_clip"] == clip


def test_parameters_are_read_in_every_encoding(user: Any) -> None:
    path = f"/audio_clips/{user.clip('before')['id']}"
    pair = {"audio_clip[title]": ODD}
    part = (io.BytesIO(b"\x89PNG\r\n\x1a\n"), "image.png")

    for way in (
        {"query_string": pair},
        {"data": pair},
        {"data": pair | {"audio_clip[uploaded_image]": part}},
    ):
        user("PUT", path, data={"audio_clip[title]": "before"})
        assert user("PUT", path, **way).get_json()["body"]["audio_clip"]["title"] == ODD


@pytest.mark.parametrize(
    "form",
    [
        {"audio_clip[title]": "no file"},
        {"audio_clip[title]": "a text", "audio_clip[uploaded_data]": "RIFF"},
        {"audio_clip[title]": "no audio", "audio_clip[uploaded_data]": (io.BytesIO(b"hello"), "a.wav")},
        {"audio_clip[uploaded_data]": (io.BytesIO(b"fLaC" + bytes(99)), "untitled.flac")},
    ],
)
def test_upload_without_title_or_audio_returns_422(user: Any, form: dict[str, Any]) -> None:
    before = user.ids("/account/audio_clips")

    assert user("POST", "/account/audio_clips", data=form).status_code == 422
    assert user.ids("/account/audio_clips") == before


def test_repeated_uuid_creates_one_clip_per_user(user: Any, other: Any) -> None:
    first, again, others = (who.upload("once", uuid="u-1") for who in (user, user, other))

    assert (first.status_code, again.status_code, others.status_code) == (201, 200, 201)
    assert again.get_json()["body"] == first.get_json()["body"] != others.get_json()["body"]


def test_update_changes_named_properties_only(user: Any) -> None:
    before = user.clip(
        "title", description="words", tag_list="a,b", location_latitude="1.5", location_longitude="-2"
    )
    path = f"/audio_clips/{before['id']}"

    after = user("PUT", path, data={"audio_clip[tag_list][]": ["c", "d, e"]}).get_json()["body"]["audio_clip"]

    assert [tag["display_tag"] for tag in after["tags"]] == ["c", "d, e"]
    assert after | {"tags": 0} == before | {"tags": 0}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("title", " "),
        ("recorded_at", "yesterday"),
        ("recorded_at", "2014-13-40 00:00:00 +0000"),
        ("location_latitude", "90.01"),
        ("location_longitude", "nan"),
        ("location_accuracy", "-1"),
        ("public_location", "perhaps"),
    ],
)
def test_invalid_value_returns_422_and_changes_nothing(user: Any, name: str, text: str) -> None:
    before = user.clip("as it is")
    path = f"/audio_clips/{before['id']}"

    response = user("PUT", path, data={"audio_clip[description]": "new", f"audio_clip[{name}]": text})

    assert response.status_code == 422
    assert user.body(path)["audio_clip"] == before


def test_deleted_clip_is_in_no_list(mock: AudioBoo, user: Any) -> None:
    clip = user.clip("short-lived", tag_list="beach")["id"]
    mock.clips.featured_ids.append(clip)
    user("POST", f"/audio_clips/{clip}/favourites")
    user("POST", f"/audio_clips/{clip}/comments", data={"comment[body]": "well"})
    user("POST", "/playlists/11000/memberships", data={"playlist_membership[audio_clip_id]": clip})

    assert user("DELETE", f"/audio_clips/{clip}").status_code == 200

    for path in ("", ".mp3", "/comments"):
        assert user("GET", f"/audio_clips/{clip}{path}").status_code == 404
    assert all(clip not in user.ids(path) for path in LISTS.split())
    members = user.body("/playlists/11000")["playlist"]["memberships"]
    assert clip not in [member["audio_clip_id"] for member in members]


def test_other_users_cannot_change_clip(user: Any, other: Any, unauthenticated: Any) -> None:
    before = user.clip("mine")
    path = f"/audio_clips/{before['id']}"

    for who, status in ((other, 403), (unauthenticated, 401)):
        for method in ("PUT", "DELETE"):
            assert who(method, path, data={"audio_clip[title]": "theirs"}).status_code == status
    assert user.body(path)["audio_clip"] == before


def test_hidden_location_is_visible_to_owner_only(user: Any, other: Any) -> None:
    place = {"location_latitude": "50.98", "location_longitude": "0.94"}
    path = f"/audio_clips/{user.clip('at home', public_location='false', **place)['id']}"

    assert user.body(path)["audio_clip"]["location"]["description"].startswith("New Romney")
    assert "location" not in other.body(path)["audio_clip"]


def test_search_finds_words_and_tags(user: Any, unauthenticated: Any) -> None:
    clip = user.clip("Zwitscher in the REEDS", tag_list="Field Recording")["id"]

    assert [
        it["id"]
        for it in unauthenticated.body("/audio_clips", **{"find[query]": "reeds zwit"})["audio_clips"]
    ] == [clip]
    assert clip in unauthenticated.ids("/tag/FIELD%20recording/audio_clips")
    assert clip not in unauthenticated.ids("/tag/field/audio_clips")


def test_mp3_redirects_to_audio(unauthenticated: Any) -> None:
    response = unauthenticated("GET", "/audio_clips/5001.mp3")

    assert response.status_code == 302
    assert (
        response.headers["Location"]
        == unauthenticated.body("/audio_clips/5001")["audio_clip"]["urls"]["high_mp3"]
    )


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2009-04-29 17:28:14 +0100", "2009-04-29T16:28:14Z"),
        ("2009-04-29T16:28:14Z", "2009-04-29T16:28:14Z"),
        ("2009-04-29 16:28:14", "2009-04-29T16:28:14Z"),
        ("2009-02-30 16:28:14 +0000", None),
        ("0000-00-00 00:00:00 +0000", None),
        ("29/04/2009", None),
    ],
)
def test_timestamp_is_parsed_in_its_time_zone(text: str, read: str | None) -> None:
    seconds = parse_timestamp(text)

    assert (seconds if seconds is None else format_timestamp(seconds)) == read
