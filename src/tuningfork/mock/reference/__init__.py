"""The reference server: keeps the conventions that an API declares, from its two documents alone."""

from __future__ import annotations

from tuningfork.mock.reference.server import ReferenceServer

__all__ = ["ReferenceServer"]
