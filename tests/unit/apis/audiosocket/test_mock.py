"""Every documented rule in the Audiosocket mock, and its response to malformed input."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tuningfork.apis.audiosocket.mock import Audiosocket

TITLES = ["a", "  two  spaces ", 'quoted "x" \\ / &quot;', "🎶🏳️‍🌈", "שלום עולם", "x" * 200, "\u0000\u2028"]


def test_track_is_created_read_listed_and_deleted(app: Any) -> None:
    sent = {"title": "New", "length": 3.25, "explicit": True, "genres": ["a"], "moods": []}

    created = app("POST", "/tracks", json=sent)
    track = created.get_json()["data"]

    assert created.status_code == 201
    assert track == {"id": track["id"], **sent}
    assert app("GET", created.headers["Location"]).get_json()["data"] == track
    assert track in app("GET", "/tracks").get_json()["data"]
    assert app("DELETE", f"/tracks/{track['id']}").status_code == 204
    assert [app(method, f"/tracks/{track['id']}").status_code for method in ("GET", "DELETE")] == [404, 404]
    assert "New" not in app.titles()


@pytest.mark.parametrize("title", TITLES)
def test_any_string_is_valid_title(app: Any, title: str) -> None:
    created = app("POST", "/tracks", json={"title": title}).get_json()["data"]

    assert app("GET", f"/tracks/{created['id']}").get_json()["data"]["title"] == title


def test_repeated_body_returns_409_until_track_is_deleted(app: Any) -> None:
    first = app("POST", "/tracks", data=b'{"title":"x"}', content_type="application/json")
    second = app("POST", "/tracks", data=b'{"title":"x"}', content_type="application/json")
    other = app("POST", "/tracks", data=b'{"title": "x"}', content_type="application/json")
    app("DELETE", f"/tracks/{first.get_json()['data']['id']}")
    third = app("POST", "/tracks", data=b'{"title":"x"}', content_type="application/json")

    assert [response.status_code for response in (first, second, other, third)] == [201, 409, 201, 201]
    assert app.titles().count("x") == 2


def test_concurrent_duplicates_create_one_track(app: Any) -> None:
    statuses: list[int] = []

    def create() -> None:
        statuses.append(app("POST", "/tracks", json={"title": "at once"}).status_code)

    threads = [threading.Thread(target=create) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [201] + [409] * 5


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"title"',
        b"{}",
        b'{"title": 1}',
        b'{"title": " "}',
        b'{"title": null}',
        b'{"title": "a", "length": "3:07"}',
        b'{"title": "a", "length": true}',
        b'{"title": "a", "length": 1e999}',
        b'{"title": "a", "explicit": 0}',
        b'{"title": "a", "genres": "b"}',
        b'{"title": "a", "moods": [1]}',
        b'{"title": "\\ud800"}',
        b'{"title": NaN}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
    ],
)
def test_invalid_body_returns_400(app: Any, body: bytes) -> None:
    before = app.titles()

    response = app("POST", "/tracks", data=body, content_type="application/json")

    assert (response.status_code, response.get_json()["status"]) == (400, 400)
    assert app.titles() == before


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_other_content_type_returns_400(app: Any, media_type: str) -> None:
    assert app("POST", "/tracks", data=b'{"title": "a"}', content_type=media_type).status_code == 400


@pytest.mark.parametrize(
    "id_", ["0", "abc", "-1", "51201.0", "051201", "51201abc", "\u0665", "%00", "x" * 1000]
)
def test_unknown_or_malformed_id_returns_404(app: Any, id_: str) -> None:
    assert [app(method, f"/tracks/{id_}").status_code for method in ("GET", "DELETE")] == [404, 404]


def test_track_of_other_account_returns_404(app: Any, mock: Audiosocket) -> None:
    strange = mock.tracks.list_by_account(3)[0]

    assert app("GET", f"/tracks/{strange.id}").status_code == 404
    assert strange.title not in app.titles()


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer x", "Basic {}", "Token {}", "{}", "Bearer {}x", "Bearer{}"],
)
def test_request_without_valid_token_returns_401(
    mock: Audiosocket, settings: dict[str, Any], unauthenticated: Any, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header.format(settings["token"])}

    responses = [
        unauthenticated(method, path, headers=headers)
        for method, path in (
            ("GET", "/tracks"),
            ("GET", "/tracks/0"),
            ("POST", "/tracks"),
            ("DELETE", f"/tracks/{mock.tracks.list_by_account(1)[0].id}"),
            ("GET", "/nothing"),
            ("GET", f"/tracks?access_token={settings['token']}&token={settings['token']}"),
        )
    ]

    assert {response.status_code for response in responses} == {401}
    assert all(response.headers["WWW-Authenticate"].startswith("Bearer ") for response in responses)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_scheme_is_compared_without_case(unauthenticated: Any, settings: dict[str, Any], scheme: str) -> None:
    headers = {"Authorization": f"{scheme} {settings['token']}"}

    assert unauthenticated("GET", "/tracks", headers=headers).status_code == 200


def test_write_with_read_only_token_returns_403(reader: Any, app: Any) -> None:
    before = app.titles()
    some = app("GET", "/tracks").get_json()["data"][0]["id"]

    statuses = [
        reader("POST", "/tracks", json={"title": "no"}).status_code,
        reader("DELETE", f"/tracks/{some}").status_code,
        reader("DELETE", "/tracks/0").status_code,
    ]

    assert statuses == [403, 403, 403]
    assert reader.titles() == before


def test_empty_account_returns_empty_list(unauthenticated: Any, settings: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {settings['given']['empty_account_token']}"}

    response = unauthenticated("GET", "/tracks", headers=headers)

    assert response.get_json() == {"status": 200, "message": "OK", "data": []}


def test_controls_disable_and_reset(app: Any, unauthenticated: Any, settings: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {settings['given']['revocable_token']}"}
    before = app.titles()
    app("POST", "/tracks", json={"title": "forgotten"})

    statuses = [unauthenticated("GET", "/tracks", headers=headers).status_code]
    body = {"kind": "token", "value": settings["given"]["revocable_token"]}
    assert unauthenticated("POST", "/_controls/disable", json=body).status_code == 204
    statuses.append(unauthenticated("GET", "/tracks", headers=headers).status_code)
    assert unauthenticated("POST", "/_controls/reset", json={}).status_code == 204
    statuses.append(unauthenticated("GET", "/tracks", headers=headers).status_code)

    assert statuses == [200, 401, 200]
    assert app.titles() == before
    assert (
        unauthenticated("POST", "/_controls/disable", json={**body, "kind": "service_key"}).status_code == 400
    )
    assert unauthenticated("POST", "/_controls/quota", json={"bucket": "x", "used": 1}).status_code == 404


@pytest.mark.parametrize(
    ("status", "message"), [(500, "Internal Server Error"), (503, "Service Unavailable")]
)
def test_outage_has_envelope(unauthenticated: Any, app: Any, status: int, message: str) -> None:
    unauthenticated("POST", "/_controls/outage", json={"status": status, "count": 1})

    told = unauthenticated("DELETE", "/tracks/0").get_json()

    assert {**told, "error": ""} == {"status": status, "message": message, "error": ""}
    assert app("GET", "/tracks").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "TRACE", "get", "X-ODD"])
def test_unsupported_method_returns_error(app: Any, method: str) -> None:
    response = app(method, "/tracks")

    assert response.status_code in (403, 405)
    assert response.get_json()["error"]


def test_too_long_body_returns_413(app: Any) -> None:
    assert app("POST", "/tracks", json={"title": "x" * 2**20}).status_code == 413
