"""Compares the live exchanges of a test with its cassette, for `tuningfork drift`.

Values are not compared, because ids, times, tokens and the texts of a run are expected to differ: only the
status, the names of headers, the media type, the properties with their types, and the values of documented
enums are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby
from typing import Any

from tuningfork.json_text import read_json
from tuningfork.model import Exchange, Finding, Level
from tuningfork.report.checked_exchange import CheckedExchange

IGNORED_HEADERS = frozenset(
    {
        "age", "connection", "content-encoding", "content-length", "date", "etag", "expires", "keep-alive",
        "last-modified", "location", "server", "set-cookie", "transfer-encoding", "vary", "via",
    }
)  # fmt: skip
"""Headers that come and go with the connection, the proxies and the state of the target."""
_NUMBER = re.compile(r"(?<=/)[0-9]+(?=/|\Z)")


class Tier(StrEnum):
    """How serious a difference is, the most serious one first."""

    CLAIM = "claim"
    DOCUMENT = "document"
    DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True)
class Comparable:
    """An exchange with its bodies, and the findings about it."""

    exchange: Exchange
    checked: CheckedExchange

    @property
    def key(self) -> str:
        """Method and operation; an undocumented path without its numbers."""
        if self.checked.operation is not None:
            return self.checked.operation
        return f"{self.exchange.request.method} {_NUMBER.sub('*', self.exchange.request.path)}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between a live exchange and its recording.

    Args:
        tier: how serious it is.
        operation: "GET /tracks".
        text: what differs, as a sentence.
        claim: the broken claim; empty in the other tiers.
        level: of the claim; None in the other tiers.
        number: the position of the live exchange in its test, from 1; 0 if it was not sent.
    """

    tier: Tier
    operation: str
    text: str
    claim: str = ""
    level: Level | None = None
    number: int = 0


@dataclass(slots=True)
class Shape:
    """The structure of a JSON value: what is at each pointer, with `*` for the items of a list."""

    types: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    enums: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


class Comparison:
    """Compares exchanges with the same contract.

    Args:
        levels: the level of each claim.
        enum_names: the names of the properties that have an enum in the document.
    """

    def __init__(self, levels: Mapping[str, Level], enum_names: frozenset[str]) -> None:
        self._levels, self._enum_names = levels, enum_names

    def compare(self, recorded: Sequence[Comparable], live: Sequence[Comparable]) -> Iterator[Difference]:
        """Yield the differences of a test; of repeated requests, as many are compared as both have."""
        old, new = _groups(recorded), _groups(live)
        matcher = SequenceMatcher(None, [key for key, _ in old], [key for key, _ in new], autojunk=False)
        for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
            if tag == "equal":
                for (key, before), (_, after) in zip(
                    old[old_start:old_end], new[new_start:new_end], strict=True
                ):
                    for (_, one), (number, other) in zip(before, after, strict=False):
                        yield from self._compare(key, number, one, other)
                continue
            for key, _ in old[old_start:old_end]:
                yield Difference(Tier.DIFFERENCE, key, "the recorded request was not sent")
            for key, group in new[new_start:new_end]:
                yield Difference(Tier.DIFFERENCE, key, "the request was not recorded", number=group[0][0])

    def _compare(self, key: str, number: int, old: Comparable, new: Comparable) -> Iterator[Difference]:
        """Yield the differences between a recorded exchange and a live one."""
        known = {_finding_key(each) for each in (*old.checked.violations, *old.checked.notes)}
        for finding in (*new.checked.violations, *new.checked.notes):
            if _finding_key(finding) not in known:
                yield self._finding(key, number, finding)
        texts = [
            *_compare_heads(old.exchange, new.exchange),
            *self._compare_bodies(old.exchange, new.exchange),
        ]
        yield from (Difference(Tier.DIFFERENCE, key, text, number=number) for text in texts)

    def _finding(self, key: str, number: int, finding: Finding) -> Difference:
        """Return the difference of a finding that the recording does not have."""
        at = f" at {finding.pointer}" if finding.pointer else ""
        text = f"expected {finding.expected}{at}; found {finding.found}"
        if finding.claim is None:
            return Difference(Tier.DOCUMENT, key, text, number=number)
        return Difference(Tier.CLAIM, key, text, finding.claim, self._levels[finding.claim], number)

    def _compare_bodies(self, old: Exchange, new: Exchange) -> Iterator[str]:
        """Yield the properties that come and go, and those with other types or values of an enum."""
        before, after = self._shape(old.response.body), self._shape(new.response.body)
        for pointer in sorted(before.types.keys() | after.types.keys()):
            parent = pointer.rpartition("/")[0]
            if pointer not in after.types and "object" in after.types.get(parent, ()):
                yield f"{pointer} is missing"
            elif pointer not in before.types and "object" in before.types.get(parent, ()):
                yield f"{pointer} is new"
            one, other = (each.types.get(pointer, set()) - {"null"} for each in (before, after))
            if one and other and not one & other:
                yield f"{pointer} is {_listed(other)} instead of {_listed(one)}"
            one, other = (each.enums.get(pointer, set()) for each in (before, after))
            if one and other - one:
                yield f"{pointer} has the value {_listed(other - one)}"

    def _shape(self, body: bytes) -> Shape:
        """Return the shape of a body; an empty one if it is not JSON."""
        shape = Shape()
        with suppress(ValueError):
            self._add(shape, "", read_json(body))
        return shape

    def _add(self, shape: Shape, pointer: str, value: Any) -> None:
        """Add a value and what it contains."""
        shape.types[pointer].add(_type_name(value))
        if isinstance(value, dict):
            for name, each in value.items():
                self._add(shape, f"{pointer}/{'*' if name.isdigit() else name}", each)
        elif isinstance(value, list):
            for each in value:
                self._add(shape, f"{pointer}/*", each)
        elif isinstance(value, str) and pointer.rpartition("/")[2] in self._enum_names:
            shape.enums[pointer].add(value)


def enum_names(document: Any) -> Iterator[str]:
    """Yield the names of the properties that have an `enum` or `const` anywhere in a document."""
    if isinstance(document, dict):
        properties = document.get("properties")
        for name, schema in properties.items() if isinstance(properties, dict) else ():
            if isinstance(schema, dict) and schema.keys() & {"enum", "const"}:
                yield str(name)
        for each in document.values():
            yield from enum_names(each)
    elif isinstance(document, list):
        for each in document:
            yield from enum_names(each)


def _groups(exchanges: Iterable[Comparable]) -> list[tuple[str, list[tuple[int, Comparable]]]]:
    """Return the exchanges with their numbers, those of the same operation in a row together."""
    numbered = enumerate(exchanges, 1)
    return [(key, list(group)) for key, group in groupby(numbered, key=lambda each: each[1].key)]


def _finding_key(finding: Finding) -> tuple[str | None, str, str]:
    """Return what distinguishes a finding from others; the positions of items do not."""
    return finding.claim, _NUMBER.sub("*", finding.pointer), finding.expected


def _compare_heads(old: Exchange, new: Exchange) -> Iterator[str]:
    """Yield the differences of status, media type and headers."""
    before, after = old.response, new.response
    if before.status != after.status:
        yield f"the status is {after.status} instead of {before.status}"
    if before.media_type != after.media_type:
        yield f"the media type is {after.media_type or 'missing'} instead of {before.media_type or 'none'}"
    names, other_names = (set(each.headers) - IGNORED_HEADERS - {"content-type"} for each in (before, after))
    yield from (f"the header {name} is missing" for name in sorted(names - other_names))
    yield from (f"the header {name} is new" for name in sorted(other_names - names))


def _type_name(value: Any) -> str:
    """Return the JSON type of a value."""
    if value is None:
        return "null"
    names = {bool: "a boolean", str: "a string", list: "a list", dict: "object"}
    return names.get(type(value), "a number")


def _listed(names: Iterable[str]) -> str:
    """Return names as text."""
    return " or ".join(sorted(names))
