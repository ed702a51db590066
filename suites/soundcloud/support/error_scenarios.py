"""Requests that a server refuses, of every sort: who asks, for what, how. None changes anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tuningfork.apis.soundcloud.lookup import NOBODYS_IDS
from tuningfork.client.client import Answer, Client
from tuningfork.testing.operation_requests import filled, unknowing, unknown_paths

from .listings import LISTS
from .operation_requests import Probe

NOBODY = NOBODYS_IDS[0]
WRONG_BODIES: Mapping[str, tuple[tuple[str, str, bytes], ...]] = {
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
    f"/tracks/{NOBODY}": (("PUT", "application/json", b'{"track": {"title": "x"}}'), ("DELETE", "", b"")),
    f"/playlists/{NOBODY}": (("PUT", "application/json", b'{"playlist": {}}'), ("DELETE", "", b"")),
    f"/tracks/{NOBODY}/comments": (("POST", "application/json", b'{"comment": {"body": "x"}}'),),
    f"/likes/tracks/{NOBODY}": (("POST", "", b""), ("DELETE", "", b"")),
    f"/likes/playlists/{NOBODY}": (("POST", "", b""), ("DELETE", "", b"")),
    f"/me/followings/{NOBODY}": (("PUT", "", b""), ("DELETE", "", b"")),
}


@dataclass(frozen=True, slots=True)
class Callers:
    """Who asks, and the harmless request of each operation."""

    api: Client
    anonymous: Client
    probed: list[Probe]

    @property
    def public(self) -> list[Probe]:
        """The requests that read what is public."""
        return [probe for probe in self.probed if probe.only_reads and not probe.is_personal]


def without_a_token(callers: Callers) -> Iterator[Answer]:
    """Every operation."""
    yield from (probe.send(callers.anonymous) for probe in callers.probed)


def for_a_user_only(callers: Callers) -> Iterator[Answer]:
    """What an app has no part in: reading below /me."""
    wanted = (probe for probe in callers.probed if probe.is_personal and probe.only_reads)
    yield from (probe.send(callers.api) for probe in wanted)


def writing_as_an_app(callers: Callers) -> Iterator[Answer]:
    """Nor has it one in anything that changes."""
    yield from (probe.send(callers.api) for probe in callers.probed if not probe.only_reads)


def of_nobody(callers: Callers) -> Iterator[Answer]:
    """What is not there, by ids of every sort."""
    templates = {probe.operation.path for probe in callers.public if "{" in probe.operation.path}
    for template in sorted(templates):
        yield from (callers.api.get(nobodys(template, sort)) for sort in (0, 3))


def of_no_path(callers: Callers) -> Iterator[Answer]:
    """Paths that nobody knows, beside those that are known."""
    yield from (callers.api.get(path) for path in unknown_paths(callers.public))


def by_no_method(callers: Callers) -> Iterator[Answer]:
    """Methods that a path does not know: reading with a token, another one without."""
    for path in unknowing(callers.probed, "GET"):
        yield callers.api.get(nobodys(path))
    for path in unknowing(callers.probed, "PATCH"):
        yield callers.anonymous.request("PATCH", nobodys(path))


def in_no_format(callers: Callers) -> Iterator[Answer]:
    """Everything that reads, in a format that there is not."""
    for probe in callers.public:
        yield ask(callers.api, probe, headers={"Accept": "application/xml"})


def with_senseless_parameters(callers: Callers) -> Iterator[Answer]:
    """Limits, bounds and addresses that are none."""
    for paged in LISTS:
        for probe in callers.public:
            if probe.operation.path == paged.path:
                yield callers.api.get(probe.path, limit="x")
    for name in ("bpm[from]", "duration[to]", "created_at[from]"):
        yield callers.api.get("/tracks", params={name: "x"})
    yield callers.api.get("/resolve")
    yield from (
        callers.api.get("/resolve", url=url) for url in ("https://soundcloud.com/-", "https://example.com/")
    )


def with_wrong_bodies(me: Client) -> Iterator[Answer]:
    """A user's writing that has no sense, or is to nobody's things."""
    for path, bodies in WRONG_BODIES.items():
        for method, kind, body in bodies:
            yield me.request(method, path, content=body, headers={"Content-Type": kind or None})


REFUSALS: tuple[Callable[[Callers], Iterator[Answer]], ...] = (
    without_a_token,
    for_a_user_only,
    of_nobody,
    of_no_path,
    by_no_method,
    in_no_format,
    with_senseless_parameters,
)


def ask(client: Client, probe: Probe, **arguments: Any) -> Answer:
    """Send a probe with more than it says, as Client.request takes it; of a list one item is enough."""
    short = {"limit": 1} if probe.operation.parameter("limit") else {}
    return client.request(probe.operation.method, probe.path, **{**short, **probe.arguments, **arguments})


def nobodys(template: str, sort: int = 0) -> str:
    """The address of a thing that is not there, by one of the sorts of ids that nobody has."""
    return filled(template, NOBODYS_IDS[sort])
