"""Refuses requests that may change data of other users, and journals what each request creates."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from tuningfork import not_verified
from tuningfork.client.created_entry import CREATED, SAVED_STATE, Entry
from tuningfork.client.created_resources import CreatedResources
from tuningfork.client.creation import Creation
from tuningfork.client.lists_before_run import JournalledLists, ListsBeforeRun
from tuningfork.client.own_deletions import OwnDeletions
from tuningfork.client.own_items import OwnItems
from tuningfork.client.own_relations import OwnRelations
from tuningfork.client.own_resources import OwnResources
from tuningfork.client.request_safety import SAFE_METHODS, RequestSafety, unsafe_methods
from tuningfork.client.target_clock import TargetClock
from tuningfork.client.target_reader import TargetReader
from tuningfork.client.write_refusals import (
    NEVER_SENT,
    NOT_CREATED_BY_RUN,
    NOT_DECLARED,
    READ_ONLY,
    UNREADABLE_STATE,
)
from tuningfork.client.write_rules import WriteRules
from tuningfork.model import Exchange, Request


@dataclass(slots=True)
class WriteGuard:
    """Checks each request before it is sent and journals what it creates.

    Args:
        safety: decides which requests are harmless.
        journal: the journal of resources that the run created or may have created, and of states to restore.
        reader: reads the state of the target.
        restorable: operations that overwrite a property of the user, such as "PUT /account".
        unauthenticated_principal: whose account is searched for what a request without credentials creates;
            None if no account can be searched.
        may_write: whether the run may write.
        protects_existing: whether only resources that this run created may be changed.
        rules: what the API declares about its requests.
        lists_before_run: what lists had before the run, for all its workers.
    """

    safety: RequestSafety
    journal: CreatedResources
    reader: TargetReader
    restorable: frozenset[str] = frozenset()
    unauthenticated_principal: str | None = None
    may_write: bool = True
    protects_existing: bool = False
    rules: WriteRules = field(default_factory=WriteRules)
    lists_before_run: ListsBeforeRun = field(default_factory=ListsBeforeRun)
    clock: TargetClock = field(init=False, default_factory=TargetClock)
    _own: OwnResources = field(init=False)
    _deletions: OwnDeletions = field(init=False)
    _items: OwnItems = field(init=False)
    _relations: OwnRelations = field(init=False)
    _lock: threading.RLock = field(init=False, default_factory=threading.RLock)

    def __post_init__(self) -> None:
        lists = JournalledLists(self.lists_before_run, self.journal, self.reader)
        self._own = OwnResources(self.safety, self.journal, self.rules)
        self._deletions = OwnDeletions(self._own)
        self._items = OwnItems(self._own, lists, self._deletions, self.clock)
        self._relations = OwnRelations(self._own, lists, self._deletions, self.protects_existing)

    def check_request(
        self, principal: str | None, request: Request, path: str | None, is_browser: bool
    ) -> None:
        """Journal what a request may create; end the test as not verified if it must not be sent.

        Args:
            principal: whose credentials the request has; None if it has none.
            request: the request that is about to be sent.
            path: its path below the base URL, still percent-encoded; None if it is outside the base URL.
            is_browser: whether the session follows a consent page.
        """
        if path is not None and self.rules.is_never_sent(request, path):
            not_verified(NEVER_SENT)
        if self._only_reads(request, path):
            return
        if not self.may_write:
            if self.rules.is_strict or not self.safety.is_harmless(request, path, is_browser):
                not_verified(READ_ONLY)
        elif path is None or self.safety.is_login(request.method, path, is_browser):
            return
        elif principal or self.unauthenticated_principal:
            self._check_write(str(principal or self.unauthenticated_principal), request, path)

    def would_refuse(self, request: Request, path: str | None) -> bool:
        """Return whether `check_request` would end the test; decided without a request to the target."""
        if path is not None and self.rules.is_never_sent(request, path):
            return True
        if self._only_reads(request, path):
            return False
        if not self.may_write:
            return self.rules.is_strict or not self.safety.is_harmless(request, path)
        if path is None or not self.protects_existing:
            return False
        creation = self.safety.creation_of(request, path)
        if creation is not None and self._own.has_foreign_name(creation, path):
            return True
        if self.rules.is_strict:
            return not self._own.covers(request, path)
        creates_new = creation is not None and creation.item_path != ""
        return not (creates_new or self.safety.added_relation(request, path)) and self._own.is_foreign(path)

    def note_response(self, exchange: Exchange, path: str | None, principal: str | None = None) -> None:
        """Journal what an exchange has created or deleted, with the credentials of a principal."""
        self.clock.read(exchange.response)
        request, holder = exchange.request, principal or self.unauthenticated_principal
        if path is None or not self.may_write:
            return
        with self._lock:
            if request.method in SAFE_METHODS:
                self._items.note_read(exchange, path)
            elif creation := self.safety.creation_of(request, path):
                self._items.note_response(creation, exchange, path)
            elif relation := self.safety.added_relation(request, path):
                self._relations.note_response(holder, relation[1], exchange.response.status)
            else:
                self._deletions.note_response(exchange, path, holder)

    def verify_created(self) -> None:
        """Read back what was created, before an outage whose responses these requests would use up."""
        for entry in self.journal.entries_of_kind(CREATED) if self.protects_existing else ():
            self._verify(entry)

    def _check_write(self, principal: str, request: Request, path: str) -> None:
        """Journal what a writing request creates; end the test if it changes what this run did not create."""
        with self._lock:
            if self.rules.is_strict and self.protects_existing and not self._own.covers(request, path):
                is_declared = self.rules.changed_items(request, path) is not None
                not_verified(NOT_CREATED_BY_RUN if is_declared else NOT_DECLARED)
            if creation := self.safety.creation_of(request, path):
                if self.protects_existing and not self._own.is_new(creation, path):
                    self._check_replacement(creation, path)
                self._items.intend(creation, principal, request, path)
            elif relation := self.safety.added_relation(request, path):
                self._relations.intend(principal, *relation)
            else:
                self._check_change(principal, request, path)
                self._deletions.intend(request, path)
                self._items.note_texts(request, self.rules.changed_items(request, path) or [path])

    def _check_replacement(self, creation: Creation, path: str) -> None:
        """End the test as not verified if a creation may replace what this run did not create."""
        if self._own.has_foreign_name(creation, path):
            not_verified(NOT_CREATED_BY_RUN)
        self._check_item(path)

    def _check_change(self, principal: str, request: Request, path: str) -> None:
        """Journal the state that a request overwrites; end the test if this run did not create it."""
        operation = f"{request.method} {path.rstrip('/')}"
        if operation in self.restorable:
            self._save_state(principal, operation, path)
        if not self.protects_existing:
            return
        if removed := next(self.safety.removed_relations(request, path), None):
            self._relations.check_removal(principal, *removed)
        elif self.rules.is_strict:
            self._verify_items(request, path)
        else:
            self._check_item(path)

    def _check_item(self, path: str) -> None:
        """End the test as not verified if the item at a path may be one that this run did not create."""
        if self._own.is_foreign(path):
            not_verified(NOT_CREATED_BY_RUN)
        self._verify(self.journal.find_containing(path))

    def _verify(self, entry: Entry | None) -> None:
        """End the test as not verified if the item of an entry does not read back as this run's own.

        What is inside an item of the run is not read for that.
        """
        while entry is not None and entry.is_inside:
            entry = self.journal.find_exactly(entry.below)
        if entry is not None and entry.kind == CREATED:
            is_own = self.reader.is_created_by(entry)
            if is_own is False:
                not_verified(NOT_CREATED_BY_RUN)
            if is_own:
                self.journal.replace(entry, entry.verified())

    def _verify_items(self, request: Request, path: str) -> None:
        """End the test as not verified if an item that a request changes does not read back as own."""
        for item_path in self.rules.changed_items(request, path) or ():
            self._verify(self._own.find(item_path))

    def _only_reads(self, request: Request, path: str | None) -> bool:
        """Return whether a request changes nothing; a strict API has only GET, HEAD and OPTIONS for that."""
        is_safe = request.method in SAFE_METHODS and not unsafe_methods(request)
        if self.rules.is_strict and request.method == "TRACE":
            return False
        return is_safe or (path is not None and self.rules.only_reads(request, path))

    def _save_state(self, principal: str, operation: str, path: str) -> None:
        """Journal the form that restores what an operation overwrites, once for each principal and path."""
        saved = self.journal.entries_of_kind(SAVED_STATE)
        if any((entry.holder, entry.path) == (principal, path) for entry in saved):
            return
        form = self.reader.restoring_form(principal, operation)
        if form is None and self.protects_existing:
            not_verified(UNREADABLE_STATE)
        if form:
            self.journal.add(Entry(principal, path, SAVED_STATE, operation, form=tuple(form.items())))
