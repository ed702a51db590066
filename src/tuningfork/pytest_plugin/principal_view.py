"""What the principals of a run see of the target: their lists, and their own users."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import pytest

from tuningfork.apis import Profile
from tuningfork.auth.oauth2 import AuthError
from tuningfork.client.client import Client
from tuningfork.client.creation import owner_of
from tuningfork.client.response import Response

MAX_PAGES = 50
"""Pages of a list that are searched for an item."""
READ_ERRORS = (AssertionError, AuthError, pytest.skip.Exception, ConnectionError)
"""Exceptions of a target that cannot be read at the moment."""


class PrincipalView:
    """Reads the target with the credentials of a principal.

    Args:
        profile: the profile of the API.
        new_client: makes a client of a principal; no check sees its exchanges.
        new_checked_client: makes a client whose exchanges are checked like those of tests.
    """

    def __init__(
        self,
        profile: Profile,
        new_client: Callable[[str], Client],
        new_checked_client: Callable[[str], Client],
    ) -> None:
        self._profile = profile
        self._new_client = new_client
        self._new_checked_client = new_checked_client
        self._clients: dict[tuple[str, bool], Client] = {}
        """By principal and whether the exchanges are checked."""
        self._user_ids: dict[str, Any] = {}
        self._long_lists: set[tuple[str, str]] = set()
        """The lists that are not read to their end, by principal and path."""

    def client(self, principal: str, is_checked: bool = False) -> Client:
        """Return a client of a principal; tests may invalidate tokens, so clients are not reused for long."""
        if (principal, is_checked) not in self._clients:
            new_client = self._new_checked_client if is_checked else self._new_client
            self._clients[principal, is_checked] = new_client(principal)
        return self._clients[principal, is_checked]

    def renew_clients(self) -> None:
        """Use new tokens from now on; tests may have revoked those of the clients."""
        self._clients.clear()

    def user_id(self, principal: str) -> Any:
        """Return the id of a principal's user; read once."""
        if principal not in self._user_ids:
            self._user_ids[principal] = self._profile.user_id(self.client(principal))
        return self._user_ids[principal]

    def is_owned(self, item: Mapping[str, Any], principal: str) -> bool:
        """Return whether an item is the principal's; an item without a user is visible to its owner alone."""
        owner = owner_of(item)
        return owner is None or str(owner) == str(self.user_id(principal))

    def is_long(self, principal: str, list_path: str) -> bool:
        """Return whether a list was too long to be read to its end."""
        return (principal, list_path) in self._long_lists

    def list_ids(self, principal: str, list_path: str) -> tuple[str, ...] | None:
        """Return the ids of a list; None if it is not read to its end."""
        if self.is_long(principal, list_path):
            return None
        ids: list[str] = []
        for number, page in enumerate(self.pages(principal, list_path, MAX_PAGES + 1)):
            if number == MAX_PAGES:
                self._long_lists.add((principal, list_path))
                return None
            ids += (str(id_) for item in page.items if isinstance(item, dict) for id_ in self._ids(item))
        return tuple(ids)

    def pages(self, principal: str, listing: str, max_pages: int = MAX_PAGES) -> Iterator[Response]:
        """Yield the pages of a list, at most `max_pages`; "{me}" in its path is the user's id."""
        client = self.client(principal)
        if "{me}" in listing:
            listing = listing.replace("{me}", str(self.user_id(principal)))
        for page in islice(client.pages(listing), max_pages):
            yield page.expect_ok()

    def items(self, principal: str, listing: str) -> Iterator[Mapping[str, Any]]:
        """Return the items of a list, at most MAX_PAGES pages."""
        pages = self.pages(principal, listing)
        return (item for page in pages for item in page.items if isinstance(item, dict))

    def _ids(self, item: Mapping[str, Any]) -> Iterable[Any]:
        """Return the id of an item of a list; several if the API declares other properties as ids too."""
        own = [creation.listed_item(item).get("id") for creation in self._profile.creations]
        return dict.fromkeys(each for each in (item.get("id"), *own) if isinstance(each, str | int))
