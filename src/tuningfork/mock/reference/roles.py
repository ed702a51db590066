"""Roles of the reference server: what each may do, and what it sees."""

from __future__ import annotations

from flask import Response

from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.conventions.roles import Role
from tuningfork.mock.reference.auth import AuthPart
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.part import Part
from tuningfork.mock.reference.resources import ResourcePart

FORBIDDEN = Refusal(Statuses(("403",)))


class RolePart(Part):
    """Refuses operations that a role may not use, and shows an empty list where it sees nothing."""

    key = "roles"
    order = 25

    def role_of(self, call: Call) -> Role | None:
        """Return the role that sent a request; None if it has all rights."""
        token = call.notes.get(AuthPart.key)
        found: Role | None = self.server.declaration.named.get("roles", {}).get(token.role if token else "")
        return found

    def before(self, call: Call) -> Response | None:
        """Refuse an operation that the role may not use."""
        role = self.role_of(call)
        if role is not None and not self.may(role, call):
            raise self.server.get(ErrorPart).refuse(role.refused or FORBIDDEN)
        return None

    def may(self, role: Role, call: Call) -> bool:
        """Return whether a role may use the operation of a request."""
        operation = call.operation
        return role.may is None or operation is None or any(each.matches(operation) for each in role.may)

    def handle(self, call: Call) -> Response | None:
        """Return an empty list to a role that sees no items in it."""
        role = self.role_of(call)
        if role is None or role.sees is None or call.operation is None:
            return None
        if role.sees.items == "none" and role.sees.list_.matches(call.operation):
            return self.server.get(ResourcePart).list_response(call, [])
        return None
