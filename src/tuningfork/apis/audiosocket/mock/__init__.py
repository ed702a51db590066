"""An in-memory server that behaves as the documentation of Audiosocket describes."""

from __future__ import annotations

from tuningfork.apis.audiosocket.mock.app import Audiosocket


def create() -> Audiosocket:
    """Return a new server with its seed data."""
    return Audiosocket()


__all__ = ["Audiosocket", "create"]
