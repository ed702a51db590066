"""Parses YAML as recorders write it: texts, lists, mappings, null and bytes, in bounded time and memory.

The values are built from the parser's events. So a tag can't create an object, a date or a number remains a
text, and the memory of an alias counts each time that it is used.
"""

from __future__ import annotations

import base64
import binascii
import sys
from collections.abc import Iterator
from typing import Any

import yaml
from yaml import events

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
PLAIN_TAGS = frozenset(
    {None, "!", "!str", "!ruby/string", "!ruby/hash:VCR::Hash"}
    | {_TAG + name for name in ("str", "map", "seq", "int", "float", "bool", "null", "timestamp")}
    | {_TAG + f"python/{name}" for name in ("unicode", "str", "tuple", "list", "dict", "bytes")}
)
"""Tags that do not change the value, including those of Python 2."""
OLD_TAGS = frozenset(
    _TAG + f"python/object{name}"
    for name in (":vcr.request.Request", "/apply:__builtin__.frozenset", "/apply:builtins.frozenset")
)
"""Tags of vcrpy before version 1, which its own reader ignores too."""
BINARY_TAGS = frozenset({"!binary", _TAG + "binary", _TAG + "python/bytes"})
NULLS = ("", "~", "null")
MAX_DEPTH = 100
BYTES_PER_MAPPING, BYTES_PER_LIST, BYTES_PER_ITEM = 700, 400, 90
"""Estimated memory."""


class YamlError(ValueError):
    """Malformed YAML; `location` is such as ", line 3, column 5", or empty if it is unknown.

    Args:
        problem: the message, which follows the name of the file, such as "is nested too deeply".
        mark: where the parser found the problem; None if that is unknown.
    """

    def __init__(self, problem: str, mark: Any = None) -> None:
        super().__init__(problem)
        self.location = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def parse_yaml(text: str, memory: int) -> Any:
    """Return the value of the only document in a text.

    Raises:
        YamlError: the text is not YAML, has a tag that creates an object, or needs more than `memory` bytes.
    """
    try:
        return _Builder(text, memory).document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise YamlError("is truncated or not YAML; record it again", mark) from None


class _Builder:
    """Builds values from the parser's events, and counts the memory that they need.

    Args:
        text: YAML.
        memory: the bytes that the values may need.
    """

    def __init__(self, text: str, memory: int) -> None:
        self._events: Iterator[Any] = yaml.parse(text, Loader=_PARSER)
        self._bytes_left = memory
        self._anchors: dict[str, tuple[Any, int]] = {}
        """The value of each anchor, and the bytes of memory that it needs."""

    def document(self) -> Any:
        """Return the value of the document, or None if it is empty."""
        next(self._events)
        if isinstance(next(self._events), events.StreamEndEvent):
            return None
        value = self._value(next(self._events), 0)
        next(self._events)
        following = next(self._events)
        if not isinstance(following, events.StreamEndEvent):
            raise YamlError("has several documents; give one file each", following.start_mark)
        return value

    def _value(self, event: Any, depth: int) -> Any:
        """Return the value that starts with `event`; `depth` counts the enclosing lists and mappings."""
        if depth > MAX_DEPTH:
            raise YamlError("is nested too deeply; record it again", event.start_mark)
        if isinstance(event, events.AliasEvent):
            return self._alias(event)
        before = self._bytes_left
        if isinstance(event, events.ScalarEvent):
            value = self._scalar(event)
        elif isinstance(event, events.SequenceStartEvent):
            value = self._sequence(event, depth)
        else:
            value = self._mapping(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, before - self._bytes_left)
        return value

    def _alias(self, event: Any) -> Any:
        """Return the value of the anchor that an alias names, and count its memory again."""
        if event.anchor not in self._anchors:
            raise YamlError(
                "has an alias of an unknown or enclosing value; record it again",
                event.start_mark,
            )
        value, cost = self._anchors[event.anchor]
        self._use_memory(cost + BYTES_PER_ITEM, event)
        return value

    def _scalar(self, event: Any) -> Any:
        """Return a scalar as text; as bytes for a binary tag; None for an unquoted null."""
        value = event.value
        if event.tag in BINARY_TAGS:
            try:
                value = base64.b64decode("".join(value.split()), validate=True)
            except (binascii.Error, ValueError):
                problem = "has binary data that is not valid base64; record it again"
                raise YamlError(problem, event.start_mark) from None
        else:
            self._require_plain(event)
            if event.implicit[0] and value in NULLS:
                value = None
        self._use_memory(sys.getsizeof(value) + BYTES_PER_ITEM, event)
        return value

    def _sequence(self, event: Any, depth: int) -> list[Any]:
        """Return a list of the values up to the end of the sequence."""
        self._require_plain(event)
        self._use_memory(BYTES_PER_LIST, event)
        items = []
        while not isinstance(inner := next(self._events), events.SequenceEndEvent):
            items.append(self._value(inner, depth + 1))
        return items

    def _mapping(self, event: Any, depth: int) -> dict[str, Any]:
        """Return a dict of the pairs up to the end of the mapping, with the mappings of `<<` merged in."""
        self._require_plain(event)
        self._use_memory(BYTES_PER_MAPPING, event)
        mapping: dict[str, Any] = {}
        merged: list[Any] = []
        while not isinstance(inner := next(self._events), events.MappingEndEvent):
            key = self._value(inner, depth + 1)
            if isinstance(key, list | dict | bytes):
                raise YamlError("has a key that is not a text; record it again", inner.start_mark)
            name = "" if key is None else sys.intern(key)
            if name in mapping:
                raise YamlError(f"has the key {name[:40]!r} twice; record it again", inner.start_mark)
            value = self._value(next(self._events), depth + 1)
            if name == "<<":
                merged += value if isinstance(value, list) else [value]
            else:
                mapping[name] = value
        for other in merged:
            mapping = {**other, **mapping} if isinstance(other, dict) else mapping
        return mapping

    def _require_plain(self, event: Any) -> None:
        """Raise YamlError if a value has a tag that is neither plain nor of an old vcrpy."""
        if event.tag not in PLAIN_TAGS and event.tag not in OLD_TAGS:
            shown = event.tag.removeprefix(_TAG)[:60]
            raise YamlError(
                f"has the tag {shown!r}, which is not supported; record it again", event.start_mark
            )

    def _use_memory(self, memory: int, event: Any) -> None:
        """Subtract bytes from the memory that is left; raise YamlError if none is left."""
        self._bytes_left -= memory
        if self._bytes_left < 0:
            raise YamlError("needs too much memory to read; give a smaller recording", event.start_mark)
