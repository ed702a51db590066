"""Decodes the bodies of recorded messages from their content coding, with a bound on their size."""

from __future__ import annotations

import zlib

from tuningfork.model import Headers

MAX_BODY_BYTES = 64 * 2**20
"""Size of a decoded body."""
TOO_LARGE = f"its body is larger than {MAX_BODY_BYTES >> 20} MiB when decoded"
GZIP_MAGIC, ZLIB_MAGIC = b"\x1f\x8b", b"\x78"


class _TooLargeError(Exception):
    """A body is larger than MAX_BODY_BYTES when decoded."""


def decode_body(body: bytes, headers: Headers) -> tuple[bytes, str]:
    """Return a body without its content coding, and an empty string or the reason why it can't be decoded.

    A body that has no longer the content coding of its headers is returned unchanged, because many recorders
    store decoded bodies.
    """
    coding = headers.get("content-encoding", "").strip().lower()
    try:
        if coding in ("gzip", "x-gzip") and body.startswith(GZIP_MAGIC):
            return _decompress(body, zlib.MAX_WBITS | 16), ""
        if coding == "deflate" and body.startswith(ZLIB_MAGIC):
            return _decompress(body, zlib.MAX_WBITS), ""
    except _TooLargeError:
        return b"", TOO_LARGE
    except (EOFError, zlib.error):
        return b"", f"its body is not complete {coding}"
    if coding not in ("", "identity") and not _is_text(body):
        return b"", f"its body is still in the content coding {coding}"
    return body, ""


def _decompress(body: bytes, window_bits: int) -> bytes:
    """Return the content of a zlib stream, or of all parts of a gzip file (RFC 1952 2.2).

    Raises:
        _TooLargeError: the content is larger than MAX_BODY_BYTES.
        EOFError: the stream ends too early.
    """
    contents: list[bytes] = []
    bytes_left = MAX_BODY_BYTES
    while body:
        stream = zlib.decompressobj(window_bits)
        contents.append(stream.decompress(body, bytes_left + 1))
        bytes_left -= len(contents[-1])
        if bytes_left < 0:
            raise _TooLargeError
        if not stream.eof:
            raise EOFError
        # Bytes after the stream that do not start another one are padding, as gzip(1) treats them.
        body = stream.unused_data if stream.unused_data.startswith(GZIP_MAGIC) else b""
    return b"".join(contents)


def _is_text(body: bytes) -> bool:
    """Return whether a body is valid UTF-8."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
