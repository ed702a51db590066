"""A request for each operation, to see how it treats its caller."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from tuningfork.apis.audioboo.lookup import NOBODYS_IDS, OWNERS, newest_clips, users_of
from tuningfork.apis.audioboo.pagination import SIZE
from tuningfork.apis.audioboo.tags import tags_in
from tuningfork.client.client import Client, JsonObject
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.testing import operation_requests
from tuningfork.testing.listings import ids

NOBODYS = NOBODYS_IDS[0]
FEW = 3
"""Items of a list that are asked for."""


class Probe(operation_requests.Probe):
    """A request of one operation of Audioboo."""

    __slots__ = ()

    @property
    def is_personal(self) -> bool:
        """Whether it is at /account or below it."""
        return self.operation.path.split("/")[1] == "account"

    @property
    def is_apart(self) -> bool:
        """Whether it has neither envelope nor version: the legs of OAuth, and audio."""
        return self.operation.path.startswith("/oauth/") or self.operation.path.endswith(".mp3")

    @property
    def is_there(self) -> bool:
        """Whether what it asks for was found, so that it has an answer."""
        return NOBODYS not in self.path

    @property
    def is_public(self) -> bool:
        """Whether anybody may read there, and the answer has an envelope."""
        apart = self.is_apart or self.is_personal or self.operation.path.startswith("/sources/")
        return self.only_reads and not apart


def probes(contract: Contract, client: Client) -> list[Probe]:
    """One for each documented operation, of which none changes what anybody has.

    Reading asks for what is there; what would change something asks for what can't be, or lacks something.
    """
    there = things(client)
    nowhere = dict.fromkeys(there, NOBODYS)
    arguments: dict[str, dict[str, Any]] = {
        "GET /users": {"params": {"find[username]": there["username"]}},
        "POST /account/followings": {"form": {"following_user_id": NOBODYS}},
        "DELETE /account/followings": {"params": {"following_user_id": NOBODYS}},
    }
    found = []
    for operation in contract.operations:
        named = there if operation.method == "GET" else nowhere
        path = operation.path.format_map(_Ids(named))
        found.append(Probe(operation, path, _short(operation, arguments.get(operation.key, {}))))
    return operation_requests.harmless(found, client)


def _short(operation: Operation, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments, which of a list ask for a few items."""
    if operation.parameter(SIZE) is None:
        return arguments
    return {**arguments, "params": {**arguments.get("params", {}), SIZE: FEW}}


class _Ids(dict[str, Any]):
    """Ids by the name of a path's parameter; nobody's where none is known."""

    def __missing__(self, name: str) -> str:
        return NOBODYS


def things(client: Client) -> dict[str, Any]:
    """What is there to be read, as far as some clips lead to it."""
    clips = newest_clips(client, 20)
    users = [clip["user"] for clip in clips if isinstance(clip.get("user"), JsonObject)]
    tags = [quote(str(tag["normalised_tag"]), safe="") for tag in tags_in(clips)]
    owners = users_of(clips) or [NOBODYS]
    return {
        "clip_id": clips[-1]["id"],
        "user_id": owners[0],
        "username": users[0].get("username", NOBODYS) if users else NOBODYS,
        "tag": tags[0] if tags else NOBODYS,
        "playlist_id": next(_playlists(client, owners), NOBODYS),
    }


def _playlists(client: Client, users: list[Any]) -> Iterator[Any]:
    for user in users[:OWNERS]:
        answer = client.get(f"/users/{user}/playlists")
        yield from ids(answer.items) if answer.status == 200 else ()
