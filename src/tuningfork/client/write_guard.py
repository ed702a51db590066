"""Refuses requests that may change data of other users, and journals what each request creates."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

from tuningfork import not_verified
from tuningfork.client.created_entry import (
    CREATED,
    INTENDED,
    LISTED_BEFORE,
    RELATED,
    SAVED_STATE,
    VERIFIED,
    Entry,
)
from tuningfork.client.created_resources import CreatedResources
from tuningfork.client.creation import Creation, Relation, marker_texts, owner_of
from tuningfork.client.lists_before_run import ListsBeforeRun
from tuningfork.client.marks import UNIQUE_PATTERN
from tuningfork.client.request_safety import SAFE_METHODS, RequestSafety, unsafe_methods
from tuningfork.client.write_rules import ACCEPTED, WriteRules
from tuningfork.model import Exchange, Request

NEVER_SENT = "conventions.yaml says that the request is never sent"
READ_ONLY = "the request would change data, and the run is read-only"
NOT_CREATED_BY_RUN = "the request would change data that this run did not create"
NOT_DECLARED = "no resource or relation of conventions.yaml says what the request changes"
UNREADABLE_STATE = "the current state can't be read, so the change could not be undone"
REFUSALS = frozenset([NEVER_SENT, READ_ONLY, NOT_CREATED_BY_RUN, NOT_DECLARED])
"""Why a request is not sent, regardless of what other processes of the run do."""
ID_PATTERN = re.compile(r"([A-Za-z]+[_-]?)?[1-9][0-9]{0,18}|(?=[^0-9]*[0-9])[0-9A-Za-z_-]{16,64}", re.ASCII)
"""Path segments that a server may take for the id of an existing resource."""
UNDECIDED_STATUSES = (ACCEPTED, 502, 503, 504)
"""Responses after which the target may still create the item."""
OWN_NAME = re.compile(f"tuning-fork-{UNIQUE_PATTERN}")
"""The names that tests choose for new items."""
MAX_CLOCK_LAG_S = 900.0
"""Assumed lag of the target's clock behind the local one until a response has a Date header."""


class TargetReader:
    """Reads the state of the target outside the exchanges of the tests."""

    def list_ids(self, principal: str, list_path: str) -> tuple[str, ...] | None:
        """Return the ids in the list at `list_path`; None if it can't be read now, or not to its end."""
        raise NotImplementedError

    def is_created_by(self, entry: Entry) -> bool | None:
        """Return whether the resource at `entry.path` was created by the request of that entry.

        None if it was, and is gone.
        """
        raise NotImplementedError

    def restoring_form(self, principal: str, operation: str) -> Mapping[str, str] | None:
        """Return the form that restores what an operation overwrites; None if the state can't be read.

        The form is empty for an app, which has no state of its own.
        """
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Deletion:
    """A request that deletes something and has no response yet.

    Args:
        request: the request.
        paths: the paths of what it deletes.
        numbers: the numbers of the entries that these paths had when it was sent.
    """

    request: Request
    paths: frozenset[str]
    numbers: frozenset[int]


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
    last_date: tuple[str, float] = ("", 0.0)
    """The Date header of the last response, and the local Unix time at which it arrived."""
    _confirmed: set[tuple[str | None, str]] = field(default_factory=set)
    """Principals and delete paths of relations that a 2xx confirmed."""
    _own_paths: set[str] = field(default_factory=set)
    """Paths of deleted or undeletable resources, which are not foreign although the journal omits them."""
    _deletions: dict[int, Deletion] = field(default_factory=dict)
    """The deletions without a response, by the identity of their request."""
    _lock: threading.RLock = field(default_factory=threading.RLock)

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
        creation = self._find_creation(request, path)
        if creation is not None and self._has_foreign_name(creation, path):
            return True
        if self.rules.is_strict:
            return not self._changes_own(request, path)
        creates_new = creation is not None and creation.item_path != ""
        return not (creates_new or self._find_relation(request, path)) and self._is_foreign(path)

    def note_response(self, exchange: Exchange, path: str | None, principal: str | None = None) -> None:
        """Journal what an exchange has created or deleted, with the credentials of a principal."""
        if date := exchange.response.headers.get("date"):
            self.last_date = (date, time.time())
        request, holder = exchange.request, principal or self.unauthenticated_principal
        if path is None or not self.may_write:
            return
        if request.method in SAFE_METHODS:
            self._note_read(exchange, path)
            return
        with self._lock:
            if creation := self._find_creation(request, path):
                self._journal_created(creation, exchange, path)
            elif relation := self._find_relation(request, path):
                self._confirm_relation(holder, relation[1], exchange.response.status)
            elif deleted_paths := self._deleted_paths(request, path):
                deletion = self._deletions.pop(id(request), None)
                if self.rules.confirms_deletion(exchange):
                    self._own_paths.update(deleted_paths)
                    self._journal_deleted(deletion, request, path, holder)

    def verify_created(self) -> None:
        """Read back what was created, before an outage whose responses these requests would use up."""
        for entry in self.journal.entries_of_kind(CREATED) if self.protects_existing else ():
            self._verify(entry)

    def target_time(self) -> float:
        """Return the Unix time of the target's clock; without a Date header, a time that is not later."""
        date, received_at = self.last_date
        try:
            return parsedate_to_datetime(date).timestamp() + time.time() - received_at
        except (ValueError, OverflowError):
            return time.time() - MAX_CLOCK_LAG_S

    def _check_write(self, principal: str, request: Request, path: str) -> None:
        """Journal what a writing request creates; end the test if it changes what this run did not create."""
        with self._lock:
            if self.rules.is_strict and self.protects_existing and not self._changes_own(request, path):
                is_declared = self.rules.changed_items(request, path) is not None
                not_verified(NOT_CREATED_BY_RUN if is_declared else NOT_DECLARED)
            if creation := self._find_creation(request, path):
                self._check_creation(creation, principal, request, path)
            elif relation := self._find_relation(request, path):
                self._journal_relation(principal, *relation)
            else:
                self._check_change(principal, request, path)
                self._note_deletion(request, path)
                self._note_texts(request, self.rules.changed_items(request, path) or [path])

    def _note_texts(self, request: Request, item_paths: list[str]) -> None:
        """Journal the texts that a request gives own items, so that a later run recognizes them too."""
        for entry in filter(None, map(self.journal.find_exactly, item_paths)):
            names = [
                each.marker_properties for each in self.safety.creations if each.operation == entry.operation
            ]
            texts = marker_texts(request, names[0]) if names and entry.texts else ()
            if new := tuple(text for text in texts if text not in entry.texts + entry.later_texts):
                self.journal.replace(entry, replace(entry, later_texts=entry.later_texts + new))

    def _deleted_paths(self, request: Request, path: str) -> list[str]:
        """Return the paths of the item and the relations that a request deletes; empty for other requests."""
        if deleted_item := self.rules.deleted_item(request, path):
            return [deleted_item]
        if request.method != "DELETE":
            return []
        relations = [relation.deleted_path(request, path) for relation in self.safety.relations]
        return [path, *filter(None, relations)]

    def _note_read(self, exchange: Exchange, path: str) -> None:
        """Journal that a new item was read."""
        with self._lock:
            entry = self.journal.find_exactly(path) if exchange.request.method == "GET" else None
            if entry is not None and entry.kind == CREATED and exchange.response.status == 200:
                self.journal.replace(entry, replace(entry, was_read=True))

    def _note_deletion(self, request: Request, path: str) -> None:
        """Note what a request deletes: until its response, the target may give the path to a new resource."""
        if paths := self._deleted_paths(request, path):
            entries = [entry for each in paths for entry in self.journal.entries_at(each)]
            numbers = frozenset(entry.number for entry in entries)
            self._deletions[id(request)] = Deletion(request, frozenset(paths), numbers)
            for entry in entries:  # read back again before another deletion: the path may be that of another
                if entry.kind == VERIFIED:
                    self.journal.replace(entry, replace(entry, kind=CREATED))

    def _is_being_deleted(self, path: str) -> bool:
        """Return whether a deletion of the resource at a path was sent and has no response yet."""
        return any(path in deletion.paths for deletion in self._deletions.values())

    def _journal_deleted(
        self, deletion: Deletion | None, request: Request, path: str, holder: str | None
    ) -> None:
        """Journal what a request deleted: the entries of when it was sent, not those of a newer resource."""
        numbers = None if deletion is None else deletion.numbers
        if deleted_item := self.rules.deleted_item(request, path):
            self.journal.remove_exactly(deleted_item, numbers)
            return
        for deleted in self._deleted_paths(request, path):
            self.journal.mark_deleted(deleted, holder, numbers)

    def _check_creation(self, creation: Creation, principal: str, request: Request, path: str) -> None:
        """Journal what a request creates; end the test if it may replace what this run did not create."""
        name = creation.name_in(path)
        entry = self.journal.find_exactly(path) or self.journal.find_containing(path)
        is_new = entry is None and OWN_NAME.fullmatch(name) is not None if name else creation.item_path != ""
        if self.protects_existing and not is_new:
            if self._has_foreign_name(creation, path):
                not_verified(NOT_CREATED_BY_RUN)
            self._check_item(path)
        self._note_texts(request, [path])
        is_created_again = entry is not None and entry.path == path and self._is_being_deleted(path)
        below = self._below(request, path)
        is_part = below != "" and self.rules.is_strict  # elsewhere parts are deleted with their item
        if creation.item_path and (entry is None or is_created_again or is_part):
            self._journal_intent(creation, principal, request, path, below)

    def _below(self, request: Request, path: str) -> str:
        """Return the path of the own item that a request creates a part of; empty without one."""
        containing = self.journal.find_containing(path)
        paths = [*(self.rules.changed_items(request, path) or ()), *([containing.path] if containing else ())]
        return next((each for each in paths if each in self.journal and each != path.rstrip("/")), "")

    def _has_foreign_name(self, creation: Creation, path: str) -> bool:
        """Return whether a creation names an item that may exist and that this run did not create."""
        name = creation.name_in(path)
        if not name or OWN_NAME.fullmatch(name) or self.safety.is_unused(name):
            return False
        return self.journal.find_containing(path) is None and path not in self._own_paths

    def _journal_intent(
        self, creation: Creation, principal: str, request: Request, path: str, below: str
    ) -> None:
        """Journal, before a request is sent, that it may create an item whose path is not known yet."""
        is_in_new_list = below != "" and path.startswith(f"{below}/")
        if not is_in_new_list and not creation.created_at_property and creation.list_path:
            self._ids_before_run(principal, creation.list_path_for(path))  # for the clean-up
        texts = marker_texts(request, creation.marker_properties)
        number = self.journal.new_number()
        operation = creation.operation
        self.journal.add(
            Entry(principal, path, INTENDED, operation, texts, self.target_time(), number=number, below=below)
        )

    def _journal_created(self, creation: Creation, exchange: Exchange, path: str) -> None:
        """Journal the item that a response contains, and close the intent if the outcome is certain."""
        intent = self._find_intent(exchange.request, path, creation)
        item = creation.find_item(exchange.response, path)
        status = exchange.response.status
        is_created = item is not None and 200 <= status < 300
        if item is not None and is_created:
            item_path = creation.item_path_for(item, path)
            if not creation.item_path:
                self._own_paths.add(f"{path}/{item['id']}")  # it can't be deleted, but this run may change it
            elif intent is not None and self._is_new(item_path, intent):
                owner = owner_of(item)
                owner_id = "" if owner is None else str(owner)
                self.journal.add(replace(intent, path=item_path, kind=CREATED, owner=owner_id))
        if intent is None:
            return
        is_outcome_known = is_created or 400 <= status < 500
        if is_outcome_known or self.safety.creates_nothing(creation, exchange.request):
            self.journal.remove(intent)
        else:
            self.journal.replace(intent, replace(intent, answered=status not in UNDECIDED_STATUSES))

    def _is_new(self, item_path: str, intent: Entry) -> bool:
        """Return whether the journal lacks an item that the request of an intent created.

        A resource that is being deleted, or that has other texts, had the path before.
        """
        texts = [entry.texts for entry in self.journal.entries_at(item_path)]
        return intent.texts not in texts or self._is_being_deleted(item_path)

    def _find_intent(self, request: Request, path: str, creation: Creation) -> Entry | None:
        """Return the open intent with the path and marker texts of a request; None if no intent has them."""
        key = (path, marker_texts(request, creation.marker_properties))
        intents = self.journal.entries_of_kind(INTENDED)
        return next((intent for intent in intents if (intent.path, intent.texts) == key), None)

    def _journal_relation(self, principal: str, relation: Relation, path: str) -> None:
        """Journal a relation that a request adds, unless it existed before this run."""
        if self.journal.has_relation(principal, path):
            if self._is_being_deleted(path):
                number = self.journal.new_number()
                self.journal.add(Entry(principal, path, RELATED, relation.operation, number=number))
            return
        if self.safety.is_unused(_id_in(relation.delete_path, path)):
            return
        ids = self._ids_before_run(principal, relation.list_path)
        if ids is None and self.protects_existing:
            not_verified(UNREADABLE_STATE)
        if ids is None or _id_in(relation.delete_path, path) not in ids:
            self.journal.add(Entry(principal, path, RELATED, relation.operation))

    def _confirm_relation(self, holder: str | None, delete_path: str, status: int) -> None:
        """Confirm a relation after a 2xx; after a 4xx, remove one that was never confirmed."""
        if 200 <= status < 300:
            self._confirmed.add((holder, delete_path))
        elif 400 <= status < 500 and (holder, delete_path) not in self._confirmed:
            self.journal.mark_deleted(delete_path, holder)

    def _check_change(self, principal: str, request: Request, path: str) -> None:
        """Journal the state that a request overwrites; end the test if this run did not create it."""
        operation = f"{request.method} {path.rstrip('/')}"
        if operation in self.restorable:
            self._save_state(principal, operation, path)
        if not self.protects_existing:
            return
        if self.rules.is_strict and not self._removes_relation(request, path):
            self._verify_items(request, path)
            return
        for relation in self.safety.relations:
            deleted = relation.deleted_path(request, path)
            if deleted is not None:
                self._check_relation(principal, relation, deleted)
                return
        self._check_item(path)

    def _check_item(self, path: str) -> None:
        """End the test as not verified if the item at a path may be one that this run did not create."""
        if self._is_foreign(path):
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
                self.journal.replace(entry, replace(entry, kind=VERIFIED, was_read=True))

    def _verify_items(self, request: Request, path: str) -> None:
        """End the test as not verified if an item that a request changes does not read back as own."""
        for item_path in self.rules.changed_items(request, path) or ():
            self._verify(self.journal.find_exactly(item_path) or self.journal.find_containing(item_path))

    def _only_reads(self, request: Request, path: str | None) -> bool:
        """Return whether a request changes nothing; a strict API has only GET, HEAD and OPTIONS for that."""
        is_safe = request.method in SAFE_METHODS and not unsafe_methods(request)
        if self.rules.is_strict and request.method == "TRACE":
            return False
        return is_safe or (path is not None and self.rules.only_reads(request, path))

    def _removes_relation(self, request: Request, path: str) -> bool:
        """Return whether a request removes a relation."""
        return any(relation.deleted_path(request, path) is not None for relation in self.safety.relations)

    def _changes_own(self, request: Request, path: str) -> bool:
        """Return whether a request changes only what this run created, or what does not exist."""
        changed = self.rules.changed_items(request, path)
        if changed is None:
            return self.safety.names_only_unused(path)
        return all(self._is_own(item_path) for item_path in changed)

    def _is_own(self, item_path: str) -> bool:
        """Return whether an item was created by this run, or does not exist."""
        is_known = self.journal.find_exactly(item_path) or self.journal.find_containing(item_path)
        if is_known or any(f"{item_path}/".startswith(f"{own}/") for own in self._own_paths):
            return True
        item_id = self.rules.id_of(item_path)
        if item_id is None:
            return self.safety.ends_with_unused_id(item_path)
        return self.safety.is_unused(item_id)

    def _is_foreign(self, path: str) -> bool:
        """Return whether a path has the id of a resource that may exist and that this run did not create."""
        segments = self.safety.path_ids(path)
        ids = [segment for segment in segments if ID_PATTERN.fullmatch(segment.partition(".json")[0])]
        if all(self.safety.is_unused(each) for each in ids) or self.journal.find_containing(path) is not None:
            return False
        return not any(f"{path}/".startswith(f"{deleted}/") for deleted in self._own_paths)

    def _check_relation(self, principal: str, relation: Relation, path: str) -> None:
        """End the test as not verified if the relation that `path` deletes may be older than this run."""
        related_id = _id_in(relation.delete_path, path)
        if self.journal.has_relation(principal, path) or self.safety.is_unused(related_id):
            return
        ids = self._ids_before_run(principal, relation.list_path)
        if ids is None or related_id in ids:
            not_verified(UNREADABLE_STATE if ids is None else NOT_CREATED_BY_RUN)

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

    def _ids_before_run(self, principal: str, list_path: str) -> tuple[str, ...] | None:
        """Return the ids that a list had before this run, fetched once; None if the list can't be read."""
        for entry in self.journal.entries_of_kind(LISTED_BEFORE):
            if (entry.run, entry.holder, entry.path) == ("", principal, list_path):
                return entry.texts
        ids = self.lists_before_run.get(
            principal, list_path, lambda: self.reader.list_ids(principal, list_path)
        )
        if ids is not None:
            self.journal.add(Entry(principal, list_path, LISTED_BEFORE, texts=ids))
        return ids

    def _find_creation(self, request: Request, path: str) -> Creation | None:
        """Return the creating operation of a request; None if the request creates no item."""
        creations = self.safety.creations
        return next((creation for creation in creations if creation.matches(request.method, path)), None)

    def _find_relation(self, request: Request, path: str) -> tuple[Relation, str] | None:
        """Return the relation that a request adds and the path that deletes it; None for other requests."""
        for relation in self.safety.relations:
            delete_path = relation.delete_path_for(request, path)
            if delete_path is not None:
                return relation, delete_path
        return None


def _id_in(template: str, path: str) -> str:
    """Return the id that replaced `{id}` of a template in a path, as a list has it."""
    start = len(template.partition("{id}")[0])
    return unquote(path[start:].partition("/")[0])
