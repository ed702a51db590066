"""`resources`: the life of an item, from its creation to its deletion."""

from __future__ import annotations

from tuningfork.conventions.declaration import Subject
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_resource import DeclaredResource
from tuningfork.testing.expect import expect_in


@convention("RESOURCE-CREATE")
def test_create_returns_the_declared_status(subject: Subject, resource: DeclaredResource) -> None:
    item = resource.create()

    expect_in(item.response.status, subject.model.create.status, "declared statuses", item.response)
