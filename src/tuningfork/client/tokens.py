"""Access tokens, shared by all workers and reused between runs because servers limit how many an app gets."""

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
"""The tokens of one principal as JSON properties; "obtained" is the Unix time at which they were fetched."""

MARGIN_S = 300
"""Seconds before the end of their life in which tokens are renewed."""


class TokenStore:
    """Tokens by principal ("app", "first", "second").

    Args:
        file: the file that stores them, readable by its owner only; None stores them in memory.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._tokens: dict[str, Tokens] = {}

    def fetch(self, principal: str, new: Callable[[], Tokens], renew: Callable[[Tokens], Tokens]) -> Tokens:
        """Return the stored tokens of a principal; renew them if they expire soon, or fetch new ones.

        Only one worker at a time fetches or renews, since a refresh token can be used only once.

        Args:
            principal: whose tokens.
            new: fetches tokens if none are stored.
            renew: returns new tokens for expiring ones.
        """
        stored = self._tokens if self._file is None else self._read()
        tokens = stored.get(principal)
        if tokens is not None and not self._is_stale(tokens):  # the usual case needs no lock
            return tokens
        with self._locked():
            tokens = self._tokens.get(principal)
            if tokens is None:
                tokens = {**new(), "obtained": time.time()}
            elif self._is_stale(tokens):
                tokens = {**renew(tokens), "obtained": time.time()}
            self._tokens[principal] = tokens
        return tokens

    def clear(self) -> None:
        """Delete all tokens, after a reset of the target."""
        with self._locked():
            self._tokens.clear()

    def discard(self, principal: str, access_token: str | None = None) -> None:
        """Delete the tokens of one principal, after the target has rejected them.

        Args:
            principal: whose tokens.
            access_token: the rejected one; others that are stored by now are not deleted.
        """
        with self._locked():
            stored = self._tokens.get(principal, {})
            if access_token is None or stored.get("access_token") == access_token:
                self._tokens.pop(principal, None)

    def expire_all(self) -> None:
        """Have all tokens renewed before their next use, after a change of the target's clock."""
        with self._locked():
            for tokens in self._tokens.values():
                tokens["obtained"] = 0.0

    @staticmethod
    def _is_stale(tokens: Tokens) -> bool:
        """Return whether the tokens expire within five minutes, or have lived for half of a shorter life."""
        if tokens.get("expires_in") is None:
            return False
        lifetime, obtained = float(tokens["expires_in"]), float(tokens["obtained"])
        return time.time() > obtained + lifetime - min(MARGIN_S, lifetime / 2)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Lock the file, read it before the block and write it after the block; in memory, do nothing."""
        if self._file is None:
            yield
            return
        with FileLock(self._file.with_suffix(".lock")):
            self._tokens = self._read()
            try:
                yield
            finally:
                self._write()

    def _read(self) -> dict[str, Tokens]:
        """Return the tokens in the file by principal; empty if the file is missing or invalid."""
        assert self._file is not None
        try:
            tokens = json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return tokens if isinstance(tokens, dict) else {}

    def _write(self) -> None:
        """Write the tokens atomically to a file that only its owner can read."""
        assert self._file is not None
        draft = self._file.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(self._tokens, out)
        draft.replace(self._file)
