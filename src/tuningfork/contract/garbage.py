"""Avoids garbage collections, each of which would visit all values read so far."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def collect_seldom() -> None:
    """Collect garbage in this process less often: the default takes a tenth of a run, and of its imports."""
    gc.set_threshold(50_000, 20, 50)


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Run a block that makes many objects and no cyclic garbage without collections."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
