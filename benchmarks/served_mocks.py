"""Mocks on sockets, each in a process of its own, that count what they receive."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import parse_qs

from tuningfork import apis
from tuningfork.audit.fault import apply_patches
from tuningfork.mock.app import Environ, Mock, StartResponse
from tuningfork.mock.server import Server

MAX_FORM_BYTES = 10_000
STOP, TRAFFIC = "stop", "traffic"
STOP_TIMEOUT_S = 10
Prepare = Callable[[str, Mock], Any]


@dataclass
class Traffic:
    """What a mock has received: its requests, and the client-credentials grants of each app."""

    requests: int = 0
    tokens: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class ServedMock:
    """A mock on a socket.

    Args:
        name: its API.
        table: the table of tuningfork.toml.
        prepared: what `prepare` returned for it.
        connection: to its process.
    """

    name: str
    table: Mapping[str, Any]
    prepared: Any
    connection: Connection

    def traffic(self) -> Traffic:
        """Return what the mock has received so far."""
        self.connection.send(TRAFFIC)
        received: Traffic = self.connection.recv()
        return received


@contextlib.contextmanager
def served(
    names: Iterable[str],
    *,
    latency: float = 0.0,
    faults: Sequence[str] = (),
    prepare: Prepare | None = None,
) -> Iterator[list[ServedMock]]:
    """Serve mocks in their initial state, each in a process.

    Args:
        names: their APIs.
        latency: seconds before each response.
        faults: the ids of faults or variants that the mocks have.
        prepare: called with the name and the mock, before it has a fault or receives a request.
    """
    with contextlib.ExitStack() as stack:
        mocks = []
        for name in names:
            ours, theirs = multiprocessing.Pipe()
            process = multiprocessing.Process(
                target=_serve, args=(name, latency, faults, prepare, theirs, ours), daemon=True
            )
            process.start()
            stack.callback(_end, process, ours)
            table, prepared = ours.recv()
            mocks.append(ServedMock(name, table, prepared, ours))
        yield mocks


def _end(process: multiprocessing.Process, connection: Connection) -> None:
    """Stop a mock; kill its process if a request never ends."""
    connection.send(STOP)
    process.join(STOP_TIMEOUT_S)
    process.kill()
    process.join()


def _serve(
    name: str,
    latency: float,
    faults: Sequence[str],
    prepare: Prepare | None,
    connection: Connection,
    other_end: Connection,
) -> None:
    """Serve a mock until it receives a stop, or its parent has ended; send its table first."""
    other_end.close()  # else this process would not see the end of its parent
    mock, traffic = apis.mock(name), Traffic()
    prepared = prepare(name, mock) if prepare else None
    apply_patches(mock, faults, apis.patches(name) if faults else ())
    _count(mock, latency, traffic)
    with Server(mock) as server, contextlib.suppress(EOFError):
        connection.send((mock.settings(server.base_url), prepared))
        while connection.recv() != STOP:
            connection.send(traffic)


def _count(mock: Mock, latency: float, traffic: Traffic) -> None:
    """Have a mock wait before each response, and count its requests and its grants."""
    respond = mock.wsgi

    def counted(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        time.sleep(latency)
        traffic.requests += 1
        form = _form(environ)
        if form.get("grant_type") == ["client_credentials"]:
            traffic.tokens[form.get("client_id", ["in the header"])[0]] += 1
        return respond(environ, start_response)

    mock.wsgi = counted  # type: ignore[method-assign]  # as faults do


def _form(environ: Environ) -> Mapping[str, list[str]]:
    """Return the form of a request, which the mock can read again; empty for a body of another type."""
    length = environ.get("CONTENT_LENGTH") or "0"
    is_form = "form" in environ.get("CONTENT_TYPE", "")
    if not (is_form and length.isdigit() and 0 < int(length) <= MAX_FORM_BYTES):
        return {}
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    return parse_qs(body.decode("latin-1"))
