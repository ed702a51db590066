"""Uploaded files: audio and images (https://github.com/audioBoom/api: sections/audio_clips.md)."""

from __future__ import annotations

from tuningfork.apis.audioboo.mock.attachments import Attachments
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock.errors import HttpError
from tuningfork.mock.media_types import SIGNATURE_BYTES, audio_format, image_format, milliseconds
from tuningfork.mock.parsing import read_json

AUDIO = "audio_clip[uploaded_data]"


class Uploads:
    """Reads uploaded files and checks their formats by their first bytes."""

    def __init__(self, attachments: Attachments) -> None:
        self.attachments = attachments

    def read_audio(self, context: RequestContext) -> bytes:
        """Return the uploaded file (AB-REQ-04), or the complete attachment that it refers to (AB-ATT-01).

        Raises:
            HttpError: 422, the request has neither (AB-REQ-05).
        """
        if (file := context.files.get(AUDIO)) is not None:
            data: bytes = file.read()
            return data
        try:
            value = read_json((context.text(AUDIO) or "").encode())
        except ValueError:
            raise HttpError(422, "uploaded_data is not a file") from None
        return self.attachments.resolve(value, context)

    def measure_duration(self, data: bytes) -> float:
        """Return the duration of audio in seconds; raise HttpError 422 if `data` is not audio."""
        kind = self.detect_audio_format(data[:SIGNATURE_BYTES])
        if kind is None:
            raise HttpError(422, "uploaded_data is not audio")
        return milliseconds(kind, data) / 1000

    def detect_audio_format(self, start: bytes) -> str | None:
        """Return the audio format of a file that starts with these bytes, or None."""
        return audio_format(start)

    def has_image(self, context: RequestContext, name: str) -> bool:
        """Return True if the request has an image file of this name.

        Raises:
            HttpError: 422, the file is neither PNG nor JPEG.
        """
        file = context.files.get(name)
        if file is None:
            return False
        if image_format(file.read(SIGNATURE_BYTES)) not in ("png", "jpeg"):
            raise HttpError(422, f"{name} is neither PNG nor JPEG")
        return True
