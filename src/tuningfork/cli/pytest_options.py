"""Options of pytest for the commands that run tests."""

from __future__ import annotations

QUIETLY = ("-q", "-p", "no:cacheprovider", "-W", "default", "--assert", "plain")
"""Options for short output; plain asserts, because rewriting hundreds of modules takes seconds."""
