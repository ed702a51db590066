"""Detection of media formats by the first bytes of a file, and the duration of audio."""

from __future__ import annotations

import re

from tuningfork.mock import durations

SIGNATURE_BYTES = 64
"""Bytes at the start of a file that identify its format."""
_AUDIO: dict[str, tuple[re.Pattern[bytes], int]] = {
    "aiff": (re.compile(rb"FORM.{4}AIF[FC]", re.DOTALL), 1411),
    "wave": (re.compile(rb"RIFF.{4}WAVE", re.DOTALL), 1411),
    "flac": (re.compile(rb"fLaC"), 800),
    "ogg": (re.compile(rb"OggS\x00"), 112),
    "mp3": (re.compile(rb"ID3[\x02-\x04].[\x00-\xff][\x00-\x7f]{4}", re.DOTALL), 128),
    "mpeg": (re.compile(rb"\xff[\xe2-\xe5\xf2-\xf5\xfa-\xfd][\x10-\xef]", re.DOTALL), 128),
    "adts": (re.compile(rb"\xff[\xf0\xf1\xf8\xf9]"), 128),
    "mp4": (re.compile(rb".{4}ftyp(M4A|M4B|mp4|isom|iso\d|qt )", re.DOTALL), 128),
    "amr": (re.compile(rb"#!AMR(-WB)?\n"), 12),
    "wma": (re.compile(rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"), 128),
}
"""The first bytes of each format, and its typical bit rate in kilobits per second."""
_IMAGE = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "gif": re.compile(rb"GIF8[79]a"),
}


def audio_format(start: bytes) -> str | None:
    """Return the audio format of a file that starts with these bytes, or None."""
    return next((kind for kind, (signature, _) in _AUDIO.items() if signature.match(start)), None)


def image_format(start: bytes) -> str | None:
    """Return `png`, `jpeg` or `gif` for an image that starts with these bytes, or None."""
    return next((kind for kind, signature in _IMAGE.items() if signature.match(start)), None)


def milliseconds(kind: str, data: bytes) -> int:
    """Return the duration of audio, at least 1; estimated from its size if its headers have none."""
    seconds = durations.seconds(kind, data)
    return max(1, len(data) * 8 // _AUDIO[kind][1] if seconds is None else round(seconds * 1000))
