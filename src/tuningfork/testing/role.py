"""The client of a declared role, and the operations that the role may and may not use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.auth import Auth, needs_token
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.roles import Role
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.listings import at_least_one


@dataclass(frozen=True)
class RoleClient:
    """A client with the credentials of a role.

    Args:
        client: the client.
        role: the declared rights.
        declaration: the conventions of the API.
        documented: all operations of the document.
        declared_operation: returns an operation with what makes requests of it.
    """

    client: Client
    role: Role
    declaration: Declaration
    documented: Sequence[Operation]
    declared_operation: Callable[[Operation], DeclaredOperation]

    def operations(self, *, is_permitted: bool) -> list[DeclaredOperation]:
        """Return the operations that the role may, or may not, use; not verified without any."""
        found = [each for each in self._secured() if self._may(each) is is_permitted]
        reason = (
            "no operation of the document is permitted" if is_permitted else "every operation is permitted"
        )
        return at_least_one(map(self.declared_operation, found), reason)

    def auth_of(self, operation: DeclaredOperation) -> Auth:
        """Return what `auth` declares of an operation."""
        return self.declaration.of("auth", operation.operation) or secured_group(self.declaration)

    def _may(self, operation: Operation) -> bool:
        """Return whether the role may use an operation."""
        return any(pattern.matches(operation) for pattern in self.role.may or ())

    def _secured(self) -> Iterator[Operation]:
        """Yield the operations that need credentials and may be requested."""
        for operation in self.documented:
            declared: Auth | None = self.declaration.of("auth", operation)
            is_never = any(pattern.matches(operation) for pattern in self.declaration.requests.never)
            if declared is None or declared.is_public or is_never:
                continue
            if needs_token(self.declaration, declared, operation):
                yield operation


def secured_group(declaration: Declaration) -> Auth:
    """Return the first group of `auth` with credentials; the test is not verified without one."""
    groups: Sequence[Auth] = declaration.groups.get("auth", ())
    return next((group for group in groups if not group.is_public), None) or not_verified(
        "conventions.yaml declares no credentials"
    )
