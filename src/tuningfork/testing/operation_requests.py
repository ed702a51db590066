"""A request for each operation of a contract, to see how it treats its caller."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.contract.cases import SAFE_METHODS
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import at_least_one

AnyOperationRequest = TypeVar("AnyOperationRequest", bound="OperationRequest")
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")


@dataclass(frozen=True, slots=True)
class OperationRequest:
    """A request of one operation; `arguments` are what Client.request takes."""

    operation: Operation
    path: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def only_reads(self) -> bool:
        """Whether its method is safe (RFC 9110 9.2.1)."""
        return self.operation.method in SAFE_METHODS

    def send(self, client: Client, **more: Any) -> Response:
        """Send it in the client's name, with more than it says, as Client.request takes it."""
        return client.request(self.operation.method, self.path, **{**self.arguments, **more})


def harmless(operation_requests: Iterable[AnyOperationRequest], client: Client) -> list[AnyOperationRequest]:
    """Those that may be sent: all of them, unless the run may only read."""
    return [
        one
        for one in operation_requests
        if not client.is_forbidden(one.operation.method, one.path, **one.arguments)
    ]


def operation_request(
    contract: Contract, method: str, path: str, arguments: Mapping[str, Any]
) -> OperationRequest:
    """A probe of whatever operation this request belongs to."""
    operation = contract.find(method, path)
    assert operation is not None, f"{method} {path} is no documented operation"
    return OperationRequest(operation, path, arguments)


def expect_everywhere(
    operation_requests: Iterable[OperationRequest], client: Client, *allowed: int, **more: Any
) -> list[Response]:
    """The answer to each probe; fail with the operations that answer anything but these statuses."""
    return _sent(
        operation_requests, client, lambda status: status in allowed, " or ".join(map(str, allowed)), more
    )


def expect_nowhere(
    operation_requests: Iterable[OperationRequest], client: Client, *refused: int
) -> list[Response]:
    """The answer to each probe; fail with the operations that answer with one of these statuses."""
    expected = f"no {' or '.join(map(str, refused))}"
    return _sent(operation_requests, client, lambda status: status not in refused, expected, {})


def expand_path(template: str, segment: object) -> str:
    """The path of an operation with the same text in the place of each id."""
    return re.sub(r"\{\w+\}", lambda _: str(segment), template)


def query_parameters(
    operation_requests: Iterable[AnyOperationRequest],
) -> list[tuple[AnyOperationRequest, str]]:
    """Each probe with the name of each documented parameter of its query."""
    return [
        (one, each.name)
        for one in operation_requests
        for each in one.operation.parameters
        if each.location == "query"
    ]


def paths_without_method(operation_requests: Sequence[OperationRequest], method: str) -> list[str]:
    """The paths that do not know a method, at least one."""
    knowing = {probe.operation.path for probe in operation_requests if probe.operation.method == method}
    unknowing = sorted({probe.operation.path for probe in operation_requests} - knowing)
    return at_least_one(unknowing, f"every path has {method}")


def unknown_paths(operation_requests: Iterable[OperationRequest]) -> list[str]:
    """A path that nobody knows, and one below each that is known."""
    return ["/no-such-path", *dict.fromkeys(f"{probe.path}/no-such-path" for probe in operation_requests)]


def _sent(
    operation_requests: Iterable[OperationRequest],
    client: Client,
    is_right: Callable[[int], bool],
    expected: str,
    more: Mapping[str, Any],
) -> list[Response]:
    answers = [(probe, probe.send(client, **more)) for probe in operation_requests]
    others = [
        f"{answer.status} at {probe.operation.key}"
        for probe, answer in answers
        if not is_right(answer.status)
    ]
    if others:
        raise ExpectationFailed(f"{expected} at every operation", ", ".join(others))
    return [answer for _, answer in answers]
