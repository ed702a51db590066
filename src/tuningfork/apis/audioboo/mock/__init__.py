"""An in-memory server that behaves as the documentation of Audioboo describes."""

from __future__ import annotations

from tuningfork.apis.audioboo.mock.app import AudioBoo


def create() -> AudioBoo:
    """Return a new server with its seed data."""
    return AudioBoo()


__all__ = ["AudioBoo", "create"]
