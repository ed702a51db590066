"""Reads deviations.toml: the claims that a target is known to break, with owner and expiry date."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tuningfork.client.config import did_you_mean


class DeviationError(ValueError):
    """A deviations.toml that can't be used; the message is one sentence with file, table and fix."""


class Deviation(BaseModel):
    """A claim that a target is known to break, and the last day on which this is accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim: str = Field(min_length=1)
    target: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    link: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    expiry: date

    def is_expired(self, today: date) -> bool:
        """Return whether its last day is before today."""
        return self.expiry < today


def load_deviations(
    path: Path, target: str, claims: Collection[str], targets: Collection[str] | None = None
) -> list[Deviation]:
    """Return the deviations of one target.

    Args:
        path: a TOML file of [[deviations]] tables.
        target: the name of the target.
        claims: the ids of all claims.
        targets: the names of all targets; None if they are unknown.

    Raises:
        DeviationError: the file can't be read, or a table is wrong, even one of another target.
    """
    deviations: list[Deviation] = []
    for number, table in enumerate(_tables(path), 1):
        location = f"{path}, [[deviations]] {number}"
        deviation = _deviation(table, location)
        if deviation.claim not in claims:
            raise DeviationError(
                f"{location}: claim {deviation.claim} does not exist; correct its id or remove the table"
            )
        if targets is not None and deviation.target not in targets:
            raise DeviationError(
                f"{location}: target {deviation.target!r} does not exist"
                f"{did_you_mean(deviation.target, targets)}; correct its name or remove the table"
            )
        if any((deviation.claim, deviation.target) == (each.claim, each.target) for each in deviations):
            raise DeviationError(f"{location}: {deviation.claim} has a table already; remove one of the two")
        deviations.append(deviation)
    return [deviation for deviation in deviations if deviation.target == target]


def _deviation(table: Any, location: str) -> Deviation:
    """Return the deviation of a table, or raise DeviationError with the first key that is wrong."""
    try:
        return Deviation.model_validate(table)
    except ValidationError as invalid:
        error = min(invalid.errors(), key=lambda error: error["type"] != "extra_forbidden")
        key = ".".join(str(part) for part in error["loc"]) or "table"
        problem = error["msg"].lower()
        if error["type"] == "extra_forbidden":
            problem = "is not a known key" + did_you_mean(key, Deviation.model_fields)
        raise DeviationError(f"{location}: {key}: {problem}") from None


def _tables(path: Path) -> list[Any]:
    """Return the [[deviations]] tables of a file, or raise DeviationError if it has any other content."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DeviationError(f"{path}: can't be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise DeviationError(f"{path}: is not valid TOML: {error}") from None
    tables = content.pop("deviations", [])
    if content or not isinstance(tables, list):
        raise DeviationError(f"{path}: contains more than [[deviations]] tables; remove the rest")
    return tables
