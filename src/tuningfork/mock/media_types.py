"""What a file is, by its first bytes, and how long it plays."""

from __future__ import annotations

import re

from tuningfork.mock import durations

ENOUGH = 64
"""Bytes that tell the format."""
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
"""How each format begins, and about how many kilobits a second of it has."""
_IMAGE = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "gif": re.compile(rb"GIF8[79]a"),
}


def audio_format(start: bytes) -> str | None:
    """The format of audio that begins so; None where it is none."""
    return next((kind for kind, (beginning, _) in _AUDIO.items() if beginning.match(start)), None)


def image_format(start: bytes) -> str | None:
    """`png`, `jpeg` or `gif` for an image that begins so; None for anything else."""
    return next((kind for kind, beginning in _IMAGE.items() if beginning.match(start)), None)


def milliseconds(kind: str, data: bytes) -> int:
    """How long audio of this format plays, at least 1; by its size where its headers do not tell."""
    seconds = durations.seconds(kind, data)
    return max(1, len(data) * 8 // _AUDIO[kind][1] if seconds is None else round(seconds * 1000))
