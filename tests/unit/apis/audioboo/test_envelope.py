"""The mock's envelope, JSON-P and error responses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.test import Client

from tuningfork.apis.audioboo.mock import AudioBoo, create
from tuningfork.mock.errors import HttpError

NAMES = ["go", "_a.$b", "jQuery123"]
NO_NAMES = ["a(", "alert(1)//", "a b", "1a", "a.", "<script>", "a-b", "return", "é", "a\n", "x" * 200]


@pytest.fixture
def mock() -> AudioBoo:
    return create()


@pytest.fixture
def client(mock: AudioBoo) -> Client:
    return Client(mock.wsgi)


@pytest.mark.parametrize("path", ["/audio_clips", "/audio_clips/0", "/nothing", "/account", "/a?callback=(("])
def test_every_response_has_envelope(mock: AudioBoo, client: Client, path: str) -> None:
    mock.clock.advance(5000)

    response = client.get(path)

    envelope = response.get_json()
    assert set(envelope) == {"version", "timestamp", "window", "body"}
    assert envelope["version"] == 200
    assert abs(envelope["timestamp"] - mock.clock.now()) < 5
    assert type(envelope["timestamp"]) is int


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", ["/audio_clips", "/audio_clips/0"])
def test_jsonp_contains_whole_envelope(client: Client, name: str, path: str) -> None:
    response = client.get(path, query_string={"callback": name})

    text = response.get_data(as_text=True)
    assert response.mimetype == "application/javascript"
    assert text.startswith(f"/**/{name}(")
    assert text.endswith(");")
    assert json.loads(text[len(name) + 5 : -2])["version"] == 200


@pytest.mark.parametrize("name", NO_NAMES)
def test_invalid_callback_returns_400_without_echo(client: Client, name: str) -> None:
    response = client.get("/audio_clips", query_string={"callback": name})

    assert response.status_code == 400
    assert response.is_json
    assert name not in response.get_data(as_text=True)


def test_redirect_with_callback_is_not_script(client: Client) -> None:
    clip = client.get("/audio_clips").get_json()["body"]["audio_clips"][0]

    response = client.get(f"/audio_clips/{clip['id']}.mp3?callback=go")

    assert response.status_code == 302
    assert response.mimetype != "application/javascript"


def test_success_has_no_error_headers(client: Client) -> None:
    assert not [name for name, _ in client.get("/audio_clips").headers if "Error" in name]


@pytest.mark.parametrize(
    "message", ["a\r\nSet-Cookie: b=1", "\x00\x1f\x7f\x85\u2028", "é\ud800🎙", " ", "x" * 100_000, ""]
)
def test_error_description_is_one_line(mock: AudioBoo, message: str) -> None:
    with mock.app.test_request_context():
        response = mock.refuse(HttpError(404, message, code=17))

    told = response.headers["X-Audioboo-Error_description"]
    assert told
    assert told.isascii()
    assert told.isprintable()
    assert len(told) <= 300
    assert response.headers["X-Audioboo-Error_code"] == "17"
    assert response.get_json()["body"]["error"] == {"code": 17, "description": told}


def test_outage_has_no_error_headers(client: Client) -> None:
    client.post("/_controls/outage", json={"status": 502, "count": 1})

    response = client.get("/account")

    assert response.status_code == 502
    assert response.get_json()["body"] == {}
    assert not [name for name, _ in response.headers if "Error" in name]
    assert client.get("/account").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "kwargs", "status"),
    [
        ("PATCH", "/audio_clips", {}, 405),
        ("OPTIONS", "/audio_clips", {}, 405),
        ("HEAD", "/audio_clips", {}, 200),
        ("GET", "//audio_clips", {}, 404),
        ("GET", "/audio_clips/", {}, 404),
        ("GET", "/audio_clips/%00", {}, 404),
        ("GET", "/audio_clips/" + "9" * 5000, {}, 404),
        ("GET", "/tag/%FF%0D%0A/audio_clips", {}, 200),
        ("GET", "/audio_clips?%FF[=%&&=&page[items]=1&page[items]=2", {}, 200),
        ("POST", "/account/audio_clips", {"data": b"\xff" * 9, "content_type": "multipart/form-data"}, 401),
        ("POST", "/oauth/authorize", {"data": {"ticket": "x" * 9}}, 400),
        ("GET", "/audio_clips", {"headers": {"Host": "a[b"}}, 200),
        ("GET", "/audio_clips", {"headers": {"Accept": ";;,=q=;version"}}, 406),
        ("GET", "/audio_clips", {"headers": {"Authorization": "OAuth " + 'a="' * 1000}}, 400),
        ("GET", "/audio_clips?service[key]", {}, 400),
        ("GET", "/audio_clips?oauth_token", {}, 400),
    ],
)
def test_malformed_requests_return_expected_status(
    client: Client, method: str, path: str, kwargs: Any, status: int
) -> None:
    assert client.open(path, method=method, **kwargs).status_code == status
