"""Tokens that all workers share and runs keep, because an app gets few of them."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock

Tokens = dict[str, Any]
"""What a scheme needs to keep of a holder, as JSON; "obtained" is the Unix time of it."""


class TokenStore:
    """Tokens by holder ("app", "first", "second").

    Args:
        file: where they are kept, readable by the owner alone; None keeps them in memory.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._held: dict[str, Tokens] = {}

    def fetch(self, holder: str, new: Callable[[], Tokens], renew: Callable[[Tokens], Tokens]) -> Tokens:
        """The holder's tokens: the kept ones if they are fresh, else renewed, else new ones.

        One worker at a time, since a refresh token is good once.
        """
        with self._locked():
            kept = self._held.get(holder)
            if kept is None:
                kept = {**new(), "obtained": time.time()}
            elif self._is_stale(kept):
                kept = {**renew(kept), "obtained": time.time()}
            self._held[holder] = kept
        return kept

    def clear(self) -> None:
        """Drop all of them: the target has been reset."""
        with self._locked():
            self._held.clear()

    def discard(self, holder: str) -> None:
        """Drop one holder's: the target refuses them."""
        with self._locked():
            self._held.pop(holder, None)

    def expire_all(self) -> None:
        """Have all of them renewed before the next use: the target's clock has moved."""
        with self._locked():
            for tokens in self._held.values():
                tokens["obtained"] = 0.0

    @staticmethod
    def _is_stale(tokens: Tokens) -> bool:
        life = tokens.get("expires_in")
        return life is not None and time.time() > tokens["obtained"] + float(life) - 300

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        if self._file is None:
            yield
            return
        with FileLock(self._file.with_suffix(".lock")):
            self._held = self._read()
            try:
                yield
            finally:
                self._write()

    def _read(self) -> dict[str, Tokens]:
        assert self._file is not None
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def _write(self) -> None:
        assert self._file is not None
        draft = self._file.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(self._held, out)
        draft.replace(self._file)
