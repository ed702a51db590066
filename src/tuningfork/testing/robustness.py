"""What every server must live through: odd things in every place of a request, each place getting some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from typing import TypeVar

from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Operation
from tuningfork.model import ExpectationFailed, is_server_failure

Where = TypeVar("Where")
Odd = TypeVar("Odd")


def assert_no_server_error(answer: Response) -> None:
    """ExpectationFailed if the server failed; 501 is allowed for a method that HTTP does not define."""
    request = answer.exchange.request
    if is_server_failure(request.method, answer.status):
        place = f"{request.method[:20]} {request.url[:200]} {request.body[:60]!r}"
        raise ExpectationFailed("an answer below 500", f"{answer.status} to {place}")


def assert_no_server_errors(
    client: Client, method: str, path: str, kind: str, bodies: Iterable[bytes]
) -> None:
    """Send these bodies, all of one media type; ExpectationFailed if an answer is a 5xx."""
    for body in bodies:
        assert_no_server_error(client.send_raw(method, path, [("Content-Type", kind)], body))


def round_robin(places: Iterable[Where], odd: Iterable[Odd], count: int) -> Iterator[tuple[Where, Odd]]:
    """Each place with so many of the odd things, which go on from place to place and begin anew."""
    endless = cycle(odd)
    for place in places:
        yield from ((place, one) for one in islice(endless, count))


def replace_first_id(operation: Operation, segment: str) -> str:
    """The path with a text in the place of its first id, or below it if it has none."""
    head, brace, rest = operation.path.partition("{")
    return f"{head}{segment}{rest.partition('}')[2]}" if brace else f"{operation.path}/{segment}"
