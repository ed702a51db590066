"""A request for each operation, to see how it treats its caller."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.soundcloud.lookup import NONEXISTENT_IDS, find_public_tracks
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.contract.openapi import Contract
from tuningfork.model import ExpectationFailed
from tuningfork.testing import operation_requests
from tuningfork.testing.listings import json_objects
from tuningfork.testing.payloads import wav_tone

PUBLIC_PATHS = frozenset({"/connect", "/oauth2/token", "/oembed"})
"""Paths that need no token (SC-AUTH-01)."""
OWN_PATHS = ("/me", "/likes")
"""Below these only what is the caller's own changes; who is no user has nothing there."""
REQUIRED_QUERIES = {"GET /playlists": {"q": "a"}, "GET /users": {"q": "a"}}
"""Lists that a server need not give without a word to search for."""


class OperationRequest(operation_requests.OperationRequest):
    """A request of one operation of SoundCloud."""

    __slots__ = ()

    @property
    def is_personal(self) -> bool:
        """Whether it is at /me or below it."""
        return self.operation.path.split("/")[1] == "me"

    @property
    def targets_existing(self) -> bool:
        """Whether what it asks for was found, so that it has an answer."""
        return NONEXISTENT_IDS[0] not in self.path


def safe_requests(contract: Contract, client: Client) -> list[OperationRequest]:
    """One for each documented operation that needs a token, and none that changes what anybody has.

    Reading asks for what is there; what would change somebody's things asks for things that can't be.
    """
    track = playable_track(client)
    there = {"track_id": track["id"], "user_id": uploader_of(track)["id"], "playlist_id": _playlist(client)}
    nowhere = dict.fromkeys(there, NONEXISTENT_IDS[0])
    arguments: dict[str, dict[str, Any]] = {
        **REQUIRED_QUERIES,
        "GET /resolve": {"url": track.get("permalink_url")},
    }
    found = []
    for operation in contract.operations:
        harmless = operation.method == "GET" or operation.path.startswith(OWN_PATHS)
        path = operation.path.format_map(there if harmless else nowhere)
        if client.is_forbidden(operation.method, path):
            path = operation.path.format_map(nowhere)
        if operation.path not in PUBLIC_PATHS:
            found.append(OperationRequest(operation, path, arguments.get(operation.key, {})))
    return operation_requests.sendable_requests(found, client)


def write_requests(
    contract: Contract, track: Any, playlist: Any, title: str
) -> list[operation_requests.OperationRequest]:
    """What changes a track and a playlist, in an order in which all of it works; it writes `title`."""
    at_track, at_playlist = f"/tracks/{track}", f"/playlists/{playlist}"
    requests: list[tuple[str, str, dict[str, Any]]] = [
        *create_requests(title),
        ("PUT", at_track, {"json": {"track": {"title": title}}}),
        ("POST", f"{at_track}/comments", {"json": {"comment": {"body": title}}}),
        ("PUT", at_playlist, {"json": {"playlist": {"title": title}}}),
        *((method, f"/likes{path}", {}) for method in ("POST", "DELETE") for path in (at_track, at_playlist)),
        ("DELETE", at_playlist, {}),
        ("DELETE", at_track, {}),
    ]
    return [operation_requests.make_operation_request(contract, *request) for request in requests]


def create_requests(title: str) -> list[tuple[str, str, dict[str, Any]]]:
    """What makes a track and a playlist of this title: method, path, arguments."""
    audio = {"track[asset_data]": ("tone.wav", wav_tone(), "audio/wav")}
    return [
        ("POST", "/tracks", {"form": {"track[title]": title}, "files": audio}),
        ("POST", "/playlists", {"json": {"playlist": {"title": title, "tracks": []}}}),
    ]


def playable_track(client: Client) -> JsonObject:
    """A public track that is fully playable as far as the list says, else any."""
    tracks = find_public_tracks(client)
    return next((track for track in tracks if track.get("access") == "playable"), tracks[0])


def uploader_of(track: JsonObject) -> JsonObject:
    """Whose track it is; ExpectationFailed if it does not say."""
    user = track["user"]
    if not isinstance(user, JsonObject):
        raise ExpectationFailed("a track with its user", repr(user))
    return user


def _playlist(client: Client) -> Any:
    """The id of any playlist that can be found; else nobody's."""
    answer = client.get("/playlists", q="a", limit=1)
    found = json_objects(answer.items) if answer.status == 200 else []
    return found[0]["id"] if found else NONEXISTENT_IDS[0]
