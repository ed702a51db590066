"""Where tracks are played (https://developers.soundcloud.com/docs/api/guide#streaming)."""

from __future__ import annotations

import hashlib
import hmac

from flask import g

from tuningfork.apis.soundcloud.mock.entities import Track
from tuningfork.mock import silence
from tuningfork.mock.errors import Refusal

FULL = {
    "http_mp3_128_url": "128.mp3",
    "hls_mp3_128_url": "128.m3u8",
    "hls_opus_64_url": "64.opus.m3u8",
}
PREVIEW = {"preview_mp3_128_url": "preview.mp3"}
HLS = "application/vnd.apple.mpegurl"


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
        """Where a file of a track is, below the URL at which the request found the API."""
        return f"{g.call.base}/media/{track.id}/{self.signature(track)}/{file}"

    def signature(self, track: Track) -> str:
        """What a link to sound has instead of a token."""
        return hashlib.sha256(track.secret_token.encode()).hexdigest()[:16]

    def file(self, track: Track, signature: str, name: str) -> tuple[bytes, str]:
        """A file of a track and its media type; Refusal 404 if no link of the track leads to it."""
        is_linked = any(url.endswith(f"/{name}") for url in self.links(track).values()) or name in SEGMENTS
        if not is_linked or not hmac.compare_digest(signature.encode(), self.signature(track).encode()):
            raise Refusal(404)
        return FILES[name]


SEGMENTS = frozenset({"64.opus"})
"""Files that only a playlist leads to."""
FILES = {
    "128.mp3": (silence.mp3(), "audio/mpeg"),
    "preview.mp3": (silence.mp3(), "audio/mpeg"),
    "64.opus": (silence.opus(), "audio/ogg; codecs=opus"),
    "128.m3u8": (silence.hls("128.mp3"), HLS),
    "64.opus.m3u8": (silence.hls("64.opus"), HLS),
}
