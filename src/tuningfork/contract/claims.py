"""claims.toml: what an API's documentation promises, one table a claim."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tuningfork.contract.errors import ContractError, Problem
from tuningfork.contract.loaders import read_toml
from tuningfork.model import Claim, Level

FILE = "claims.toml"
REQUIRED = ("id", "level", "section", "source", "promise")
FIELDS = (*REQUIRED, "needs", "note")
LEVELS = tuple(level.value for level in Level)
EXAMPLES = "user, user2, login, write, given:NAME, control:clock"
NEED = re.compile(r"user|user2|login|write|given:[a-z0-9_]+|control:(clock|outage|quota|disable|reset)")


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """The claims that could be read, what is said of the API beside them, and what is wrong with the file."""

    claims: tuple[Claim, ...]
    problems: tuple[Problem, ...]
    title: str = ""
    documentation: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)


def load_claims(path: Path) -> list[Claim]:
    """The claims of a claims.toml, in its order; see load_claim_file."""
    return list(load_claim_file(path).claims)


def load_claim_file(path: Path) -> ClaimFile:
    """A claims.toml without a problem.

    Raises:
        ContractError: the file, or any claim in it, is broken.
    """
    read = read_claims(path)
    if read.problems:
        raise ContractError(str(read.problems[0]))
    return read


def read_claims(path: Path) -> ClaimFile:
    """The claims of a claims.toml with every problem of it.

    Raises:
        ContractError: the file is no TOML or can't be read.
    """
    tables = read_toml(path)
    api = tables.get("api", path.parent.name)
    entries = tables.get("claims")
    if not isinstance(entries, list) or not entries:
        return ClaimFile((), (Problem(str(path), "claims", "there is no [[claims]] table; add one a claim"),))
    lines = _lines(path)
    claims: dict[str, Claim] = {}
    problems = list(_of_file(path, api))
    for number, entry in enumerate(entries):
        place = lines[number] if number < len(lines) else f"claims[{number}]"
        defects = list(_of_entry(entry, set(claims), tables.get("sources")))
        problems += [Problem(str(path), place, defect) for defect in defects]
        if not defects:
            claim = _claim(entry, api)
            claims[claim.id] = claim
    return ClaimFile(
        tuple(claims.values()),
        tuple(problems),
        str(tables.get("title", api)),
        str(tables.get("documentation", "")),
        tables["sources"] if isinstance(tables.get("sources"), dict) else {},
    )


def _of_file(path: Path, api: object) -> Iterator[Problem]:
    if api != path.parent.name:
        yield Problem(
            str(path), "api", f"it reads {api!r} in the folder of {path.parent.name!r}; make them agree"
        )


def _of_entry(entry: Any, known: set[str], sources: Any) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield "a claim must be a table; write it as [[claims]]"
        return
    name = entry.get("id") or "the claim"
    for key in REQUIRED:
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            yield f"{name} has no {key}; give it one as a text"
    for key in entry:
        if key not in FIELDS:
            yield f"{name} has an unknown field {key!r}; use one of {', '.join(FIELDS)}"
    if entry.get("id") in known:
        yield f"{name} is there twice; an id belongs to one claim for ever, so give this one another"
    yield from _of_level(name, entry)
    yield from _of_source(name, entry.get("source"), sources)
    yield from _of_needs(name, entry.get("needs", []))


def _of_level(name: str, entry: dict[str, Any]) -> Iterator[str]:
    level, source = entry.get("level"), entry.get("source")
    if isinstance(level, str) and level and level not in LEVELS:
        yield f"{name} has the level {level!r}; use one of {', '.join(LEVELS)}"
    if level == Level.MUST and isinstance(source, str) and re.match(r"A\b", source):
        yield f"{name} is assumed (source A) and a MUST; make it a SHOULD or name a document that says it"


def _of_source(name: str, source: Any, sources: Any) -> Iterator[str]:
    if not isinstance(source, str) or not isinstance(sources, dict):
        return
    key = source.partition(" ")[0].rstrip(",")
    if key and key not in sources:
        yield f"{name} has a source {key!r} that [sources] does not describe; use one of {', '.join(sources)}"


def _of_needs(name: str, needs: Any) -> Iterator[str]:
    if not isinstance(needs, list):
        yield f'{name} has needs that are no list; write needs = ["user", …]'
        return
    for need in needs:
        if not isinstance(need, str) or not NEED.fullmatch(need):
            yield f"{name} needs {need!r}, which is unknown; use one like {EXAMPLES}"


def _claim(entry: dict[str, Any], api: str) -> Claim:
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


def _lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8-sig").splitlines()
    return [
        f"line {number}" for number, line in enumerate(text, 1) if re.match(r"\s*\[\[\s*claims\s*\]\]", line)
    ]
