"""Responses without content have no Content-Type (RFC 9110, 8.3), in every mock."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Response
from werkzeug.test import Client

from tuningfork import apis


@pytest.mark.parametrize("api", apis.names())
def test_control_response_204_has_no_content_type(api: str) -> None:
    response = Client(apis.mock(api).wsgi).post("/_controls/reset", json={})

    assert response.status_code == 204
    assert "Content-Type" not in response.headers


@pytest.mark.parametrize("api", apis.names())
@pytest.mark.parametrize("status", [204, 302, 304])
def test_response_without_content_has_no_content_type(api: str, status: int) -> None:
    mock: Any = apis.mock(api)
    mock.admit = lambda: Response(status=status, headers={"Location": "/tracks"})

    response = Client(mock.wsgi).get("/tracks")

    assert response.status_code == status
    assert "Content-Type" not in response.headers


@pytest.mark.parametrize("api", apis.names())
def test_head_has_content_type_of_get(api: str) -> None:
    http = Client(apis.mock(api).wsgi)
    get, head = http.get("/users"), http.head("/users")

    assert head.data == b""
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


def test_preflight_and_deletion_have_no_content_type() -> None:
    soundcloud, audiosocket = apis.mock("soundcloud"), apis.mock("audiosocket")
    http, token = Client(audiosocket.wsgi), {"Authorization": f"Bearer {audiosocket.settings('')['token']}"}
    track = http.get("/tracks", headers=token).get_json()["data"][0]["id"]
    preflight = {"Origin": "https://example.com", "Access-Control-Request-Method": "GET"}

    responses = [
        Client(soundcloud.wsgi).options("/tracks", headers=preflight),
        http.delete(f"/tracks/{track}", headers=token),
    ]

    assert [response.status_code for response in responses] == [204, 204]
    assert all("Content-Type" not in response.headers for response in responses)


def test_audioboo_redirect_to_audio_has_no_content_type() -> None:
    http = Client(apis.mock("audioboo").wsgi)
    clip = http.get("/audio_clips").get_json()["body"]["audio_clips"][0]

    response = http.get(f"/audio_clips/{clip['id']}.mp3")

    assert response.status_code == 302
    assert "Content-Type" not in response.headers
