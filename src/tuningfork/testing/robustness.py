"""What every server must live through: odd things in every place of a request, each place getting some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from typing import TypeVar

from tuningfork.client.client import Answer, Client
from tuningfork.contract.openapi import Operation
from tuningfork.model import Unmet, is_server_failure

Where = TypeVar("Where")
Odd = TypeVar("Odd")


def survives(answer: Answer) -> None:
    """Unmet if the server failed; 501 is allowed for a method that HTTP does not define."""
    request = answer.exchange.request
    if is_server_failure(request.method, answer.status):
        place = f"{request.method[:20]} {request.url[:200]} {request.body[:60]!r}"
        raise Unmet("an answer below 500", f"{answer.status} to {place}")


def survives_bodies(client: Client, method: str, path: str, kind: str, bodies: Iterable[bytes]) -> None:
    """Send these bodies, all of one media type; Unmet if an answer is a 5xx."""
    for body in bodies:
        survives(client.raw(method, path, [("Content-Type", kind)], body))


def in_turn(places: Iterable[Where], odd: Iterable[Odd], count: int) -> Iterator[tuple[Where, Odd]]:
    """Each place with so many of the odd things, which go on from place to place and begin anew."""
    endless = cycle(odd)
    for place in places:
        yield from ((place, one) for one in islice(endless, count))


def with_segment(operation: Operation, segment: str) -> str:
    """The path with a text in the place of its first id, or below it if it has none."""
    head, brace, rest = operation.path.partition("{")
    return f"{head}{segment}{rest.partition('}')[2]}" if brace else f"{operation.path}/{segment}"
