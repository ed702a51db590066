"""Uploaded files, recognized by their first bytes (https://developers.soundcloud.com/docs/api/guide#uploading)."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import FileStorage

from tuningfork.mock.errors import HttpError
from tuningfork.mock.media_types import SIGNATURE_BYTES, audio_format, image_format, milliseconds

MAX_FILE_NAME_LENGTH = 255


class Uploads:
    """Validates uploaded audio and artwork."""

    def read_audio(self, file: Any) -> int:
        """Return the duration of an audio file in milliseconds.

        Raises:
            HttpError: 422 for a missing file (SC-UPLOAD-03), a file that is not audio (SC-UPLOAD-05), or a
                file name that is too long (SC-UPLOAD-09).
        """
        if not isinstance(file, FileStorage):
            raise HttpError(422, "asset_data is missing")
        self.check_file_name(file.filename or "")
        data = file.read()
        kind = self.detect_audio_format(data[:SIGNATURE_BYTES])
        if kind is None:
            raise HttpError(422, "unable to process provided asset_data")
        return self.measure_duration(kind, data)

    def check_file_name(self, name: str) -> None:
        """Raise HttpError 422 for a file name that is too long."""
        if len(name) > MAX_FILE_NAME_LENGTH:
            raise HttpError(422, f"file_name is longer than {MAX_FILE_NAME_LENGTH} characters")

    def detect_audio_format(self, start: bytes) -> str | None:
        """Return the audio format of a file with these first bytes, None for other files (SC-UPLOAD-04)."""
        return audio_format(start)

    def measure_duration(self, kind: str, data: bytes) -> int:
        """Return the duration in milliseconds of a file of the format `kind` (SC-UPLOAD-08)."""
        return milliseconds(kind, data)

    def artwork_url(self, file: Any, number: int) -> str:
        """Return the URL of an uploaded image (SC-META-03); HttpError 422 if the file is not an image."""
        if not isinstance(file, FileStorage) or not self.is_image(file.read(SIGNATURE_BYTES)):
            raise HttpError(422, "unable to process provided artwork_data")
        return f"https://i1.sndcdn.com/artworks-{number:012d}-large.jpg"

    def is_image(self, start: bytes) -> bool:
        """Return whether a file with these first bytes is a PNG, JPEG or GIF."""
        return image_format(start) is not None
