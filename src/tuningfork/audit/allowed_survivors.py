"""Response mutants that may survive because no document rules them out: specs/NAME/unspecified.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from tuningfork.audit.response_mutants import Mutant

FILE = "unspecified.toml"


class AllowedSurvivorsError(ValueError):
    """An unspecified.toml with an error: one sentence with the file."""


@dataclass(frozen=True, slots=True)
class AllowedSurvivor:
    """An [[open]] table of unspecified.toml: globs that match mutants, and why these may survive.

    `place` and `kind` are globs for `location` and `kind` of a mutant; `operation` is a glob for its
    operation and status, like "GET /tracks 200".
    """

    place: str
    kind: str
    reason: str
    operation: str = "*"

    def matches(self, mutant: Mutant) -> bool:
        """Return whether all three globs match the mutant."""
        return (
            fnmatchcase(mutant.location, self.place)
            and fnmatchcase(mutant.kind, self.kind)
            and fnmatchcase(f"{mutant.operation} {mutant.status}", self.operation)
        )


def load_allowed_survivors(folder: Path) -> list[AllowedSurvivor]:
    """Return the entries of the unspecified.toml in a folder; empty if the file does not exist.

    Raises:
        AllowedSurvivorsError: the file is not valid TOML or has an unknown or missing key.
    """
    file = folder / FILE
    if not file.is_file():
        return []
    try:
        return [AllowedSurvivor(**entry) for entry in tomllib.loads(file.read_text(encoding="utf-8"))["open"]]
    except (tomllib.TOMLDecodeError, TypeError, KeyError) as error:
        raise AllowedSurvivorsError(
            f"{file}: [[open]] has `place`, `kind`, `reason` and `operation` ({error})."
        ) from None


def find_reason(mutant: Mutant, allowed: Sequence[AllowedSurvivor]) -> str:
    """Return the reason of the first entry that matches a mutant; "" if none matches."""
    return next((entry.reason for entry in allowed if entry.matches(mutant)), "")
