"""A request for each operation, to see how it treats its caller."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audioboo.existing_ids import UNUSED_ID, existing_ids
from tuningfork.apis.audioboo.pagination import SIZE
from tuningfork.client.client import Client
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.testing import operation_requests

PAGE_SIZE = 3
"""Items of a list that are asked for."""


class OperationRequest(operation_requests.OperationRequest):
    """A request of one operation of Audioboo."""

    __slots__ = ()

    @property
    def is_personal(self) -> bool:
        """Whether it is at /account or below it."""
        return self.operation.path.split("/")[1] == "account"

    @property
    def is_unversioned(self) -> bool:
        """Whether it has neither envelope nor version: the legs of OAuth, and audio."""
        return self.operation.path.startswith("/oauth/") or self.operation.path.endswith(".mp3")

    @property
    def targets_existing(self) -> bool:
        """Whether what it asks for was found, so that it has an answer."""
        return UNUSED_ID not in self.path

    @property
    def is_public(self) -> bool:
        """Whether anybody may read there, and the answer has an envelope."""
        apart = self.is_unversioned or self.is_personal or self.operation.path.startswith("/sources/")
        return self.only_reads and not apart


def safe_requests(contract: Contract, client: Client) -> list[OperationRequest]:
    """One for each documented operation, of which none changes what anybody has.

    Reading asks for what is there; what would change something asks for what can't be, or lacks something.
    """
    there = existing_ids(client)
    nowhere = dict.fromkeys(there, UNUSED_ID)
    arguments: dict[str, dict[str, Any]] = {
        "GET /users": {"params": {"find[username]": there["username"]}},
        "POST /account/followings": {"form": {"following_user_id": UNUSED_ID}},
        "DELETE /account/followings": {"params": {"following_user_id": UNUSED_ID}},
    }
    found = []
    for operation in contract.operations:
        named = there if operation.method == "GET" else nowhere
        path = operation.path.format_map(_Ids(named))
        found.append(OperationRequest(operation, path, _short(operation, arguments.get(operation.key, {}))))
    return operation_requests.sendable_requests(found, client)


def _short(operation: Operation, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments, which of a list ask for a few items."""
    if operation.parameter(SIZE) is None:
        return arguments
    return {**arguments, "params": {**arguments.get("params", {}), SIZE: PAGE_SIZE}}


class _Ids(dict[str, Any]):
    """Ids by the name of a path's parameter; nobody's where none is known."""

    def __missing__(self, name: str) -> str:
        return UNUSED_ID
