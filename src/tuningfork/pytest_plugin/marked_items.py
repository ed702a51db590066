"""Finds the items of a run's users that carry a mark, and separates those of killed runs from look-alikes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tuningfork.apis import Profile
from tuningfork.client.config import Settings
from tuningfork.client.created_entry import VERIFIED, Entry
from tuningfork.client.creation import Creation, owner_of
from tuningfork.client.http_date import unix_time
from tuningfork.client.marks import Mark, Marks, has_mark
from tuningfork.client.response import Response
from tuningfork.conventions.declaration import Declaration
from tuningfork.pytest_plugin.item_matching import MAX_CLOCK_SKEW_OF_UNIQUE_TEXT_S, creation_time
from tuningfork.pytest_plugin.principal_view import MAX_PAGES, READ_ERRORS, PrincipalView
from tuningfork.registry.declared_creation import DeclaredCreation
from tuningfork.testing.declared_request import fill_path

MAX_DELAY_S = 3600.0
"""How long after its text was built an item may be created; a rate limit can delay the request."""
OF_ANOTHER_TEXT = "its mark is not of this text"
OF_ANOTHER_USER = "it has a mark, but belongs to another user"
OF_SEVERAL = "several items have its text, and the list does not say whose they are"
OF_ANOTHER_TIME = "it was not created at the time of its mark"
TOO_YOUNG = "it may be of a run that is in progress"


@dataclass(frozen=True, slots=True)
class MarkedItem:
    """An item with a mark.

    Args:
        entry: how it is deleted.
        text: the text with the mark.
        mark: the mark; None if it is not genuine.
        obstacle: why the item is not deleted; empty if it is one of a killed run.
    """

    entry: Entry
    text: str
    mark: Mark | None
    obstacle: str


class MarkedItems:
    """The marked items in the lists of the users that a run writes as.

    Args:
        profile: the profile of the API.
        marks: recognizes the marks of the API.
        view: reads the lists.
        settings: the API's table of the target: its users, and the values of path parameters.
        declaration: the conventions of the API.
    """

    def __init__(
        self,
        profile: Profile,
        marks: Marks,
        view: PrincipalView,
        settings: Settings,
        declaration: Declaration,
    ) -> None:
        self._profile = profile
        self._marks = marks
        self._view = view
        self._given = settings.given
        self._declaration = declaration
        self.principals = (
            ["app", *settings.users.names()] if profile.write_as == "app" else settings.users.names()
        )
        """Whose lists are read."""
        self.unread: list[str] = []
        """A line for each list that could not be read."""
        self.unsearched: list[str] = []
        """A line for each list that is too long to be read to its end."""
        self.max_pages = MAX_PAGES
        """How many pages of a list are read."""
        self.unmarked: dict[tuple[str, str], list[str]] = {}
        """The paths of the items without a mark, by list and user."""

    def find(self, older_than: float) -> list[MarkedItem]:
        """Return the marked items of each user's lists; parts of an item come before it.

        Args:
            older_than: seconds; an item with a younger mark may be of a run that is in progress.
        """
        self.unread, self.unsearched, self.unmarked = [], [], {}
        self._view.renew_clients()
        found: list[MarkedItem] = []
        for principal, creation in self._searched():
            try:
                found += self._find_in(creation, principal, (), older_than)
            except READ_ERRORS as error:
                self.unread.append(f"{creation.list_path} of {principal} can't be read: {error}")
        return found

    def _searched(self) -> Iterator[tuple[str, Creation]]:
        """Yield whose lists are searched for what is created by which operation."""
        for principal in self.principals:
            for creation in self._profile.creations:
                if creation.item_path and creation.list_path and creation.parent is None:
                    yield principal, creation

    def _find_in(
        self, creation: Creation, principal: str, parents: Sequence[Any], older_than: float
    ) -> Iterator[MarkedItem]:
        """Yield the marked items in the list of a creation, each after its marked parts."""
        path = self._list_path(creation, parents)
        items = list(self._items(principal, path))
        copies = Counter(_text_of(creation, item) for item, _ in items if not _has_owner(item))
        for item, now in items:
            listed, text = _listed(creation, item), _text_of(creation, item)
            if not isinstance(listed.get("id"), str | int):
                continue
            ids = [listed["id"], *parents]
            if text is None:
                self.unmarked.setdefault((path, principal), []).append(self._item_path(creation, ids))
                continue
            is_copied = not _has_owner(item) and copies[text] > 1
            obstacle = self._obstacle(creation, item, principal, text, now - older_than)
            obstacle = obstacle or (OF_SEVERAL if is_copied else "")
            for part in self._parts_of(creation) if not obstacle else ():
                yield from self._find_in(part, principal, ids, older_than)
            entry = Entry(principal, self._item_path(creation, ids), VERIFIED, creation.operation, (text,))
            yield MarkedItem(entry, text, self._marks.find(text), obstacle)

    def _parts_of(self, creation: Creation) -> Iterator[Creation]:
        """Yield the declared creations of parts of an item; other APIs delete the parts with the item."""
        for part in self._profile.creations:
            if isinstance(creation, DeclaredCreation) and part.parent == creation.name and part.list_path:
                yield part

    def _list_path(self, creation: Creation, parents: Sequence[Any]) -> str:
        """Return the path of the list of what a creation creates, below these parents."""
        if isinstance(creation, DeclaredCreation) and creation.resource.list_ is not None:
            return fill_path(creation.resource.list_, parents, self._declaration, self._given)
        return creation.list_path

    def _item_path(self, creation: Creation, ids: Sequence[Any]) -> str:
        """Return the path of an item by its id and those of its parents."""
        if isinstance(creation, DeclaredCreation):
            action = creation.resource.read or creation.resource.delete
            assert action is not None, "a creation with a path of an item has one of them"
            return fill_path(action.request, ids, self._declaration, self._given, has_item=True)
        return creation.item_path_for({"id": ids[0]}, creation.operation.partition(" ")[2])

    def _items(self, principal: str, path: str) -> Iterator[tuple[Any, float]]:
        """Yield the items of a list, each with the target's time when it was read."""
        for number, page in enumerate(self._view.pages(principal, path, self.max_pages), 1):
            for item in page.items:
                yield item, _time_of(page)
            if number == self.max_pages:
                self.unsearched.append(f"{path} of {principal}, after its first {number} pages")

    def _obstacle(self, creation: Creation, item: Any, principal: str, text: str, latest: float) -> str:
        """Return why an item with a mark is not deleted; empty if a killed run created it."""
        mark = self._marks.find(text)
        if mark is None:
            return OF_ANOTHER_TEXT
        if isinstance(item, dict) and not self._view.is_owned(item, principal):
            return OF_ANOTHER_USER
        if creation.created_at_property and not _is_created_at(mark, creation_time(item, creation)):
            return OF_ANOTHER_TIME
        return TOO_YOUNG if mark.time > latest else ""


def _has_owner(item: Any) -> bool:
    """Return whether an item of a list says whose it is."""
    return isinstance(item, Mapping) and owner_of(item) is not None


def _listed(creation: Creation, item: Any) -> Any:
    """Return an item of a list as an object; a list of texts has the ids."""
    return creation.listed_item(item) if isinstance(item, dict) else {"id": item}


def _text_of(creation: Creation, item: Any) -> str | None:
    """Return the first text of an item with a mark, genuine or not; None without one."""
    return next(filter(has_mark, creation.texts_of(_listed(creation, item))), None)


def _is_created_at(mark: Mark, created: float | None) -> bool:
    """Return whether an item was created at the time of its mark, or soon after."""
    earliest = mark.time - MAX_CLOCK_SKEW_OF_UNIQUE_TEXT_S
    return created is not None and earliest <= created <= mark.time + MAX_DELAY_S


def _time_of(page: Response) -> float:
    """Return the Unix time of a response's Date header, or of this machine without one."""
    date = unix_time(page.headers.get("date", ""))
    return time.time() if date is None else date
