"""Reads back what a run created, to see that it is the run's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tuningfork.apis import Profile
from tuningfork.client.created_entry import INTENDED, LISTED_BEFORE, VERIFIED, Entry
from tuningfork.client.created_resources import CreatedResources
from tuningfork.client.creation import Creation, owner_of
from tuningfork.model import ExpectationFailed
from tuningfork.pytest_plugin.item_matching import has_text, has_unique_text, is_created_after
from tuningfork.pytest_plugin.principal_view import PrincipalView

DELETED_STATUSES = (404, 410)
UNANSWERED_EXPIRY_S = 60.0
"""The time after which a request without a response creates nothing any more."""


class NotListedError(ExpectationFailed):
    """The list has no such item."""


class ReadBack:
    """Compares the resources of the ledger with what the target has.

    Args:
        profile: the profile of the API.
        ledger: the created resources.
        view: reads the target.
        now: returns the time of the target's clock.
    """

    def __init__(
        self, profile: Profile, ledger: CreatedResources, view: PrincipalView, now: Callable[[], float]
    ) -> None:
        self._profile = profile
        self._ledger = ledger
        self._view = view
        self._now = now
        self._has_waited = False
        """Whether a new item was waited for in vain; then no other one is late."""

    def wait_again(self) -> None:
        """Wait for the next new item that is not shown."""
        self._has_waited = False

    def creation_of(self, entry: Entry) -> Creation | None:
        """Return the profile's description of the operation that created an entry; None if it has none."""
        creations = self._profile.creations
        return next((each for each in creations if each.operation == entry.operation), None)

    def is_known(self, entry: Entry) -> bool:
        """Return whether an item was read back for one of its parts, or is a part of such an item."""
        return entry.verified() in self._ledger.entries_at(entry.path) or self._is_in_own_item(entry)

    def _is_in_own_item(self, entry: Entry) -> bool:
        """Return whether a part is inside an item that reads back as the run's own."""
        item = self._ledger.find_exactly(entry.below) if entry.is_inside else None
        if item is None or item.kind == VERIFIED:
            return item is not None
        is_own = self.matches(item) is True
        if is_own:
            self._ledger.replace(item, item.verified())
        return is_own

    def matches(self, entry: Entry) -> bool | None:
        """Return whether the resource of an entry is what the entry describes; None if it does not exist."""
        creation = self.creation_of(entry)
        if creation is None:
            return False
        item = self.read(creation, entry) or self._read_late(creation, entry)
        return None if item is None else self.is_of_run(creation, item, entry)

    def is_gone(self, entry: Entry) -> bool:
        """Return whether a resource that is not found was deleted, and is not only shown late."""
        if entry.was_read or self.has_lost_item(entry):
            return True
        return entry.run != "" and self.has_expired(entry)

    def has_expired(self, entry: Entry) -> bool:
        """Return whether the request of an entry creates nothing any more, by the clock of the target."""
        return self._now() - entry.since > UNANSWERED_EXPIRY_S

    def has_lost_item(self, entry: Entry) -> bool:
        """Return whether the item that a part belongs to is deleted, and thus perhaps the part."""
        return entry.below != "" and entry.below not in self._ledger

    def _read_late(self, creation: Creation, entry: Entry) -> Mapping[str, Any] | None:
        """Return a resource that was not found, once it is shown; None if it is gone or stays absent."""
        if self.is_gone(entry) or self._has_waited:
            return None

        def read() -> Mapping[str, Any]:
            """Read the resource once."""
            if (item := self.read(creation, entry)) is None:
                raise NotListedError("the new item", "no such item")
            return item

        try:
            return self._view.client(entry.holder).eventually(read)
        except NotListedError:
            self._has_waited = True
            return None

    def read(self, creation: Creation, entry: Entry) -> Mapping[str, Any] | None:
        """Return the resource of an entry; None if it does not exist, only its id if nothing else is read."""
        if creation.list_path == "{path}":  # only the list at its parent path has the item
            listing = entry.path.rpartition("/")[0]
            items = self._view.items(entry.holder, listing)
            return next((item for item in items if creation.item_path_for(item, listing) == entry.path), None)
        response = self._view.client(entry.holder).get(entry.path)
        if response.status in DELETED_STATUSES:
            return None
        item = creation.find_item(response.expect_ok().exchange.response, entry.path)
        return item or {"id": creation.id_of(entry.path)}

    def is_of_run(self, creation: Creation, item: Mapping[str, Any], entry: Entry) -> bool:
        """Return whether an item has the text of the request and its owner, and is newer than it."""
        has_its_text = not entry.texts or has_text(item, creation, entry)
        return has_its_text and self._has_owner_of(entry, item) and self._is_new(creation, item, entry)

    def _has_owner_of(self, entry: Entry, item: Mapping[str, Any]) -> bool:
        """Return whether an item has the owner that the request of an entry gave it, if it says so."""
        owner = owner_of(item)
        own = self._view.user_id(entry.holder) if owner is not None else None
        return str(owner) == str(own) if own is not None else entry.owner in ("", str(owner))

    def _is_new(self, creation: Creation, item: Mapping[str, Any], entry: Entry) -> bool:
        """Return whether an item is newer than the request, by its time or because it was not listed."""
        if creation.created_at_property:
            return is_created_after(item, creation, entry)
        if entry.is_inside:
            return True
        is_request = entry.kind == INTENDED or creation.has_name
        sent_to = entry.path if is_request else entry.path.rpartition("/")[0]
        listing = (entry.run, entry.holder, creation.list_path_for(sent_to))
        before = [
            each.texts
            for each in self._ledger.entries_of_kind(LISTED_BEFORE)
            if (each.run, each.holder, each.path) == listing
        ]
        if before:
            return str(item.get("id")) not in before[0]
        is_unknown = creation.list_path != "" and (entry.run != "" or self._view.is_long(*listing[1:]))
        return has_unique_text(entry) if is_unknown else entry.texts != ()
