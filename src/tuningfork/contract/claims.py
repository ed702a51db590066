"""Reads and checks claims.toml: the documented requirements of an API, one table for each claim."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tuningfork.contract.errors import ContractError, LintError
from tuningfork.contract.loaders import read_toml
from tuningfork.model import Claim, Level

FILE = "claims.toml"
REQUIRED_KEYS = ("id", "level", "section", "source", "promise")
KEYS = (*REQUIRED_KEYS, "needs", "note")
LEVELS = tuple(level.value for level in Level)
NEED_EXAMPLES = "user, user2, login, write, given:NAME, control:clock"
NEED = re.compile(r"user|user2|login|write|given:[a-z0-9_]+|control:(clock|outage|quota|disable|reset)")


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """The content of a claims.toml.

    Args:
        claims: the claims without an error, in the order of the file.
        errors: what is wrong with the file and its claims.
        title: the name of the API for people.
        documentation: the URL of the API's documentation.
        sources: descriptions of the documents that the claims cite, by their letter.
    """

    claims: tuple[Claim, ...]
    errors: tuple[LintError, ...]
    title: str = ""
    documentation: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)


def load_claims(path: Path) -> list[Claim]:
    """Return the claims of a claims.toml in the order of the file; errors as in `load_claim_file`."""
    return list(load_claim_file(path).claims)


def load_claim_file(path: Path) -> ClaimFile:
    """Return the content of a claims.toml that has no error.

    Raises:
        ContractError: the file cannot be read, or it or one of its claims has an error.
    """
    claim_file = read_claims(path)
    if claim_file.errors:
        raise ContractError(str(claim_file.errors[0]))
    return claim_file


def read_claims(path: Path) -> ClaimFile:
    """Return the content of a claims.toml together with all its errors.

    Raises:
        ContractError: the file cannot be read or is not valid TOML.
    """
    tables = read_toml(path)
    api = tables.get("api", path.parent.name)
    entries = tables.get("claims")
    if not isinstance(entries, list) or not entries:
        missing = LintError(str(path), "claims", "there is no [[claims]] table; add one for each claim")
        return ClaimFile((), (missing,))
    lines = _claim_lines(path)
    claims: dict[str, Claim] = {}
    errors = list(_api_errors(path, api))
    for number, entry in enumerate(entries):
        location = lines[number] if number < len(lines) else f"claims[{number}]"
        messages = list(_claim_errors(entry, set(claims), tables.get("sources")))
        errors += [LintError(str(path), location, message) for message in messages]
        if not messages:
            claim = _make_claim(entry, api)
            claims[claim.id] = claim
    return ClaimFile(
        tuple(claims.values()),
        tuple(errors),
        str(tables.get("title", api)),
        str(tables.get("documentation", "")),
        tables["sources"] if isinstance(tables.get("sources"), dict) else {},
    )


def _api_errors(path: Path, api: object) -> Iterator[LintError]:
    """Yield an error message if the `api` of a claims.toml is not the name of its folder."""
    if api != path.parent.name:
        message = f"the API is {api!r}, but the folder is {path.parent.name!r}; use the same name"
        if not isinstance(api, str):
            message = f'this is not a text; write api = "{path.parent.name}", the name of the folder'
        yield LintError(str(path), "api", message)


def _claim_errors(entry: Any, earlier_ids: set[str], sources: Any) -> Iterator[str]:
    """Yield the errors of one [[claims]] entry; `sources` is the value of [sources], None if missing."""
    if not isinstance(entry, dict):
        yield "a claim must be a table; write it as [[claims]]"
        return
    name = entry.get("id") or "the claim"
    for key in REQUIRED_KEYS:
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            yield f'{name} has no {key}; add {key} = "…"'
    for key in entry:
        if key not in KEYS:
            yield f"{name} has an unknown key {key!r}; use one of {', '.join(KEYS)}"
    if entry.get("id") in earlier_ids:
        yield f"{name} is the id of an earlier claim; ids are unique and never reused, so choose another id"
    if not isinstance(entry.get("note", ""), str):
        yield f'{name}: note is not a text; write note = "…"'
    yield from _level_errors(name, entry)
    yield from _source_errors(name, entry.get("source"), sources)
    yield from _needs_errors(name, entry.get("needs", []))


def _level_errors(name: str, entry: dict[str, Any]) -> Iterator[str]:
    """Yield an error if the level is unknown, or if a claim with source A (an assumption) is a MUST."""
    level, source = entry.get("level"), entry.get("source")
    if isinstance(level, str) and level and level not in LEVELS:
        yield f"{name} has the level {level!r}; use one of {', '.join(LEVELS)}"
    if level == Level.MUST and isinstance(source, str) and re.match(r"A\b", source):
        yield f"{name} is an assumption (source A) and a MUST; make it a SHOULD or cite a document"


def _source_errors(name: str, source: Any, sources: Any) -> Iterator[str]:
    """Yield an error if [sources] lacks the letter of a claim's source; without [sources], yield nothing."""
    if not isinstance(source, str) or not isinstance(sources, dict):
        return
    key = source.partition(" ")[0].rstrip(",")
    if key and key not in sources:
        yield f"{name} has the source {key!r}, which is not in [sources]; use one of {', '.join(sources)}"


def _needs_errors(name: str, needs: Any) -> Iterator[str]:
    """Yield an error for each unknown need of a claim, or one if `needs` is not a list."""
    if not isinstance(needs, list):
        yield f'{name}: needs is not a list; write needs = ["user", …]'
        return
    for need in needs:
        if not isinstance(need, str) or not NEED.fullmatch(need):
            yield f"{name} needs {need!r}, which is unknown; use {NEED_EXAMPLES}"


def _make_claim(entry: dict[str, Any], api: str) -> Claim:
    """Return the claim that a [[claims]] entry without errors describes."""
    return Claim(
        id=entry["id"],
        api=api,
        section=entry["section"],
        level=Level(entry["level"]),
        source=entry["source"],
        promise=entry["promise"],
        needs=tuple(entry.get("needs", ())),
        note=entry.get("note", ""),
    )


def _claim_lines(path: Path) -> list[str]:
    """Return the line of each [[claims]] header, as "line N"."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return [
        f"line {number}" for number, line in enumerate(lines, 1) if re.match(r"\s*\[\[\s*claims\s*\]\]", line)
    ]
