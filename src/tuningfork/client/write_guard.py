"""What stands around each request that may change something: the gate before it, the ledger around it."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime

from tuningfork.client.created_resources import (
    CREATED,
    INTENDED,
    LISTED_BEFORE,
    RELATED,
    SAVED_STATE,
    VERIFIED,
    CreatedResources,
    Entry,
)
from tuningfork.client.creation import Creation, Relation, marker_texts
from tuningfork.client.request_safety import SAFE_METHODS, RequestSafety, refuse, unsafe_methods
from tuningfork.model import Exchange, Request

READ_ONLY = "it would change something; the run is read only"
NOT_CREATED_BY_RUN = "it would change something that this run has not made"
UNREADABLE_STATE = "what was there before can't be read, so it could not be put back"
ID_PATTERN = re.compile(r"([A-Za-z]+[_-]?)?[1-9][0-9]{0,18}|(?=[^0-9]*[0-9])[0-9A-Za-z_-]{16,64}", re.ASCII)
"""What a server could take for the id of something that exists."""
MAX_CLOCK_LAG_S = 900.0
"""Seconds that a target's clock may be behind ours, while no answer has shown it."""


class TargetReader:
    """How the state of the target is read, beside the exchanges of the test."""

    def list_ids(self, holder: str, listing: str) -> tuple[str, ...] | None:
        """The ids of a list; None if it can't be read now."""
        raise NotImplementedError

    def is_created_by(self, entry: Entry) -> bool:
        """Whether what an answer named is what its request made."""
        raise NotImplementedError

    def restoring_form(self, holder: str, operation: str) -> Mapping[str, str] | None:
        """What puts back what an operation changes for good, empty for an app; None if it can't be read."""
        raise NotImplementedError


@dataclass(slots=True)
class WriteGuard:
    """Refuses what must not be sent, and writes down what is to be undone.

    Args:
        guard: knows what is harmless.
        ledger: where it is written down.
        around: reads the state of the target.
        keeps: the operations that change a member of the user for good.
        nobody: the holder who looks for what a request without credentials has made; None if there is none.
        writes: whether the run may write.
        is_strict: whether the target is somebody's, so that nothing is changed that this run has not made.
    """

    safety: RequestSafety
    created: CreatedResources
    reader: TargetReader
    restorable: frozenset[str] = frozenset()
    unauthenticated_principal: str | None = None
    may_write: bool = True
    protects_existing: bool = False
    last_date: tuple[str, float] = ("", 0.0)
    """The last Date header, and when it was seen, by our clock."""
    _confirmed: set[str] = field(default_factory=set)
    _gone: set[str] = field(default_factory=set)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def check_request(self, holder: str | None, request: Request, path: str | None, is_browser: bool) -> None:
        """What is done before a request is sent: it may end the test as not verified.

        Args:
            holder: whose credentials it shows; None for nobody's.
            request: what is about to be sent.
            path: its path below the base URL, as it is on the wire; None if it is elsewhere.
            is_browser: whether the session follows a consent page.
        """
        if request.method in SAFE_METHODS and not unsafe_methods(request):
            return
        if not self.may_write:
            if not self.safety.is_harmless(request, path, is_browser):
                refuse(READ_ONLY)
        elif path is None or self.safety.is_login(request.method, path, is_browser):
            return
        elif holder or self.unauthenticated_principal:
            self._write_down(str(holder or self.unauthenticated_principal), request, path)

    def would_refuse(self, request: Request, path: str | None) -> bool:
        """Whether a request would end its test, as far as that is known without asking the target."""
        if not self.may_write:
            return not self.safety.is_harmless(request, path)
        if path is None or not self.protects_existing or not unsafe_methods(request):
            return False
        creation = self._creation(request, path)
        is_new = self._relation(request, path) is not None or (
            creation is not None and creation.item_path != ""
        )
        return not is_new and self._is_foreign(path)

    def note_response(self, exchange: Exchange, path: str | None) -> None:
        """What is done once a request is answered: what it has made or removed is written down."""
        if date := exchange.response.headers.get("date"):
            self.last_date = (date, time.time())
        request = exchange.request
        if request.method in SAFE_METHODS or path is None or not self.may_write:
            return
        with self._lock:
            if creation := self._creation(request, path):
                self._made(creation, exchange, path)
            elif relation := self._relation(request, path):
                self._related(relation, exchange.response.status)
            elif request.method == "DELETE" and exchange.response.status < 300:
                removed = [one.deleted_path(request, path) for one in self.safety.relations]
                for gone in (path, *filter(None, removed)):
                    self._gone.add(gone)
                    self.created.mark_deleted(gone)

    def target_time(self) -> float:
        """The time by the target's clock, seconds since 1970, or a little before."""
        date, seen = self.last_date
        try:
            return parsedate_to_datetime(date).timestamp() + time.time() - seen
        except (ValueError, OverflowError):
            return time.time() - MAX_CLOCK_LAG_S

    def _write_down(self, holder: str, request: Request, path: str) -> None:
        with self._lock:
            if creation := self._creation(request, path):
                if self.protects_existing and not creation.item_path:
                    self._spare_items(path)
                elif (
                    creation.item_path and self.created.find_containing(path) is None
                ):  # what is within goes with the whole
                    self._intend(creation, holder, request, path)
            elif undo := self._relation(request, path):
                self._relate(holder, undo, request)
            else:
                self._spare(holder, request, path)

    def _intend(self, creation: Creation, holder: str, request: Request, path: str) -> None:
        if not creation.created_at_property:
            self._note_before(holder, creation.list_path_for(path))
        sent = marker_texts(request, creation.marker_properties)
        number = next(self._numbers)
        operation = creation.operation
        self.created.add(Entry(holder, path, INTENDED, operation, sent, self.target_time(), number=number))

    def _made(self, creation: Creation, exchange: Exchange, path: str) -> None:
        intent = self._intent(exchange.request, path, creation)
        item = creation.find_item(exchange.response)
        status = exchange.response.status
        if item is not None and 200 <= status < 300:
            made = creation.item_path_for(item, path)
            if not creation.item_path:
                self._gone.add(f"{path}/{item['id']}")  # it can't be removed, but used
            elif intent is not None and made not in self.created:
                self.created.add(replace(intent, path=made, kind=CREATED, number=0))
        if intent is None:
            return
        is_told = 400 <= status < 500 or (item is not None and 200 <= status < 300)
        if is_told or self.safety.creates_nothing(creation, exchange.request):
            self.created.remove(intent)
        else:
            self.created.replace(intent, replace(intent, answered=True))

    def _intent(self, request: Request, path: str, creation: Creation) -> Entry | None:
        sent = marker_texts(request, creation.marker_properties)
        open_ones = self.created.entries_of_kind(INTENDED)
        return next((one for one in open_ones if (one.path, one.texts) == (path, sent)), None)

    def _relate(self, holder: str, undo: tuple[Relation, str], request: Request) -> None:
        relation, path = undo
        if path in self.created or self.safety.is_unused(path.rpartition("/")[2].rpartition("=")[2]):
            return
        there = self._note_before(holder, relation.list_path)
        if there is None and self.protects_existing:
            refuse(UNREADABLE_STATE)
        if there is None or _id_in(relation.delete_path, path) not in there:
            self.created.add(Entry(holder, path, RELATED, relation.operation))

    def _related(self, relation: tuple[Relation, str], status: int) -> None:
        _, path = relation
        if 200 <= status < 300:
            self._confirmed.add(path)
        elif 400 <= status < 500 and path not in self._confirmed:
            self.created.mark_deleted(path)

    def _spare(self, holder: str, request: Request, path: str) -> None:
        """See that nothing is changed that is not this run's, where the target is somebody's."""
        operation = f"{request.method} {path.rstrip('/')}"
        if operation in self.restorable:
            self._keep(holder, operation, path)
        if not self.protects_existing:
            return
        for relation in self.safety.relations:
            removed = relation.deleted_path(request, path)
            if removed is not None:
                self._spare_relation(holder, relation, removed)
                return
        self._spare_items(path)

    def _spare_items(self, path: str) -> None:
        """Refuse to change an item that exists and is not this run's; what is no id names nothing."""
        if self._is_foreign(path):
            refuse(NOT_CREATED_BY_RUN)
        entry = self.created.find_containing(path)
        if entry is not None and entry.kind == CREATED:
            if not self.reader.is_created_by(entry):
                refuse(NOT_CREATED_BY_RUN)
            self.created.replace(entry, replace(entry, kind=VERIFIED))

    def _is_foreign(self, path: str) -> bool:
        """Whether a path names what exists, as far as its form tells, and this run has not made."""
        named = [
            part for part in self.safety.path_ids(path) if ID_PATTERN.fullmatch(part.partition(".json")[0])
        ]
        if (
            all(self.safety.is_unused(part) for part in named)
            or self.created.find_containing(path) is not None
        ):
            return False
        return not any(f"{path}/".startswith(f"{gone}/") for gone in self._gone)

    def _spare_relation(self, holder: str, relation: Relation, path: str) -> None:
        there = None if path in self.created else self._note_before(holder, relation.list_path)
        if there is not None and _id_in(relation.delete_path, path) in there:
            refuse(NOT_CREATED_BY_RUN)

    def _keep(self, holder: str, operation: str, path: str) -> None:
        if any((one.holder, one.path) == (holder, path) for one in self.created.entries_of_kind(SAVED_STATE)):
            return
        form = self.reader.restoring_form(holder, operation)
        if form is None and self.protects_existing:
            refuse(UNREADABLE_STATE)
        if form:
            self.created.add(Entry(holder, path, SAVED_STATE, operation, form=tuple(form.items())))

    def _note_before(self, holder: str, listing: str) -> tuple[str, ...] | None:
        """The ids that a list had before this run made anything in it; read once."""
        for one in self.created.entries_of_kind(LISTED_BEFORE):
            if (one.holder, one.path) == (holder, listing):
                return one.texts
        there = self.reader.list_ids(holder, listing)
        if there is not None:
            self.created.add(Entry(holder, listing, LISTED_BEFORE, texts=there))
        return there

    def _creation(self, request: Request, path: str) -> Creation | None:
        return next((one for one in self.safety.creations if one.matches(request.method, path)), None)

    def _relation(self, request: Request, path: str) -> tuple[Relation, str] | None:
        undone = ((one, one.delete_path_for(request, path)) for one in self.safety.relations)
        return next(((one, path) for one, path in undone if path is not None), None)


def _id_in(undo: str, path: str) -> str:
    """The id in a path that was made of a template."""
    head = len(undo.partition("{id}")[0])
    return path[head:].partition("/")[0]
