"""A faithful Audioboo, in memory."""

from __future__ import annotations

from tuningfork.apis.audioboo.mock.app import AudioBoo


def create() -> AudioBoo:
    """A fresh server with its seeded data."""
    return AudioBoo()


__all__ = ["AudioBoo", "create"]
