"""Errors in the files of a contract, each with its location."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class LintError:
    """One error in a file of a contract.

    Args:
        file: the path of the file.
        location: a line ("line 12"), a JSON pointer ("#/paths/~1me/get"), a key, or empty.
        message: one sentence: what is wrong, and how to fix it.
    """

    file: str
    location: str
    message: str

    def __str__(self) -> str:
        location = f", {self.location}" if self.location else ""
        return f"{self.file}{location}: {self.message}"


class ContractError(Exception):
    """A contract that cannot be loaded: one sentence with the file, the location and how to fix it."""
