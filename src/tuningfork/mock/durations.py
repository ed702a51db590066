"""The duration of audio, read from the headers of the file: WAVE, AIFF, MPEG, FLAC, Ogg."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Mapping

_MPEG_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
"""Samples per second by the version bits of a frame: MPEG 1, 2, 2.5 (ISO 11172-3, 13818-3)."""
_LAYER_1, _LAYER_2, _LAYER_3 = 3, 2, 1
_KILOBITS = {
    (True, _LAYER_1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, _LAYER_2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, _LAYER_3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, _LAYER_1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, _LAYER_2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, _LAYER_3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Bit rates of the indices 1 to 14, by (is MPEG 1, layer bits)."""


def seconds(kind: str, data: bytes) -> float | None:
    """Return the duration of a file of format `kind` (see `media_types`); None if its headers lack it."""
    try:
        duration = _READERS[kind](data) if kind in _READERS else None
    except (struct.error, ZeroDivisionError, ValueError, OverflowError, KeyError):
        return None
    return duration if duration is not None and math.isfinite(duration) and duration > 0 else None


def _wave_seconds(data: bytes) -> float | None:
    """Return the bytes of sound divided by bytes per second; a size beyond the file's end is cut to it."""
    chunks = {name: (start, size) for name, start, size in _chunks(data, "<I")}
    (head, _), (sound, size) = chunks[b"fmt "], chunks[b"data"]
    return float(min(size, len(data) - sound) / struct.unpack_from("<I", data, head + 8)[0])


def _aiff_seconds(data: bytes) -> float | None:
    """Return the number of frames divided by frames per second, which is an 80-bit float."""
    head = {name: start for name, start, _ in _chunks(data, ">I")}[b"COMM"]
    frames, exponent, mantissa = struct.unpack_from(">2xI2xHQ", data, head)
    return float(frames / math.ldexp(mantissa, exponent - 16_383 - 63))


def _chunks(data: bytes, size_format: str) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start and size of each chunk of an IFF file."""
    offset = 12
    while offset + 8 <= len(data):
        size = struct.unpack_from(size_format, data, offset + 4)[0]
        yield data[offset : offset + 4], offset + 8, size
        offset += 8 + size + size % 2


def _mpeg_seconds(data: bytes) -> float | None:
    """Return the sum of the durations of all frames, since the bit rate of each may differ."""
    offset, total = _sound_start(data), 0.0
    while (frame := _frame(data, offset)) is not None:
        size, length = frame
        is_sound = total > 0 or not any(name in data[offset : offset + 64] for name in (b"Xing", b"Info"))
        offset, total = offset + size, total + length * is_sound
    return total


def _sound_start(data: bytes) -> int:
    """Return the offset of the first frame, after an ID3v2 tag, whose size has seven bits per byte."""
    if not data.startswith(b"ID3"):
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size + (10 if data[5] & 0x10 else 0)


def _frame(data: bytes, offset: int) -> tuple[int, float] | None:
    """Return the size in bytes and the duration in seconds of the frame at `offset`, or None."""
    if offset + 4 > len(data) or data[offset] != 0xFF or data[offset + 1] & 0xE0 != 0xE0:
        return None
    version, layer = data[offset + 1] >> 3 & 3, data[offset + 1] >> 1 & 3
    bits, rate_index, padding = data[offset + 2] >> 4, data[offset + 2] >> 2 & 3, data[offset + 2] >> 1 & 1
    if version == 1 or layer == 0 or bits in (0, 15) or rate_index == 3:
        return None
    is_mpeg1, rate = version == 3, _MPEG_RATES[version][rate_index]
    kilobits = _KILOBITS[is_mpeg1, layer][bits - 1]
    if layer == _LAYER_1:
        return (12_000 * kilobits // rate + padding) * 4, 384 / rate
    samples = 576 if layer == _LAYER_3 and not is_mpeg1 else 1152
    return samples * 125 * kilobits // rate + padding, samples / rate


def _flac_seconds(data: bytes) -> float | None:
    """Return the samples divided by samples per second, both in the first block (RFC 9639, 8.2)."""
    packed = int.from_bytes(data[18:26], "big")
    return (packed & 0xFFFFFFFFF) / (packed >> 44)


def _ogg_seconds(data: bytes) -> float | None:
    """Return the position of the last page divided by samples per second (RFC 7845, 4; Vorbis I, 4.2.2)."""
    position = struct.unpack_from("<q", data, data.rindex(b"OggS") + 6)[0]
    if (opus := data.find(b"OpusHead", 0, 512)) > 0:
        return float((position - struct.unpack_from("<H", data, opus + 10)[0]) / 48_000)
    vorbis = data.index(b"\x01vorbis", 0, 512)
    return float(position / struct.unpack_from("<I", data, vorbis + 12)[0])


_READERS: Mapping[str, Callable[[bytes], float | None]] = {
    "wave": _wave_seconds,
    "aiff": _aiff_seconds,
    "mp3": _mpeg_seconds,
    "mpeg": _mpeg_seconds,
    "flac": _flac_seconds,
    "ogg": _ogg_seconds,
}
