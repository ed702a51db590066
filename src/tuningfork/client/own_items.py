"""The items that a run creates: journalled before the request, and again when a response names them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tuningfork.client.created_entry import CREATED, INTENDED, Entry
from tuningfork.client.creation import Creation, marker_texts, owner_of
from tuningfork.client.lists_before_run import JournalledLists
from tuningfork.client.own_deletions import OwnDeletions
from tuningfork.client.own_resources import OwnResources
from tuningfork.client.target_clock import TargetClock
from tuningfork.client.write_rules import ACCEPTED
from tuningfork.model import Exchange, Request

UNDECIDED_STATUSES = (ACCEPTED, 502, 503, 504)
"""Responses after which the target may still create the item."""


@dataclass(slots=True)
class OwnItems:
    """Journals the items that requests create, and the texts by which they are recognized.

    Args:
        own: what the run has created, and its journal.
        lists: what lists had before the run.
        deletions: what the run deletes.
        clock: the clock of the target.
    """

    own: OwnResources
    lists: JournalledLists
    deletions: OwnDeletions
    clock: TargetClock

    def intend(self, creation: Creation, principal: str, request: Request, path: str) -> None:
        """Journal, before a request is sent, that it may create an item, unless the journal has it."""
        self.note_texts(request, [path])
        entry = self.own.find(path)
        is_created_again = entry is not None and entry.path == path and self.deletions.is_deleting(path)
        below = self.own.whole_of(request, path)
        is_part = below != "" and self.own.rules.is_strict  # elsewhere parts are deleted with their item
        if creation.item_path and (entry is None or is_created_again or is_part):
            self._journal_intent(creation, principal, request, path, below)

    def note_texts(self, request: Request, item_paths: list[str]) -> None:
        """Journal the texts that a request gives own items, so that a later run recognizes them too."""
        for entry in filter(None, map(self.own.journal.find_exactly, item_paths)):
            names = [
                each.marker_properties
                for each in self.own.safety.creations
                if each.operation == entry.operation
            ]
            texts = marker_texts(request, names[0]) if names and entry.texts else ()
            if new := tuple(text for text in texts if text not in entry.texts + entry.later_texts):
                self.own.journal.replace(entry, replace(entry, later_texts=entry.later_texts + new))

    def note_read(self, exchange: Exchange, path: str) -> None:
        """Journal that a new item was read."""
        entry = self.own.journal.find_exactly(path) if exchange.request.method == "GET" else None
        if entry is not None and entry.kind == CREATED and exchange.response.status == 200:
            self.own.journal.replace(entry, replace(entry, was_read=True))

    def note_response(self, creation: Creation, exchange: Exchange, path: str) -> None:
        """Journal the item that a response contains, and close the intent if the outcome is certain."""
        intent = self._find_intent(exchange.request, path, creation)
        item = creation.find_item(exchange.response, path)
        status = exchange.response.status
        is_created = item is not None and 200 <= status < 300
        if item is not None and is_created:
            item_path = creation.item_path_for(item, path)
            if not creation.item_path:
                self.own.add([f"{path}/{item['id']}"])  # it can't be deleted, but this run may change it
            elif intent is not None and self._is_new(item_path, intent):
                owner = owner_of(item)
                owner_id = "" if owner is None else str(owner)
                self.own.journal.add(replace(intent, path=item_path, kind=CREATED, owner=owner_id))
        if intent is None:
            return
        is_outcome_known = is_created or 400 <= status < 500
        if is_outcome_known or self.own.safety.creates_nothing(creation, exchange.request):
            self.own.journal.remove(intent)
        else:
            self.own.journal.replace(intent, replace(intent, answered=status not in UNDECIDED_STATUSES))

    def _journal_intent(
        self, creation: Creation, principal: str, request: Request, path: str, below: str
    ) -> None:
        """Journal that a request may create an item whose path is not known yet."""
        is_in_new_list = below != "" and path.startswith(f"{below}/")
        if not is_in_new_list and not creation.created_at_property and creation.list_path:
            self.lists.ids(principal, creation.list_path_for(path))  # for the clean-up
        texts = marker_texts(request, creation.marker_properties)
        number, since = self.own.journal.new_number(), self.clock.time()
        operation = creation.operation
        self.own.journal.add(
            Entry(principal, path, INTENDED, operation, texts, since, number=number, below=below)
        )

    def _is_new(self, item_path: str, intent: Entry) -> bool:
        """Return whether the journal lacks an item that the request of an intent created.

        A resource that is being deleted, or that has other texts, had the path before.
        """
        texts = [entry.texts for entry in self.own.journal.entries_at(item_path)]
        return intent.texts not in texts or self.deletions.is_deleting(item_path)

    def _find_intent(self, request: Request, path: str, creation: Creation) -> Entry | None:
        """Return the open intent with the path and marker texts of a request; None if no intent has them."""
        key = (path, marker_texts(request, creation.marker_properties))
        intents = self.own.journal.entries_of_kind(INTENDED)
        return next((intent for intent in intents if (intent.path, intent.texts) == key), None)
