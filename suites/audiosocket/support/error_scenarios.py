"""Answers of every sort that the API gives, by what leads to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tuningfork.apis.audiosocket.nonexistent_ids import IMPOSSIBLE
from tuningfork.apis.audiosocket.tracks import PATH, Tracks
from tuningfork.client.client import Answer
from tuningfork.testing.operation_requests import Probe

from .invalid_bodies import OTHER_BODIES, post, wrong_json
from .invalid_tokens import STRANGE
from .operation_requests import reading


@dataclass(frozen=True, slots=True)
class Scene:
    """Who asks, for what; `fresh` makes titles."""

    tracks: Tracks
    probed: list[Probe]
    fresh: Callable[[str], str]


Outcome = Callable[[Scene], Iterator[Answer]]


def read(scene: Scene) -> Iterator[Answer]:
    """200: the list and a track."""
    yield from (probe.send(scene.tracks.client) for probe in reading(scene.probed))


def unauthorized(scene: Scene) -> Iterator[Answer]:
    """401 on every operation: no header, an unknown token, another scheme."""
    client = scene.tracks.client
    for asker in (
        client.with_header(None),
        client.with_token("no-such-token", "Bearer"),
        client.with_header(STRANGE["basic"](client.token)),
    ):
        yield from (probe.send(asker) for probe in scene.probed)


def not_found(scene: Scene) -> Iterator[Answer]:
    """404 or 400: tracks that are not there, and what is no operation."""
    yield scene.tracks.client.get("/no-such-path")
    yield from (scene.tracks.client.get(f"{PATH}/{odd}") for odd in IMPOSSIBLE)
    yield scene.tracks.client.get(scene.probed[-1].path)


def no_method(scene: Scene) -> Iterator[Answer]:
    """405, or 401: methods that no operation has."""
    stranger = scene.tracks.client.with_header(None)
    paths = [probe.path for probe in scene.probed if not stranger.would_change("PATCH", probe.path)]
    yield from (stranger.request("PATCH", path) for path in paths)


def created(scene: Scene) -> Iterator[Answer]:
    """201."""
    for title in ("song", 'a "quoted" song', "ñ 🎵"):
        yield scene.tracks.create(scene.fresh(title))


def rejected(scene: Scene) -> Iterator[Answer]:
    """400 or 415: what is no track."""
    client = scene.tracks.client
    yield from (post(client, body) for body in wrong_json(scene.tracks.field))
    yield from (post(client, body, kind) for kind, body in OTHER_BODIES)


def conflicting(scene: Scene) -> Iterator[Answer]:
    """409."""
    title = scene.fresh("single")
    scene.tracks.make(title)
    yield from (scene.tracks.create(title) for _ in range(2))


def removed(scene: Scene) -> Iterator[Answer]:
    """404: what was there once, what never was, and what can't be, read and removed."""
    track = scene.tracks.make(scene.fresh("gone"))["id"]
    scene.tracks.remove(track)
    yield from (scene.tracks.read(track), scene.tracks.remove(track), scene.tracks.remove(track))
    yield scene.probed[-1].send(scene.tracks.client)
    yield from (scene.tracks.client.delete(f"{PATH}/{odd}") for odd in IMPOSSIBLE)
    yield scene.tracks.client.request("PATCH", PATH, json={})


READING: tuple[Outcome, ...] = (read, unauthorized, not_found, no_method)
WRITING: tuple[Outcome, ...] = (created, rejected, conflicting, removed)
