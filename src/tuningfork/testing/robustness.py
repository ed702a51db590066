"""Malformed input for every operation: which operation gets which input, and the status that is expected."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Operation
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed, is_server_failure
from tuningfork.testing.concurrency import any_order
from tuningfork.testing.operation_requests import OperationRequest

R = TypeVar("R")
V = TypeVar("V")
REPEATED_AFTER_S = 1.0
"""The pause before a request that led to a server error is sent again."""


def assert_no_server_error(response: Response) -> None:
    """Raise ExpectationFailed for a 5xx status; 501 is allowed for a method that HTTP does not define."""
    request = response.exchange.request
    if is_server_failure(request.method, response.status):
        body = f" with the body {to_json(request.body[:60])}" if request.body else ""
        sent = f"{request.method[:20]} {request.url[:200]}{body}"
        raise ExpectationFailed(
            "a status below 500", f"{response.status} for {sent}", exchange=response.exchange
        )


class SendRaw(Protocol):
    """The type of the function that `expect_no_server_errors` yields."""

    def __call__(
        self, method: str, target: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> None:
        """Send a request as `Client.send_raw` does."""


@contextlib.contextmanager
def expect_no_server_errors(client: Client) -> Iterator[SendRaw]:
    """Yield a function that sends a request; the order of the requests must not matter (`any_order`).

    Raises:
        ExpectationFailed: a response has a 5xx status (`assert_no_server_error`).
    """
    with any_order(client) as start:

        def send(
            method: str, target: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
        ) -> None:
            start(lambda each: assert_no_server_error(each.send_raw(method, target, headers, body)))

        yield send


def expect_no_server_error(client: Client, send: Callable[[], Response]) -> None:
    """Send a request; raise ExpectationFailed if it leads to a 5xx twice.

    501 is allowed: a server need not know a method, or a coding (RFC 9110 15.6.2).
    """
    response = send()
    if response.status >= 500 and response.status != 501:
        client.transport.rate_limiter.pause(REPEATED_AFTER_S)
        assert_no_server_error(send())


class AssignInputs(Protocol):
    """The type of the fixture `assign_inputs`: the function below with the seed of the run."""

    def __call__(self, receivers: Iterable[R], inputs: Iterable[V], count: int) -> Iterator[tuple[R, V]]:
        """Yield pairs of a receiver and an input."""


def assign_inputs(
    receivers: Iterable[R], inputs: Iterable[V], count: int, seed: int
) -> Iterator[tuple[R, V]]:
    """Yield pairs of a receiver and an input; each receiver gets at least `count` of the inputs.

    A receiver gets the inputs with the highest hash of (receiver, input, seed), so the choice does not depend
    on the position or number of the other receivers (rendezvous hashing). An input that no receiver gets in
    this way goes to the receiver with the highest hash: each input is used at least once.

    Args:
        receivers: operations, requests of operations, paths, names of parameters, or tuples of them.
        inputs: values of any type with a stable repr, such as malformed path segments.
        count: how many inputs each receiver gets, if there are as many.
        seed: another seed makes other pairs.
    """
    receivers, inputs = list(receivers), list(inputs)
    input_hashes = [_hash(f"{seed} {_key(value)}") for value in inputs]
    ranks = [[_hash(_key(receiver), salt) for salt in input_hashes] for receiver in receivers]
    numbers_of_receivers = [set(sorted(range(len(inputs)), key=rank.__getitem__)[-count:]) for rank in ranks]
    for number in range(len(inputs)) if receivers else ():
        if not any(number in numbers for numbers in numbers_of_receivers):
            best = max(range(len(receivers)), key=lambda one: ranks[one][number])
            numbers_of_receivers[best].add(number)
    for receiver, numbers in zip(receivers, numbers_of_receivers, strict=True):
        yield from ((receiver, inputs[number]) for number in sorted(numbers))


def replace_first_id(operation: Operation, segment: str) -> str:
    """Return the path of an operation with `segment` in place of its first parameter, or appended to it."""
    head, brace, rest = operation.path.partition("{")
    return f"{head}{segment}{rest.partition('}')[2]}" if brace else f"{operation.path}/{segment}"


def _key(value: object) -> str:
    """Return a text that identifies a receiver or an input in every run."""
    match value:
        case OperationRequest():
            return value.operation.key
        case Operation():
            return value.key
        case tuple():
            return ", ".join(map(_key, value))
    return repr(value)


def _hash(text: str, salt: bytes = b"") -> bytes:
    """Return eight bytes that depend on the text and, as a key, on the salt."""
    return hashlib.blake2b(text.encode(), key=salt, digest_size=8).digest()
