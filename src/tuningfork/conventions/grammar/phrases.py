"""Texts and codes that responses have for their status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from tuningfork.conventions.grammar.locations import parse_pointer
from tuningfork.conventions.grammar.statuses import parse_status


@dataclass(frozen=True, slots=True)
class Phrases:
    """The texts that responses have for their status.

    Args:
        at: where a response has the text.
        texts: the text by status.
        allows_more: whether a response may have another text, unless it is that of another status.
    """

    at: str
    texts: Mapping[str, str]
    allows_more: bool = False

    def __str__(self) -> str:
        texts = ", ".join(f"{text!r} with {status}" for status, text in self.texts.items())
        return f"{texts} at {self.at}{', or more about the same' if self.allows_more else ''}"

    def text(self, status: int) -> str | None:
        """Return the text for a status; None if none is declared."""
        return self.texts.get(str(status))


def parse_phrases(value: Any) -> Phrases:
    """Return the texts of `{at: POINTER, STATUS: TEXT}`, to which `more: allowed` may be added.

    Raises:
        ValueError: a key is neither `at`, `more` nor a status, or `at` is missing.
    """
    if isinstance(value, Phrases):
        return value
    if not isinstance(value, Mapping) or "at" not in value:
        raise ValueError(f"{value!r} are not phrases; write {{at: POINTER, STATUS: TEXT}}")
    more = value.get("more")
    if more not in (None, "allowed"):
        raise ValueError(f"more is {more!r}; write `more: allowed`, or remove it")
    texts = {parse_status(name): str(text) for name, text in value.items() if name not in ("at", "more")}
    return Phrases(parse_pointer(value["at"]), texts, more is not None)


def parse_codes(value: Any) -> dict[str, tuple[str, ...]]:
    """Return the codes of each status of `{STATUS: CODE | [CODE]}`.

    Raises:
        ValueError: a key is not a status.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"{value!r} are not codes; write {{STATUS: [CODE]}}")
    listed = {
        parse_status(name): each if isinstance(each, list | tuple) else [each] for name, each in value.items()
    }
    return {status: tuple(map(str, codes)) for status, codes in listed.items()}


PhrasesValue = Annotated[
    Phrases, PlainValidator(parse_phrases), WithJsonSchema({"type": "object", "required": ["at"]})
]
CodesValue = Annotated[
    dict[str, tuple[str, ...]], PlainValidator(parse_codes), WithJsonSchema({"type": "object"})
]
