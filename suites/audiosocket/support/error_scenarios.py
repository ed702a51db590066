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


def read(context: ScenarioContext) -> Iterator[Response]:
    """Read the list and a track: 200."""
    yield from (request.send(context.tracks.client) for request in reads(context.operation_requests))


def unauthorized(context: ScenarioContext) -> Iterator[Response]:
    """Send every operation without a valid token: 401."""
    client = context.tracks.client
    for invalid in (
        client.with_authorization(None),
        client.with_token("no-such-token", "Bearer"),
        client.with_authorization(OTHER_SCHEMES["basic"](client.token)),
    ):
        yield from (request.send(invalid) for request in context.operation_requests)


def not_found(context: ScenarioContext) -> Iterator[Response]:
    """Read tracks and paths that do not exist: 404 or 400."""
    yield context.tracks.client.get("/no-such-path")
    yield from (context.tracks.client.get(f"{PATH}/{invalid}") for invalid in INVALID_IDS)
    yield context.tracks.client.get(context.operation_requests[-1].path)


def unsupported_methods(context: ScenarioContext) -> Iterator[Response]:
    """Send PATCH, which no operation has: 405 or 401."""
    client = context.tracks.client.with_authorization(None)
    for request in context.operation_requests:
        if not client.is_forbidden("PATCH", request.path):
            yield client.request("PATCH", request.path)


def created(context: ScenarioContext) -> Iterator[Response]:
    """Create tracks: 201."""
    for title in ("song", 'a "quoted" song', "ñ 🎵"):
        yield context.tracks.create(context.unique_name(title))


def rejected(context: ScenarioContext) -> Iterator[Response]:
    """Create tracks with invalid bodies: 400 or 415."""
    client = context.tracks.client
    yield from (post_track(client, body) for body in invalid_json_bodies(context.tracks.title_property))
    yield from (post_track(client, body, media_type) for media_type, body in WRONG_MEDIA_TYPES)


def conflicting(context: ScenarioContext) -> Iterator[Response]:
    """Create a track with an existing title: 409."""
    title = context.unique_name("single")
    context.tracks.create_or_skip(title)
    yield from (context.tracks.create(title) for _ in range(2))


def removed(context: ScenarioContext) -> Iterator[Response]:
    """Read and delete a deleted track and tracks that do not exist: 404."""
    tracks = context.tracks
    track = tracks.create_or_skip(context.unique_name("removed"))["id"]
    tracks.delete(track)
    yield from (tracks.read(track), tracks.delete(track), tracks.delete(track))
    yield context.operation_requests[-1].send(tracks.client)
    yield from (tracks.client.delete(f"{PATH}/{invalid}") for invalid in INVALID_IDS)
    yield tracks.client.request("PATCH", PATH, json={})


READ_SCENARIOS: tuple[Scenario, ...] = (read, unauthorized, not_found, unsupported_methods)
WRITE_SCENARIOS: tuple[Scenario, ...] = (created, rejected, conflicting, removed)
