"""Files (https://developers.soundcloud.com/docs/api/guide#uploading), by their first bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import FileStorage

from tuningfork.mock.errors import HttpError
from tuningfork.mock.media_types import SIGNATURE_BYTES, audio_format, image_format, milliseconds

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud

LONGEST_NAME = 255


class Uploads:
    """Judges files."""

    def __init__(self, mock: SoundCloud) -> None:
        self.mock = mock

    def audio(self, file: Any) -> int:
        """The duration of an audio file in ms.

        Raises:
            HttpError: 422, no file (SC-UPLOAD-03), no audio (SC-UPLOAD-05), too long a name (SC-UPLOAD-09).
        """
        if not isinstance(file, FileStorage):
            raise HttpError(422, "asset_data is missing")
        self.name(file.filename or "")
        data = file.read()
        kind = self.sniff(data[:SIGNATURE_BYTES])
        if kind is None:
            raise HttpError(422, "unable to process provided asset_data")
        return self.duration(kind, data)

    def name(self, name: str) -> None:
        """HttpError 422 for a file name that is too long."""
        if len(name) > LONGEST_NAME:
            raise HttpError(422, f"file_name is longer than {LONGEST_NAME} characters")

    def sniff(self, start: bytes) -> str | None:
        """The format of audio that begins so; None where it is none (SC-UPLOAD-04)."""
        return audio_format(start)

    def duration(self, kind: str, data: bytes) -> int:
        """How many ms a file of this format plays (SC-UPLOAD-08)."""
        return milliseconds(kind, data)

    def artwork(self, file: Any, number: int) -> str:
        """The URL of an image (SC-META-03); HttpError 422 for anything else."""
        if not isinstance(file, FileStorage) or not self.is_image(file.read(SIGNATURE_BYTES)):
            raise HttpError(422, "unable to process provided artwork_data")
        return f"https://i1.sndcdn.com/artworks-{number:012d}-large.jpg"

    def is_image(self, start: bytes) -> bool:
        """Whether a PNG, JPEG or GIF begins so."""
        return image_format(start) is not None
