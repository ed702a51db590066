"""Decides which requests are harmless: those that read, log in, or cannot have an effect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, unquote_plus

from tuningfork.client.creation import Creation, Relation
from tuningfork.contract.openapi import Contract
from tuningfork.model import Request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that change nothing (RFC 9110 9.2.1)."""
UNUSED_ID = 9_007_199_254_740_991
"""An id that no resource has."""
UNUSED_SEGMENTS = frozenset({str(UNUSED_ID), "no-such-path"})
"""Path segments that identify no resource on any server."""
METHOD_OVERRIDES = ("x-http-method-override", "x-http-method", "x-method-override", "_method")
"""Headers and parameters that make some servers process a request with another method."""
OVERRIDE_IN_BODY = re.compile(r'(?:^|[&"])_method"?[=:\s"]+(\w+)')
ID_VALUE = re.compile(
    r"(?<!client_)(?<!device_)(?<![A-Za-z0-9])(?:ids?|urns?)\b\W{0,9}?[:=\]\"\s]\W{0,9}?(\[[^\]]*\]|[\w.-]+)",
    re.IGNORECASE,
)
"""Matches the value of a property or parameter for an id or a list of ids, except client and device ids."""


@dataclass(slots=True)
class RequestSafety:
    """Classifies requests as harmless even for a server that checks neither credentials nor ids.

    Args:
        contract: the documented paths.
        creations: the operations that create an item, with the properties they require.
        relations: the operations that relate the user to an item.
        login_operations: the operations that log in or issue a token, such as "POST /oauth2/token".
        unused_ids: ids that no resource has, as the API's suites write them.
    """

    contract: Contract
    creations: tuple[Creation, ...] = ()
    relations: tuple[Relation, ...] = ()
    login_operations: frozenset[str] = frozenset()
    unused_ids: frozenset[str] = frozenset()
    _literal_segments: frozenset[str] = field(init=False)
    """The segments of the documented paths that are not parameters."""

    def __post_init__(self) -> None:
        """Add UNUSED_SEGMENTS to the unused ids, and collect the literal segments of all paths."""
        self.unused_ids |= UNUSED_SEGMENTS
        operations = (
            *(creation.operation for creation in self.creations),
            *(relation.operation for relation in self.relations),
        )
        keys = (
            *(operation.key for operation in self.contract.operations),
            *operations,
            *self.login_operations,
        )
        segments = (segment for key in keys for segment in key.partition(" ")[2].split("/"))
        self._literal_segments = frozenset(segment for segment in segments if "{" not in segment)

    def mark_unused(self, resource_id: object) -> None:
        """Treat an id as unused: the caller has read all existing ids."""
        self.unused_ids |= {str(resource_id)}

    def is_harmless(self, request: Request, path: str | None, is_browser: bool = False) -> bool:
        """Return whether a request only reads, logs in, or has no effect even if credentials are not checked.

        Args:
            request: the request that is about to be sent.
            path: its path below the base URL, still percent-encoded; None if it is outside the base URL.
            is_browser: whether the session follows a consent page, whose form may be sent to any path.
        """
        unsafe = unsafe_methods(request)
        if not unsafe:
            return True
        if path is None:
            return False
        if unsafe == [request.method] and self.is_login(request.method, path, is_browser):
            return True
        text = _decoded_text(request)
        if text is None or not all(self.is_unused(value) for value in _ids_in(text)):
            return False
        return self.names_only_unused(path) or self._has_no_effect(unsafe, request, path, text)

    def names_only_unused(self, path: str) -> bool:
        """Return whether a path has at least one id, and only unused ids."""
        ids = self.path_ids(path)
        return bool(ids) and all(self.is_unused(segment) for segment in ids)

    def ends_with_unused_id(self, path: str) -> bool:
        """Return whether the last id of a path is unused; ids before it are those of parents."""
        ids = self.path_ids(path)
        return bool(ids) and self.is_unused(ids[-1])

    def path_ids(self, path: str) -> list[str]:
        """Return the segments of a path that may be ids: all but the literal ones of documented paths."""
        return [
            segment for segment in path.split("/")[1:] if segment and segment not in self._literal_segments
        ]

    def is_unused(self, segment: str) -> bool:
        """Return whether no resource has this id; the format suffix ".json" is ignored."""
        text = unquote(segment)
        return text in self.unused_ids or text.removesuffix(".json") in self.unused_ids

    def creates_nothing(self, creation: Creation, request: Request) -> bool:
        """Return whether a request to create an item lacks a property that the item requires."""
        text = _decoded_text(request)
        return text is not None and creation.lacks_required(text)

    def is_login(self, method: str, path: str, is_browser: bool) -> bool:
        """Return whether a request logs in or fetches a token.

        The form of a consent page counts as a login; it may be sent to any undocumented path.
        """
        is_form = is_browser and method == "POST" and not self.contract.methods(path)
        return is_form or f"{method} {path}" in self.login_operations

    def creation_of(self, request: Request, path: str) -> Creation | None:
        """Return the creating operation of a request; None if the request creates no item."""
        return next((each for each in self.creations if each.matches(request.method, path)), None)

    def added_relation(self, request: Request, path: str) -> tuple[Relation, str] | None:
        """Return the relation that a request adds and the path that deletes it; None for other requests."""
        for relation in self.relations:
            delete_path = relation.delete_path_for(request, path)
            if delete_path is not None:
                return relation, delete_path
        return None

    def removed_relations(self, request: Request, path: str) -> Iterator[tuple[Relation, str]]:
        """Yield each relation that a request may remove, with the path that deletes it."""
        for relation in self.relations:
            deleted = relation.deleted_path(request, path)
            if deleted is not None:
                yield relation, deleted

    def _has_no_effect(self, methods: list[str], request: Request, path: str, text: str) -> bool:
        """Return whether a request, with any of these methods, creates no item or relates to an unused id."""
        return all(
            any(
                creation.matches(method, path) and creation.lacks_required(text)
                for creation in self.creations
            )
            or (method == request.method and self._relates_unused_id(request, path))
            for method in methods
        )

    def _relates_unused_id(self, request: Request, path: str) -> bool:
        """Return whether a request adds or deletes a relation to an unused id in a parameter."""
        relations = (relation for relation in self.relations if relation.id_parameter)
        delete_paths = (
            each.delete_path_for(request, path) or each.deleted_path(request, path) for each in relations
        )
        return any(path is not None and self.is_unused(path.rpartition("=")[2]) for path in delete_paths)


def unsafe_methods(request: Request) -> list[str]:
    """Return the methods of a request, including overrides in headers or parameters, that may change data."""
    methods = [request.method, *_method_overrides(request)]
    return [method for method in dict.fromkeys(methods) if method.upper() not in SAFE_METHODS]


def _method_overrides(request: Request) -> Iterator[str]:
    """Yield the methods in override headers, query parameters and body properties of a request."""
    for name in METHOD_OVERRIDES:
        yield from request.headers.all(name)
    if "_method" in request.url:
        yield from (value for name, value in request.query if name.lower() in METHOD_OVERRIDES)
    if b"_method" in request.body:
        yield from OVERRIDE_IN_BODY.findall(request.body.decode("latin-1"))


def _decoded_text(request: Request) -> str | None:
    """Return the decoded query and body of a request; None if a content coding hides the body's text."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        return None
    body = request.body.replace(b"\0", b"").decode("utf-8", "replace")
    body = re.sub(r"\\u([0-9a-fA-F]{4})", lambda escape: chr(int(escape[1], 16)), body)
    query = request.url.partition("?")[2]
    return unquote_plus(unquote_plus(f"{query}\n{body}"))


def _ids_in(text: str) -> Iterator[str]:
    """Yield the values of all parameters and properties for ids in a text; see ID_VALUE."""
    for value in ID_VALUE.findall(text):
        yield from re.findall(r"[\w.-]+", value)
