"""Which operations of an API create items or relations, and how a run recognizes the ones it created."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from tuningfork.model import Request, Response
from tuningfork.numbers import is_number

PART_NAME = re.compile(rb'[;\s]name="([^"]*)"', re.IGNORECASE)
FILE = re.compile(rb"[;\s]filename\*?=", re.IGNORECASE)


def whole_body(body: Any) -> Any:
    """Return the body unchanged: the response body is the item."""
    return body


def last_segment(text: str) -> str:
    """Return the id in a header: the last segment of a path or a URL, or the whole text."""
    return unquote(re.split(r"[?#]", text)[0].rstrip("/").rpartition("/")[2])


def owner_of(item: Mapping[str, Any]) -> Any:
    """Return the id of the user of an item; None without one."""
    user = item.get("user")
    return user.get("id") if isinstance(user, dict) else item.get("user_id")


@dataclass(frozen=True, slots=True)
class Deletion:
    """A request that deletes an item.

    Args:
        method: the method.
        path: the path, with the query.
        body: the value of the body; None without one.
        encoding: how the body is encoded: "json" or "form".
        media_type: the media type of a JSON body; application/json if not given.
    """

    method: str
    path: str
    body: Any = None
    encoding: str = "json"
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Creation:
    """An operation that creates an item.

    Args:
        operation: documented method and path, such as "POST /tracks".
        required_patterns: patterns that the query or body of every successful request contains: the names of
            the required properties.
        item_path: the path that GET reads and DELETE deletes, such as "/tracks/{id}" or "{path}/{id}", where
            `{path}` is the path of the request; empty for an item that can't be deleted. Other parameters
            have the values that they have in the path of the request.
        list_path: the path of the list of the user's items; `{me}` is the user's id, `{path}` as above.
        marker_properties: properties of the item and of the request with the text that identifies the item.
        note_properties: other properties of the item in which a test may leave a mark.
        extract_item: returns the item from the JSON body of a response.
        created_at_property: the property with the creation time of an item; empty if items have none.
        id_header: the header with the id of a new item, or with its URL; empty if the body has the id.
        has_name: whether `{id}` in the path of the operation is a name that the client chooses for the item;
            it is the id if the response has none.
    """

    operation: str
    required_patterns: tuple[str, ...] = ()
    item_path: str = ""
    list_path: str = ""
    marker_properties: tuple[str, ...] = ()
    extract_item: Callable[[Any], Any] = whole_body
    created_at_property: str = ""
    id_header: str = ""
    has_name: bool = False
    note_properties: tuple[str, ...] = ()

    def matches(self, method: str, path: str) -> bool:
        """Return whether a request with this method and path below the base URL is of this operation."""
        return method == self.operation.partition(" ")[0] and _matches(self.operation, path)

    def lacks_required(self, text: str) -> bool:
        """Return whether a request with this query and body lacks a required property."""
        return any(re.search(pattern, text) is None for pattern in self.required_patterns)

    def find_item(self, response: Response, path: str = "") -> Mapping[str, Any] | None:
        """Return the item in a response, with its id; None if the response has no id.

        Args:
            response: the response to a request that creates or reads an item.
            path: the path of the request.
        """
        try:
            item = self.extract_item(response.json())
        except (ValueError, KeyError, TypeError, IndexError):
            item = None
        if self.id_header or self.has_name:
            item = {"id": self._id_beside_body(response, path), **(item if isinstance(item, dict) else {})}
        has_id = isinstance(item, dict) and isinstance(item.get("id"), int | str) and item["id"] != ""
        return item if has_id else None

    @property
    def parent(self) -> str | None:
        """What the items are parts of, as `name` of its creation or as a path; None if they are not parts."""
        path = self.operation.partition(" ")[2].removesuffix("{id}" if self.has_name else "")
        return path if "{" in path else None

    def texts_of(self, item: Mapping[str, Any]) -> list[str]:
        """Return the texts of an item of `listed_item` that may have a mark, its chosen name among them."""
        names = (*self.marker_properties, *self.note_properties, *(["id"] if self.has_name else []))
        return [text for name in names if isinstance(text := item.get(name), str)]

    def listed_item(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return an item of a list with its id as `id`."""
        return item

    def id_of(self, item_path: str) -> str:
        """Return the id in the path of an item."""
        return last_segment(item_path)

    def deletion_of(self, item_path: str) -> Deletion:
        """Return the request that deletes an item."""
        return Deletion("DELETE", item_path)

    def name_in(self, path: str) -> str:
        """Return the name that a request chooses for its item; empty if the server chooses the id."""
        return unquote(self._parameters(path).get("id", "")) if self.has_name else ""

    def list_path_for(self, request_path: str) -> str:
        """Return the path of the list with the item that a request creates; it may still contain `{me}`."""
        return self._filled(self.list_path, request_path)

    def item_path_for(self, item: Mapping[str, Any], request_path: str) -> str:
        """Return the path of an item that a request to `request_path` created."""
        item_path = self.item_path.replace("{id}", quote(str(item["id"]), safe=""))
        return self._filled(item_path, request_path)

    def _id_beside_body(self, response: Response, path: str) -> str:
        """Return the id in the declared header, or else the name in the path; empty without any."""
        return last_segment(response.headers.get(self.id_header, "")) or self.name_in(path)

    def _filled(self, template: str, path: str) -> str:
        """Return a path with what the path of a request has in place of its parameters."""
        for name, value in {"path": path, **self._parameters(path)}.items():
            template = template.replace(f"{{{name}}}", value)
        return template

    def _parameters(self, path: str) -> dict[str, str]:
        """Return the parameters in the path of a request of the operation, still percent-encoded."""
        match = _pattern(self.operation).fullmatch(path)
        names = re.findall(r"\{(\w+)\}", self.operation)
        return dict(zip(names, match.groups(), strict=True)) if match is not None else {}


@dataclass(frozen=True, slots=True)
class Relation:
    """An operation that relates the user to an existing resource, such as a like or a following.

    Args:
        operation: documented method and path, such as "POST /likes/tracks/{track_id}".
        delete_path: the path whose DELETE removes the relation, with `{id}` in it.
        list_path: the path of the list of everything that the user is related to in this way.
        id_parameter: the parameter with the id of the resource; empty if the path contains it. A request
            without either adds no relation that could be removed.
    """

    operation: str
    delete_path: str
    list_path: str
    id_parameter: str = ""

    def delete_path_for(self, request: Request, path: str) -> str | None:
        """Return the path to DELETE the relation that a request adds; None if it adds no relation."""
        return self._delete_path(request, path, self.operation.partition(" ")[0], self.operation)

    def deleted_path(self, request: Request, path: str) -> str | None:
        """Return the path of the relation that a DELETE request removes; None for any other request."""
        return self._delete_path(request, path, "DELETE", f"DELETE {self.delete_path.partition('?')[0]}")

    def _delete_path(self, request: Request, path: str, method: str, operation: str) -> str | None:
        """Return `delete_path` with the id in a request of this operation; None for any other request."""
        if request.method != method or not _matches(operation, path):
            return None
        if not self.id_parameter:
            match = _pattern(operation).fullmatch(path)
            return (
                self.delete_path.replace("{id}", match[1]) if match is not None and match.re.groups else None
            )
        ids = marker_texts(request, (self.id_parameter,))
        is_id = bool(ids) and re.fullmatch(r"[\w-]+", ids[-1], re.ASCII)
        return self.delete_path.replace("{id}", ids[-1]) if is_id else None


def marker_texts(request: Request, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts of the named properties in a request's query, form or JSON body.

    The name `title` also matches `track[title]`.
    """
    values = [
        (name, value) for name, value in (*request.query, *_body_values(request)) if isinstance(value, str)
    ]
    nested = tuple(f"[{name}]" for name in names)
    return tuple(value for name, value in values if name in names or name.endswith(nested))


def _body_values(request: Request) -> Iterator[tuple[str, Any]]:
    """Yield the names and values in a multipart, JSON or form body; nothing if it is invalid."""
    content_type, body = request.headers.get("content-type", "").lower(), request.body
    if not body:
        return
    if content_type.startswith("multipart/"):
        yield from _multipart_values(body)
    elif "json" in content_type or body.lstrip()[:1] in (b"{", b"["):
        try:
            yield from _json_values(json.loads(body))
        except (ValueError, RecursionError):
            return
    else:
        yield from parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)


def _json_values(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the names and values of all properties of a JSON value, at any depth; numbers as text."""
    if isinstance(value, dict):
        yield from ((name, str(item) if is_number(item) else item) for name, item in value.items())
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _json_values(item)


def _multipart_values(body: bytes) -> Iterator[tuple[str, str]]:
    """Yield the names and values of the parts of a multipart body, except uploaded files."""
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
    """Return a pattern of the operation's path, with an optional trailing slash and `.json` suffix."""
    parts = re.split(r"(\{\w+\})", operation.partition(" ")[2])
    pattern = "".join("([^/]+?)" if part.startswith("{") else re.escape(part) for part in parts)
    return re.compile(rf"{pattern}(?:\.json)?/?")
