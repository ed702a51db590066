"""Faults and variants of `conditional`."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from typing import Any

from flask import Response

from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.conditional import Conditional
from tuningfork.conventions.declaration import Declaration
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.conditional import ConditionalPart
from tuningfork.mock.reference.items import Item
from tuningfork.mock.reference.resources import ResourcePart
from tuningfork.mock.reference.server import ReferenceServer

Condition = Callable[[Declaration], bool]
Etag = Callable[[Response | None, Item | None, Conditional], str]


def any_group(is_so: Callable[[Conditional], object]) -> Condition:
    """Return the condition that something is true of a group of `conditional`."""
    return lambda declaration: any(map(is_so, declaration.groups.get("conditional", ())))


has_tags = any_group(lambda group: group.validator == "etag")
has_strong_tags = any_group(lambda group: group.validator == "etag" and group.strength == "strong")


@breaks("COND-ETAG")
def reads_have_no_validator(server: ReferenceServer) -> None:
    """A read has no validator."""
    wrap_method(server.get(ConditionalPart), "add_validator", lambda *_: None)


@breaks("COND-ETAG", when=has_tags)
def tag_changes_with_each_read(server: ReferenceServer) -> None:
    """An entity tag is another one in each response."""
    numbers = itertools.count()

    def etag(original: Etag, response: Response | None, *arguments: Any) -> str:
        tag = original(response, *arguments)
        return tag if response is None else f'{tag[:-1]}{next(numbers)}"'

    wrap_method(server.get(ConditionalPart), "etag", etag)


@breaks("COND-ETAG", when=has_tags)
def tag_has_no_quotes(server: ReferenceServer) -> None:
    """An entity tag has no quotation marks."""
    wrap_method(server.get(ConditionalPart), "etag", lambda original, *rest: original(*rest).replace('"', ""))


@breaks("COND-ETAG", when=has_strong_tags)
def strong_tags_are_weak(server: ReferenceServer) -> None:
    """An entity tag that is declared as strong is weak."""
    wrap_method(server.get(ConditionalPart), "etag", lambda original, *rest: f"W/{original(*rest)}")


@breaks("COND-ETAG", when=has_tags)
def tag_stays_after_a_change(server: ReferenceServer) -> None:
    """The entity tag of an item stays the same after a change."""
    part = server.get(ConditionalPart)

    def etag(original: Etag, response: Response | None, item: Item | None, declared: Conditional) -> str:
        if item is None:
            return original(response, item, declared)
        return original(None, Item(item.id, {}), declared)

    wrap_method(part, "etag", etag)


@breaks("COND-NOT-MODIFIED")
def known_version_is_sent_again(server: ReferenceServer) -> None:
    """If-None-Match and If-Modified-Since have no effect."""
    wrap_method(server.get(ConditionalPart), "unless_modified", lambda *arguments: arguments[2])


@breaks("COND-NOT-MODIFIED")
def known_version_returns_204(server: ReferenceServer) -> None:
    """A read of a known version returns 204."""

    def unless_modified(original: Callable[..., Response], *arguments: Any) -> Response:
        response = original(*arguments)
        if response.status_code == 304:
            response.status_code = 204
        return response

    wrap_method(server.get(ConditionalPart), "unless_modified", unless_modified)


@breaks("COND-NOT-MODIFIED", when=has_tags)
def any_tag_is_known(server: ReferenceServer) -> None:
    """Every entity tag in If-None-Match counts as the current one."""

    def unless_modified(
        original: Callable[..., Response], call: Call, response: Response, *rest: Any
    ) -> Response:
        if "If-None-Match" in call.request.headers:
            return Response(status=304, headers={"ETag": response.headers.get("ETag", "")})
        return original(call, response, *rest)

    wrap_method(server.get(ConditionalPart), "unless_modified", unless_modified)


@breaks("COND-MISMATCH")
def old_versions_are_changed(server: ReferenceServer) -> None:
    """A change of an old version is accepted."""
    wrap_method(server.get(ConditionalPart), "is_current", lambda *_: True)


@breaks("COND-MISMATCH")
def no_version_is_current(server: ReferenceServer) -> None:
    """A change of the current version is refused as well."""
    wrap_method(server.get(ConditionalPart), "is_current", lambda *_: False)


@breaks("COND-MISMATCH")
def old_version_conflicts(server: ReferenceServer) -> None:
    """A change of an old version is refused with 418."""
    part = server.get(ConditionalPart)

    def is_current(original: Callable[..., bool], *arguments: Any) -> bool:
        if not original(*arguments):
            raise HttpError(418)
        return True

    wrap_method(part, "is_current", is_current)


@breaks("COND-REQUIRED")
def version_may_be_missing(server: ReferenceServer) -> None:
    """A change without a version is accepted."""
    wrap_method(server.get(ConditionalPart), "require_version", lambda *_: None)


@breaks("COND-REQUIRED")
def missing_version_is_another_refusal(server: ReferenceServer) -> None:
    """A change without a version is refused with 418."""

    def require_version(original: Callable[..., None], *arguments: Any) -> None:
        raise HttpError(418)

    wrap_method(server.get(ConditionalPart), "require_version", require_version)


def apply_refused(server: ReferenceServer, applies: Callable[[Any], bool]) -> None:
    """Apply changes that are refused for their version: those whose version `applies` is true of."""
    part = server.get(ConditionalPart)

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        try:
            return original(call)
        except HttpError:
            declared = part.of(call)
            if declared is not None and applies(part.sent_version(call, declared)):
                with contextlib.suppress(HttpError):
                    server.get(ResourcePart).handle(call)
            raise

    wrap_method(part, "before", before)


@breaks("COND-MISMATCH")
def refused_change_of_an_old_version_is_applied(server: ReferenceServer) -> None:
    """A change of an old version is refused, but applied."""
    apply_refused(server, lambda version: version is not None)


@breaks("COND-REQUIRED")
def refused_change_without_a_version_is_applied(server: ReferenceServer) -> None:
    """A change without a version is refused, but applied."""
    apply_refused(server, lambda version: version is None)


@keeps("COND-ETAG", "COND-NOT-MODIFIED", when=has_tags)
def not_modified_has_no_tag(server: ReferenceServer) -> None:
    """The response to a read of a known version repeats no header."""

    def unless_modified(original: Callable[..., Response], *arguments: Any) -> Response:
        response = original(*arguments)
        return Response(status=304) if response.status_code == 304 else response

    wrap_method(server.get(ConditionalPart), "unless_modified", unless_modified)
