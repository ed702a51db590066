"""Requests that return an error, by the reason of the error; no request changes a resource."""

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
    """The clients that send error scenarios, and one safe request for each operation."""

    api: Client
    anonymous: Client
    operation_requests: list[OperationRequest]

    @property
    def public(self) -> list[OperationRequest]:
        """Return the requests that read public resources."""
        return [probe for probe in self.operation_requests if probe.only_reads and not probe.is_personal]


def missing_token(callers: ScenarioClients) -> Iterator[Response]:
    """Send every operation without a token."""
    yield from (probe.send(callers.anonymous) for probe in callers.operation_requests)


def missing_user(callers: ScenarioClients) -> Iterator[Response]:
    """Send every read below /me with the token of an app: it needs the token of a user."""
    wanted = (probe for probe in callers.operation_requests if probe.is_personal and probe.only_reads)
    yield from (probe.send(callers.api) for probe in wanted)


def writes_without_user(callers: ScenarioClients) -> Iterator[Response]:
    """Send every write with the token of an app: it needs the token of a user."""
    yield from (probe.send(callers.api) for probe in callers.operation_requests if not probe.only_reads)


def nonexistent_ids(callers: ScenarioClients) -> Iterator[Response]:
    """Read every public path with ids that do not exist."""
    templates = {probe.operation.path for probe in callers.public if "{" in probe.operation.path}
    for template in sorted(templates):
        yield from (callers.api.get(nonexistent_path(template, sort)) for sort in (0, 3))


def undocumented_paths(callers: ScenarioClients) -> Iterator[Response]:
    """Read undocumented paths at the root and below documented ones."""
    yield from (callers.api.get(path) for path in unknown_paths(callers.public))


def unsupported_methods(callers: ScenarioClients) -> Iterator[Response]:
    """Send methods that a path does not have: GET with a token, PATCH without one."""
    for path in paths_without_method(callers.operation_requests, "GET"):
        yield callers.api.get(nonexistent_path(path))
    for path in paths_without_method(callers.operation_requests, "PATCH"):
        yield callers.anonymous.request("PATCH", nonexistent_path(path))


def unsupported_formats(callers: ScenarioClients) -> Iterator[Response]:
    """Read every public resource with an Accept header that the API does not support."""
    for probe in callers.public:
        yield send_short(callers.api, probe, headers={"Accept": "application/xml"})


def invalid_parameters(callers: ScenarioClients) -> Iterator[Response]:
    """Read lists with invalid limits and bounds, and resolve invalid URLs."""
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
    """Send writes of a user with invalid bodies or to ids that do not exist."""
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
    """Send a request with further arguments of Client.request; a list returns one item only."""
    short = {"limit": 1} if probe.operation.parameter("limit") else {}
    return client.request(probe.operation.method, probe.path, **{**short, **probe.arguments, **arguments})


def nonexistent_path(template: str, sort: int = 0) -> str:
    """Return the path of an operation with an id that does not exist.

    Args:
        template: the path, such as "/tracks/{track_id}".
        sort: the index of the id in NONEXISTENT_IDS.

    """
    return expand_path(template, NONEXISTENT_IDS[sort])
