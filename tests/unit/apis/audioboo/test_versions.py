"""The version in Accept, and the formats that are no longer served."""

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
def test_these_are_served(mock: AudioBoo, accept: str | None) -> None:
    assert get(mock, "/audio_clips", accept).status_code == 200


@pytest.mark.parametrize("version", ["999", "2", "0", "200", "9" * 5000])
def test_others_are_out_of_date(mock: AudioBoo, version: str) -> None:
    for _ in range(2):
        answer = get(mock, "/audio_clips", f"{JSON}; version={version}")

        assert answer.status_code == 406
        assert answer.headers["X-Audioboo-Error_code"] == "800"
        assert answer.get_json()["body"]["error"]["code"] == 800


@pytest.mark.parametrize(
    "version", ["", "one", "1.0", "-1", "1e0", "\u0661".encode().decode("latin-1"), "''"]
)
def test_what_is_no_number_is_refused(mock: AudioBoo, version: str) -> None:
    answer = get(mock, "/audio_clips", f"{JSON}; version={version}")

    assert answer.status_code == 400
    assert answer.headers["X-Audioboo-Error_code"] == "400"


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
def test_the_version_is_judged_first(mock: AudioBoo, method: str, path: str) -> None:
    answer = get(mock, path, "application/xml; version=999", method)

    assert answer.headers["X-Audioboo-Error_code"] == "800"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/oauth/request_token", 401),
        ("GET", "/oauth/authorize", 401),
        ("GET", "/audio_clips/0.mp3", 404),
    ],
)
def test_no_version_matters_there(mock: AudioBoo, method: str, path: str, status: int) -> None:
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
def test_other_formats_are_not_acceptable(mock: AudioBoo, path: str, accept: str | None) -> None:
    answer = get(mock, path, accept)

    assert answer.status_code == 406
    assert answer.is_json
    assert answer.headers["X-Audioboo-Error_code"] == "406"


def test_a_tag_may_look_like_a_format(mock: AudioBoo) -> None:
    assert get(mock, "/tag/a.xml/audio_clips?fmt=json", None).status_code == 200
