"""One request for each documented operation, and expectations of the status of all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.contract.cases import SAFE_METHODS
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.evidence import MAX_COMPARED
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import at_least_one

AnyOperationRequest = TypeVar("AnyOperationRequest", bound="OperationRequest")
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")


@dataclass(frozen=True, slots=True)
class OperationRequest:
    """A request of one operation.

    Args:
        operation: the documented operation, such as GET /tracks/{track_id}.
        path: its path with values for the parameters, such as "/tracks/7".
        arguments: the other arguments of Client.request, such as {"json": {}}.
    """

    operation: Operation
    path: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def only_reads(self) -> bool:
        """Return whether the method is safe (RFC 9110 9.2.1)."""
        return self.operation.method in SAFE_METHODS

    def send(self, client: Client, **more: Any) -> Response:
        """Send the request; `more` are further arguments of Client.request, which replace its own."""
        return client.request(self.operation.method, self.path, **{**self.arguments, **more})


def sendable_requests(
    operation_requests: Iterable[AnyOperationRequest], client: Client
) -> list[AnyOperationRequest]:
    """Return the requests that the run may send: those that change nothing of others."""
    return [
        request
        for request in operation_requests
        if not client.is_forbidden(request.operation.method, request.path, **request.arguments)
    ]


def make_operation_request(
    contract: Contract, method: str, path: str, arguments: Mapping[str, Any]
) -> OperationRequest:
    """Return the request of the documented operation that has this method and matches this path."""
    operation = contract.find(method, path)
    assert operation is not None, f"{method} {path} is not a documented operation"
    return OperationRequest(operation, path, arguments)


def expect_everywhere(
    operation_requests: Iterable[OperationRequest], client: Client, *allowed: int, **more: Any
) -> list[Response]:
    """Send each request and return the responses.

    Raises:
        ExpectationFailed: the status of a response is not one of `allowed`; it names each such operation.
    """
    expected = " or ".join(map(str, allowed))
    return _send_all(operation_requests, client, lambda status: status in allowed, expected, more)


def expect_nowhere(
    operation_requests: Iterable[OperationRequest], client: Client, *forbidden: int
) -> list[Response]:
    """Send each request and return the responses.

    Raises:
        ExpectationFailed: the status of a response is one of `forbidden`; it names each such operation.
    """
    expected = f"no {' or '.join(map(str, forbidden))}"
    return _send_all(operation_requests, client, lambda status: status not in forbidden, expected, {})


def expand_path(template: str, segment: object) -> str:
    """Return the path of an operation with `segment` in place of each parameter."""
    return re.sub(r"\{\w+\}", lambda _: str(segment), template)


def query_parameters(
    operation_requests: Iterable[AnyOperationRequest],
) -> list[tuple[AnyOperationRequest, str]]:
    """Return each request paired with the name of each documented query parameter of its operation."""
    return [
        (request, parameter.name)
        for request in operation_requests
        for parameter in request.operation.parameters
        if parameter.location == "query"
    ]


def paths_without_method(operation_requests: Sequence[OperationRequest], method: str) -> list[str]:
    """Return the documented paths that do not have this method; the test is not verified without any."""
    with_method = {
        request.operation.path for request in operation_requests if request.operation.method == method
    }
    without_method = sorted({request.operation.path for request in operation_requests} - with_method)
    return at_least_one(without_method, f"every path has {method}")


def unknown_paths(operation_requests: Iterable[OperationRequest]) -> list[str]:
    """Return undocumented paths: one at the root, and one below the path of each request."""
    return ["/no-such-path", *dict.fromkeys(f"{request.path}/no-such-path" for request in operation_requests)]


def _send_all(
    operation_requests: Iterable[OperationRequest],
    client: Client,
    is_expected: Callable[[int], bool],
    expected: str,
    more: Mapping[str, Any],
) -> list[Response]:
    """Send each request; return the responses, or raise ExpectationFailed for the unexpected statuses."""
    requests = list(operation_requests)
    responses = [request.send(client, **more) for request in requests]
    failures = [
        (response, f"{response.status} at {request.operation.key}")
        for request, response in zip(requests, responses, strict=True)
        if not is_expected(response.status)
    ]
    if failures:
        found = ", ".join(text for _, text in failures)
        first, *others = (response.exchange for response, _ in failures)
        raise ExpectationFailed(f"{expected} at every operation", found, None, first, others[:MAX_COMPARED])
    return responses
