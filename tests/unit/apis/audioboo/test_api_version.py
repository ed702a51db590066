"""The mock's check of the version in Accept, and of formats."""

from __future__ import annotations

import pytest
from werkzeug.test import Client, TestResponse

from tuningfork.apis.audioboo.mock import AudioBoo, create

JSON = "application/json"


@pytest.fixture
def mock() -> AudioBoo:
    return create()


def get(mock: AudioBoo, path: str, accept: str | None, method: str = "GET") -> TestResponse:
    return Client(mock.wsgi).open(path, method=method, headers={} if accept is None else {"Accept": accept})


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "*/*",
        JSON,
        f"{JSON}; version=1",
        f"{JSON};version=1",
        f'{JSON}; VERSION="1"',
        f"text/html, {JSON};q=0.5;version=01",
        f"{JSON}; version=1, {JSON}; version=999",
    ],
)
def test_supported_version_returns_200(mock: AudioBoo, accept: str | None) -> None:
    assert get(mock, "/audio_clips", accept).status_code == 200


@pytest.mark.parametrize("version", ["999", "2", "0", "200", "9" * 5000])
def test_unsupported_version_returns_error_800(mock: AudioBoo, version: str) -> None:
    for _ in range(2):
        response = get(mock, "/audio_clips", f"{JSON}; version={version}")

        assert response.status_code == 406
        assert response.headers["X-Audioboo-Error_code"] == "800"
        assert response.get_json()["body"]["error"]["code"] == 800


@pytest.mark.parametrize(
    "version", ["", "one", "1.0", "-1", "1e0", "\u0661".encode().decode("latin-1"), "''"]
)
def test_non_numeric_version_returns_400(mock: AudioBoo, version: str) -> None:
    response = get(mock, "/audio_clips", f"{JSON}; version={version}")

    assert response.status_code == 400
    assert response.headers["X-Audioboo-Error_code"] == "400"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/account"),
        ("GET", "/nothing"),
        ("PATCH", "/audio_clips"),
        ("GET", "/audio_clips.xml"),
        ("GET", "/audio_clips?callback=a("),
        ("POST", "/sources/register"),
        ("GET", "/audio_clips/0?fmt=yaml"),
    ],
)
def test_version_is_checked_before_everything_else(mock: AudioBoo, method: str, path: str) -> None:
    response = get(mock, path, "application/xml; version=999", method)

    assert response.headers["X-Audioboo-Error_code"] == "800"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/oauth/request_token", 401),
        ("GET", "/oauth/authorize", 401),
        ("GET", "/audio_clips/0.mp3", 404),
    ],
)
def test_oauth_and_mp3_ignore_version(mock: AudioBoo, method: str, path: str, status: int) -> None:
    assert get(mock, path, "audio/mpeg; version=999", method).status_code == status


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/audio_clips.xml", None),
        ("/nothing.yaml", None),
        ("/audio_clips?fmt=xml", None),
        ("/audio_clips?fmt=YAML", JSON),
        ("/audio_clips", "application/xml; version=1"),
        ("/audio_clips", "application/json;q=0, */*"),
    ],
)
def test_other_format_returns_406(mock: AudioBoo, path: str, accept: str | None) -> None:
    response = get(mock, path, accept)

    assert response.status_code == 406
    assert response.is_json
    assert response.headers["X-Audioboo-Error_code"] == "406"


def test_tag_with_extension_is_accepted(mock: AudioBoo) -> None:
    assert get(mock, "/tag/a.xml/audio_clips?fmt=json", None).status_code == 200
