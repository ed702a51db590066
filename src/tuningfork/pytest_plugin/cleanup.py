"""Removes what a run has made; what can't be shown to be its own is named and left."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

import pytest

from tuningfork.apis import Profile
from tuningfork.auth.oauth2 import AuthError
from tuningfork.client.client import Client
from tuningfork.client.created_resources import (
    CREATED,
    INTENDED,
    LISTED_BEFORE,
    SAVED_STATE,
    VERIFIED,
    CreatedResources,
    Entry,
)
from tuningfork.client.creation import Creation
from tuningfork.client.write_guard import TargetReader
from tuningfork.model import ExpectationFailed

GONE = (404, 410)
SKEW = 5.0
"""Seconds by which a time of the target's may be earlier than its Date header was."""
DRIFT = 900.0
"""Seconds by which it may be earlier where the text is the run's own: a gateway may set Date."""
MARK = re.compile(r"\b[0-9a-f]{8}\b")
"""What makes a text of a run its own."""
LATE = 60.0
"""Seconds after which nothing comes of a request that was never answered."""
MOST_PAGES = 50
"""Pages of the user's own items in which one is looked for."""
UNREADABLE = (AssertionError, AuthError, pytest.skip.Exception, ConnectionError)
"""What reading the target may end with, where it can't be read now."""


class NotListedError(ExpectationFailed):
    """What was looked for is not in its list."""


class Cleanup(TargetReader):
    """Reads back what was made, beside the exchanges of the tests, and removes it.

    Args:
        profile: of the API.
        ledger: what is to be undone.
        client: a holder's client whose exchanges are kept nowhere.
        judged: a holder's client whose exchanges are judged like those of the tests.
        is_busy: whether a test has changed how the target answers.
        verifies: whether an item is read back before it is deleted; a mock in this process does not lie.
    """

    def __init__(
        self,
        profile: Profile,
        ledger: CreatedResources,
        client: Callable[[str], Client],
        judged: Callable[[str], Client],
        is_busy: Callable[[], bool],
        verifies: bool = True,
    ) -> None:
        self._profile = profile
        self._ledger = ledger
        self._new_client = client
        self._new_judged = judged
        self._clients: dict[tuple[str, bool], Client] = {}
        self._is_busy = is_busy
        self._verifies = verifies
        self._users: dict[str, Any] = {}
        self._stuck: set[Entry] = set()
        self.now: Callable[[], float] = lambda: 0.0
        self.left: list[str] = []

    def list_ids(self, principal: str, list_path: str) -> tuple[str, ...] | None:
        """The ids of a list; none of them for an app that is no user; None if it can't be read now."""
        if self._is_no_user(principal):
            return ()
        self._clients.clear()
        if self._is_busy():
            return None
        try:
            return tuple(str(item.get("id")) for item in self._items(principal, list_path))
        except UNREADABLE:
            return None

    def is_created_by(self, entry: Entry) -> bool:
        """Whether what an answer named reads back as what the user has just made."""
        self._clients.clear()
        try:
            return self._is_own(entry) is True
        except UNREADABLE:
            return False

    def restoring_form(self, principal: str, operation: str) -> Mapping[str, str] | None:
        """What puts back what an operation changes for good; None if it can't be read now."""
        if self._is_no_user(principal):
            return {}
        self._clients.clear()
        try:
            return None if self._is_busy() else self._profile.snapshots[operation](self._client(principal))
        except UNREADABLE:
            return None

    def remove_all(self, again: bool = False) -> None:
        """Undo what is in the ledger, newest first; what can't be undone now stays in it.

        Args:
            again: try once more what could not be undone before.
        """
        for entry in self._ledger.pending():
            if again or entry not in self._stuck:
                with contextlib.suppress(*UNREADABLE):
                    self._undo(entry)
        self._clients.clear()
        self._stuck = set(self._ledger.pending())

    def take_over(self, entries: list[Entry]) -> None:
        """Undo what a run that was killed has left."""
        for entry in entries:
            self._ledger.add(entry)
        self.remove_all()
        for entry in self._ledger.entries_of_kind(LISTED_BEFORE) if not self._stuck else ():
            self._ledger.remove(entry)

    def _client(self, holder: str, is_judged: bool = False) -> Client:
        """A client of a holder; tests may change what the tokens are worth, so none is kept for long."""
        if (holder, is_judged) not in self._clients:
            make = self._new_judged if is_judged else self._new_client
            self._clients[holder, is_judged] = make(holder)
        return self._clients[holder, is_judged]

    def _undo(self, entry: Entry) -> None:
        if entry.kind == SAVED_STATE:
            if self._client(entry.holder).put(entry.path, form=entry.form).status < 300:
                self._ledger.remove(entry)
        elif entry.kind == INTENDED:
            self._find(entry)
        elif entry.kind == CREATED and self._verifies:
            self._verify(entry)
        else:
            self._delete(entry)

    def _delete(self, entry: Entry) -> None:
        if self._client(entry.holder, is_judged=True).delete(entry.path).status in GONE:
            self._ledger.mark_deleted(entry.path)

    def _verify(self, entry: Entry) -> None:
        is_own = self._is_own(entry)
        if is_own is None:
            self._ledger.remove(entry)
        elif is_own:
            verified = replace(entry, kind=VERIFIED)
            self._ledger.replace(entry, verified)
            self._delete(verified)
        else:
            self._leave(entry, entry.path, "it does not read back as what this run has made")

    def _is_own(self, entry: Entry) -> bool | None:
        """Whether an item fits its entry; None if it is gone."""
        creation = self._creation(entry)
        if creation is None:
            return False
        item = self._read(creation, entry)
        return None if item is None else self._fits(creation, item, entry)

    def _read(self, creation: Creation, entry: Entry) -> Mapping[str, Any] | None:
        if creation.list_path == "{path}":  # an item that is shown only in the list that it was sent to
            listing = entry.path.rpartition("/")[0]
            items = self._items(entry.holder, listing)
            return next((one for one in items if creation.item_path_for(one, listing) == entry.path), None)
        answer = self._client(entry.holder).get(entry.path)
        if answer.status in GONE:
            return None
        return creation.find_item(answer.expect_ok().exchange.response) or {}

    def _find(self, intent: Entry) -> None:
        """Remove what a request has made whose answer did not name it."""
        creation = self._creation(intent)
        if creation is None or not intent.texts:
            self._leave(intent, intent.path, "a request to it was cut off, and nothing tells what it made")
            return
        client = self._client(intent.holder)
        with contextlib.suppress(NotListedError):
            for item in client.eventually(lambda: self._alike(creation, intent)):
                path = creation.item_path_for(item, intent.path)
                if path in self._ledger:
                    continue
                if self._fits(creation, item, intent):
                    made = replace(intent, path=path, kind=VERIFIED)
                    self._ledger.add(made)
                    self._delete(made)
                else:
                    self.left.append(f"{path}: it has the text of a request that was cut off, but is older.")
            self._ledger.remove(intent)
            return
        if intent.answered or self.now() - intent.since > LATE:
            self._ledger.remove(intent)

    def _alike(self, creation: Creation, intent: Entry) -> list[Mapping[str, Any]]:
        items = self._items(intent.holder, creation.list_path_for(intent.path))
        found = [item for item in items if _has_text(item, creation, intent)]
        if not found:
            raise NotListedError("what was made", "nothing")
        return found

    def _items(self, holder: str, listing: str) -> Iterator[Mapping[str, Any]]:
        client = self._client(holder)
        if "{me}" in listing:
            listing = listing.replace("{me}", str(self._user(holder)))
        pages = islice(client.pages(listing), MOST_PAGES)
        return (item for page in pages for item in page.expect_ok().items if isinstance(item, dict))

    def _fits(self, creation: Creation, item: Mapping[str, Any], entry: Entry) -> bool:
        """Whether an item is the user's, has the text that was sent, and is no older than the request."""
        has_text = not entry.texts or _has_text(item, creation, entry)
        return has_text and self._is_users(item, entry.holder) and self._is_new(creation, item, entry)

    def _is_users(self, item: Mapping[str, Any], holder: str) -> bool:
        """Whether an item is of the holder; one that names no user is shown to its owner alone."""
        user = item.get("user")
        owner = user.get("id") if isinstance(user, dict) else item.get("user_id")
        return owner is None or str(owner) == str(self._user(holder))

    def _is_new(self, creation: Creation, item: Mapping[str, Any], entry: Entry) -> bool:
        if creation.created_at_property:
            made = _seconds(item.get(creation.created_at_property))
            is_marked = bool(entry.texts) and all(map(MARK.search, entry.texts))
            return made is not None and made >= entry.since - (DRIFT if is_marked else SKEW)
        sent_to = entry.path if entry.kind == INTENDED else entry.path.rpartition("/")[0]
        wanted = (entry.holder, creation.list_path_for(sent_to))
        there = [
            one.texts
            for one in self._ledger.entries_of_kind(LISTED_BEFORE)
            if (one.holder, one.path) == wanted
        ]
        return str(item.get("id")) not in there[0] if there else entry.texts != ()

    def _is_no_user(self, holder: str) -> bool:
        return holder == "app" and self._profile.write_as != "app"

    def _user(self, holder: str) -> Any:
        if holder not in self._users:
            self._users[holder] = self._profile.user_id(self._client(holder))
        return self._users[holder]

    def _creation(self, entry: Entry) -> Creation | None:
        return next((one for one in self._profile.creations if one.operation == entry.operation), None)

    def _leave(self, entry: Entry, path: str, why: str) -> None:
        self.left.append(f"{path}: {why}.")
        self._ledger.remove(entry)


def _has_text(item: Mapping[str, Any], creation: Creation, entry: Entry) -> bool:
    shown = [item[name] for name in creation.marker_properties if isinstance(item.get(name), str)]
    return bool(shown) and _plain(shown[0]) in map(_plain, entry.texts)


def _plain(text: str) -> str:
    """A text as servers keep it: composed, without white space around it or twice."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _seconds(text: object) -> float | None:
    """A time as the APIs write it, `2022/02/11 19:03:44 +0000` or as in RFC 3339; None if it is none."""
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(re.sub(r" (?=[+-]\d{4}$)", "", text.replace("/", "-"))).timestamp()
    except (ValueError, OverflowError):
        return None
