"""Links to audio lead to one second of silence on the mock itself."""

from __future__ import annotations

import struct
from typing import Any
from urllib.parse import urljoin

import pytest
import requests
from tests.unit.mock.conftest import BASE
from werkzeug.test import Client

from tuningfork import apis
from tuningfork.apis.soundcloud.mock import SoundCloud
from tuningfork.mock import media_types, silence
from tuningfork.mock.server import Server


def fetch_audio(url: str) -> requests.Response:
    """Return the audio at a URL; for an HLS playlist that of its only segment."""
    answer = requests.get(url, timeout=10)
    assert answer.status_code == 200
    if answer.headers["Content-Type"] != "application/vnd.apple.mpegurl":
        return answer
    (segment,) = (line for line in answer.text.splitlines() if line and not line.startswith("#"))
    return fetch_audio(urljoin(url, segment))


@pytest.mark.parametrize("way", ["streams", "stream"])
def test_stream_links_of_track_play_on_socket(mock: SoundCloud, way: str) -> None:
    with Server(mock) as server:
        app = mock.settings(server.base_url)
        form = {"grant_type": "client_credentials", **{n: app[n] for n in ("client_id", "client_secret")}}
        token = requests.post(f"{server.base_url}/oauth2/token", form, timeout=10).json()["access_token"]
        url = f"{server.base_url}/tracks/2003/{way}"
        answer = requests.get(
            url, headers={"Authorization": f"OAuth {token}"}, allow_redirects=False, timeout=10
        )
        links = answer.json() if way == "streams" else {"stream": answer.headers["Location"]}

        for name, link in links.items():
            expected = silence.opus() if "opus" in name else silence.mp3()
            found = fetch_audio(link)
            assert found.content == expected, name
            assert found.headers["Content-Type"].startswith("audio/"), name


def test_range_of_stream_returns_206_and_outside_it_416(app: Any) -> None:
    url = app("GET", "/tracks/2003/streams").get_json()["http_mp3_128_url"].removeprefix(BASE)

    part = app("GET", url, headers={"Range": "bytes=0-3"})
    outside = app("GET", url, headers={"Range": "bytes=999999-"})

    assert (part.status_code, part.data) == (206, silence.mp3()[:4])
    assert part.headers["Content-Range"] == f"bytes 0-3/{len(silence.mp3())}"
    assert outside.status_code == 416


def test_full_length_of_preview_track_is_not_served(app: Any) -> None:
    url = app("GET", "/tracks/2002/streams").get_json()["preview_mp3_128_url"].removeprefix(BASE)

    assert app("GET", url).status_code == 200
    assert app("GET", url.replace("preview.mp3", "128.mp3")).status_code == 404


@pytest.mark.parametrize(
    "path", ["/media/2003/{}/128.mp3", "/media/1/{}/128.mp3", "/media/x/{}/128.mp3", "/media/2001/{}/128.mp3"]
)
def test_unlinked_media_is_refused(mock: SoundCloud, path: str) -> None:
    assert Client(mock.wsgi).get(path.format("0" * 16)).status_code in (403, 404)


def test_audioboo_redirect_leads_to_audio() -> None:
    http = Client(apis.mock("audioboo").wsgi)
    clip = http.get("/audio_clips").get_json()["body"]["audio_clips"][0]

    answer = http.get(f"/audio_clips/{clip['id']}.mp3", follow_redirects=True)

    assert answer.data == silence.mp3()
    assert answer.content_type == "audio/mpeg"
    assert http.get("/boos/999999999.mp3").status_code == 404


def test_mp3_is_frames_of_mpeg_1_layer_3() -> None:
    data = silence.mp3()

    assert len(data) % 417 == 0
    assert {data[start : start + 4] for start in range(0, len(data), 417)} == {b"\xff\xfb\x90\x64"}
    assert media_types.audio_format(data) == "mpeg"


def test_opus_pages_have_their_position_of_one_second() -> None:
    data, pages = silence.opus(), []
    while data:
        count = data[26]
        size = 27 + count + sum(data[27 : 27 + count])
        pages.append(data[:size])
        data = data[size:]

    assert [page[:4] for page in pages] == [b"OggS"] * 3
    assert struct.unpack("<q", pages[-1][6:14])[0] - silence.PRE_SKIP == 48_000
    assert silence._checksum(b"123456789") == 0x89A1897F
