"""Versions of items: what a read shows of them, and requests that are based on one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tuningfork.checks.places import MISSING, find_in_response
from tuningfork.client.response import Response
from tuningfork.conventions.conditional import BodyProperty, Conditional
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.locations import ResponseLocation
from tuningfork.conventions.grammar.operation_patterns import OperationPattern
from tuningfork.conventions.resource_keys import Action, HeaderName, Update

TAG = ResponseLocation(header="ETag")
IDENTITY = {"Accept-Encoding": "identity"}
"""The header of a request whose response has the ETag of the item itself, not of a content coding."""
INVENTED = {"etag": '"tuning-fork"', "last-modified": "Sun, 06 Nov 1994 08:49:37 GMT"}
"""Versions that no item has."""


@dataclass(frozen=True)
class PatternOperation:
    """An operation as a declared action names it.

    Args:
        method: in upper case.
        path: the path template.
        operation_id: always None.
        tags: always empty.
    """

    method: str
    path: str
    operation_id: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Validator:
    """Where a read has its version, and where a change repeats it.

    Args:
        read: the location in the response to a read.
        condition: the header of a change that is based on a version; empty where the body has it.
        known: the header of a read that names the known version; empty where no header does.
        pointer: the location of the version in the body of a change; empty where a header has it.
    """

    read: ResponseLocation
    condition: str = ""
    known: str = ""
    pointer: str = ""

    def find(self, response: Response) -> Any:
        """Return the version in a response; MISSING without one."""
        return find_in_response(response.exchange.response, self.read)

    def headers(self, version: Any) -> dict[str, str]:
        """Return the headers of a change that is based on a version."""
        return {self.condition: str(version)} if self.condition else {}

    def body(self, body: Any, version: Any) -> Any:
        """Return the body of a change that is based on a version."""
        return write(body, self.pointer, version) if self.pointer else body


def validator_of(declared: Conditional) -> Validator:
    """Return the declared validator."""
    if isinstance(declared.validator, BodyProperty):
        return Validator(ResponseLocation(declared.validator.body), pointer=declared.validator.body)
    if declared.validator == "last-modified":
        return Validator(ResponseLocation(header="Last-Modified"), "If-Unmodified-Since", "If-Modified-Since")
    return Validator(TAG, "If-Match", "If-None-Match")


def needed_validator(action: Action, declaration: Declaration) -> Validator | None:
    """Return the validator that every request of an action must repeat; None without one."""
    needs = action.needs if isinstance(action, Update) else None
    if isinstance(needs, HeaderName):
        return Validator(TAG, needs.header)
    if needs is not None:
        return Validator(ResponseLocation(needs.body), pointer=needs.body)
    declared = conditional_of(action.request, declaration)
    return validator_of(declared) if declared is not None and declared.required is not None else None


def conditional_of(pattern: OperationPattern, declaration: Declaration) -> Conditional | None:
    """Return what `conditional` declares for the operation of an action; None without anything."""
    found: Conditional | None = declaration.of("conditional", PatternOperation(pattern.method, pattern.path))
    return found


def is_missing(version: Any) -> bool:
    """Return whether a read had no version."""
    return version is MISSING


def write(body: Any, pointer: str, value: Any) -> Any:
    """Return a body that has a value at a JSON pointer."""
    name, _, rest = pointer.removeprefix("/").partition("/")
    if not pointer:
        return value
    own = dict(body) if isinstance(body, Mapping) else {}
    key = name.replace("~1", "/").replace("~0", "~")
    return {**own, key: write(own.get(key), f"/{rest}" if rest else "", value)}
