"""Faults of `roles`, and conforming variants."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from flask import Response

from tuningfork.audit.convention_faults.auth_edits import declares_changes, is_change, other_status
from tuningfork.audit.convention_patch import Condition, breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.roles import Role
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.resources import ResourcePart
from tuningfork.mock.reference.roles import RolePart
from tuningfork.mock.reference.server import ReferenceServer

May = Callable[[Role, Call], bool]


def role_like(applies: Callable[[Role], bool]) -> Condition:
    """Return the condition that a declared role is like this."""
    return lambda declaration: any(map(applies, declaration.named.get("roles", {}).values()))


_sees_none = role_like(lambda role: role.sees is not None and role.sees.items == "none")
_sees_some = role_like(lambda role: role.sees is not None and role.sees.items == "some")


@breaks("ROLE-MAY", when=role_like(lambda role: bool(role.may)))
def role_may_nothing(server: ReferenceServer) -> None:
    """A role is refused at every operation."""
    wrap_method(server.get(RolePart), "may", lambda *_: False)


@breaks("ROLE-MAY", when=role_like(lambda role: role.may is not None and len(role.may) > 1))
def role_may_not_use_its_last_operation(server: ReferenceServer) -> None:
    """A role is refused at the last one of its operations."""

    def may(original: May, role: Role, call: Call) -> bool:
        is_last = role.may is not None and call.operation is not None and role.may[-1].matches(call.operation)
        return original(role, call) and not is_last

    wrap_method(server.get(RolePart), "may", may)


@breaks("ROLE-REFUSED")
def role_may_everything(server: ReferenceServer) -> None:
    """A role is refused at no operation."""
    wrap_method(server.get(RolePart), "may", lambda *_: True)


@breaks("ROLE-REFUSED", when=declares_changes)
def role_may_delete(server: ReferenceServer) -> None:
    """A role may use DELETE."""
    wrap_method(
        server.get(RolePart),
        "may",
        lambda original, role, call: call.request.method == "DELETE" or original(role, call),
    )


@breaks("ROLE-REFUSED", when=declares_changes)
def role_is_refused_with_another_status(server: ReferenceServer) -> None:
    """A POST of a role is refused with a status that is not declared."""

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        try:
            return original(call)
        except HttpError as error:
            role = server.get(RolePart).role_of(call)
            if call.request.method == "POST" and role is not None:
                other_status(error, role.refused)
            raise

    wrap_method(server.get(RolePart), "before", before)


@breaks("ROLE-REFUSED", when=declares_changes)
def refused_write_of_a_role_is_executed(server: ReferenceServer) -> None:
    """A write of a role is refused, but executed."""
    _execute_refused(server, is_change)


@breaks("ROLE-REFUSED", when=declares_changes)
def refused_deletion_of_a_role_is_executed(server: ReferenceServer) -> None:
    """A DELETE of a role is refused, but executed."""
    _execute_refused(server, lambda call: call.request.method == "DELETE")


@breaks("ROLE-SEES", when=_sees_none)
def empty_role_sees_items(server: ReferenceServer) -> None:
    """The list of a role that sees no items has all items."""
    wrap_method(server.get(RolePart), "handle", lambda *_: None)


@breaks("ROLE-SEES", when=_sees_none)
def empty_role_sees_one_item(server: ReferenceServer) -> None:
    """The list of a role that sees no items has one item."""

    def handle(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        resources = server.get(ResourcePart)
        items = resources.items_of(call) if original(call) is not None else None
        return None if items is None else resources.list_response(call, items[:1])

    wrap_method(server.get(RolePart), "handle", handle)


@breaks("ROLE-SEES", when=_sees_some)
def role_with_items_sees_none(server: ReferenceServer) -> None:
    """The list of a role that sees items has none."""

    def handle(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        resources, role = server.get(ResourcePart), server.get(RolePart).role_of(call)
        is_list = role is not None and resources.items_of(call) is not None
        return resources.list_response(call, []) if is_list else original(call)

    wrap_method(server.get(RolePart), "handle", handle)


@keeps("ROLE-REFUSED", when=declares_changes)
def invalid_requests_of_a_role_return_404(server: ReferenceServer) -> None:
    """A request of a role about an absent item returns 404 before its rights are judged."""

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        resources = server.get(ResourcePart)
        if call.ids and resources.item_of(call) is None:
            raise resources.refuse_by_table(call, "not_found", 404)
        return original(call)

    wrap_method(server.get(RolePart), "before", before)


@keeps("ROLE-REFUSED")
def refused_role_gets_the_last_declared_status(server: ReferenceServer) -> None:
    """A role is refused with the last one of the declared statuses."""

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        try:
            return original(call)
        except HttpError as error:
            role = server.get(RolePart).role_of(call)
            if role is not None and role.refused is not None:
                error.status = int(role.refused.statuses.patterns[-1].replace("XX", "03"))
            raise

    wrap_method(server.get(RolePart), "before", before)


def _execute_refused(server: ReferenceServer, applies: Callable[[Call], bool]) -> None:
    """Process some of the requests that are refused for the role of their sender."""

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        try:
            return original(call)
        except HttpError:
            if applies(call):
                with contextlib.suppress(HttpError):
                    server.respond(call)
            raise

    wrap_method(server.get(RolePart), "before", before)
