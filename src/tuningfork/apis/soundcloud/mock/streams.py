"""Where tracks are played (https://developers.soundcloud.com/docs/api/guide#streaming)."""

from __future__ import annotations

from tuningfork.apis.soundcloud.mock.entities import Track
from tuningfork.mock.refusal import Refusal

MEDIA = "https://media.soundcloud.mock"
FULL = {
    "http_mp3_128_url": "128.mp3",
    "hls_mp3_128_url": "128.m3u8",
    "hls_opus_64_url": "64.opus.m3u8",
}
PREVIEW = {"preview_mp3_128_url": "preview.mp3"}


class Streams:
    """Links to sound."""

    def need(self, track: Track) -> None:
        """Refusal 403 for a track that can't be heard at all (SC-STREAM-06)."""
        if track.access == "blocked":
            raise Refusal(403, "This track can't be played here.")

    def links(self, track: Track) -> dict[str, str]:
        """The transcodings of a track (SC-STREAM-03, SC-STREAM-07)."""
        offered = PREVIEW if track.access == "preview" else FULL | PREVIEW
        return {name: self.url(track, file) for name, file in offered.items()}

    def location(self, track: Track) -> str:
        """Where /stream leads (SC-STREAM-02)."""
        return self.url(track, PREVIEW["preview_mp3_128_url"] if track.access == "preview" else "128.mp3")

    def url(self, track: Track, file: str) -> str:
        """Where a file of a track is."""
        return f"{MEDIA}/{track.id:012d}/{file}"
