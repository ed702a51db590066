"""Requests that return an error, by the reason of the error; no request changes a resource."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.operation_requests import paths_without_method, unknown_paths

from .listings import ENDPOINTS
from .operation_requests import NONEXISTENT_ID, OperationRequest, nonexistent_path

STATUSES_WITHOUT_FORMAT = (414, 417, 429, 431)
"""Statuses whose bodies need not have the API's error format."""
INVALID_QUERIES = (
    *(("/tracks", {f"{name}": "x"}) for name in ("bpm[from]", "duration[to]", "created_at[from]")),
    ("/resolve", {}),
    ("/resolve", {"url": "https://soundcloud.com/-"}),
    ("/resolve", {"url": "https://example.com/"}),
)
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
INVALID_WRITES: tuple[tuple[str, str, str | None, bytes], ...] = (
    ("POST", "/playlists", JSON, b"{'playlist': {'title': 'x'}}"),
    ("POST", "/playlists", JSON, b'{"playlist": {"title": ["x"]}}'),
    ("POST", "/playlists", JSON, b'{"playlist": {"title": "x", "sharing": "some"}}'),
    ("POST", "/playlists", JSON, b'{"playlist": "x"}'),
    ("POST", "/playlists", JSON, b"[]"),
    ("POST", "/tracks", JSON, b'{"track": {"title": "x"}}'),
    ("POST", "/tracks", FORM, b"track[title]=x"),
    ("POST", "/tracks", "multipart/form-data; boundary=x", b"--x--\r\n"),
    ("POST", "/tracks", "text/plain", b"x"),
    ("PUT", f"/tracks/{NONEXISTENT_ID}", JSON, b'{"track": {"title": "x"}}'),
    ("DELETE", f"/tracks/{NONEXISTENT_ID}", None, b""),
    ("PUT", f"/playlists/{NONEXISTENT_ID}", JSON, b'{"playlist": {}}'),
    ("DELETE", f"/playlists/{NONEXISTENT_ID}", None, b""),
    ("POST", f"/tracks/{NONEXISTENT_ID}/comments", JSON, b'{"comment": {"body": "x"}}'),
    ("POST", f"/likes/tracks/{NONEXISTENT_ID}", None, b""),
    ("DELETE", f"/likes/tracks/{NONEXISTENT_ID}", None, b""),
    ("POST", f"/likes/playlists/{NONEXISTENT_ID}", None, b""),
    ("DELETE", f"/likes/playlists/{NONEXISTENT_ID}", None, b""),
    ("PUT", f"/me/followings/{NONEXISTENT_ID}", None, b""),
    ("DELETE", f"/me/followings/{NONEXISTENT_ID}", None, b""),
)
"""Method, path, media type and body of writes that a user may not send."""


@dataclass(frozen=True, slots=True)
class ScenarioClients:
    """The clients that send error scenarios, and one safe request for each operation."""

    api: Client
    unauthenticated: Client
    operation_requests: list[OperationRequest]

    @property
    def public_reads(self) -> list[OperationRequest]:
        """Return the requests that read public resources."""
        return [request for request in self.operation_requests if request.is_public_read]


@dataclass(frozen=True, slots=True)
class ErrorScenario:
    """Requests that return errors for the same reason; all tests of a run share their responses."""

    session: ApiSession
    name: str
    send_requests: Callable[[], Iterable[Response]]

    def send_all(self) -> list[Response]:
        """Return the errors that must have the API's error format; not verified without any."""
        return self.session.shared.get(
            ("error scenario", self.name),
            lambda: at_least_one(filter(needs_format, self.send_requests()), "no request returns an error"),
            lasting=True,
        )


def needs_format(response: Response) -> bool:
    """Return whether a response is an error that must have the API's error format."""
    return 400 <= response.status < 500 and response.status not in STATUSES_WITHOUT_FORMAT


def nonexistent_ids(clients: ScenarioClients) -> Iterable[Response]:
    """Read every public path with a number and with a word that are not ids."""
    paths = {request.operation.path for request in clients.public_reads}
    for path in sorted(path for path in paths if "{" in path):
        yield from (clients.api.get(nonexistent_path(path, id_)) for id_ in (NONEXISTENT_ID, "no-number"))


def unsupported_methods(clients: ScenarioClients) -> Iterable[Response]:
    """Send methods that a path does not have: GET with a token, PATCH without one."""
    for path in paths_without_method(clients.operation_requests, "GET"):
        yield clients.api.get(nonexistent_path(path))
    for path in paths_without_method(clients.operation_requests, "PATCH"):
        yield clients.unauthenticated.request("PATCH", nonexistent_path(path))


def invalid_parameters(clients: ScenarioClients) -> Iterable[Response]:
    """Read lists with invalid limits and bounds, and resolve invalid URLs."""
    paginated_paths = {endpoint.path for endpoint in ENDPOINTS}
    for request in clients.public_reads:
        if request.operation.path in paginated_paths:
            yield clients.api.get(request.path, limit="x")
    for path, query in INVALID_QUERIES:
        yield clients.api.get(path, params=query)


def invalid_writes(user: Client) -> Iterable[Response]:
    """Send writes of a user with invalid bodies or to ids that do not exist."""
    for method, path, media_type, body in INVALID_WRITES:
        yield user.request(method, path, content=body, headers={"Content-Type": media_type})


SCENARIOS: Mapping[str, Callable[[ScenarioClients], Iterable[Response]]] = {
    "missing token": lambda clients: (
        request.send(clients.unauthenticated) for request in clients.operation_requests
    ),
    "missing user": lambda clients: (
        request.send(clients.api)
        for request in clients.operation_requests
        if request.is_personal and request.only_reads
    ),
    "nonexistent ids": nonexistent_ids,
    "undocumented paths": lambda clients: map(clients.api.get, unknown_paths(clients.public_reads)),
    "unsupported methods": unsupported_methods,
    "unsupported formats": lambda clients: (
        request.send_short(clients.api, headers={"Accept": "application/xml"})
        for request in clients.public_reads
    ),
    "invalid parameters": invalid_parameters,
}
"""By the reason of the errors, the function that sends the requests."""
WRITE_SCENARIOS: Mapping[str, Callable[[ScenarioClients], Iterable[Response]]] = {
    "writes without user": lambda clients: (
        request.send(clients.api) for request in clients.operation_requests if not request.only_reads
    ),
}
