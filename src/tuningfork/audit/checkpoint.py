"""What an audit has found so far, on disk as it comes, so that one that was ended goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tuningfork.audit.fault_result import FaultResult
from tuningfork.audit.results import VariantResult

FILE = "audit.jsonl"


class Checkpoint:
    """The file of an audit that goes on; what another state of the sources left in it is dropped.

    Args:
        folder: of the reports.
        state: the fingerprint of all that the audit depends on.
    """

    def __init__(self, folder: Path, state: str) -> None:
        self._file = folder / FILE
        self._state = state
        self.healthy: dict[str, float] = {}
        self.trials: dict[str, FaultResult] = {}
        self.variants: dict[str, VariantResult] = {}
        lines = self._lines()
        if lines and lines[0] == {"state": state}:
            self._take(lines[1:])
            self._append_text("\n")  # the line that it was ended in may have no end
        else:
            folder.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps({"state": state}) + "\n", encoding="utf-8")

    def add_healthy(self, seconds: dict[str, float]) -> None:
        """The mock without a fault has passed these tests: how long each took."""
        self.healthy |= seconds
        self._append({"healthy": seconds})

    def add(self, trial: FaultResult) -> None:
        """A trial has ended."""
        self.trials[trial.id] = trial
        self._append({"trial": trial.model_dump(mode="json")})

    def add_variant(self, variant: VariantResult) -> None:
        """A variant has been judged."""
        self.variants[variant.id] = variant
        self._append({"variant": variant.model_dump(mode="json")})

    def close(self) -> None:
        """The audit has come to its end."""
        self._file.unlink(missing_ok=True)

    def _append(self, line: dict[str, Any]) -> None:
        self._append_text(json.dumps(line) + "\n")

    def _append_text(self, text: str) -> None:
        with self._file.open("a", encoding="utf-8") as out:
            out.write(text)

    def _take(self, lines: Iterable[Any]) -> None:
        for line in lines:
            try:
                if "healthy" in line:
                    self.healthy |= dict(line["healthy"])
                elif "variant" in line:
                    variant = VariantResult.model_validate(line["variant"])
                    self.variants[variant.id] = variant
                else:
                    trial = FaultResult.model_validate(line["trial"])
                    self.trials[trial.id] = trial
            except (ValidationError, KeyError, TypeError):
                continue

    def _lines(self) -> list[Any]:
        try:
            text = self._file.read_text(encoding="utf-8")
        except OSError:
            return []
        return [read for line in text.splitlines() if (read := _read(line)) is not None]


def fingerprint(folders: Iterable[Path]) -> str:
    """One text for the contents of all files of these folders that a run reads."""
    told = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.rglob("*.*")):
            if file.suffix in (".py", ".yaml", ".toml", ".json") and file.is_file():
                told.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    return told.hexdigest()


def _read(line: str) -> Any:
    """The line; None for the one that the audit was ended in."""
    try:
        return json.loads(line)
    except ValueError:
        return None
