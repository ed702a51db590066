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


def probe(method: str, path: str, **arguments: Any) -> OperationRequest:
    operation = cast("Operation", SimpleNamespace(method=method, path=path, key=f"{method} {path}"))
    return OperationRequest(operation, expand_path(path, 7), arguments)


class Echo:
    """Answers every request with one status, and remembers it."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.sent: list[Any] = []

    def request(self, method: str, path: str, **arguments: Any) -> Any:
        self.sent.append((method, path, arguments))
        return SimpleNamespace(status=self.status)


def client(status: int) -> Any:
    return cast("Client", Echo(status))


PROBES = [probe("GET", "/things"), probe("PUT", "/things/{id}", form={"a": 1})]


def test_a_probe_sends_what_it_is_told_and_more() -> None:
    echo = client(200)

    PROBES[1].send(echo, headers={"B": "2"})

    assert echo.sent == [("PUT", "/things/7", {"form": {"a": 1}, "headers": {"B": "2"}})]
    assert [one.only_reads for one in PROBES] == [True, False]


def test_operations_that_answer_otherwise_are_named() -> None:
    assert len(expect_everywhere(PROBES, client(401), 401, 403)) == 2
    with pytest.raises(ExpectationFailed, match=r"200 at GET /things, 200 at PUT /things/\{id\}"):
        expect_everywhere(PROBES, client(200), 401)


def test_operations_that_answer_so_are_named() -> None:
    assert len(expect_nowhere(PROBES, client(404), 401)) == 2
    with pytest.raises(ExpectationFailed, match="401 at GET /things"):
        expect_nowhere(PROBES, client(401), 401)


def test_paths_that_know_no_such_method_and_paths_that_nobody_knows() -> None:
    assert paths_without_method(PROBES, "PUT") == ["/things"]
    assert unknown_paths(PROBES) == ["/no-such-path", "/things/no-such-path", "/things/7/no-such-path"]
    assert expand_path("/a/{b}/c/{d}", "x\\1") == "/a/x\\1/c/x\\1"
