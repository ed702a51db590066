"""The reason why a server cannot be reached is named, not the class of a library's error."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
import requests

from tuningfork.client.no_response import describe_failure


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Return a port of this machine at which nothing listens."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield reserved.getsockname()[1]


def test_refused_connection_is_named(closed_port: int) -> None:
    with pytest.raises(requests.ConnectionError) as raised:
        requests.get(f"http://127.0.0.1:{closed_port}", timeout=5)

    assert describe_failure(raised.value, 5) == "the connection was refused"


def test_unknown_host_is_named() -> None:
    error = requests.ConnectionError("no such host")
    error.__context__ = socket.gaierror(-2, "Name or service not known")

    assert describe_failure(error, 5) == "the name of the host is unknown"


def test_another_failure_is_a_broken_connection() -> None:
    error = requests.ConnectionError(ConnectionResetError())
    error.__context__ = error

    assert describe_failure(error, 5) == "the connection broke (ConnectionError)"
