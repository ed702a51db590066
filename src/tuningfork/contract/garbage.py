"""Makes garbage collections rare: each of them visits the values of all documents that were read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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


def collect_rarely() -> None:
    """Collect garbage after many new objects only; the default spends a tenth of a run on collections."""
    gc.set_threshold(50_000, 20, 50)
