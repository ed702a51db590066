"""One request for each operation, to test how the API treats the client that sends it."""

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
"""Paths below which a write changes only resources of the token's user; an app has none."""
REQUIRED_QUERIES = {"GET /playlists": {"q": "a"}, "GET /users": {"q": "a"}}
"""Queries of lists that a server may refuse to return without a search word."""


class OperationRequest(operation_requests.OperationRequest):
    """A request of one operation of SoundCloud."""

    __slots__ = ()

    @property
    def is_personal(self) -> bool:
        """Return whether the path is /me or below it."""
        return self.operation.path.split("/")[1] == "me"

    @property
    def targets_existing(self) -> bool:
        """Return whether the ids in the path exist, so that the response is not 404."""
        return NONEXISTENT_IDS[0] not in self.path


def safe_requests(contract: Contract, client: Client) -> list[OperationRequest]:
    """Return a request that changes nothing for each documented operation that needs a token.

    Reads have ids of existing resources; writes have ids that do not exist.

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
    """Return requests that change a track and a playlist, in an order in which all succeed."""
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
    """Return the requests that create a track and a playlist with this title: method, path, arguments."""
    audio = {"track[asset_data]": ("tone.wav", wav_tone(), "audio/wav")}
    return [
        ("POST", "/tracks", {"form": {"track[title]": title}, "files": audio}),
        ("POST", "/playlists", {"json": {"playlist": {"title": title, "tracks": []}}}),
    ]


def playable_track(client: Client) -> JsonObject:
    """Return a public track that is listed as fully playable, or else any public track."""
    tracks = find_public_tracks(client)
    return next((track for track in tracks if track.get("access") == "playable"), tracks[0])


def uploader_of(track: JsonObject) -> JsonObject:
    """Return the user of a track; raise ExpectationFailed if the track has none."""
    user = track["user"]
    if not isinstance(user, JsonObject):
        raise ExpectationFailed("a track with its user", repr(user))
    return user


def _playlist(client: Client) -> Any:
    """Return the id of any playlist, or else an id that does not exist."""
    answer = client.get("/playlists", q="a", limit=1)
    found = json_objects(answer.items) if answer.status == 200 else []
    return found[0]["id"] if found else NONEXISTENT_IDS[0]
