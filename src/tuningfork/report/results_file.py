"""Reads results.json, from this machine or another, and refuses what is not the results of a run."""

from __future__ import annotations

import stat
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tuningfork.redaction import printable_line
from tuningfork.report.results import FILE, SCHEMA, Results

MAX_FILE_BYTES = 256 * 2**20
MAX_SCHEMA_CHARS = 60
FOREIGN = f"has the schema of another format, not {SCHEMA}"


class ResultsError(ValueError):
    """A results.json that can't be used; the message is one sentence with the name of the file."""


def read(path: Path) -> Results:
    """Return the results of a complete run.

    Args:
        path: a results.json, or the folder that has it.

    Raises:
        ResultsError: the file is missing, truncated, too large, of another format or version, or of an
            incomplete run.
    """
    results = read_any(path)
    if not results.run.complete:
        raise ResultsError(f"{path}: is of a run that did not complete; run it again")
    return results


def read_any(path: Path) -> Results:
    """Return the results of a run, also of one that did not complete.

    Args:
        path: a results.json, or the folder that has it.

    Raises:
        ResultsError: the file is missing, truncated, too large, or of another format or version.
    """
    file = path / FILE if path.is_dir() else path
    try:
        results = Results.model_validate_json(_read_bytes(file))
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False)
        raise ResultsError(f"{file}: {_describe(errors)}; run again") from None
    if "schema_" not in results.model_fields_set:
        raise ResultsError(f"{file}: {FOREIGN}; run again")
    return results


def _read_bytes(file: Path) -> bytes:
    """Return the content of a regular file that is not too large."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # opening a pipe could wait forever
            raise ResultsError(f"{file}: is not a file; name the {FILE} of a run or its folder")
        with file.open("rb") as stream:
            content = stream.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, ResultsError):
            raise
        reason = error.strerror if isinstance(error, OSError) else error
        raise ResultsError(f"{file}: can't be read ({reason}); name the {FILE} of a run") from None
    if len(content) > MAX_FILE_BYTES:
        raise ResultsError(f"{file}: is larger than {MAX_FILE_BYTES >> 20} MiB; name the {FILE} of a run")
    return content


def _describe(errors: list[ErrorDetails]) -> str:
    """Return why a text is not the results of a run, in a few words."""
    first = errors[0]
    if first["type"] == "json_invalid":
        return f"is truncated or not JSON ({first['msg'].removeprefix('Invalid JSON: ')})"
    of_schema = next((error for error in errors if error["loc"] in ((), ("schema",))), None)
    if of_schema is not None and of_schema["type"] != "value_error":
        schema = of_schema["input"]
        is_name = isinstance(schema, str) and schema
        return (
            f"has the schema {printable_line(schema, MAX_SCHEMA_CHARS)}, not {SCHEMA}" if is_name else FOREIGN
        )
    if first["type"] == "missing" and len(first["loc"]) == 1:
        return f"is not the {FILE} of a run: it has no {first['loc'][0]}"
    location = ".".join(map(str, first["loc"])) or "the file"
    return f"{printable_line(location, MAX_SCHEMA_CHARS)}: {first['msg'].lower()}"
