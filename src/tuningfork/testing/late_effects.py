"""Effects that come late where that is declared: reads that show a change, and the end of a deleted item."""

from __future__ import annotations

from typing import Any

from tuningfork.conventions.resource_keys import Gone
from tuningfork.testing.declared_resource import DeclaredItem, DeclaredResource
from tuningfork.testing.fairness import premise, premise_holds
from tuningfork.testing.item_expectations import expect_gone, expect_shows, expect_tombstone


def shown(
    resource: DeclaredResource, item: DeclaredItem, text: str | None = None, body: Any = None
) -> DeclaredItem:
    """Return an item as soon as a read shows it; not verified if no read does so within `settle`.

    Nothing is read where reads are not declared to lag behind writes.

    Args:
        resource: the resource with the client that reads.
        item: the item.
        text: the text that a change gave it; that of the creation if not given.
        body: the body of that change.
    """
    if resource.reads_lag:
        premise(text is None or bool(resource.model.texts), "no text shows that a read is not late")
        wanted = item.text if text is None else text
        premise_holds(lambda: expect_shows(resource, item, wanted, body), "no read shows the item yet")
    return item


def delete_fully(resource: DeclaredResource, item: DeclaredItem) -> None:
    """Delete an item, and wait for its end where it may remain; not verified if nothing shows its end."""
    resource.delete(item)
    if resource.deletion.async_:
        then, model = resource.deletion.then, resource.model
        is_shown = model.list_ is not None or (model.read is not None and then is not None)
        premise(is_shown, f"nothing shows when a deleted {resource.name} is gone")
        expect_end = expect_tombstone if isinstance(then, Gone) else expect_gone
        premise_holds(lambda: expect_end(resource, item), "the deleted item remains")
