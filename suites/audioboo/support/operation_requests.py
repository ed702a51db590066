"""One request for each operation, to test how the API treats the client that sends it."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audioboo.existing_ids import UNUSED_ID, existing_ids
from tuningfork.apis.audioboo.pagination import SIZE
from tuningfork.client.client import Client
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.testing import operation_requests

PAGE_SIZE = 3
"""Page size of the requests of lists."""


class OperationRequest(operation_requests.OperationRequest):
    """A request of one operation of Audioboo."""

    __slots__ = ()

    @property
    def is_personal(self) -> bool:
        """Return whether the path is /account or below it."""
        return self.operation.path.split("/")[1] == "account"

    @property
    def is_unversioned(self) -> bool:
        """Return whether the response has neither envelope nor version: OAuth endpoints and audio."""
        return self.operation.path.startswith("/oauth/") or self.operation.path.endswith(".mp3")

    @property
    def targets_existing(self) -> bool:
        """Return whether the ids in the path exist, so that the response is not 404."""
        return UNUSED_ID not in self.path

    @property
    def is_public(self) -> bool:
        """Return whether any app may read it and the response has an envelope."""
        apart = self.is_unversioned or self.is_personal or self.operation.path.startswith("/sources/")
        return self.only_reads and not apart


def safe_requests(contract: Contract, client: Client) -> list[OperationRequest]:
    """Return a request that changes nothing for each documented operation.

    Reads have ids of existing resources; writes have ids that do not exist, or lack a parameter.

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
    """Return the arguments, with a small page size for a list."""
    if operation.parameter(SIZE) is None:
        return arguments
    return {**arguments, "params": {**arguments.get("params", {}), SIZE: PAGE_SIZE}}


class _Ids(dict[str, Any]):
    """Ids by name of a path parameter; UNUSED_ID for other names."""

    def __missing__(self, name: str) -> str:
        return UNUSED_ID
