"""The SoundCloud mock: some rules of each part, and the replacement of its methods."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tuningfork.apis.soundcloud.mock import SoundCloud

MEDIA = Path(__file__).parents[3] / "suites" / "soundcloud" / "media"
LISTS = (
    "/tracks /users /playlists /me/tracks /me/playlists /me/likes/tracks /me/likes/playlists /me/followings"
    " /me/followers /me/followings/tracks /me/activities /users/1003/tracks /users/1003/playlists"
    " /users/1003/followers /users/1003/followings /users/1003/likes/tracks /tracks/2003/related"
)


def upload(caller: Any, title: str, **fields: Any) -> TestResponse:
    tone = (io.BytesIO((MEDIA / "tone.wav").read_bytes()), "tone.wav")
    form = {"track[title]": title, "track[asset_data]": tone, **fields}
    response: TestResponse = caller("POST", "/tracks", data=form)
    return response


def identity(item: dict[str, Any]) -> tuple[Any, Any]:
    origin = item.get("origin", item)
    return origin["kind"], origin["id"]


@pytest.mark.parametrize("path", LISTS.split())
def test_following_next_href_returns_each_item_once(user: Any, path: str) -> None:
    ids = [identity(item) for item in user.walk(path, 7)]

    assert len(ids) == len(set(ids)) > 7
    assert ids == [identity(item) for item in user.walk(path, 200)]


def test_uploads_between_two_pages_shift_no_item(user: Any) -> None:
    before = {identity(item) for item in user.walk("/me/tracks", 200)}

    ids = []
    for number, item in enumerate(user.walk("/me/tracks", 3)):
        upload(user, f"new {number}")
        ids.append(identity(item))

    assert set(ids) == before
    assert len(ids) == len(before)


@pytest.mark.parametrize("file", sorted(MEDIA.glob("tone.*")), ids=lambda file: file.suffix)
def test_audio_format_is_read_from_the_first_bytes(mock: SoundCloud, file: Path) -> None:
    assert mock.uploads.detect_audio_format(file.read_bytes()[:64]) is not None


@pytest.mark.parametrize(
    "start", [b"", b"ID3 is a tag", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"\xff\xfea\x00"]
)
def test_other_file_has_no_audio_format(mock: SoundCloud, start: bytes) -> None:
    assert mock.uploads.detect_audio_format(start) is None


def test_eight_concurrent_refreshes_succeed_once(
    mock: SoundCloud, grant: Callable[..., TestResponse]
) -> None:
    token = grant(grant_type="client_credentials").get_json()["refresh_token"]
    statuses: list[int] = []

    def refresh() -> None:
        statuses.append(grant(grant_type="refresh_token", refresh_token=token).status_code)

    threads = [threading.Thread(target=refresh) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200] + [400] * 7


def test_second_exchange_of_a_code_returns_400_and_revokes_its_tokens(
    unauthenticated: Any,
    grant: Callable[..., TestResponse],
    code: Callable[..., str],
    settings: dict[str, Any],
) -> None:
    fields = {
        "grant_type": "authorization_code",
        "redirect_uri": settings["redirect_uri"],
        "code": code(),
    }

    first, second = grant(**fields), grant(**fields)

    header = {"Authorization": f"OAuth {first.get_json()['access_token']}"}
    assert (first.status_code, second.status_code) == (200, 400)
    assert unauthenticated("GET", "/me", headers=header).status_code == 401


def test_address_gets_30_tokens_an_hour_and_app_50_in_12_hours(
    mock: SoundCloud, grant: Callable[..., TestResponse]
) -> None:
    def request_tokens(count: int) -> list[int]:
        return [grant(grant_type="client_credentials").status_code for _ in range(count)]

    first = request_tokens(31)
    mock.clock.advance(3600)
    second = request_tokens(21)
    mock.clock.advance(11 * 3600)

    assert first == [200] * 30 + [429]
    assert second == [200] * 20 + [429]
    assert request_tokens(1) == [200]


def test_private_track_opens_for_owner_and_users_with_its_secret_token(
    user: Any, other_user: Any, app: Any
) -> None:
    track = upload(user, "hidden", **{"track[sharing]": "private"}).get_json()
    path, secret = f"/tracks/{track['id']}", f"?secret_token={track['secret_token']}"

    statuses = [
        caller("GET", path + query).status_code
        for caller in (user, other_user, app)
        for query in ("", secret)
    ]

    assert statuses == [200, 200, 404, 200, 404, 404]


def test_deleted_track_is_removed_from_playlists_and_likes(user: Any) -> None:
    id_ = upload(user, "gone").get_json()["id"]
    body = {"playlist": {"title": "of one", "tracks": [{"id": id_}]}}
    playlist = user("POST", "/playlists", json=body).get_json()["id"]
    user("POST", f"/likes/tracks/{id_}")

    user("DELETE", f"/tracks/{id_}")

    assert user("GET", f"/tracks/{id_}").status_code == 404
    assert user("GET", f"/playlists/{playlist}").get_json()["track_count"] == 0
    assert all(item["id"] != id_ for item in user.walk("/me/likes/tracks", 200))


def test_replaced_method_takes_effect_after_a_reset(
    mock: SoundCloud, grant: Callable[..., TestResponse], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mock.tokens, "spend", lambda _: None)

    mock.reset()
    token = grant(grant_type="client_credentials").get_json()["refresh_token"]
    statuses = [grant(grant_type="refresh_token", refresh_token=token).status_code for _ in range(2)]

    assert statuses == [200, 200]


def test_replaced_handler_takes_effect(mock: SoundCloud, app: Any) -> None:
    mock.handlers["GET /tracks"] = mock.handlers["GET /users"]

    assert app("GET", "/tracks").get_json()["collection"][0]["kind"] == "user"


@pytest.mark.parametrize(
    ("method", "path", "kwargs", "status"),
    [
        ("PUT", "/tracks/2003", {"data": b"[" * 100_000, "content_type": "application/json"}, 403),
        ("POST", "/playlists", {"data": b"[" * 100_000, "content_type": "application/json"}, 422),
        ("POST", "/playlists", {"data": b"{'playlist': {}}", "content_type": "application/json"}, 422),
        ("POST", "/playlists", {"json": {"playlist": {"title": ["an", "array"]}}}, 422),
        ("POST", "/playlists", {"data": b'{"playlist":{"title":"\\ud800"}}'}, 422),
        ("GET", "/tracks/" + "9" * 10_000, {}, 404),
        ("GET", "/tracks/%D9%A1", {}, 404),
        ("GET", "/tracks?limit=" + "9" * 10_000, {}, 400),
        ("GET", "/tracks?cursor=%00", {}, 400),
        ("GET", "/tracks?callback=alert(1)//", {}, 400),
        ("PROPFIND", "/tracks", {}, 405),
        ("get", "/tracks", {"environ_overrides": {"REQUEST_METHOD": "get"}}, 405),
        ("GET", "/tracks", {"headers": {"Accept": "application/xml"}}, 406),
        ("GET", "/tracks", {"headers": {"Host": "a b"}}, 200),
        ("GET", "/resolve?url=https://soundcloud.com.evil.example/ada-tuner", {}, 404),
    ],
)
def test_malformed_request_returns_documented_status(
    user: Any, method: str, path: str, kwargs: Any, status: int
) -> None:
    assert user(method, path, **kwargs).status_code == status
