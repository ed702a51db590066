"""The relations that a run adds, such as likes, and those that are older."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote

from tuningfork import not_verified
from tuningfork.client.created_entry import RELATED, Entry
from tuningfork.client.creation import Relation
from tuningfork.client.lists_before_run import JournalledLists
from tuningfork.client.own_deletions import OwnDeletions
from tuningfork.client.own_resources import OwnResources
from tuningfork.client.write_refusals import NOT_CREATED_BY_RUN, UNREADABLE_STATE


@dataclass(slots=True)
class OwnRelations:
    """Journals the relations that requests add, and protects those that existed before the run.

    Args:
        own: what the run has created, and its journal.
        lists: what lists had before the run.
        deletions: what the run deletes.
        protects_existing: whether nothing is added that could be older than the run.
    """

    own: OwnResources
    lists: JournalledLists
    deletions: OwnDeletions
    protects_existing: bool
    _confirmed: set[tuple[str | None, str]] = field(default_factory=set)
    """Principals and delete paths of relations that a 2xx confirmed."""

    def intend(self, principal: str, relation: Relation, path: str) -> None:
        """Journal a relation that a request adds, unless it existed before this run."""
        if self.own.journal.has_relation(principal, path):
            if self.deletions.is_deleting(path):
                number = self.own.journal.new_number()
                self.own.journal.add(Entry(principal, path, RELATED, relation.operation, number=number))
            return
        if self.own.safety.is_unused(_id_in(relation.delete_path, path)):
            return
        ids = self.lists.ids(principal, relation.list_path)
        if ids is None and self.protects_existing:
            not_verified(UNREADABLE_STATE)
        if ids is None or _id_in(relation.delete_path, path) not in ids:
            self.own.journal.add(Entry(principal, path, RELATED, relation.operation))

    def note_response(self, holder: str | None, delete_path: str, status: int) -> None:
        """Confirm a relation after a 2xx; after a 4xx, remove one that was never confirmed."""
        if 200 <= status < 300:
            self._confirmed.add((holder, delete_path))
        elif 400 <= status < 500 and (holder, delete_path) not in self._confirmed:
            self.own.journal.mark_deleted(delete_path, holder)

    def check_removal(self, principal: str, relation: Relation, path: str) -> None:
        """End the test as not verified if the relation that `path` deletes may be older than this run."""
        related_id = _id_in(relation.delete_path, path)
        if self.own.journal.has_relation(principal, path) or self.own.safety.is_unused(related_id):
            return
        ids = self.lists.ids(principal, relation.list_path)
        if ids is None or related_id in ids:
            not_verified(UNREADABLE_STATE if ids is None else NOT_CREATED_BY_RUN)


def _id_in(template: str, path: str) -> str:
    """Return the id that replaced `{id}` of a template in a path, as a list has it."""
    start = len(template.partition("{id}")[0])
    return unquote(path[start:].partition("/")[0])
