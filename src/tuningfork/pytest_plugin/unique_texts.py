"""Texts that no other test uses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from tuningfork.client.marks import Marks

LENGTH = 8
"""The hex digits of a text without a mark."""


class UniqueTexts:
    """Makes the texts of what the tests of an API create.

    Args:
        marks: marks the texts; None on the mock and in a cassette, where all runs send the same texts.
        seed: the seed of the random choices.
        started: when the run was started.
        now: returns the Unix time of the target's clock.
    """

    def __init__(self, marks: Marks | None, seed: int, started: datetime, now: Callable[[], float]) -> None:
        self._marks = marks
        self._seed = seed
        self._started = started
        self._now = now

    def text(self, word: str, rest: str, seed: str) -> str:
        """Return a text that no other test uses: the word, a mark or eight hex digits, and the rest.

        Args:
            word: how the text starts.
            rest: how it ends.
            seed: what distinguishes the texts of a run.
        """
        if self._marks is not None:
            return self._marks.text(word, rest, f"{seed} {self._seed} {self._started}", self._now())
        digits = hashlib.sha256(f"{seed} {self._seed} ".encode()).hexdigest()[:LENGTH]
        return f"{word} {digits}{rest}"
