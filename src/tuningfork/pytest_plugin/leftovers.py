"""Deletes what killed jobs left on the target, and says what may still be left."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tuningfork.client.created_entry import INTENDED, LISTED_BEFORE, SAVED_STATE, Entry
from tuningfork.client.created_resources import recover
from tuningfork.client.marks import has_mark
from tuningfork.client.shared_journal import SharedJournal
from tuningfork.pytest_plugin.cleanup import Cleanup
from tuningfork.pytest_plugin.marked_items import MarkedItem, MarkedItems
from tuningfork.pytest_plugin.principal_view import READ_ERRORS

DEFAULT_AGE_S = 7200.0
"""Age from which what another run created counts as left: a test takes minutes, not hours."""
MAX_NAMED = 20
"""Items of each list that may be left and are named."""


@dataclass(slots=True)
class CleanReport:
    """What a clean-up found on one API, a line each.

    Args:
        deleted: what was deleted or restored; in a preview, what would be.
        failed: what killed jobs left and the target did not delete.
        untouched: items with a mark that are not, or may not be, of a killed job, each with the reason.
        possible: what a job may have left without a trace.
        unread: lists that could not be read, so that it is not known whether they have something left.
    """

    deleted: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)
    possible: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What killed jobs left of one API of a target.

    Args:
        folder: the folder of the journals on this machine.
        shared: the journal outside the runner; None for none.
        cleanup: deletes what they list.
        marked: finds what carries a mark.
    """

    folder: Path
    shared: SharedJournal | None
    cleanup: Cleanup
    marked: MarkedItems

    def delete(self, *, is_main: bool) -> Iterator[str]:
        """Delete what the journals of killed jobs list and, once for all workers, what carries a mark.

        Yields:
            A line for each item of a killed job, and for what may still be left.
        """
        self.delete_journalled(DEFAULT_AGE_S)
        if not is_main:
            return
        report = self.delete_marked(DEFAULT_AGE_S)
        yield from (f"deleted, left by a killed job: {line}" for line in report.deleted)
        yield from (f"not deleted, left by a killed job: {line}" for line in report.failed)
        yield from (f"not searched for items of killed jobs: {line}" for line in report.unread)
        if report.deleted or report.failed:
            yield from (f"may be left: {line}" for line in self.may_be_left())

    def delete_journalled(self, older_than: float) -> CleanReport:
        """Delete or restore what the journals of killed jobs list; what fails stays in the journal.

        Args:
            older_than: seconds since a job wrote to the journal outside the runner; a job that wrote later
                may be in progress. For a journal on this machine it is known whether its job has ended.
        """
        for file, entries in recover(self.folder):
            self.cleanup.take_over(entries)
            file.unlink(missing_ok=True)
            if self.shared is not None:
                self.shared.finish(file.stem)
        for writer, entries in self._shared_entries(older_than):
            self.cleanup.take_over(entries)
            assert self.shared is not None
            self.shared.finish(writer)
        failed = [f"{describe_entry(entry)}: the target did not do it" for entry in self.cleanup.pending()]
        return CleanReport([describe_entry(entry) for entry in self.cleanup.undone], failed)

    def delete_marked(self, older_than: float) -> CleanReport:
        """Delete the marked items of killed jobs, and read the lists again to see that they are gone.

        Args:
            older_than: seconds; a job may be in progress if the mark of its item is younger.
        """
        found = self.marked.find(older_than)
        due = [item for item in found if not item.obstacle]
        self._delete(due)
        listed = {item.entry.path for item in self.marked.find(older_than)} if due else set()
        report = self._report(found)
        report.deleted = _describe_items(item for item in due if item.entry.path not in listed)
        still_listed = _describe_items(item for item in due if item.entry.path in listed)
        report.failed += [f"{item}: the list still has it" for item in still_listed]
        return report

    def _delete(self, items: Sequence[MarkedItem]) -> None:
        """Delete items; one that lists of several users have is deleted as the first user who may do it."""
        for item in items:
            if item.entry.path not in {entry.path for entry in self.cleanup.undone}:
                with contextlib.suppress(*READ_ERRORS):
                    self.cleanup.delete_found(item.entry)

    def preview(self, older_than: float) -> CleanReport:
        """Return what a clean-up would find; nothing is changed."""
        local = [entries for _, entries in recover(self.folder)]
        shared = [entries for _, entries in self._shared_entries(older_than)]
        entries = dict.fromkeys(entry for each in (*local, *shared) for entry in each)
        journalled = [describe_entry(entry) for entry in entries if entry.kind != LISTED_BEFORE]
        found = self.marked.find(older_than)
        report = self._report(found)
        report.deleted = [*journalled, *_describe_items(item for item in found if not item.obstacle)]
        return report

    def may_be_left(self) -> Iterator[str]:
        """Yield a line for what a job may have left that carries no mark."""
        profile = self.cleanup.profile
        for creation in profile.creations:
            if not creation.item_path and creation.parent is None:
                yield f"{creation.operation}: the API deletes nothing that this creates"
            if creation.item_path and creation.list_path in ("", "{path}"):
                yield f"{creation.operation}: what this creates is found only below the run's own items"
        if self.shared is not None:
            return
        for (listing, principal), paths in self.marked.unmarked.items():
            yield f"{listing} of {principal}, if created without a mark: {_shorten(paths)}"
        for principal in self.marked.principals:
            yield from self._relations(principal)
            yield from self._states(principal)

    def _shared_entries(self, older_than: float) -> Iterator[tuple[str, list[Entry]]]:
        """Yield the writers in the journal outside the runner with what they left."""
        if self.shared is not None:
            yield from self.shared.recover(older_than)

    def _report(self, found: list[MarkedItem]) -> CleanReport:
        """Return a report of the marked items that are not deleted, and of the lists that were not read."""
        obstacles = {item.entry.path: item for item in found if item.obstacle}
        untouched = [f"{_describe_item(item)}: {item.obstacle}" for item in obstacles.values()]
        return CleanReport([], [], untouched, list(self.marked.unsearched), list(self.marked.unread))

    def _relations(self, principal: str) -> Iterator[str]:
        """Yield a line for each list of relations of a user that is not empty."""
        for relation in self.cleanup.profile.relations:
            ids = self.cleanup.list_ids(principal, relation.list_path)
            if ids is None:
                yield f"{relation.list_path} of {principal}, which can't all be read"
            elif ids:
                yield f"{relation.list_path} of {principal}, if added without --journal: {_shorten(ids)}"

    def _states(self, principal: str) -> Iterator[str]:
        """Yield a line for each property of a user that has the text of a job."""
        for operation, snapshot in self.cleanup.profile.snapshots.items():
            with contextlib.suppress(*READ_ERRORS):
                for name, text in snapshot(self.cleanup.view.client(principal)).items():
                    if has_mark(text):
                        yield f"{operation} of {principal}: {name} is {text!r}; what it was before is unknown"


def _shorten(names: Sequence[str]) -> str:
    """Return the first of some names, and how many more there are."""
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return ", ".join(names[:MAX_NAMED]) + more


def describe_entry(entry: Entry) -> str:
    """Return what was to be done about an entry of a journal."""
    if entry.kind == SAVED_STATE:
        return f"restored {entry.path} of {entry.holder}"
    if entry.kind == INTENDED:
        return f"what {entry.operation} of {entry.holder} may have created"
    return f"{entry.path} of {entry.holder}"


def _describe_items(items: Iterable[MarkedItem]) -> list[str]:
    """Return a line for each item, which the lists of several users may have."""
    return [_describe_item(item) for item in {item.entry.path: item for item in items}.values()]


def _describe_item(item: MarkedItem) -> str:
    """Return the path and the text of an item, and what its mark says."""
    text = f"{item.entry.path} of {item.entry.holder}, {item.text!r}"
    if item.mark is None:
        return text
    return f"{text} (run {item.mark.run}, {datetime.fromtimestamp(item.mark.time, UTC):%Y-%m-%d %H:%M} UTC)"
