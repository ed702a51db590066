from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tuningfork import ExpectationFailed
from tuningfork.client.client import Client
from tuningfork.contract.openapi import Operation
from tuningfork.testing.operation_requests import (
    OperationRequest,
    expand_path,
    expect_everywhere,
    expect_nowhere,
    paths_without_method,
    unknown_paths,
)


def request_of(method: str, path: str, **arguments: Any) -> OperationRequest:
    operation = cast("Operation", SimpleNamespace(method=method, path=path, key=f"{method} {path}"))
    return OperationRequest(operation, expand_path(path, 7), arguments)


class StubClient:
    """Returns one status for every request, and records the requests."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.sent: list[Any] = []

    def request(self, method: str, path: str, **arguments: Any) -> Any:
        self.sent.append((method, path, arguments))
        return SimpleNamespace(status=self.status, exchange=f"{method} {path}")


def client(status: int) -> Any:
    return cast("Client", StubClient(status))


REQUESTS = [request_of("GET", "/things"), request_of("PUT", "/things/{id}", form={"a": 1})]


def test_request_is_sent_with_its_own_and_further_arguments() -> None:
    stub = client(200)

    REQUESTS[1].send(stub, headers={"B": "2"})

    assert stub.sent == [("PUT", "/things/7", {"form": {"a": 1}, "headers": {"B": "2"}})]
    assert [request.only_reads for request in REQUESTS] == [True, False]


def test_operations_with_another_status_are_named() -> None:
    assert len(expect_everywhere(REQUESTS, client(401), 401, 403)) == 2
    with pytest.raises(ExpectationFailed, match=r"200 at GET /things, 200 at PUT /things/\{id\}") as failure:
        expect_everywhere(REQUESTS, client(200), 401)

    assert failure.value.exchange == "GET /things"


def test_operations_with_a_forbidden_status_are_named() -> None:
    assert len(expect_nowhere(REQUESTS, client(404), 401)) == 2
    with pytest.raises(ExpectationFailed, match="401 at GET /things"):
        expect_nowhere(REQUESTS, client(401), 401)


def test_paths_without_method_and_unknown_paths_are_derived_from_the_requests() -> None:
    assert paths_without_method(REQUESTS, "PUT") == ["/things"]
    assert unknown_paths(REQUESTS) == ["/no-such-path", "/things/no-such-path", "/things/7/no-such-path"]
    assert expand_path("/a/{b}/c/{d}", "x\\1") == "/a/x\\1/c/x\\1"
