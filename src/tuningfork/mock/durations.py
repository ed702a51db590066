"""How long audio plays, read from its own headers: WAVE, AIFF, MPEG, FLAC, Ogg."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Mapping

_MPEG_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
"""Samples a second by the version bits of a frame: MPEG 1, 2, 2.5 (ISO 11172-3, 13818-3)."""
_LAYER_1, _LAYER_2, _LAYER_3 = 3, 2, 1
_KILOBITS = {
    (True, _LAYER_1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, _LAYER_2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, _LAYER_3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, _LAYER_1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, _LAYER_2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, _LAYER_3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""By whether it is MPEG 1, and the layer bits: the bit rates of the indices 1 to 14."""


def seconds(kind: str, data: bytes) -> float | None:
    """Seconds that a file of this format plays (see `media`); None if its headers do not tell."""
    try:
        found = _READERS[kind](data) if kind in _READERS else None
    except (struct.error, ZeroDivisionError, ValueError, OverflowError, KeyError):
        return None
    return found if found is not None and math.isfinite(found) and found > 0 else None


def _of_wave(data: bytes) -> float | None:
    """Bytes of sound through bytes a second; a length that is not known yet ends with the file."""
    chunks = {name: (start, size) for name, start, size in _chunks(data, "<I")}
    (head, _), (sound, size) = chunks[b"fmt "], chunks[b"data"]
    return float(min(size, len(data) - sound) / struct.unpack_from("<I", data, head + 8)[0])


def _of_aiff(data: bytes) -> float | None:
    """Frames through frames a second, a number of 80 bits."""
    head = {name: start for name, start, _ in _chunks(data, ">I")}[b"COMM"]
    frames, exponent, mantissa = struct.unpack_from(">2xI2xHQ", data, head)
    return float(frames / math.ldexp(mantissa, exponent - 16_383 - 63))


def _chunks(data: bytes, size_format: str) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and size of each chunk of a file in IFF's form."""
    at = 12
    while at + 8 <= len(data):
        size = struct.unpack_from(size_format, data, at + 4)[0]
        yield data[at : at + 4], at + 8, size
        at += 8 + size + size % 2


def _of_mpeg(data: bytes) -> float | None:
    """The sum of all frames behind an ID3 tag, so that variable bit rates count right."""
    at, total = _behind_tag(data), 0.0
    while (frame := _frame(data, at)) is not None:
        size, length = frame
        is_sound = total > 0 or not any(name in data[at : at + 64] for name in (b"Xing", b"Info"))
        at, total = at + size, total + length * is_sound
    return total


def _behind_tag(data: bytes) -> int:
    """Where the sound begins; the size of an ID3v2 tag has seven bits a byte."""
    if not data.startswith(b"ID3"):
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size + (10 if data[5] & 0x10 else 0)


def _frame(data: bytes, at: int) -> tuple[int, float] | None:
    """Bytes and seconds of the frame that begins here; None if none does."""
    if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] & 0xE0 != 0xE0:
        return None
    version, layer = data[at + 1] >> 3 & 3, data[at + 1] >> 1 & 3
    bits, rate_at, padding = data[at + 2] >> 4, data[at + 2] >> 2 & 3, data[at + 2] >> 1 & 1
    if version == 1 or layer == 0 or bits in (0, 15) or rate_at == 3:
        return None
    is_first, rate = version == 3, _MPEG_RATES[version][rate_at]
    kilobits = _KILOBITS[is_first, layer][bits - 1]
    if layer == _LAYER_1:
        return (12_000 * kilobits // rate + padding) * 4, 384 / rate
    samples = 576 if layer == _LAYER_3 and not is_first else 1152
    return samples * 125 * kilobits // rate + padding, samples / rate


def _of_flac(data: bytes) -> float | None:
    """Samples through samples a second, of the first block (RFC 9639, 8.2)."""
    packed = int.from_bytes(data[18:26], "big")
    return (packed & 0xFFFFFFFFF) / (packed >> 44)


def _of_ogg(data: bytes) -> float | None:
    """The position of the last page through samples a second (RFC 7845, 4; Vorbis I, 4.2.2)."""
    position = struct.unpack_from("<q", data, data.rindex(b"OggS") + 6)[0]
    if (opus := data.find(b"OpusHead", 0, 512)) > 0:
        return float((position - struct.unpack_from("<H", data, opus + 10)[0]) / 48_000)
    vorbis = data.index(b"\x01vorbis", 0, 512)
    return float(position / struct.unpack_from("<I", data, vorbis + 12)[0])


_READERS: Mapping[str, Callable[[bytes], float | None]] = {
    "wave": _of_wave,
    "aiff": _of_aiff,
    "mp3": _of_mpeg,
    "mpeg": _of_mpeg,
    "flac": _of_flac,
    "ogg": _of_ogg,
}
