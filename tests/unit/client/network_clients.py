"""The five clients that use the network, each with the result that it reports for a server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tuningfork.apis import profile
from tuningfork.auth.consent_page import ConsentPageDriver
from tuningfork.auth.oauth2 import AuthError
from tuningfork.client.controls import ControlsClient
from tuningfork.client.network import NetworkAdapter
from tuningfork.client.no_response import NoResponse
from tuningfork.client.route import Route
from tuningfork.client.session import IsolatedSession
from tuningfork.model import ExpectationFailed
from tuningfork.pytest_plugin.reachability import UnreachableError, expect_reachable

if TYPE_CHECKING:
    from tests.unit.client.conftest import ClientFactory

CLIENTS = ("client", "raw", "probe", "consent", "controls")


class NetworkClients:
    """What each client reports about a server: "response", or the reason why it got none."""

    def __init__(
        self,
        factory: ClientFactory,
        base_url: str,
        seconds: float,
        size: int,
        ca: Path | None = None,
        proxy: str = "",
    ) -> None:
        self._base_url = base_url
        self._route = Route(seconds, size, ca, proxy or None)
        self._network = NetworkAdapter(self._route)
        self._client = factory.client(
            adapter=self._network,
            base_url=base_url,
            origins=frozenset({base_url}),
            timeout=seconds,
            max_body=size,
        )

    def client(self) -> str:
        return _result(lambda: self._client.get("/tracks"))

    def raw(self) -> str:
        return _result(lambda: self._client.send_raw("GET", "/tracks"))

    def probe(self) -> str:
        settings = profile("audiosocket").settings.model_validate({"base_url": self._base_url, "token": "t"})
        try:
            expect_reachable("audiosocket", settings, self._route)
        except UnreachableError as error:
            return _reason(str(error))
        return "response"

    def consent(self) -> str:
        consent = ConsentPageDriver(self._client.new_session())
        return _result(lambda: consent.approve(f"{self._base_url}/connect", "ada", "password"))

    def controls(self) -> str:
        # A separate session: a POST is not repeated after the server closed an idle connection.
        session = IsolatedSession(NetworkAdapter(self._route))
        controls = ControlsClient(f"{self._base_url}/_controls", session, self._route.timeout, _ignore)
        return _result(lambda: controls.clock(1))

    def upload(self) -> str:
        return _result(lambda: self._client.post("/tracks", content=bytes(64 * 2**20)))

    def raw_upload(self) -> str:
        return _result(lambda: self._client.send_raw("POST", "/tracks", body=bytes(64 * 2**20)))


def _ignore(_: str) -> None:
    """Ignore the name of the hook."""


def _result(send: Callable[[], object]) -> str:
    try:
        send()
    except NoResponse as error:
        return error.found
    except (ExpectationFailed, AuthError, pytest.skip.Exception):
        return "response"
    return "response"


def _reason(message: str) -> str:
    """Return the reason in a message of the probe, in the words of the other clients."""
    if "certificate" in message:
        return "a TLS connection with an untrusted certificate"
    if "HTML" in message:
        return "response"
    return message.partition("no response: ")[2].partition("); ")[0]
