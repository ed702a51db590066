"""Finds the items of requests whose responses did not name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tuningfork.client.created_entry import Entry
from tuningfork.client.creation import Creation
from tuningfork.pytest_plugin.item_matching import has_text
from tuningfork.pytest_plugin.principal_view import PrincipalView
from tuningfork.pytest_plugin.read_back import NotListedError


class ItemSearch:
    """Searches the lists of the principals for the texts of requests.

    Args:
        view: reads the lists.
    """

    def __init__(self, view: PrincipalView) -> None:
        self._view = view
        self._listed: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        """The items of lists that were read after a wait, by principal and list; they are complete."""

    def forget(self) -> None:
        """Wait for each list again."""
        self._listed.clear()

    def find(self, creation: Creation, intent: Entry) -> list[Mapping[str, Any]]:
        """Return the listed items that have the text of a request; raise NotListedError without any.

        A list may show an item late. Once all have waited for it, its items are read for all requests.
        """
        key = intent.holder, creation.list_path_for(intent.path)
        if key in self._listed:
            _with_text(creation, intent, self._listed[key])
            return _with_text(creation, intent, self._view.items(*key))  # read again before it is deleted
        listed: list[Mapping[str, Any]] = []

        def search() -> list[Mapping[str, Any]]:
            """Read the list once."""
            listed[:] = self._view.items(*key)
            return _with_text(creation, intent, listed)

        try:
            return self._view.client(intent.holder).eventually(search)
        except NotListedError:
            self._listed[key] = listed
            raise


def _with_text(
    creation: Creation, intent: Entry, listed: Iterable[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return those of the items that have the text of a request; raise NotListedError without any."""
    items = [creation.listed_item(item) for item in listed]
    matching = [item for item in items if has_text(item, creation, intent)]
    if not matching:
        raise NotListedError("an item with the text of the request", "no such item")
    return matching
