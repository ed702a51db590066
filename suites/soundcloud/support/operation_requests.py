"""One request for each operation, to test how the API treats the client that sends it."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.soundcloud.lookup import NONEXISTENT_IDS, find_public_tracks
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.contract.openapi import Contract
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed
from tuningfork.testing import operation_requests
from tuningfork.testing.listings import json_objects
from tuningfork.testing.operation_requests import expand_path
from tuningfork.testing.payloads import wav_tone

NONEXISTENT_ID = NONEXISTENT_IDS[0]
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
    def method(self) -> str:
        """Return the method of the operation."""
        return self.operation.method

    @property
    def is_personal(self) -> bool:
        """Return whether the path is /me or below it."""
        return self.operation.path.split("/")[1] == "me"

    @property
    def is_public_read(self) -> bool:
        """Return whether the request reads a resource that is not below /me."""
        return self.only_reads and not self.is_personal

    @property
    def targets_existing(self) -> bool:
        """Return whether the ids in the path exist, so that the response is not 404."""
        return NONEXISTENT_ID not in self.path

    @property
    def nonexistent_path(self) -> str:
        """Return the path with an id that does not exist."""
        return nonexistent_path(self.operation.path)

    def send_short(self, client: Client, **arguments: Any) -> Response:
        """Send the request with further arguments of Client.request; a list returns one item only."""
        limit = {"limit": 1} if self.operation.parameter("limit") else {}
        return self.send(client, **{**limit, **arguments})


def nonexistent_path(template: str, id_: str = NONEXISTENT_ID) -> str:
    """Return the path of an operation, such as "/tracks/{track_id}", with an id that does not exist."""
    return expand_path(template, id_)


def safe_requests(contract: Contract, client: Client) -> list[OperationRequest]:
    """Return a request that changes nothing for each documented operation that needs a token.

    Reads have ids of existing resources; writes have ids that do not exist.
    """
    track = playable_track(client)
    existing = {
        "track_id": track["id"],
        "user_id": uploader_of(track)["id"],
        "playlist_id": _fetch_playlist_id(client),
    }
    arguments: dict[str, dict[str, Any]] = {
        **REQUIRED_QUERIES,
        "GET /resolve": {"url": track.get("permalink_url")},
    }
    requests = []
    for operation in contract.operations:
        is_harmless = operation.method == "GET" or operation.path.startswith(OWN_PATHS)
        path = operation.path.format_map(existing)
        if not is_harmless or client.is_forbidden(operation.method, path):
            path = nonexistent_path(operation.path)
        if operation.path not in PUBLIC_PATHS:
            requests.append(OperationRequest(operation, path, arguments.get(operation.key, {})))
    return operation_requests.sendable_requests(requests, client)


def write_requests(
    contract: Contract, track_id: Any, playlist_id: Any, title: str
) -> list[operation_requests.OperationRequest]:
    """Return requests that change a track and a playlist, in an order in which all succeed."""
    track, playlist = f"/tracks/{track_id}", f"/playlists/{playlist_id}"
    requests: list[tuple[str, str, dict[str, Any]]] = [
        *create_requests(title),
        ("PUT", track, {"json": {"track": {"title": title}}}),
        ("POST", f"{track}/comments", {"json": {"comment": {"body": title}}}),
        ("PUT", playlist, {"json": {"playlist": {"title": title}}}),
        *((method, f"/likes{path}", {}) for method in ("POST", "DELETE") for path in (track, playlist)),
        ("DELETE", playlist, {}),
        ("DELETE", track, {}),
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
        raise ExpectationFailed("a track with its user", to_json(user))
    return user


def _fetch_playlist_id(client: Client) -> Any:
    """Return the id of any playlist, or else an id that does not exist."""
    response = client.get("/playlists", q="a", limit=1)
    playlists = json_objects(response.items) if response.status == 200 else []
    return playlists[0]["id"] if playlists else NONEXISTENT_ID
