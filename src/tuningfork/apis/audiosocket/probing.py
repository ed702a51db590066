"""A request for each operation, to see how it treats its caller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tuningfork.apis.audiosocket.nobody import possible
from tuningfork.apis.audiosocket.tracks import PATH, Tracks, at
from tuningfork.model import Unmet
from tuningfork.target.client import Answer, Client
from tuningfork.target.items import ids


@dataclass(frozen=True, slots=True)
class Ask:
    """A request of one operation; its body is JSON."""

    method: str
    path: str
    body: Any = None

    @property
    def only_reads(self) -> bool:
        """Whether its method is safe (RFC 9110 9.2.1)."""
        return self.method == "GET"

    def send(self, client: Client, **arguments: Any) -> Answer:
        """Send it in the client's name, with arguments of Client.request besides."""
        return client.request(self.method, self.path, **{"json": self.body, **arguments})


def harmless(tracks: Tracks) -> list[Ask]:
    """One for each operation. It creates nothing, having no title, and removes nothing, naming nobody's track."""
    taken = ids(tracks.listed())
    nobody = possible(taken)
    return [
        Ask("GET", PATH),
        Ask("GET", at(taken[0])),
        Ask("POST", PATH, {}),
        Ask("DELETE", at(nobody)),
    ]


def effective(tracks: Tracks, track: Any, title: str) -> list[Ask]:
    """Those that change something: they remove the track with this id, and create one of this title."""
    return [Ask("POST", PATH, tracks.body(title)), Ask("DELETE", at(track))]


def each(asked: Iterable[Ask], client: Client, *allowed: int, **arguments: Any) -> list[Answer]:
    """The answers; Unmet with the operations whose status is none of these."""
    answers = [ask.send(client, **arguments) for ask in asked]
    return all_in(answers, allowed)


def accepted(asked: Iterable[Ask], client: Client, **arguments: Any) -> list[Answer]:
    """The answers; Unmet with the operations that do not take the client's token."""
    answers = [ask.send(client, **arguments) for ask in asked]
    refused = [answer for answer in answers if answer.status in (401, 403)]
    if refused:
        raise Unmet("the token accepted by every operation", ", ".join(map(told, refused)))
    return answers


def all_in(answers: list[Answer], allowed: Iterable[int]) -> list[Answer]:
    """The answers; Unmet with those whose status is none of these."""
    others = [answer for answer in answers if answer.status not in allowed]
    if others:
        expected = " or ".join(map(str, allowed))
        raise Unmet(f"{expected} from each", ", ".join(map(told, others[:8])))
    return answers


def told(answer: Answer) -> str:
    """An answer's status, and what it answers."""
    request = answer.exchange.request
    return f"{answer.status} to {request.method} {request.url[:120]} {request.body[:60].decode('utf-8', 'replace')}"
