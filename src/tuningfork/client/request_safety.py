"""The gate of a run that may only read: it lets no request through that could change anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import unquote, unquote_plus

from tuningfork import not_verified
from tuningfork.client.creation import Creation, Relation
from tuningfork.contract.openapi import Contract
from tuningfork.model import Request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that change nothing (RFC 9110 9.2.1)."""
UNUSED_ID = 9_007_199_254_740_991
"""An id that nothing has."""
UNUSED_SEGMENTS = frozenset({str(UNUSED_ID), "no-such-path"})
"""Path segments that name nothing on any server."""
METHOD_OVERRIDES = ("x-http-method-override", "x-http-method", "x-method-override", "_method")
"""Header fields and parameters by which some servers take another method than that of the request."""
OVERRIDE_IN_BODY = re.compile(r'(?:^|[&"])_method"?[=:\s"]+(\w+)')
ID_VALUE = re.compile(
    r"(?<!client_)(?<!device_)(?<![A-Za-z0-9])(?:ids?|urns?)\b\W{0,9}?[:=\]\"\s]\W{0,9}?(\[[^\]]*\]|[\w.-]+)",
    re.IGNORECASE,
)
"""What a member or parameter for an id, or for a list of them, holds; that of an app or a device is none."""


@dataclass(slots=True)
class RequestSafety:
    """Knows which requests are harmless even to a server that checks nothing.

    Args:
        contract: the documented paths.
        creations: what makes an item, and what a request for it must have.
        relations: what relates the user to an item.
        logins: the operations that log in or give a token, such as "POST /oauth2/token".
        unknown: ids that nothing has, as the suites of the API write them.
    """

    contract: Contract
    creations: tuple[Creation, ...] = ()
    relations: tuple[Relation, ...] = ()
    login_operations: frozenset[str] = frozenset()
    unused_ids: frozenset[str] = frozenset()
    _words: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.unused_ids |= UNUSED_SEGMENTS
        made = (*(one.operation for one in self.creations), *(one.operation for one in self.relations))
        keys = (*(one.key for one in self.contract.operations), *made, *self.login_operations)
        parts = (part for key in keys for part in key.partition(" ")[2].split("/"))
        self._words = frozenset(part for part in parts if "{" not in part)

    def mark_unused(self, unknown: object) -> None:
        """Take an id for one that nothing has: the caller has read all that are taken."""
        self.unused_ids |= {str(unknown).partition(".")[0]}

    def is_harmless(self, request: Request, path: str | None, is_browser: bool = False) -> bool:
        """Whether a request only reads, logs in, or can do nothing even where credentials are not checked.

        Args:
            request: what is about to be sent.
            path: its path below the base URL, as it is on the wire; None if it is elsewhere.
            is_browser: whether the session follows a consent page, whose form may be sent anywhere.
        """
        unsafe = unsafe_methods(request)
        if not unsafe:
            return True
        if path is None:
            return False
        if unsafe == [request.method] and self.is_login(request.method, path, is_browser):
            return True
        text = _readable(request)
        if text is None or not all(self.is_unused(value) for value in _ids_in(text)):
            return False
        return self.names_only_unused(path) or self._does_nothing(unsafe, request, path, text)

    def names_only_unused(self, path: str) -> bool:
        """Whether something is named by the path, and all that is named is unknown."""
        named = self.path_ids(path)
        return bool(named) and all(self.is_unused(part) for part in named)

    def path_ids(self, path: str) -> list[str]:
        """The segments of a path that are no words of the documented paths."""
        return [part for part in path.split("/")[1:] if part and part not in self._words]

    def is_unused(self, segment: str) -> bool:
        """Whether an id is one that nothing has; a format behind it makes no other."""
        return unquote(segment).partition(".")[0] in self.unused_ids

    def creates_nothing(self, creation: Creation, request: Request) -> bool:
        """Whether a request for an item lacks what the item needs."""
        text = _readable(request)
        return text is not None and creation.lacks_required(text)

    def is_login(self, method: str, path: str, is_browser: bool) -> bool:
        """Whether a request logs in or gets a token; a consent page's form may be sent to any other path."""
        is_form = is_browser and method == "POST" and not self.contract.methods(path)
        return is_form or f"{method} {path}" in self.login_operations

    def _does_nothing(self, methods: list[str], request: Request, path: str, text: str) -> bool:
        """Whether each of the methods makes an item without what it needs, or a relation to an unknown id."""
        return all(
            any(one.matches(method, path) and one.lacks_required(text) for one in self.creations)
            or (method == request.method and self._relates_to_nothing(request, path))
            for method in methods
        )

    def _relates_to_nothing(self, request: Request, path: str) -> bool:
        named = (one for one in self.relations if one.id_parameter)
        undone = (one.delete_path_for(request, path) or one.deleted_path(request, path) for one in named)
        return any(one is not None and self.is_unused(one.rpartition("=")[2]) for one in undone)


def refuse(reason: str) -> NoReturn:
    """End the test: the request is not sent."""
    not_verified(reason)


def unsafe_methods(request: Request) -> list[str]:
    """The methods, of the request or asked to be taken for it, that may change something."""
    methods = [request.method, *_overrides(request)]
    return [one for one in dict.fromkeys(methods) if one.upper() not in SAFE_METHODS]


def _overrides(request: Request) -> Iterator[str]:
    for name in METHOD_OVERRIDES:
        yield from request.headers.all(name)
    if "_method" in request.url:
        yield from (value for name, value in request.query if name.lower() in METHOD_OVERRIDES)
    if b"_method" in request.body:
        yield from OVERRIDE_IN_BODY.findall(request.body.decode("latin-1"))


def _readable(request: Request) -> str | None:
    """Query and body as text without their escapes; None for a body in a coding that hides its text."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        return None
    body = request.body.replace(b"\0", b"").decode("utf-8", "replace")
    body = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), body)
    query = request.url.partition("?")[2]
    return unquote_plus(unquote_plus(f"{query}\n{body}"))


def _ids_in(text: str) -> Iterator[str]:
    for value in ID_VALUE.findall(text):
        yield from re.findall(r"[\w.-]+", value)
