"""A faithful SoundCloud, in memory."""

from __future__ import annotations

from tuningfork.apis.soundcloud.mock.app import SoundCloud


def create() -> SoundCloud:
    """A fresh server with its seeded data."""
    return SoundCloud()


__all__ = ["SoundCloud", "create"]
