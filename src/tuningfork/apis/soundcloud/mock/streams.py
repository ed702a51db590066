"""Links to audio (https://developers.soundcloud.com/docs/api/guide#streaming)."""

from __future__ import annotations

import hashlib
import hmac

from flask import g

from tuningfork.apis.soundcloud.mock.models import Track
from tuningfork.mock import silence
from tuningfork.mock.errors import HttpError

FULL = {
    "http_mp3_128_url": "128.mp3",
    "hls_mp3_128_url": "128.m3u8",
    "hls_opus_64_url": "64.opus.m3u8",
}
PREVIEW = {"preview_mp3_128_url": "preview.mp3"}
HLS = "application/vnd.apple.mpegurl"


class Streams:
    """The transcodings of tracks and the files that their links lead to."""

    def require_not_blocked(self, track: Track) -> None:
        """Raise HttpError 403 for a blocked track (SC-STREAM-06)."""
        if track.access == "blocked":
            raise HttpError(403, "This track can't be played here.")

    def links(self, track: Track) -> dict[str, str]:
        """Return the URLs of a track's transcodings (SC-STREAM-03, SC-STREAM-07)."""
        files = PREVIEW if track.access == "preview" else FULL | PREVIEW
        return {name: self.url(track, file) for name, file in files.items()}

    def location(self, track: Track) -> str:
        """Return the URL to which /stream redirects (SC-STREAM-02)."""
        return self.url(track, PREVIEW["preview_mp3_128_url"] if track.access == "preview" else "128.mp3")

    def url(self, track: Track, file: str) -> str:
        """Return the URL of a track's file, below the base URL of the current request."""
        return f"{g.context.base}/media/{track.id}/{self.signature(track)}/{file}"

    def signature(self, track: Track) -> str:
        """Return the signature with which a link opens the files of a track without a token."""
        return hashlib.sha256(track.secret_token.encode()).hexdigest()[:16]

    def file(self, track: Track, signature: str, name: str) -> tuple[bytes, str]:
        """Return the content and the media type of a file; HttpError 404 if the track has no link to it."""
        is_linked = any(url.endswith(f"/{name}") for url in self.links(track).values()) or name in SEGMENTS
        if not is_linked or not hmac.compare_digest(signature.encode(), self.signature(track).encode()):
            raise HttpError(404)
        return FILES[name]


SEGMENTS = frozenset({"64.opus"})
"""Files that only an HLS playlist links to."""
FILES = {
    "128.mp3": (silence.mp3(), "audio/mpeg"),
    "preview.mp3": (silence.mp3(), "audio/mpeg"),
    "64.opus": (silence.opus(), "audio/ogg; codecs=opus"),
    "128.m3u8": (silence.hls("128.mp3"), HLS),
    "64.opus.m3u8": (silence.hls("64.opus"), HLS),
}
