"""One second of silence in the formats that the mocks stream."""

from __future__ import annotations

import struct
from functools import cache

from flask import Request, Response

MPEG_FRAME = b"\xff\xfb\x90\x64" + bytes(413)
"""MPEG-1 Layer III, 128 kbit/s, 44.1 kHz, 1152 samples; no main data, which is silence (ISO 11172-3)."""
OPUS_PACKET = b"\xf8\xff\xfe"
"""20 ms of silence: CELT, full band, mono (RFC 6716, 3.1)."""
PRE_SKIP = 312
"""Samples at 48 kHz that a decoder discards at the start."""


def mp3() -> bytes:
    """Return 39 frames of MP3, 1.02 s."""
    return MPEG_FRAME * 39


@cache
def opus() -> bytes:
    """Return 51 packets of Opus in Ogg, trimmed to one second (RFC 7845)."""
    head = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, PRE_SKIP, 48_000, 0, 0)
    tags = struct.pack("<8sI11sI", b"OpusTags", 11, b"tuning-fork", 0)
    return b"".join(
        (
            _page(0, 2, 0, [head]),
            _page(1, 0, 0, [tags]),
            _page(2, 4, 48_000 + PRE_SKIP, [OPUS_PACKET] * 51),
        )
    )


def hls(segment: str) -> bytes:
    """Return a playlist of one segment, whose URL is `segment` (RFC 8216)."""
    lines = ("#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:2", "#EXT-X-PLAYLIST-TYPE:VOD")
    return "\n".join((*lines, "#EXTINF:1.0,", segment, "#EXT-X-ENDLIST", "")).encode()


def send(data: bytes, media_type: str, request: Request) -> Response:
    """Return a response with the whole file, or with the requested range (RFC 9110, 14).

    Raises:
        RequestedRangeNotSatisfiable: the range is outside the file; a mock responds with 416.
    """
    response = Response(data, content_type=media_type)
    response.make_conditional(request, accept_ranges=True, complete_length=len(data))
    return response


def _page(number: int, flags: int, position: int, packets: list[bytes]) -> bytes:
    """Return a page of Ogg (RFC 3533, 6); every packet is shorter than 255 bytes."""
    head = struct.pack("<4sBBqIII", b"OggS", 0, flags, position, 1, number, 0)
    page = head + bytes([len(packets), *map(len, packets)]) + b"".join(packets)
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def _checksum(page: bytes) -> int:
    """Return the CRC-32 with polynomial 0x04c11db7, unreflected, from zero (RFC 3533, 6)."""
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1) ^ (0x104C11DB7 if crc & 0x80000000 else 0)
    return crc
