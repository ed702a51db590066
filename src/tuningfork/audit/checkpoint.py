"""The checkpoint file of an audit: results are appended as they arrive, so an interrupted audit resumes."""

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
READ_SUFFIXES = (".py", ".yaml", ".toml", ".json")
"""Suffixes of the files that the results of an audit depend on."""


class Checkpoint:
    """The checkpoint file of an audit, and the results in it.

    `baseline_seconds` has the duration of each test that passed without a fault, in seconds by node id;
    `results` and `variants` have the results by the id of the fault or variant.

    Args:
        folder: the folder of the reports.
        state: the fingerprint of the sources; a file that was written for another state is discarded.
    """

    def __init__(self, folder: Path, state: str) -> None:
        self._file = folder / FILE
        self._state = state
        self.baseline_seconds: dict[str, float] = {}  # by node id of the test
        self.results: dict[str, FaultResult] = {}  # by id of the fault
        self.variants: dict[str, VariantResult] = {}  # by id of the variant
        lines = self._read_lines()
        if lines and lines[0] == {"state": state}:
            self._restore(lines[1:])
            self._append_text("\n")  # an interrupted write leaves a line without its end
        else:
            folder.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps({"state": state}) + "\n", encoding="utf-8")

    def add_baseline(self, seconds: dict[str, float]) -> None:
        """Store the durations of tests that passed without a fault."""
        self.baseline_seconds |= seconds
        self._append({"healthy": seconds})

    def add_result(self, result: FaultResult) -> None:
        """Store the result of a fault."""
        self.results[result.id] = result
        self._append({"trial": result.model_dump(mode="json")})

    def add_variant(self, variant: VariantResult) -> None:
        """Store the result of a conforming variant."""
        self.variants[variant.id] = variant
        self._append({"variant": variant.model_dump(mode="json")})

    def close(self) -> None:
        """Delete the file, because the audit is complete."""
        self._file.unlink(missing_ok=True)

    def _append(self, line: dict[str, Any]) -> None:
        self._append_text(json.dumps(line) + "\n")

    def _append_text(self, text: str) -> None:
        with self._file.open("a", encoding="utf-8") as out:
            out.write(text)

    def _restore(self, lines: Iterable[Any]) -> None:
        """Add the results in the lines after the first; skip lines of another format."""
        for line in lines:
            try:
                if "healthy" in line:
                    self.baseline_seconds |= dict(line["healthy"])
                elif "variant" in line:
                    variant = VariantResult.model_validate(line["variant"])
                    self.variants[variant.id] = variant
                else:
                    result = FaultResult.model_validate(line["trial"])
                    self.results[result.id] = result
            except (ValidationError, KeyError, TypeError):
                continue

    def _read_lines(self) -> list[Any]:
        """Return the JSON values of the lines of the file; skip other lines; empty if there is no file."""
        try:
            text = self._file.read_text(encoding="utf-8")
        except OSError:
            return []
        return [value for line in text.splitlines() if (value := _parse_line(line)) is not None]


def fingerprint(folders: Iterable[Path]) -> str:
    """Return a hash of the names and contents of all source files in these folders."""
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.rglob("*.*")):
            if file.suffix in READ_SUFFIXES and file.is_file():
                digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _parse_line(line: str) -> Any:
    """Return the JSON value of a line; None if the line is not JSON, for example half written."""
    try:
        return json.loads(line)
    except ValueError:
        return None
