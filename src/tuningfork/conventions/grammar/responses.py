"""Responses that an API may choose from: refusals, and words such as `clamped`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from tuningfork.conventions.grammar.scalars import TEXT_SCHEMA
from tuningfork.conventions.grammar.statuses import ONE_STATUS_SCHEMA, STATUS_SCHEMA, Statuses, parse_statuses
from tuningfork.json_text import to_json


@dataclass(frozen=True, slots=True)
class Refusal:
    """The response to a request that the API refuses.

    Args:
        statuses: the allowed statuses.
        codes: the allowed error codes, read where `errors.code` says; empty if none is declared.
    """

    statuses: Statuses
    codes: tuple[str, ...] = ()

    def or_(self, other: Refusal | None) -> Refusal:
        """Return this refusal or another one: each of their statuses and codes is allowed."""
        if other is None:
            return self
        patterns = dict.fromkeys([*self.statuses.patterns, *other.statuses.patterns])
        codes = (*self.codes, *other.codes) if self.codes and other.codes else ()
        return Refusal(Statuses(tuple(patterns)), codes)

    def __str__(self) -> str:
        codes = " or ".join(map(to_json, self.codes))
        return f"{self.statuses} with the code {codes}" if codes else str(self.statuses)


@dataclass(frozen=True, slots=True)
class AllowedResponses:
    """Several responses of which each is allowed.

    Args:
        words: those that a word of the grammar describes, such as "clamped".
        refusals: those that refuse the request.
    """

    words: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    def __str__(self) -> str:
        return " or ".join([*self.words, *map(str, self.refusals)])

    @property
    def refusal(self) -> Refusal | None:
        """All refusals as one; None if the request is not refused."""
        if not self.refusals:
            return None
        patterns = [pattern for refusal in self.refusals for pattern in refusal.statuses.patterns]
        codes = [code for refusal in self.refusals for code in refusal.codes]
        return Refusal(Statuses(tuple(patterns)), tuple(codes))


def parse_refusal(value: Any) -> Refusal:
    """Return the refusal of STATUSES or `{status: STATUSES, code: CODE}`.

    Raises:
        ValueError: this is not a refusal.
    """
    if isinstance(value, Refusal):
        return value
    if not isinstance(value, Mapping):
        return Refusal(parse_statuses(value))
    unknown = [name for name in value if name not in ("status", "code")]
    if unknown or "status" not in value:
        raise ValueError("a refusal is STATUS or {status: STATUS, code: CODE}; write it so")
    codes = value.get("code")
    listed = codes if isinstance(codes, list) else [] if codes is None else [codes]
    for code in listed:
        if not isinstance(code, str | int) or isinstance(code, bool):
            raise ValueError(f"{code!r} is not a code; write a text, in quotes")
    return Refusal(parse_statuses(value["status"]), tuple(map(str, listed)))


def parse_responses(value: Any, words: Sequence[str]) -> AllowedResponses:
    """Return the allowed responses of a word, a refusal, or a list of these.

    Args:
        value: a value of the file.
        words: the allowed words; any text if empty.

    Raises:
        ValueError: this is not an allowed response.
    """
    if isinstance(value, AllowedResponses):
        return value
    found: list[str] = []
    refusals: list[Refusal] = []
    if value == []:
        raise ValueError("the list of responses is empty; write at least one")
    for each in value if isinstance(value, list) else [value]:
        is_status = not isinstance(each, str) or re.fullmatch(r"[1-5](?:XX|\d\d)", each) is not None
        if is_status and not isinstance(each, bool):
            refusals.append(parse_refusal(each))
        elif not words or each in words:
            found.append(str(each))
        else:
            raise ValueError(f"{each!r} is not allowed here; write a status or one of {', '.join(words)}")
    return AllowedResponses(tuple(found), tuple(refusals))


REFUSAL_SCHEMA = {
    "anyOf": [
        *STATUS_SCHEMA["anyOf"],
        {
            "type": "object",
            "required": ["status"],
            "properties": {"status": STATUS_SCHEMA, "code": {"type": ["string", "number", "array", "null"]}},
            "additionalProperties": False,
        },
    ]
}
RefusalValue = Annotated[Refusal, PlainValidator(parse_refusal), WithJsonSchema(REFUSAL_SCHEMA)]


def _response_schema(*words: str) -> WithJsonSchema:
    """Return the JSON Schema of a refusal, a word, or a list of these; of any text without words."""
    refusal = REFUSAL_SCHEMA["anyOf"][-1]
    each = [*ONE_STATUS_SCHEMA, refusal, {"enum": list(words)} if words else TEXT_SCHEMA]
    return WithJsonSchema({"anyOf": [*each, {"type": "array", "minItems": 1, "items": {"anyOf": each}}]})


ClampedResponses = Annotated[
    AllowedResponses,
    PlainValidator(partial(parse_responses, words=("clamped",))),
    _response_schema("clamped"),
]
DefaultResponses = Annotated[
    AllowedResponses,
    PlainValidator(partial(parse_responses, words=("default", "empty"))),
    _response_schema("default", "empty"),
]
FirstPageResponses = Annotated[
    AllowedResponses,
    PlainValidator(partial(parse_responses, words=("first-page",))),
    _response_schema("first-page"),
]
ReplayedResponses = Annotated[
    AllowedResponses,
    PlainValidator(partial(parse_responses, words=("replayed",))),
    _response_schema("replayed"),
]
VersionResponses = Annotated[
    AllowedResponses, PlainValidator(partial(parse_responses, words=())), _response_schema()
]
