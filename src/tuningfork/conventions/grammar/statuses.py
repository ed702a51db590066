"""Sets of HTTP statuses: 404, 4XX, 411-417 or a list of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

STATUS_RANGE = re.compile(r"[1-5]XX")
STATUS_SPAN = re.compile(r"([1-5]\d\d)-([1-5]\d\d)")
ONE_STATUS_SCHEMA: list[dict[str, Any]] = [
    {"type": "integer", "minimum": 100, "maximum": 599},
    {"type": "string", "pattern": "^[1-5](XX|[0-9][0-9](-[1-5][0-9][0-9])?)$"},
]
STATUS_SCHEMA: dict[str, Any] = {
    "anyOf": [*ONE_STATUS_SCHEMA, {"type": "array", "minItems": 1, "items": {"anyOf": ONE_STATUS_SCHEMA}}]
}


@dataclass(frozen=True, slots=True)
class Statuses:
    """A set of HTTP statuses.

    Args:
        patterns: each a status such as "404" or a range such as "4XX".
    """

    patterns: tuple[str, ...]

    def __contains__(self, status: int) -> bool:
        return any(pattern in (str(status), f"{status // 100}XX") for pattern in self.patterns)

    def __str__(self) -> str:
        return " or ".join(self.patterns)

    @property
    def first(self) -> int:
        """The first status; of a range its lowest one."""
        return int(self.patterns[0].replace("XX", "00"))


def parse_statuses(value: Any) -> Statuses:
    """Return the statuses of 404, "4XX", "411-417" or a list of them.

    Raises:
        ValueError: this is not a status.
    """
    if isinstance(value, Statuses):
        return value
    values = value if isinstance(value, list) else [value]
    if not values:
        raise ValueError("the list of statuses is empty; write at least one, such as 404")
    return Statuses(tuple(dict.fromkeys(status for each in values for status in _span(each))))


def _span(value: Any) -> list[str]:
    """Return the statuses from the first to the last of "411-417"; those of any other value as they are."""
    span = STATUS_SPAN.fullmatch(str(value))
    if span is None:
        return [parse_status(value)]
    return [str(status) for status in range(int(span[1]), int(span[2]) + 1)] or [parse_status(value)]


def parse_status(value: Any) -> str:
    """Return the pattern of one status; ValueError if it is not valid."""
    text = str(value)
    is_status = re.fullmatch(r"[1-5]\d\d", text) is not None and not isinstance(value, bool)
    if not is_status and STATUS_RANGE.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not a status; write a number such as 404, or a range such as 4XX")
    return text


StatusSet = Annotated[Statuses, PlainValidator(parse_statuses), WithJsonSchema(STATUS_SCHEMA)]
