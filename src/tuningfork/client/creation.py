"""What an operation of an API makes, and how that is found again and told from what others have made."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, quote

from tuningfork.model import Request, Response

PART_NAME = re.compile(rb'[;\s]name="([^"]*)"', re.IGNORECASE)
FILE = re.compile(rb"[;\s]filename\*?=", re.IGNORECASE)


def whole_body(body: Any) -> Any:
    """The body itself is the item."""
    return body


@dataclass(frozen=True, slots=True)
class Creation:
    """An operation that makes an item.

    Args:
        operation: method and path of the document, such as "POST /tracks".
        needs: what every request that makes something has in its query or body: the names of the required
            properties, each as a pattern.
        item: the path that GET reads and DELETE removes, such as "/tracks/{id}", or "{path}/{id}" below the
            path of the request; empty for what can't be removed.
        listing: the path of the user's own items; `{me}` is the user's id, `{path}` the path of the request.
        markers: members of the item and of the request that hold the text by which it is known.
        shown: gives the item in the JSON of an answer.
        time: the member of the item that tells when it was made; empty if it has none.
    """

    operation: str
    required_patterns: tuple[str, ...] = ()
    item_path: str = ""
    list_path: str = ""
    marker_properties: tuple[str, ...] = ()
    extract_item: Callable[[Any], Any] = whole_body
    created_at_property: str = ""

    def matches(self, method: str, path: str) -> bool:
        """Whether a request, by its path below the base URL, is of this operation."""
        return method == self.operation.partition(" ")[0] and _matches(self.operation, path)

    def lacks_required(self, text: str) -> bool:
        """Whether a request whose query and body read like this lacks a required property."""
        return any(re.search(need, text) is None for need in self.required_patterns)

    def find_item(self, response: Response) -> Mapping[str, Any] | None:
        """The item that an answer shows; None if it shows none with an id."""
        try:
            found = self.extract_item(response.json())
        except (ValueError, KeyError, TypeError, IndexError):
            return None
        named = isinstance(found, dict) and isinstance(found.get("id"), int | str) and found["id"] != ""
        return found if named else None

    def list_path_for(self, sent_to: str) -> str:
        """The path of the list that shows what a request to a path has made; `{me}` stays in it."""
        return self.list_path.replace("{path}", sent_to)

    def item_path_for(self, item: Mapping[str, Any], sent_to: str) -> str:
        """The path of an item that was made by a request to another path."""
        return self.item_path.replace("{path}", sent_to).replace("{id}", quote(str(item["id"]), safe=""))


@dataclass(frozen=True, slots=True)
class Relation:
    """An operation that relates the user to what exists: a like, a following. It has no text of its own.

    Args:
        operation: method and path of the document, such as "POST /likes/tracks/{track_id}".
        undo: the path whose DELETE takes it back, with `{id}` in it.
        listing: the path of the list of all that the user is related to in this way.
        parameter: the parameter that holds the id; empty if the path holds it.
    """

    operation: str
    delete_path: str
    list_path: str
    id_parameter: str = ""

    def delete_path_for(self, request: Request, path: str) -> str | None:
        """The path that takes back what a request does; None if it is not of this operation."""
        return self._undo(request, path, self.operation.partition(" ")[0], self.operation)

    def deleted_path(self, request: Request, path: str) -> str | None:
        """The path that a DELETE of such a relation names; None if the request is none."""
        return self._undo(request, path, "DELETE", f"DELETE {self.delete_path.partition('?')[0]}")

    def _undo(self, request: Request, path: str, method: str, operation: str) -> str | None:
        if request.method != method or not _matches(operation, path):
            return None
        if not self.id_parameter:
            found = _pattern(operation).fullmatch(path)
            return None if found is None else self.delete_path.replace("{id}", found[1])
        named = marker_texts(request, (self.id_parameter,))
        is_id = bool(named) and re.fullmatch(r"[\w-]+", named[-1], re.ASCII)
        return self.delete_path.replace("{id}", named[-1]) if is_id else None


def marker_texts(request: Request, names: tuple[str, ...]) -> tuple[str, ...]:
    """The texts that a request gives to members of these names, in its query, its form or its JSON.

    `title` stands for `track[title]` too.
    """
    found = [(name, value) for name, value in (*request.query, *_members(request)) if isinstance(value, str)]
    wanted = tuple(f"[{name}]" for name in names)
    return tuple(value for name, value in found if name in names or name.endswith(wanted))


def _members(request: Request) -> Iterator[tuple[str, Any]]:
    kind, body = request.headers.get("content-type", "").lower(), request.body
    if not body:
        return
    if kind.startswith("multipart/"):
        yield from _parts(body)
    elif "json" in kind or body.lstrip()[:1] in (b"{", b"["):
        try:
            yield from _json_members(json.loads(body))
        except (ValueError, RecursionError):
            return
    else:
        yield from parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)


def _json_members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((name, str(one) if _is_number(one) else one) for name, one in value.items())
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _json_members(one)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _parts(body: bytes) -> Iterator[tuple[str, str]]:
    boundary = body.partition(b"\r\n")[0]
    for part in body.split(boundary)[1:] if boundary else ():
        head, _, content = part.partition(b"\r\n\r\n")
        name = PART_NAME.search(head)
        if name and not FILE.search(head):
            yield name[1].decode("utf-8", "replace"), content.removesuffix(b"\r\n").decode("utf-8", "replace")


def _matches(operation: str, path: str) -> bool:
    return _pattern(operation).fullmatch(path) is not None


@cache
def _pattern(operation: str) -> re.Pattern[str]:
    """A path of the operation; a slash at the end and a format behind a dot make no other operation."""
    parts = re.split(r"(\{\w+\})", operation.partition(" ")[2])
    inner = "".join("([^/]+?)" if part.startswith("{") else re.escape(part) for part in parts)
    return re.compile(rf"{inner}(?:\.json)?/?")
