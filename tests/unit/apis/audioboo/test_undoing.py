from __future__ import annotations

import json
from typing import Any

import pytest
from urllib3.filepost import encode_multipart_formdata

from tuningfork.apis.audioboo.undoing import undo
from tuningfork.model import Exchange, Headers, Request, Response

BASE = "https://api.example.com/v1"
FORM = "application/x-www-form-urlencoded"


def exchange(
    method: str, path: str, status: int, body: Any = None, sent: bytes = b"", kind: str = FORM
) -> Exchange:
    answer = json.dumps({"version": 200, "timestamp": 1, "body": body}).encode()
    request = Request(method, BASE + path, Headers([("Content-Type", kind)]), sent)
    return Exchange(request, Response(status, "", Headers([("Content-Type", "application/json")]), answer))


@pytest.mark.parametrize(
    ("path", "status", "body", "undone"),
    [
        ("/account/audio_clips", 201, {"audio_clip": {"id": 7}}, "/audio_clips/7"),
        ("/account/audio_clips/", 200, {"audio_clip": {"id": 7}}, "/audio_clips/7"),
        ("/playlists?playlist[title]=x", 201, {"playlist": {"id": 7}}, "/playlists/7"),
        ("/playlists/7/memberships", 201, {"playlist_membership": {"id": 8}}, "/playlists/7/memberships/8"),
        ("/playlists/7/memberships", 201, {"membership": {"id": 8}}, "/playlists/7/memberships/8"),
        ("/audio_clips/7/comments", 201, {"comment": {"id": 9}}, "/audio_clips/7/comments/9"),
        ("/audio_clips/7/favourites", 201, {}, "/audio_clips/7/favourites"),
        ("/audio_clips/7/favourites", 200, None, "/audio_clips/7/favourites"),
        ("/account/followings?following_user_id=3", 201, {}, "/account/followings?following_user_id=3"),
        ("/account/followings?following_user_id=x", 201, {}, None),
        ("/account/audio_clips", 422, {"audio_clip": {"id": 7}}, None),
        ("/account/audio_clips", 201, {"audio_clip": {"id": "7"}}, None),
        ("/account/audio_clips", 201, {"audio_clip": []}, None),
        ("/account/audio_clips", 201, None, None),
        ("/attachments", 201, {"attachment": {"id": 7}}, None),
        ("/sources/register", 201, {"source": {"id": 7}}, None),
    ],
)
def test_what_was_made_is_named(path: str, status: int, body: Any, undone: str | None) -> None:
    assert undo(exchange("POST", path, status, body)) == undone


def test_only_post_makes_anything() -> None:
    assert undo(exchange("PUT", "/playlists", 200, {"playlist": {"id": 7}})) is None
    assert undo(exchange("GET", "/account/followings?following_user_id=3", 200, {})) is None


def test_a_following_is_found_in_any_encoding() -> None:
    multipart, kind = encode_multipart_formdata({"following_user_id": "3"})
    undone = "/account/followings?following_user_id=3"

    assert undo(exchange("POST", "/account/followings", 201, {}, b"following_user_id=3")) == undone
    assert undo(exchange("POST", "/account/followings", 201, {}, multipart, kind)) == undone
