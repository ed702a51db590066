"""Requests by the status of their response."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tuningfork.apis.audiosocket.nonexistent_ids import INVALID_IDS
from tuningfork.apis.audiosocket.tracks import PATH, TrackClient
from tuningfork.client.response import Response
from tuningfork.testing.operation_requests import OperationRequest

from .invalid_bodies import WRONG_MEDIA_TYPES, invalid_json_bodies, post_track
from .invalid_tokens import OTHER_SCHEMES
from .operation_requests import reads


@dataclass(frozen=True, slots=True)
class ScenarioContext:
    """The tracks, the safe request of each operation, and the maker of unique titles."""

    tracks: TrackClient
    operation_requests: list[OperationRequest]
    unique_name: Callable[[str], str]


Scenario = Callable[[ScenarioContext], Iterator[Response]]


def read(scene: ScenarioContext) -> Iterator[Response]:
    """Read the list and a track: 200."""
    yield from (probe.send(scene.tracks.client) for probe in reads(scene.operation_requests))


def unauthorized(scene: ScenarioContext) -> Iterator[Response]:
    """Send every operation without a valid token: 401."""
    client = scene.tracks.client
    for asker in (
        client.with_authorization(None),
        client.with_token("no-such-token", "Bearer"),
        client.with_authorization(OTHER_SCHEMES["basic"](client.token)),
    ):
        yield from (probe.send(asker) for probe in scene.operation_requests)


def not_found(scene: ScenarioContext) -> Iterator[Response]:
    """Read tracks and paths that do not exist: 404 or 400."""
    yield scene.tracks.client.get("/no-such-path")
    yield from (scene.tracks.client.get(f"{PATH}/{odd}") for odd in INVALID_IDS)
    yield scene.tracks.client.get(scene.operation_requests[-1].path)


def unsupported_methods(scene: ScenarioContext) -> Iterator[Response]:
    """Send PATCH, which no operation has: 405 or 401."""
    stranger = scene.tracks.client.with_authorization(None)
    paths = [
        probe.path for probe in scene.operation_requests if not stranger.is_forbidden("PATCH", probe.path)
    ]
    yield from (stranger.request("PATCH", path) for path in paths)


def created(scene: ScenarioContext) -> Iterator[Response]:
    """Create tracks: 201."""
    for title in ("song", 'a "quoted" song', "ñ 🎵"):
        yield scene.tracks.create(scene.unique_name(title))


def rejected(scene: ScenarioContext) -> Iterator[Response]:
    """Create tracks with invalid bodies: 400 or 415."""
    client = scene.tracks.client
    yield from (post_track(client, body) for body in invalid_json_bodies(scene.tracks.title_property))
    yield from (post_track(client, body, kind) for kind, body in WRONG_MEDIA_TYPES)


def conflicting(scene: ScenarioContext) -> Iterator[Response]:
    """Create a track with an existing title: 409."""
    title = scene.unique_name("single")
    scene.tracks.create_or_skip(title)
    yield from (scene.tracks.create(title) for _ in range(2))


def removed(scene: ScenarioContext) -> Iterator[Response]:
    """Read and delete a deleted track and tracks that do not exist: 404."""
    track = scene.tracks.create_or_skip(scene.unique_name("gone"))["id"]
    scene.tracks.delete(track)
    yield from (scene.tracks.read(track), scene.tracks.delete(track), scene.tracks.delete(track))
    yield scene.operation_requests[-1].send(scene.tracks.client)
    yield from (scene.tracks.client.delete(f"{PATH}/{odd}") for odd in INVALID_IDS)
    yield scene.tracks.client.request("PATCH", PATH, json={})


READ_SCENARIOS: tuple[Scenario, ...] = (read, unauthorized, not_found, unsupported_methods)
WRITE_SCENARIOS: tuple[Scenario, ...] = (created, rejected, conflicting, removed)
