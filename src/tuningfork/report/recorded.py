"""An exchange out of a file of recorded traffic, and what may be wrong with it."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

from tuningfork.model import Exchange, Headers


class TrafficError(ValueError):
    """A file of recorded traffic that can't be used: one sentence with file and place."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An exchange at its place in a file.

    Args:
        file: where it stands.
        number: which one it is there, from 1.
        exchange: what was recorded.
        flaw: why it can't be judged; empty if it can.
        base_url: where the API stood, if the file says so.
    """

    file: Path
    number: int
    exchange: Exchange
    flaw: str = ""
    base_url: str = ""


def decoded(body: bytes, headers: Headers) -> tuple[bytes, str]:
    """A body without its content coding, and why that failed; recorders may have removed it already."""
    coding = headers.get("content-encoding", "").lower()
    try:
        if coding in ("gzip", "x-gzip") and body.startswith(b"\x1f\x8b"):
            return gzip.decompress(body), ""
        if coding == "deflate" and body[:1] == b"\x78":
            return zlib.decompress(body), ""
    except (OSError, EOFError, zlib.error):
        return body, f"its body is no whole {coding}"
    if coding not in ("", "identity") and not _is_text(body):
        return body, f"its body is still in the content coding {coding}"
    return body, ""


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
