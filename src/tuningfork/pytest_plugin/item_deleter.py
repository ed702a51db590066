"""Deletes an item or a relation of a run, and waits until the target has done it."""

from __future__ import annotations

from collections.abc import Mapping

from tuningfork.client.client import Client
from tuningfork.client.created_entry import Entry
from tuningfork.client.created_resources import CreatedResources
from tuningfork.client.creation import Creation, Deletion
from tuningfork.client.response import Response
from tuningfork.client.write_rules import ACCEPTED, WriteRules
from tuningfork.pytest_plugin.principal_view import PrincipalView
from tuningfork.pytest_plugin.read_back import DELETED_STATUSES, NotListedError, ReadBack

VERSION_STATUSES = (412, 428)
"""The responses to a deletion that must name the version of its item (RFC 9110 13.1.1, RFC 6585 3)."""


class ItemDeleter:
    """Sends the request that deletes what an entry of the ledger names.

    Args:
        rules: says when a response confirms a deletion.
        ledger: the created resources.
        view: has the clients.
        read_back: reads items.
    """

    def __init__(
        self, rules: WriteRules, ledger: CreatedResources, view: PrincipalView, read_back: ReadBack
    ) -> None:
        self._rules = rules
        self._ledger = ledger
        self._view = view
        self._read_back = read_back
        self.undone: list[Entry] = []
        """The entries that the target has deleted, or restored."""

    def delete(self, entry: Entry) -> None:
        """Send DELETE; the resource counts as deleted once the target says that it does not exist."""
        creation = self._read_back.creation_of(entry)
        deletion = (
            creation.deletion_of(entry.path) if creation is not None else Deletion("DELETE", entry.path)
        )
        response = self._send(self._view.client(entry.holder, is_checked=True), deletion)
        if response.status in VERSION_STATUSES and deletion.method == "DELETE":
            tag = self._view.client(entry.holder).get(entry.path).headers.get("etag", "*")
            response = self._send(
                self._view.client(entry.holder, is_checked=True), deletion, {"If-Match": tag}
            )
        if response.status in DELETED_STATUSES:
            self._ledger.mark_deleted(entry.path, entry.holder)
        elif self._rules.confirms_deletion(response.exchange):
            self.undone.append(entry)
        elif response.status == ACCEPTED:
            self._await_deletion(creation, entry)

    def _await_deletion(self, creation: Creation | None, entry: Entry) -> None:
        """Wait until an item is gone whose deletion the target has accepted; a relation can't be read."""

        def check() -> None:
            """Read the item once."""
            if creation is not None and self._read_back.read(creation, entry) is not None:
                raise NotListedError("no item after its deletion", "the item")

        self._view.client(entry.holder).eventually(check)
        self._ledger.mark_deleted(entry.path, entry.holder)
        self.undone.append(entry)

    def _send(
        self, client: Client, deletion: Deletion, headers: Mapping[str, str | None] | None = None
    ) -> Response:
        """Send the request that deletes an item, and return the response."""
        if deletion.body is None:
            return client.request(deletion.method, deletion.path, headers=headers)
        if deletion.encoding != "json":
            return client.request(deletion.method, deletion.path, form=deletion.body, headers=headers)
        own = {"Content-Type": deletion.media_type or "application/json", **(headers or {})}
        return client.request(deletion.method, deletion.path, json=deletion.body, headers=own)
