"""Files (https://developers.soundcloud.com/docs/api/guide#uploading), by their first bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import FileStorage

from tuningfork.mock.refusal import Refusal

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud

LONGEST_NAME = 255
ENOUGH = 64
"""Bytes that tell the format."""
AUDIO: dict[str, tuple[re.Pattern[bytes], int]] = {
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
IMAGE = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8[79]a")


class Uploads:
    """Judges files."""

    def __init__(self, mock: SoundCloud) -> None:
        self.mock = mock

    def audio(self, file: Any) -> int:
        """The duration of an audio file in ms, about.

        Raises:
            Refusal: 422, no file (SC-UPLOAD-03), no audio (SC-UPLOAD-05), too long a name (SC-UPLOAD-09).
        """
        if not isinstance(file, FileStorage):
            raise Refusal(422, "asset_data is missing")
        self.name(file.filename or "")
        data = file.read()
        kind = self.sniff(data[:ENOUGH])
        if kind is None:
            raise Refusal(422, "unable to process provided asset_data")
        return self.duration(kind, len(data))

    def name(self, name: str) -> None:
        """Refusal 422 for a file name that is too long."""
        if len(name) > LONGEST_NAME:
            raise Refusal(422, f"file_name is longer than {LONGEST_NAME} characters")

    def sniff(self, start: bytes) -> str | None:
        """The format of audio that begins so; None where it is none (SC-UPLOAD-04)."""
        return next((kind for kind, (beginning, _) in AUDIO.items() if beginning.match(start)), None)

    def duration(self, kind: str, size: int) -> int:
        """About how many ms a file of this format and size plays."""
        return max(1, size * 8 // AUDIO[kind][1])

    def artwork(self, file: Any, number: int) -> str:
        """The URL of an image (SC-META-03); Refusal 422 for anything else."""
        if not isinstance(file, FileStorage) or not self.is_image(file.read(ENOUGH)):
            raise Refusal(422, "unable to process provided artwork_data")
        return f"https://i1.sndcdn.com/artworks-{number:012d}-large.jpg"

    def is_image(self, start: bytes) -> bool:
        """Whether a PNG, JPEG or GIF begins so."""
        return IMAGE.match(start) is not None
