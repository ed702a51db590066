"""deviations.toml: the deviations of a target that somebody knows of and answers for."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tuningfork.client.config import did_you_mean


class DeviationError(ValueError):
    """A deviations.toml that can't be used: one sentence with file, place and remedy."""


class Deviation(BaseModel):
    """One claim that a target is known to break, and until when that is accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim: str = Field(min_length=1)
    target: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    link: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    expiry: date

    def is_expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.expiry < today


def load_deviations(
    path: Path, target: str, known: Collection[str], targets: Collection[str] | None = None
) -> list[Deviation]:
    """The deviations of one target.

    Args:
        path: a TOML file of [[deviations]] tables.
        target: the name of the target.
        known: the ids of all claims.
        targets: the names of all targets; None if they are not known.

    Raises:
        DeviationError: the file can't be read, or a table of it is wrong, whatever its target.
    """
    found: list[Deviation] = []
    for number, table in enumerate(_tables(path), 1):
        place = f"{path}, [[deviations]] {number}"
        try:
            deviation = Deviation.model_validate(table)
        except ValidationError as wrong:
            error = min(wrong.errors(), key=lambda error: error["type"] != "extra_forbidden")
            field = ".".join(str(part) for part in error["loc"]) or "table"
            words = error["msg"].lower()
            if error["type"] == "extra_forbidden":
                words = "no such field is known" + did_you_mean(field, Deviation.model_fields)
            raise DeviationError(f"{place}: {field}: {words}") from None
        if deviation.claim not in known:
            raise DeviationError(f"{place}: there is no claim {deviation.claim}; correct its id or remove it")
        if targets is not None and deviation.target not in targets:
            raise DeviationError(
                f"{place}: there is no target {deviation.target!r}{did_you_mean(deviation.target, targets)}; "
                "correct its name or remove the table"
            )
        if any((deviation.claim, deviation.target) == (each.claim, each.target) for each in found):
            raise DeviationError(f"{place}: {deviation.claim} stands there already; keep one of the two")
        found.append(deviation)
    return [deviation for deviation in found if deviation.target == target]


def _tables(path: Path) -> list[Any]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as unread:
        raise DeviationError(f"{path}: can't be read ({unread.strerror})") from None
    except (ValueError, RecursionError) as torn:
        raise DeviationError(f"{path}: is no TOML: {torn}") from None
    tables = content.pop("deviations", [])
    if content or not isinstance(tables, list):
        raise DeviationError(f"{path}: has other things than [[deviations]] tables; remove them")
    return tables
