"""What is wrong with a contract, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One defect of a contract's files.

    `place` is a line ("line 12"), a JSON pointer ("#/paths/~1me/get") or the id of a claim; `message` says
    in one sentence what is wrong and what to do.
    """

    file: str
    place: str
    message: str

    def __str__(self) -> str:
        place = f", {self.place}" if self.place else ""
        return f"{self.file}{place}: {self.message}"


class ContractError(Exception):
    """A contract that can't be loaded: one sentence with the file, the place and the remedy."""
