"""Files, by their first bytes (https://github.com/audioBoom/api: sections/audio_clips.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuningfork.mock.errors import HttpError
from tuningfork.mock.media_types import ENOUGH, audio_format, image_format, milliseconds
from tuningfork.mock.parsing import read_json

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo
    from tuningfork.apis.audioboo.mock.request_context import RequestContext

AUDIO = "audio_clip[uploaded_data]"


class Uploads:
    """Judges files."""

    def __init__(self, mock: AudioBoo) -> None:
        self.mock = mock

    def audio(self, call: RequestContext) -> bytes:
        """The file of an upload (AB-REQ-04), or the attachment in its place (AB-ATT-01).

        Raises:
            HttpError: 422, there is neither (AB-REQ-05).
        """
        if (file := call.files.get(AUDIO)) is not None:
            data: bytes = file.read()
            return data
        try:
            value = read_json((call.text(AUDIO) or "").encode())
        except ValueError:
            raise HttpError(422, "uploaded_data is no file") from None
        return self.mock.attachments.redeem(value, call)

    def duration(self, data: bytes) -> float:
        """Seconds that it plays; HttpError 422 for what is no audio."""
        kind = self.sniff(data[:ENOUGH])
        if kind is None:
            raise HttpError(422, "uploaded_data is no audio")
        return milliseconds(kind, data) / 1000

    def sniff(self, start: bytes) -> str | None:
        """The format of audio that begins so; None where it is none."""
        return audio_format(start)

    def image(self, call: RequestContext, name: str) -> bool:
        """Whether there is an image of this name; HttpError 422 for what is neither PNG nor JPEG."""
        file = call.files.get(name)
        if file is None:
            return False
        if image_format(file.read(ENOUGH)) not in ("png", "jpeg"):
            raise HttpError(422, f"{name} is neither PNG nor JPEG")
        return True
