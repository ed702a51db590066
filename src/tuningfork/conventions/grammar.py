"""The values of conventions.yaml: statuses, refusals, locations, forms and patterns of operations."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Annotated, Any, Protocol, runtime_checkable

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema

JSON_TYPES = ("string", "integer", "number", "boolean", "object", "array", "null")
STATUS_RANGE = re.compile(r"[1-5]XX")
STATUS_SPAN = re.compile(r"([1-5]\d\d)-([1-5]\d\d)")
POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)*")
METHODS = ("*", "GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE")
OPERATION = re.compile(r"(?P<method>[A-Z]+|\*) (?P<path>/\S*)")
MAX_CACHED_PATHS = 2**14
SEGMENT_PATTERNS = {"**": "(?:[^/]+/)*[^/]*", "*": "[^/]+"}
ONE_STATUS_SCHEMA: list[dict[str, Any]] = [
    {"type": "integer", "minimum": 100, "maximum": 599},
    {"type": "string", "pattern": "^[1-5](XX|[0-9][0-9](-[1-5][0-9][0-9])?)$"},
]
STATUS_SCHEMA: dict[str, Any] = {
    "anyOf": [*ONE_STATUS_SCHEMA, {"type": "array", "minItems": 1, "items": {"anyOf": ONE_STATUS_SCHEMA}}]
}


@runtime_checkable
class NumberLike(Protocol):
    """A number with a point, which is a text until it is known whether it is a version."""

    def number(self) -> float:
        """Return the number."""


class OperationLike(Protocol):
    """What a pattern of operations reads of an operation."""

    @property
    def method(self) -> str:
        """The method in upper case."""

    @property
    def path(self) -> str:
        """The path as in the document."""

    @property
    def operation_id(self) -> str | None:
        """The operationId; None without one."""

    @property
    def tags(self) -> Sequence[str]:
        """The tags."""


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
        codes = " or ".join(map(repr, self.codes))
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


@dataclass(frozen=True, slots=True)
class ResponseLocation:
    """A location in a response.

    Args:
        pointer: a JSON pointer into the body (RFC 6901); `*` is the only array of an object.
        header: the name of a header, in place of a pointer.
    """

    pointer: str | None = None
    header: str | None = None

    def __str__(self) -> str:
        return f"the header {self.header}" if self.header is not None else (self.pointer or "the body")


@dataclass(frozen=True, slots=True)
class Form:
    """What a value must look like: one of these three.

    Args:
        types: names of JSON types.
        pattern: a regular expression that is found in a text.
        const: the only allowed value, as a tuple of one.
    """

    types: tuple[str, ...] = ()
    pattern: str | None = None
    const: tuple[Any, ...] = ()

    def __str__(self) -> str:
        if self.const:
            return f"the value {self.const[0]!r}"
        return f"a text like {self.pattern}" if self.pattern is not None else " or ".join(self.types)


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


@dataclass(frozen=True, slots=True)
class OperationPattern:
    """A pattern of operations.

    Args:
        text: `METHOD /path`, an operationId, or `tag:NAME`. In a path `*` is one segment and `**` any number;
            `*` is any method.
    """

    text: str

    def __str__(self) -> str:
        return self.text

    def matches(self, operation: OperationLike) -> bool:
        """Return whether an operation of the document is one of these."""
        if self.text.startswith("tag:"):
            return self.text.removeprefix("tag:") in operation.tags
        match = OPERATION.fullmatch(self.text)
        if match is None:
            return operation.operation_id == self.text
        if match["method"] not in ("*", operation.method):
            return False
        path = without_names(match["path"].partition("?")[0])
        return _path_pattern(path).fullmatch(without_names(operation.path)) is not None

    @property
    def method(self) -> str:
        """The method of `METHOD /path`; "*" for any other pattern."""
        match = OPERATION.fullmatch(self.text)
        return match["method"] if match else "*"

    @property
    def path(self) -> str:
        """The path of `METHOD /path`, without its query; empty for any other pattern."""
        match = OPERATION.fullmatch(self.text)
        return match["path"].partition("?")[0] if match else ""

    @property
    def query(self) -> str:
        """The query of `METHOD /path?query`; empty without one."""
        return self.text.partition("?")[2]

    @property
    def names_one(self) -> bool:
        """Whether this names one operation, by method and path or by its operationId."""
        return "*" not in self.text and not self.text.startswith("tag:")

    @property
    def is_concrete(self) -> bool:
        """Whether this names exactly one operation by method and path."""
        return OPERATION.fullmatch(self.text) is not None and "*" not in self.text


@lru_cache(maxsize=MAX_CACHED_PATHS)
def without_names(path: str) -> str:
    """Return a path template without the names of its parameters, which need not be the document's."""
    return re.sub(r"\{[^}]*\}", "{}", path)


@lru_cache(maxsize=MAX_CACHED_PATHS)
def _path_pattern(path: str) -> re.Pattern[str]:
    """Return the regular expression of a path with wildcards."""
    parts = re.split(r"(\*\*|\*)", path)
    return re.compile("".join(SEGMENT_PATTERNS.get(part) or re.escape(part) for part in parts))


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
        return [_status(value)]
    return [str(status) for status in range(int(span[1]), int(span[2]) + 1)] or [_status(value)]


def _status(value: Any) -> str:
    """Return the pattern of one status; ValueError if it is not valid."""
    text = str(value)
    is_status = re.fullmatch(r"[1-5]\d\d", text) is not None and not isinstance(value, bool)
    if not is_status and STATUS_RANGE.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not a status; write a number such as 404, or a range such as 4XX")
    return text


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


def parse_pointer(value: Any) -> str:
    """Return a JSON pointer unchanged.

    Raises:
        ValueError: this is not a JSON pointer.
    """
    if not isinstance(value, str) or POINTER.fullmatch(value) is None:
        raise ValueError(f"{value!r} is not a JSON pointer; write '' or a text that begins with /")
    return value


def parse_location(value: Any) -> ResponseLocation:
    """Return the location of a JSON pointer, `{header: NAME}` or `header NAME`.

    Raises:
        ValueError: this is not a location.
    """
    if isinstance(value, ResponseLocation):
        return value
    if isinstance(value, Mapping) and list(value) == ["header"] and isinstance(value["header"], str):
        return ResponseLocation(header=value["header"])
    if isinstance(value, str) and value.startswith("header "):
        return ResponseLocation(header=value.removeprefix("header "))
    return ResponseLocation(pointer=parse_pointer(value))


def parse_form(value: Any) -> Form:
    """Return the form of a regular expression, a JSON type, a list of types or `{const: VALUE}`.

    Raises:
        ValueError: this is not a form.
    """
    if isinstance(value, Form):
        return value
    if isinstance(value, Mapping) and list(value) == ["const"]:
        return Form(const=(value["const"],))
    if isinstance(value, list) and value and all(each in JSON_TYPES for each in map(_type_name, value)):
        return Form(types=tuple(map(_type_name, value)))
    if _type_name(value) in JSON_TYPES:
        return Form(types=(_type_name(value),))
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a form; write a type, a regular expression or {{const: VALUE}}")
    _require_no_misspelt_type(value)
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"{value!r} is not a regular expression ({error}); correct it") from None
    return Form(pattern=value)


def _require_no_misspelt_type(value: str) -> None:
    """Raise ValueError for a word that is almost the name of a JSON type, and hardly a regular expression."""
    similar = difflib.get_close_matches(value, JSON_TYPES, n=1, cutoff=0.75)
    if similar:
        raise ValueError(f"{value!r} is not a type; write {similar[0]}, or '^{value}$' for this text")


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
    texts = {_status(name): str(text) for name, text in value.items() if name not in ("at", "more")}
    return Phrases(parse_pointer(value["at"]), texts, more is not None)


def parse_codes(value: Any) -> dict[str, tuple[str, ...]]:
    """Return the codes of each status of `{STATUS: CODE | [CODE]}`.

    Raises:
        ValueError: a key is not a status.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"{value!r} are not codes; write {{STATUS: [CODE]}}")
    listed = {
        _status(name): each if isinstance(each, list | tuple) else [each] for name, each in value.items()
    }
    return {status: tuple(map(str, codes)) for status, codes in listed.items()}


def _type_name(value: Any) -> str:
    """Return the name of a JSON type; YAML reads an unquoted null as a value."""
    return "null" if value is None else str(value)


def parse_operation(value: Any) -> OperationPattern:
    """Return a pattern of operations.

    Raises:
        ValueError: this is not a pattern.
    """
    if isinstance(value, OperationPattern):
        return value
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is not an operation; write METHOD /path, an operationId or tag:NAME")
    method, space, path = value.partition(" ")
    if space and (method not in METHODS or not path.startswith("/")):
        raise ValueError(f"{value!r} is not an operation; write METHOD /path with the method in capitals")
    if value.startswith("/"):
        raise ValueError(f"{value!r} has no method; write METHOD {value}")
    return OperationPattern(value)


def as_text(value: Any) -> Any:
    """Return a number as the text that it is in the file."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def as_numbers(value: Any) -> Any:
    """Return a value in which each unquoted number with a point is a number again."""
    if isinstance(value, dict):
        return {name: as_numbers(each) for name, each in value.items()}
    if isinstance(value, list):
        return [as_numbers(each) for each in value]
    return value.number() if isinstance(value, NumberLike) else value


def as_list(value: Any) -> Any:
    """Return a single value as a list of one; None and lists unchanged."""
    return value if value is None or isinstance(value, list) else [value]


def iterate_locations(members: Mapping[str, Form]) -> Iterator[tuple[ResponseLocation, Form]]:
    """Yield the locations of declared properties with their forms."""
    for name, form in members.items():
        yield parse_location(name), form


JsonValue = Annotated[Any, BeforeValidator(as_numbers)]
TEXT_SCHEMA = {"type": ["string", "number"]}
Text = Annotated[str, BeforeValidator(as_text), WithJsonSchema(TEXT_SCHEMA)]
StatusSet = Annotated[Statuses, PlainValidator(parse_statuses), WithJsonSchema(STATUS_SCHEMA)]
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
Pointer = Annotated[
    str, PlainValidator(parse_pointer), WithJsonSchema({"type": "string", "pattern": "^(/.*)?$"})
]
LOCATION_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "pattern": "^(/.*|header .+)?$"},
        {
            "type": "object",
            "required": ["header"],
            "properties": {"header": {"type": "string"}},
            "additionalProperties": False,
        },
    ]
}
LocationValue = Annotated[ResponseLocation, PlainValidator(parse_location), WithJsonSchema(LOCATION_SCHEMA)]
FormValue = Annotated[
    Form, PlainValidator(parse_form), WithJsonSchema({"type": ["string", "array", "object", "null"]})
]
OPERATION_SCHEMA = {"type": "string", "pattern": r"^(([A-Z]+|\*) /\S*|tag:.+|[^\s/]+)$"}
OperationValue = Annotated[
    OperationPattern, PlainValidator(parse_operation), WithJsonSchema(OPERATION_SCHEMA)
]
PhrasesValue = Annotated[
    Phrases, PlainValidator(parse_phrases), WithJsonSchema({"type": "object", "required": ["at"]})
]
CodesValue = Annotated[
    dict[str, tuple[str, ...]], PlainValidator(parse_codes), WithJsonSchema({"type": "object"})
]


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
