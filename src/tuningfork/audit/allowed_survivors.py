"""What the documents leave open, with the reason: specs/NAME/unspecified.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from tuningfork.audit.response_mutants import Mutant

FILE = "unspecified.toml"


class AllowedSurvivorsError(ValueError):
    """A file that can't be used: one sentence with its place."""


@dataclass(frozen=True, slots=True)
class AllowedSurvivor:
    """Mutants that are no faults: places, kinds and operations as globs, and why they are open."""

    place: str
    kind: str
    reason: str
    operation: str = "*"

    def explains(self, mutant: Mutant) -> bool:
        """Whether it speaks of this mutant."""
        return (
            fnmatchcase(mutant.place, self.place)
            and fnmatchcase(mutant.kind, self.kind)
            and fnmatchcase(f"{mutant.operation} {mutant.status}", self.operation)
        )


def load_allowed_survivors(folder: Path) -> list[AllowedSurvivor]:
    """The openings of an API; none where it has no such file.

    Raises:
        OpennessError: the file is broken.
    """
    file = folder / FILE
    if not file.is_file():
        return []
    try:
        return [AllowedSurvivor(**entry) for entry in tomllib.loads(file.read_text(encoding="utf-8"))["open"]]
    except (tomllib.TOMLDecodeError, TypeError, KeyError) as broken:
        raise AllowedSurvivorsError(
            f"{file}: [[open]] has place, kind, reason and operation ({broken})."
        ) from None


def find_reason(mutant: Mutant, openings: Sequence[AllowedSurvivor]) -> str:
    """Why a mutant is no fault; "" if nothing says so."""
    return next((opening.reason for opening in openings if opening.explains(mutant)), "")
