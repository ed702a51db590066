"""Deletes what a run created; what may not be the run's own is reported and not deleted."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any
from uuid import uuid4

import pytest

from tuningfork.apis import Profile
from tuningfork.auth.oauth2 import AuthError
from tuningfork.client.client import Client
from tuningfork.client.created_entry import CREATED, INTENDED, LISTED_BEFORE, SAVED_STATE, VERIFIED, Entry
from tuningfork.client.created_resources import CreatedResources
from tuningfork.client.creation import Creation, Deletion, owner_of
from tuningfork.client.response import Response
from tuningfork.client.write_guard import TargetReader
from tuningfork.client.write_rules import ACCEPTED
from tuningfork.model import ExpectationFailed
from tuningfork.pytest_plugin.item_matching import has_text, has_unique_text, is_created_after

DELETED_STATUSES = (404, 410)
VERSION_STATUSES = (412, 428)
"""The responses to a deletion that must name the version of its item (RFC 9110 13.1.1, RFC 6585 3)."""
UNANSWERED_EXPIRY_S = 60.0
"""The time after which a request without a response creates nothing any more."""
MAX_PAGES = 50
"""Pages of a list that are searched for an item."""
READ_ERRORS = (AssertionError, AuthError, pytest.skip.Exception, ConnectionError)
"""Exceptions of a target that cannot be read at the moment."""


class NotListedError(ExpectationFailed):
    """The list has no such item."""


class Cleanup(TargetReader):
    """Deletes the created resources of a run, after reading each back to see that it is the run's own.

    Args:
        profile: the profile of the API.
        ledger: the created resources.
        new_client: makes a client of a principal; no check sees its exchanges.
        new_checked_client: makes a client whose exchanges are checked like those of tests.
        is_busy: whether a test hook has changed how the target responds.
        before_change: called before a state is read that a test is about to change.
        verifies: whether a resource is read back before it is deleted; not needed for a mock in this process.
    """

    def __init__(
        self,
        profile: Profile,
        ledger: CreatedResources,
        new_client: Callable[[str], Client],
        new_checked_client: Callable[[str], Client],
        is_busy: Callable[[], bool],
        before_change: Callable[[], None] = lambda: None,
        verifies: bool = True,
    ) -> None:
        self.profile = profile
        self._ledger = ledger
        self._new_client = new_client
        self._new_checked_client = new_checked_client
        self._clients: dict[tuple[str, bool], Client] = {}
        """By principal and whether the exchanges are checked."""
        self._is_busy = is_busy
        self._before_change = before_change
        self._verifies = verifies
        self._user_ids: dict[str, Any] = {}
        self._listed: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        """The items of lists that were read after a wait, by principal and list; they are complete."""
        self._long_lists: set[tuple[str, str]] = set()
        """The lists that are not read to their end, by principal and path."""
        self._has_waited = False
        """Whether a new item was waited for in vain; then no other one is late."""
        self._failed: set[Entry] = set()
        """The entries that could not be undone; `delete_all` tries them again only with `retry`."""
        self.now: Callable[[], float] = lambda: 0.0
        """Returns the time of the target's clock."""
        self.undeleted: list[str] = []
        """A line for each resource that may not be the run's own."""
        self.undone: list[Entry] = []
        """The entries that the target has deleted or restored."""

    def list_ids(self, principal: str, list_path: str) -> tuple[str, ...] | None:
        """Return the ids of a list; empty for an app that has no lists; None if it cannot all be read now."""
        if self._has_no_user(principal):
            return ()
        self._clients.clear()
        if self._is_busy() or (principal, list_path) in self._long_lists:
            return None
        try:
            ids: list[str] = []
            for number, page in enumerate(self.pages(principal, list_path, MAX_PAGES + 1)):
                if number == MAX_PAGES:
                    self._long_lists.add((principal, list_path))
                    return None
                ids += (str(id_) for item in page.items if isinstance(item, dict) for id_ in self._ids(item))
            return tuple(ids)
        except READ_ERRORS:
            return None

    def is_created_by(self, entry: Entry) -> bool | None:
        """Return whether the resource of an entry, read back, is what its request created; None if gone."""
        self._clients.clear()
        self._has_waited = False
        try:
            matches = self._matches(entry)
        except READ_ERRORS:
            return False
        return matches if matches is not None or self._is_gone(entry) else False

    def restoring_form(self, principal: str, operation: str) -> Mapping[str, str] | None:
        """Return the form that restores what an operation changes for good; None if it cannot be read now."""
        if self._has_no_user(principal):
            return {}
        self._before_change()
        self._clients.clear()
        try:
            return None if self._is_busy() else self.profile.snapshots[operation](self.client(principal))
        except READ_ERRORS:
            return None

    def delete_all(self, retry: bool = False) -> None:
        """Delete or restore what the ledger lists, newest first; an entry that fails stays in the ledger.

        Args:
            retry: whether entries that failed before are tried again.
        """
        self._listed.clear()
        self._has_waited = False
        for entry in self._ledger.pending():
            if retry or entry not in self._failed:
                with contextlib.suppress(*READ_ERRORS):
                    self._undo(entry)
        self._clients.clear()
        self._failed = set(self._ledger.pending())

    def take_over(self, entries: list[Entry]) -> None:
        """Delete what a killed run created; `entries` are those of its ledger, newest first.

        What it had read back is read again: another item may have the path by now. What it found in lists
        stays in the journal as long as entries of the same run are left.
        """
        run = uuid4().hex
        for entry in reversed(entries):
            kind = CREATED if entry.kind == VERIFIED else entry.kind
            self._ledger.add(replace(entry, kind=kind, run=entry.run or run))
        self.delete_all()
        left = {entry.run for entry in self._ledger.pending()}
        for entry in self._ledger.entries_of_kind(LISTED_BEFORE):
            if entry.run and entry.run not in left:
                self._ledger.remove(entry)

    def client(self, principal: str, is_checked: bool = False) -> Client:
        """Return a client of a principal; tests may invalidate tokens, so clients are not reused for long."""
        if (principal, is_checked) not in self._clients:
            new_client = self._new_checked_client if is_checked else self._new_client
            self._clients[principal, is_checked] = new_client(principal)
        return self._clients[principal, is_checked]

    def _undo(self, entry: Entry) -> None:
        """Restore what the request of an entry changed, or delete what it created."""
        if entry.kind == SAVED_STATE:
            if self.client(entry.holder).put(entry.path, form=entry.form).status < 300:
                self.undone.append(entry)
                self._ledger.remove(entry)
        elif entry.kind == INTENDED:
            self._find_and_delete(entry)
        elif entry.kind == CREATED and self._verifies and not self._is_known(entry):
            self._verify_and_delete(entry)
        else:
            self._delete(entry)

    def _is_known(self, entry: Entry) -> bool:
        """Return whether an item was read back for one of its parts, or is a part of such an item."""
        verified = replace(entry, kind=VERIFIED, was_read=True)
        return verified in self._ledger.entries_at(entry.path) or self._is_in_own_item(entry)

    def _is_in_own_item(self, entry: Entry) -> bool:
        """Return whether a part is inside an item that reads back as the run's own."""
        item = self._ledger.find_exactly(entry.below) if entry.is_inside else None
        if item is None or item.kind == VERIFIED:
            return item is not None
        is_own = self._matches(item) is True
        if is_own:
            self._ledger.replace(item, replace(item, kind=VERIFIED, was_read=True))
        return is_own

    def _delete(self, entry: Entry) -> None:
        """Send DELETE; the resource counts as deleted once the target says that it does not exist."""
        creation = self._creation_of(entry)
        deletion = (
            creation.deletion_of(entry.path) if creation is not None else Deletion("DELETE", entry.path)
        )
        response = self._send(self.client(entry.holder, is_checked=True), deletion)
        if response.status in VERSION_STATUSES and deletion.method == "DELETE":
            tag = self.client(entry.holder).get(entry.path).headers.get("etag", "*")
            response = self._send(self.client(entry.holder, is_checked=True), deletion, {"If-Match": tag})
        if response.status in DELETED_STATUSES:
            self._ledger.mark_deleted(entry.path, entry.holder)
        elif self.profile.write_rules.confirms_deletion(response.exchange):
            self.undone.append(entry)
        elif response.status == ACCEPTED:
            self._await_deletion(creation, entry)

    def _await_deletion(self, creation: Creation | None, entry: Entry) -> None:
        """Wait until an item is gone whose deletion the target has accepted; a relation can't be read."""

        def check() -> None:
            """Read the item once."""
            if creation is not None and self._read(creation, entry) is not None:
                raise NotListedError("no item after its deletion", "the item")

        self.client(entry.holder).eventually(check)
        self._ledger.mark_deleted(entry.path, entry.holder)
        self.undone.append(entry)

    def _send(
        self, client: Client, deletion: Deletion, headers: Mapping[str, str | None] | None = None
    ) -> Response:
        """Send the request that deletes an item, and return the response."""
        if deletion.body is None:
            return client.request(deletion.method, deletion.path, headers=headers)
        if deletion.encoding != "json":
            return client.request(deletion.method, deletion.path, form=deletion.body, headers=headers)
        own = {"Content-Type": deletion.media_type or "application/json", **(headers or {})}
        return client.request(deletion.method, deletion.path, json=deletion.body, headers=own)

    def _verify_and_delete(self, entry: Entry) -> None:
        """Delete the resource of an entry if it is the run's own; otherwise report it as undeleted."""
        matches = self._matches(entry)
        if matches is None:
            if self._is_gone(entry):
                self._ledger.remove(entry)
        elif matches:
            verified = replace(entry, kind=VERIFIED, was_read=True)
            self._ledger.replace(entry, verified)
            self._delete(verified)
        elif len(self._ledger.entries_at(entry.path)) > 1:  # the target gave its id to another resource
            self._ledger.remove(entry)
        else:
            self._give_up(entry, "it does not read back as what this run created")

    def _matches(self, entry: Entry) -> bool | None:
        """Return whether the resource of an entry is what the entry describes; None if it does not exist."""
        creation = self._creation_of(entry)
        if creation is None:
            return False
        item = self._read(creation, entry) or self._read_late(creation, entry)
        return None if item is None else self._is_of_run(creation, item, entry)

    def _is_gone(self, entry: Entry) -> bool:
        """Return whether a resource that is not found was deleted, and is not only shown late."""
        if entry.was_read or self._has_lost_item(entry):
            return True
        return entry.run != "" and self._age(entry) > UNANSWERED_EXPIRY_S

    def _has_lost_item(self, entry: Entry) -> bool:
        """Return whether the item that a part belongs to is deleted, and thus perhaps the part."""
        return entry.below != "" and entry.below not in self._ledger

    def _age(self, entry: Entry) -> float:
        """Return the seconds since the request of an entry, by the clock of the target."""
        return self.now() - entry.since

    def _read_late(self, creation: Creation, entry: Entry) -> Mapping[str, Any] | None:
        """Return a resource that was not found, once it is shown; None if it is gone or stays absent."""
        if self._is_gone(entry) or self._has_waited:
            return None

        def read() -> Mapping[str, Any]:
            """Read the resource once."""
            if (item := self._read(creation, entry)) is None:
                raise NotListedError("the new item", "no such item")
            return item

        try:
            return self.client(entry.holder).eventually(read)
        except NotListedError:
            self._has_waited = True
            return None

    def _read(self, creation: Creation, entry: Entry) -> Mapping[str, Any] | None:
        """Return the resource of an entry; None if it does not exist, only its id if nothing else is read."""
        if creation.list_path == "{path}":  # only the list at its parent path has the item
            listing = entry.path.rpartition("/")[0]
            items = self._items(entry.holder, listing)
            return next((item for item in items if creation.item_path_for(item, listing) == entry.path), None)
        response = self.client(entry.holder).get(entry.path)
        if response.status in DELETED_STATUSES:
            return None
        item = creation.find_item(response.expect_ok().exchange.response, entry.path)
        return item or {"id": creation.id_of(entry.path)}

    def _find_and_delete(self, intent: Entry) -> None:
        """Delete what a request created whose response did not name it: items with the request's text."""
        creation = self._creation_of(intent)
        if self._has_lost_item(intent):
            self._ledger.remove(intent)
            return
        if creation is None or not intent.texts:
            end = "failed" if intent.answered else "was interrupted"
            self._give_up(intent, f"a request to it {end}, and had no text by which to find its item")
            return
        with contextlib.suppress(NotListedError):
            for item in self._find_items(creation, intent):
                path = creation.item_path_for(item, intent.path)
                if path in self._ledger:
                    continue
                if self._is_of_run(creation, item, intent):
                    entry = replace(intent, path=path, kind=VERIFIED)
                    self._ledger.add(entry)
                    self._delete(entry)
                else:
                    self.undeleted.append(f"{path}: it has the text of an interrupted request, but is older.")
            self._ledger.remove(intent)
            return
        if intent.answered or self._age(intent) > UNANSWERED_EXPIRY_S:
            self._ledger.remove(intent)

    def _find_items(self, creation: Creation, intent: Entry) -> list[Mapping[str, Any]]:
        """Return the listed items that have the text of a request; raise NotListedError without any.

        A list may show an item late. Once all have waited for it, its items are read for all requests.
        """
        key = intent.holder, creation.list_path_for(intent.path)
        if key in self._listed:
            self._with_text(creation, intent, self._listed[key])
            return self._with_text(creation, intent, self._items(*key))  # read again before it is deleted
        listed: list[Mapping[str, Any]] = []

        def search() -> list[Mapping[str, Any]]:
            """Read the list once."""
            listed[:] = self._items(*key)
            return self._with_text(creation, intent, listed)

        try:
            return self.client(intent.holder).eventually(search)
        except NotListedError:
            self._listed[key] = listed
            raise

    def _with_text(
        self, creation: Creation, intent: Entry, listed: Iterable[Mapping[str, Any]]
    ) -> list[Mapping[str, Any]]:
        """Return those of the items that have the text of a request; raise NotListedError without any."""
        items = [creation.listed_item(item) for item in listed]
        matching = [item for item in items if has_text(item, creation, intent)]
        if not matching:
            raise NotListedError("an item with the text of the request", "no such item")
        return matching

    def pages(self, principal: str, listing: str, max_pages: int = MAX_PAGES) -> Iterator[Response]:
        """Yield the pages of a list, at most `max_pages`; "{me}" in its path is the user's id."""
        client = self.client(principal)
        if "{me}" in listing:
            listing = listing.replace("{me}", str(self._user_id(principal)))
        for page in islice(client.pages(listing), max_pages):
            yield page.expect_ok()

    def delete_found(self, entry: Entry) -> None:
        """Delete an item that was found to be of a killed run; it stays in the ledger if that fails."""
        self._ledger.add(entry)
        self._delete(entry)

    def pending(self) -> list[Entry]:
        """Return the entries that could not be undone."""
        return self._ledger.pending()

    def is_owned(self, item: Mapping[str, Any], principal: str) -> bool:
        """Return whether an item is the principal's; an item without a user is visible to its owner alone."""
        owner = owner_of(item)
        return owner is None or str(owner) == str(self._user_id(principal))

    def renew_clients(self) -> None:
        """Use new tokens from now on; tests may have revoked those of the clients."""
        self._clients.clear()

    def _items(self, principal: str, listing: str) -> Iterator[Mapping[str, Any]]:
        """Return the items of a list, at most MAX_PAGES pages."""
        pages = self.pages(principal, listing)
        return (item for page in pages for item in page.items if isinstance(item, dict))

    def _is_of_run(self, creation: Creation, item: Mapping[str, Any], entry: Entry) -> bool:
        """Return whether an item has the text of the request and its owner, and is newer than it."""
        has_its_text = not entry.texts or has_text(item, creation, entry)
        return has_its_text and self._has_owner_of(entry, item) and self._is_new(creation, item, entry)

    def _has_owner_of(self, entry: Entry, item: Mapping[str, Any]) -> bool:
        """Return whether an item has the owner that the request of an entry gave it, if it says so."""
        owner = owner_of(item)
        own = self._user_id(entry.holder) if owner is not None else None
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
        is_unknown = creation.list_path != "" and (entry.run != "" or listing[1:] in self._long_lists)
        return has_unique_text(entry) if is_unknown else entry.texts != ()

    def _ids(self, item: Mapping[str, Any]) -> Iterable[Any]:
        """Return the id of an item of a list; several if the API declares other properties as ids too."""
        own = [creation.listed_item(item).get("id") for creation in self.profile.creations]
        return dict.fromkeys(each for each in (item.get("id"), *own) if isinstance(each, str | int))

    def _has_no_user(self, principal: str) -> bool:
        """Return whether a principal has no user and creates nothing: the app, unless it is what writes."""
        return principal == "app" and self.profile.write_as != "app"

    def _user_id(self, principal: str) -> Any:
        """Return the id of a principal's user; read once."""
        if principal not in self._user_ids:
            self._user_ids[principal] = self.profile.user_id(self.client(principal))
        return self._user_ids[principal]

    def _creation_of(self, entry: Entry) -> Creation | None:
        """Return the profile's description of the operation that created an entry; None if it has none."""
        creations = self.profile.creations
        return next((each for each in creations if each.operation == entry.operation), None)

    def _give_up(self, entry: Entry, reason: str) -> None:
        """Report the resource of an entry as undeleted, and remove the entry from the ledger."""
        self.undeleted.append(f"{entry.path}: {reason}.")
        self._ledger.remove(entry)


def has_owner(item: Any) -> bool:
    """Return whether an item of a list says whose it is."""
    return isinstance(item, Mapping) and owner_of(item) is not None
