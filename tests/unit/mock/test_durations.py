"""The duration of an upload is that of its file."""

from __future__ import annotations

import io
import wave
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuningfork import apis
from tuningfork.mock import durations, media_types, silence

TONES = Path(__file__).parents[3] / "suites" / "soundcloud" / "media"


def wave_of(seconds: float, rate: int = 8000, channels: int = 1, width: int = 2) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((channels, width, rate, 0, "NONE", "not compressed"))
        out.writeframes(bytes(int(seconds * rate) * channels * width))
    return file.getvalue()


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("tone.wav", 0.5),
        ("tone.aiff", 0.5),
        ("tone.flac", 0.5),
        ("tone.ogg", 0.5),
        ("tone.mp2", 0.522),
        ("tone.mp3", 0.549),
    ],
)
def test_duration_is_read_from_headers(file: str, expected: float) -> None:
    """Frames of MPEG are whole, so half a second is a little more."""
    data = (TONES / file).read_bytes()

    assert durations.seconds(media_types.audio_format(data) or "", data) == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize(
    ("data", "milliseconds"),
    [
        (wave_of(3.25), 3250),
        (wave_of(2, 44_100, 2), 2000),
        (wave_of(2, 48_000, 1, 3), 2000),
        (wave_of(1)[:-1000], 938),
        (wave_of(1).replace(b"\x80\x3e\x00\x00" + bytes(9), b"\xff\xff\xff\xff" + bytes(9)), 1000),
        (silence.mp3(), 1019),
        (b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128) + silence.mp3(), 1019),
        (b"\xff\xf3\x84\xc4" + bytes(204), 24),
        (silence.opus(), 1000),
        (b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(2000), 11),
        (b"#!AMR\n" + bytes(1494), 1000),
    ],
    ids=lambda value: repr(value[:4]) if isinstance(value, bytes) else str(value),
)
def test_duration_in_milliseconds(data: bytes, milliseconds: int) -> None:
    """Without a duration in the headers, the size determines it."""
    assert media_types.milliseconds(media_types.audio_format(data) or "", data) == milliseconds


@given(
    start=st.sampled_from(sorted(path.name for path in TONES.glob("tone.*"))),
    cut=st.integers(0, 200),
    more=st.binary(max_size=300),
)
def test_broken_files_have_some_duration(start: str, cut: int, more: bytes) -> None:
    data = (TONES / start).read_bytes()[: 64 + cut] + more

    assert media_types.milliseconds(media_types.audio_format(data) or "", data) >= 1


def test_soundcloud_upload_has_duration_of_its_file(user: Any) -> None:
    form = {"track[title]": "two and a half", "track[asset_data]": (io.BytesIO(wave_of(2.5)), "a.wav")}

    assert user("POST", "/tracks", data=form).get_json()["duration"] == 2500


def test_audioboo_upload_has_duration_of_its_file() -> None:
    assert apis.mock("audioboo").uploads.measure_duration(wave_of(2.5)) == 2.5
