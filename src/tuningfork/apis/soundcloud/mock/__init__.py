"""A mock of the SoundCloud API: a stateful server with all its data in memory."""

from __future__ import annotations

from tuningfork.apis.soundcloud.mock.app import SoundCloud


def create() -> SoundCloud:
    """Return a new server that has only the seed data."""
    return SoundCloud()


__all__ = ["SoundCloud", "create"]
