"""`roles`: what the owner of some credentials may do, may not do, and sees."""

from __future__ import annotations

from tuningfork.contract.openapi import Contract
from tuningfork.conventions.declaration import Subject
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.expect import expect_true
from tuningfork.testing.fairness import premise
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.refusal import expect_accepted, expect_refusal, is_refusal
from tuningfork.testing.role import RoleClient
from tuningfork.testing.unchanged import expect_no_effect

INVALID = (400, 404, 422)
"""The statuses of a request that is refused before the rights of its sender are judged."""


@convention("ROLE-MAY")
def test_role_may_use_its_operations(role: RoleClient, contract: Contract) -> None:
    for operation in usable(role.operations(is_permitted=True)):
        response = operation.harmless().send(role.client)

        expect_accepted(response, role.auth_of(operation), contract.declaration, operation.operation)
        expect_true(response.status != 403, "no refusal", "403", response)


@convention("ROLE-REFUSED")
def test_role_is_refused_at_other_operations(subject: Subject, role: RoleClient, contract: Contract) -> None:
    """A server that judges ids and bodies first may refuse these, if nothing changes."""
    forbidden = role.operations(is_permitted=False)
    refused, declaration = subject.model.refused, contract.declaration

    sent = [(each.operation, each.existing().send(role.client)) for each in forbidden]

    judged = [
        each for each in sent if each[1].status not in INVALID or is_refusal(each[1], refused, declaration)
    ]
    for operation, response in at_least_one(judged, "each request may be refused for its ids or its body"):
        expect_refusal(response, refused, declaration, operation)


@convention("ROLE-REFUSED", needs=("write",))
def test_refused_write_of_a_role_changes_nothing(role: RoleClient) -> None:
    forbidden = role.operations(is_permitted=False)
    writes = [operation for operation in forbidden if operation.changes_items]

    for operation in at_least_one(writes, "no forbidden operation changes a resource"):
        expect_no_effect(operation, role.client)


@convention("ROLE-SEES")
def test_role_sees_the_declared_items(subject: Subject, role: RoleClient) -> None:
    sees = subject.model.sees

    response = role.client.get(sees.list_.path)

    premise(response.status not in (401, 403), "the credentials of the role may not read the list")
    expect_true(200 <= response.status < 300, "a list", str(response.status), response)
    items = response.items
    expected = "no items" if sees.items == "none" else "items"
    expect_true(bool(items) is (sees.items == "some"), expected, f"{len(items)} items", response)


def usable(operations: list[DeclaredOperation]) -> list[DeclaredOperation]:
    """Return the operations at which a valid request of the main client succeeds, at least one."""
    found = [each for each in operations if each.harmless().send(each.resources.client).status < 400]
    return at_least_one(found, "no valid request of a permitted operation succeeds")
