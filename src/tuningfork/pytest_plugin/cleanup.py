"""Deletes what a run created; what may not be the run's own is reported and not deleted."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import uuid4

from tuningfork.apis import Profile
from tuningfork.client.client import Client
from tuningfork.client.created_entry import CREATED, INTENDED, LISTED_BEFORE, SAVED_STATE, VERIFIED, Entry
from tuningfork.client.created_resources import CreatedResources
from tuningfork.client.target_reader import TargetReader
from tuningfork.pytest_plugin.item_deleter import ItemDeleter
from tuningfork.pytest_plugin.item_search import ItemSearch
from tuningfork.pytest_plugin.principal_view import READ_ERRORS, PrincipalView
from tuningfork.pytest_plugin.read_back import NotListedError, ReadBack


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
        self.view = PrincipalView(profile, new_client, new_checked_client)
        self._read_back = ReadBack(profile, ledger, self.view, lambda: self.now())
        self._search = ItemSearch(self.view)
        self._deleter = ItemDeleter(profile.write_rules, ledger, self.view, self._read_back)
        self._is_busy = is_busy
        self._before_change = before_change
        self._verifies = verifies
        self._failed: set[Entry] = set()
        """The entries that could not be undone; `delete_all` tries them again only with `retry`."""
        self.now: Callable[[], float] = lambda: 0.0
        """Returns the time of the target's clock."""
        self.undeleted: list[str] = []
        """A line for each resource that may not be the run's own."""
        self.undone = self._deleter.undone
        """The entries that the target has deleted or restored."""

    def list_ids(self, principal: str, list_path: str) -> tuple[str, ...] | None:
        """Return the ids of a list; empty for an app that has no lists; None if it cannot all be read now."""
        if self._has_no_user(principal):
            return ()
        self.view.renew_clients()
        try:
            return None if self._is_busy() else self.view.list_ids(principal, list_path)
        except READ_ERRORS:
            return None

    def is_created_by(self, entry: Entry) -> bool | None:
        """Return whether the resource of an entry, read back, is what its request created; None if gone."""
        self.view.renew_clients()
        self._read_back.wait_again()
        try:
            matches = self._read_back.matches(entry)
        except READ_ERRORS:
            return False
        return matches if matches is not None or self._read_back.is_gone(entry) else False

    def restoring_form(self, principal: str, operation: str) -> Mapping[str, str] | None:
        """Return the form that restores what an operation changes for good; None if it cannot be read now."""
        if self._has_no_user(principal):
            return {}
        self._before_change()
        self.view.renew_clients()
        try:
            return None if self._is_busy() else self.profile.snapshots[operation](self.view.client(principal))
        except READ_ERRORS:
            return None

    def delete_all(self, retry: bool = False) -> None:
        """Delete or restore what the ledger lists, newest first; an entry that fails stays in the ledger.

        Args:
            retry: whether entries that failed before are tried again.
        """
        self._search.forget()
        self._read_back.wait_again()
        for entry in self._ledger.pending():
            if retry or entry not in self._failed:
                with contextlib.suppress(*READ_ERRORS):
                    self._undo(entry)
        self.view.renew_clients()
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

    def _undo(self, entry: Entry) -> None:
        """Restore what the request of an entry changed, or delete what it created."""
        if entry.kind == SAVED_STATE:
            if self.view.client(entry.holder).put(entry.path, form=entry.form).status < 300:
                self.undone.append(entry)
                self._ledger.remove(entry)
        elif entry.kind == INTENDED:
            self._find_and_delete(entry)
        elif entry.kind == CREATED and self._verifies and not self._read_back.is_known(entry):
            self._verify_and_delete(entry)
        else:
            self._deleter.delete(entry)

    def _verify_and_delete(self, entry: Entry) -> None:
        """Delete the resource of an entry if it is the run's own; otherwise report it as undeleted."""
        matches = self._read_back.matches(entry)
        if matches is None:
            if self._read_back.is_gone(entry):
                self._ledger.remove(entry)
        elif matches:
            verified = entry.verified()
            self._ledger.replace(entry, verified)
            self._deleter.delete(verified)
        elif len(self._ledger.entries_at(entry.path)) > 1:  # the target gave its id to another resource
            self._ledger.remove(entry)
        else:
            self._give_up(entry, "it does not read back as what this run created")

    def _find_and_delete(self, intent: Entry) -> None:
        """Delete what a request created whose response did not name it: items with the request's text."""
        creation = self._read_back.creation_of(intent)
        if self._read_back.has_lost_item(intent):
            self._ledger.remove(intent)
            return
        if creation is None or not intent.texts:
            end = "failed" if intent.answered else "was interrupted"
            self._give_up(intent, f"a request to it {end}, and had no text by which to find its item")
            return
        with contextlib.suppress(NotListedError):
            for item in self._search.find(creation, intent):
                path = creation.item_path_for(item, intent.path)
                if path in self._ledger:
                    continue
                if self._read_back.is_of_run(creation, item, intent):
                    entry = replace(intent, path=path, kind=VERIFIED)
                    self._ledger.add(entry)
                    self._deleter.delete(entry)
                else:
                    self.undeleted.append(f"{path}: it has the text of an interrupted request, but is older.")
            self._ledger.remove(intent)
            return
        if intent.answered or self._read_back.has_expired(intent):
            self._ledger.remove(intent)

    def delete_found(self, entry: Entry) -> None:
        """Delete an item that was found to be of a killed run; it stays in the ledger if that fails."""
        self._ledger.add(entry)
        self._deleter.delete(entry)

    def pending(self) -> list[Entry]:
        """Return the entries that could not be undone."""
        return self._ledger.pending()

    def _has_no_user(self, principal: str) -> bool:
        """Return whether a principal has no user and creates nothing: the app, unless it is what writes."""
        return principal == "app" and self.profile.write_as != "app"

    def _give_up(self, entry: Entry, reason: str) -> None:
        """Report the resource of an entry as undeleted, and remove the entry from the ledger."""
        self.undeleted.append(f"{entry.path}: {reason}.")
        self._ledger.remove(entry)
