"""A faithful Audiosocket, in memory."""

from __future__ import annotations

from tuningfork.apis.audiosocket.mock.app import Audiosocket


def create() -> Audiosocket:
    """A fresh server with its seeded data."""
    return Audiosocket()


__all__ = ["Audiosocket", "create"]
