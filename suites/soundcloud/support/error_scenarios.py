"""Requests that a server refuses, of every sort: who asks, for what, how. None changes anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tuningfork.apis.soundcloud.lookup import NONEXISTENT_IDS
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.testing.operation_requests import expand_path, paths_without_method, unknown_paths

from .listings import ENDPOINTS
from .operation_requests import OperationRequest

NONEXISTENT_ID = NONEXISTENT_IDS[0]
INVALID_WRITES: Mapping[str, tuple[tuple[str, str, bytes], ...]] = {
    "/playlists": (
        ("POST", "application/json", b"{'playlist': {'title': 'x'}}"),
        ("POST", "application/json", b'{"playlist": {"title": ["x"]}}'),
        ("POST", "application/json", b'{"playlist": {"title": "x", "sharing": "some"}}'),
        ("POST", "application/json", b'{"playlist": "x"}'),
        ("POST", "application/json", b"[]"),
    ),
    "/tracks": (
        ("POST", "application/json", b'{"track": {"title": "x"}}'),
        ("POST", "application/x-www-form-urlencoded", b"track[title]=x"),
        ("POST", "multipart/form-data; boundary=x", b"--x--\r\n"),
        ("POST", "text/plain", b"x"),
    ),
    f"/tracks/{NONEXISTENT_ID}": (
        ("PUT", "application/json", b'{"track": {"title": "x"}}'),
        ("DELETE", "", b""),
    ),
    f"/playlists/{NONEXISTENT_ID}": (("PUT", "application/json", b'{"playlist": {}}'), ("DELETE", "", b"")),
    f"/tracks/{NONEXISTENT_ID}/comments": (("POST", "application/json", b'{"comment": {"body": "x"}}'),),
    f"/likes/tracks/{NONEXISTENT_ID}": (("POST", "", b""), ("DELETE", "", b"")),
    f"/likes/playlists/{NONEXISTENT_ID}": (("POST", "", b""), ("DELETE", "", b"")),
    f"/me/followings/{NONEXISTENT_ID}": (("PUT", "", b""), ("DELETE", "", b"")),
}


@dataclass(frozen=True, slots=True)
class ScenarioClients:
    """Who asks, and the harmless request of each operation."""

    api: Client
    anonymous: Client
    operation_requests: list[OperationRequest]

    @property
    def public(self) -> list[OperationRequest]:
        """The requests that read what is public."""
        return [probe for probe in self.operation_requests if probe.only_reads and not probe.is_personal]


def missing_token(callers: ScenarioClients) -> Iterator[Response]:
    """Every operation."""
    yield from (probe.send(callers.anonymous) for probe in callers.operation_requests)


def missing_user(callers: ScenarioClients) -> Iterator[Response]:
    """What an app has no part in: reading below /me."""
    wanted = (probe for probe in callers.operation_requests if probe.is_personal and probe.only_reads)
    yield from (probe.send(callers.api) for probe in wanted)


def writes_without_user(callers: ScenarioClients) -> Iterator[Response]:
    """Nor has it one in anything that changes."""
    yield from (probe.send(callers.api) for probe in callers.operation_requests if not probe.only_reads)


def nonexistent_ids(callers: ScenarioClients) -> Iterator[Response]:
    """What is not there, by ids of every sort."""
    templates = {probe.operation.path for probe in callers.public if "{" in probe.operation.path}
    for template in sorted(templates):
        yield from (callers.api.get(nonexistent_path(template, sort)) for sort in (0, 3))


def undocumented_paths(callers: ScenarioClients) -> Iterator[Response]:
    """Paths that nobody knows, beside those that are known."""
    yield from (callers.api.get(path) for path in unknown_paths(callers.public))


def unsupported_methods(callers: ScenarioClients) -> Iterator[Response]:
    """Methods that a path does not know: reading with a token, another one without."""
    for path in paths_without_method(callers.operation_requests, "GET"):
        yield callers.api.get(nonexistent_path(path))
    for path in paths_without_method(callers.operation_requests, "PATCH"):
        yield callers.anonymous.request("PATCH", nonexistent_path(path))


def unsupported_formats(callers: ScenarioClients) -> Iterator[Response]:
    """Everything that reads, in a format that there is not."""
    for probe in callers.public:
        yield send_short(callers.api, probe, headers={"Accept": "application/xml"})


def invalid_parameters(callers: ScenarioClients) -> Iterator[Response]:
    """Limits, bounds and addresses that are none."""
    for paged in ENDPOINTS:
        for probe in callers.public:
            if probe.operation.path == paged.path:
                yield callers.api.get(probe.path, limit="x")
    for name in ("bpm[from]", "duration[to]", "created_at[from]"):
        yield callers.api.get("/tracks", params={name: "x"})
    yield callers.api.get("/resolve")
    yield from (
        callers.api.get("/resolve", url=url) for url in ("https://soundcloud.com/-", "https://example.com/")
    )


def invalid_writes(me: Client) -> Iterator[Response]:
    """A user's writing that has no sense, or is to nobody's things."""
    for path, bodies in INVALID_WRITES.items():
        for method, kind, body in bodies:
            yield me.request(method, path, content=body, headers={"Content-Type": kind or None})


ERROR_SCENARIOS: tuple[Callable[[ScenarioClients], Iterator[Response]], ...] = (
    missing_token,
    missing_user,
    nonexistent_ids,
    undocumented_paths,
    unsupported_methods,
    unsupported_formats,
    invalid_parameters,
)


def send_short(client: Client, probe: OperationRequest, **arguments: Any) -> Response:
    """Send a probe with more than it says, as Client.request takes it; of a list one item is enough."""
    short = {"limit": 1} if probe.operation.parameter("limit") else {}
    return client.request(probe.operation.method, probe.path, **{**short, **probe.arguments, **arguments})


def nonexistent_path(template: str, sort: int = 0) -> str:
    """The address of a thing that is not there, by one of the sorts of ids that nobody has."""
    return expand_path(template, NONEXISTENT_IDS[sort])
