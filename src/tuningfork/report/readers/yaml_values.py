"""YAML as recorders write it: texts, lists, mappings, null and bytes, in bounded time and memory.

Values are built from the parser's events. So a tag can't make an object, what looks like a date or a number
stays the text that it is, and what an alias repeats counts as often as it is repeated.
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
PLAIN = frozenset(
    {None, "!", "!str", "!ruby/string", "!ruby/hash:VCR::Hash"}
    | {_TAG + name for name in ("str", "map", "seq", "int", "float", "bool", "null", "timestamp")}
    | {_TAG + f"python/{name}" for name in ("unicode", "str", "tuple", "list", "dict", "bytes")}
)
"""Tags whose values are what they look like, those of Python 2 among them."""
OLD = frozenset(
    _TAG + f"python/object{name}"
    for name in (":vcr.request.Request", "/apply:__builtin__.frozenset", "/apply:builtins.frozenset")
)
"""Tags of vcrpy before version 1; its own reader drops them too."""
BINARY = frozenset({"!binary", _TAG + "binary", _TAG + "python/bytes"})
NULLS = ("", "~", "null")
MAX_DEPTH = 100
COST_OF_MAPPING, COST_OF_LIST, COST_OF_ITEM = 700, 400, 90
"""Bytes of memory, roughly."""


class YamlError(ValueError):
    """What is wrong with YAML: where (a line and a column, or nothing) and what."""

    def __init__(self, what: str, mark: Any = None) -> None:
        super().__init__(what)
        self.place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def parse_yaml(text: str, memory: int) -> Any:
    """The value of the one document in a text.

    Raises:
        YamlError: it is not YAML, has a tag that makes an object, or takes more than so many bytes of memory.
    """
    try:
        return _Builder(text, memory).document()
    except yaml.YAMLError as torn:
        mark = getattr(torn, "problem_mark", None)
        raise YamlError("is torn, or not YAML; record it again", mark) from None


class _Builder:
    """Builds values, and counts what they take."""

    def __init__(self, text: str, memory: int) -> None:
        self._events: Iterator[Any] = yaml.parse(text, Loader=_PARSER)
        self._left = memory
        self._anchors: dict[str, tuple[Any, int]] = {}

    def document(self) -> Any:
        """The value of the document; None of an empty one."""
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
        if depth > MAX_DEPTH:
            raise YamlError("is nested too deeply; record it again", event.start_mark)
        if isinstance(event, events.AliasEvent):
            return self._repeated(event)
        before = self._left
        if isinstance(event, events.ScalarEvent):
            value = self._scalar(event)
        elif isinstance(event, events.SequenceStartEvent):
            value = self._sequence(event, depth)
        else:
            value = self._mapping(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, before - self._left)
        return value

    def _repeated(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            raise YamlError(
                "has an alias of nothing, or of what it stands in; record it again", event.start_mark
            )
        value, cost = self._anchors[event.anchor]
        self._spend(cost + COST_OF_ITEM, event)
        return value

    def _scalar(self, event: Any) -> Any:
        value = event.value
        if event.tag in BINARY:
            try:
                value = base64.b64decode("".join(value.split()), validate=True)
            except (binascii.Error, ValueError):
                what = "has binary data that is not valid base64; record it again"
                raise YamlError(what, event.start_mark) from None
        else:
            self._need_plain(event)
            if event.implicit[0] and value in NULLS:
                value = None
        self._spend(sys.getsizeof(value) + COST_OF_ITEM, event)
        return value

    def _sequence(self, event: Any, depth: int) -> list[Any]:
        self._need_plain(event)
        self._spend(COST_OF_LIST, event)
        items = []
        while not isinstance(inner := next(self._events), events.SequenceEndEvent):
            items.append(self._value(inner, depth + 1))
        return items

    def _mapping(self, event: Any, depth: int) -> dict[str, Any]:
        self._need_plain(event)
        self._spend(COST_OF_MAPPING, event)
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

    def _need_plain(self, event: Any) -> None:
        if event.tag not in PLAIN and event.tag not in OLD:
            shown = event.tag.removeprefix(_TAG)[:60]
            raise YamlError(f"has the tag {shown!r}, which is not read; record it again", event.start_mark)

    def _spend(self, cost: int, event: Any) -> None:
        self._left -= cost
        if self._left < 0:
            raise YamlError("would take too much memory to read; give a smaller recording", event.start_mark)
