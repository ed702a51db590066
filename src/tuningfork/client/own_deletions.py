"""What a run deletes, from the request to its response."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tuningfork.client.created_entry import CREATED, VERIFIED
from tuningfork.client.own_resources import OwnResources
from tuningfork.model import Exchange, Request


@dataclass(frozen=True, slots=True)
class Deletion:
    """A request that deletes something and has no response yet.

    Args:
        request: the request.
        paths: the paths of what it deletes.
        numbers: the numbers of the entries that these paths had when it was sent.
    """

    request: Request
    paths: list[str]
    numbers: frozenset[int]


@dataclass(slots=True)
class OwnDeletions:
    """Journals what requests delete.

    Until the response to a deletion, the target may give the path to a new resource.

    Args:
        own: what the run has created, and its journal.
    """

    own: OwnResources
    _sent: dict[int, Deletion] = field(default_factory=dict)
    """The deletions without a response, by the identity of their request."""

    def intend(self, request: Request, path: str) -> None:
        """Note what a request deletes, before it is sent."""
        if paths := self._paths(request, path):
            entries = [entry for each in paths for entry in self.own.journal.entries_at(each)]
            self._sent[id(request)] = Deletion(request, paths, frozenset(each.number for each in entries))
            for entry in entries:  # read back again before another deletion: the path may be that of another
                if entry.kind == VERIFIED:
                    self.own.journal.replace(entry, replace(entry, kind=CREATED))

    def is_deleting(self, path: str) -> bool:
        """Return whether a deletion of the resource at a path was sent and has no response yet."""
        return any(path in deletion.paths for deletion in self._sent.values())

    def note_response(self, exchange: Exchange, path: str, holder: str | None) -> None:
        """Journal what a request deleted: the entries of when it was sent, not those of a newer resource."""
        paths, sent = self._paths(exchange.request, path), self._sent.pop(id(exchange.request), None)
        if not paths or not self.own.rules.confirms_deletion(exchange):
            return
        self.own.add(paths)
        numbers = None if sent is None else sent.numbers
        if deleted_item := self.own.rules.deleted_item(exchange.request, path):
            self.own.journal.remove_exactly(deleted_item, numbers)
            return
        for deleted in paths:
            self.own.journal.mark_deleted(deleted, holder, numbers)

    def _paths(self, request: Request, path: str) -> list[str]:
        """Return the paths of the item and the relations that a request deletes; empty for other requests."""
        if deleted_item := self.own.rules.deleted_item(request, path):
            return [deleted_item]
        if request.method != "DELETE":
            return []
        return [path, *(deleted for _, deleted in self.own.safety.removed_relations(request, path))]
