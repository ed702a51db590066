"""The five ways to the network, each with the verdict that it comes to."""

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
from tuningfork.client.route import Route
from tuningfork.client.session import IsolatedSession
from tuningfork.client.transport import NoResponse
from tuningfork.model import ExpectationFailed
from tuningfork.pytest_plugin.reachability import UnreachableError, expect_reachable

if TYPE_CHECKING:
    from tests.unit.client.conftest import Way

WAYS = ("client", "raw", "asked", "consent", "controls")


class Ways:
    """What each way says of a server: "answer", or why there is none."""

    def __init__(
        self, way: Way, base_url: str, seconds: float, size: int, ca: Path | None = None, proxy: str = ""
    ) -> None:
        self._base_url = base_url
        self._route = Route(seconds, size, ca, proxy or None)
        self._network = NetworkAdapter(self._route)
        self._client = way.client(
            adapter=self._network,
            base_url=base_url,
            origins=frozenset({base_url}),
            timeout=seconds,
            max_body=size,
        )

    def client(self) -> str:
        return _verdict(lambda: self._client.get("/tracks"))

    def raw(self) -> str:
        return _verdict(lambda: self._client.send_raw("GET", "/tracks"))

    def asked(self) -> str:
        settings = profile("audiosocket").settings.model_validate({"base_url": self._base_url, "token": "t"})
        try:
            expect_reachable("audiosocket", settings, self._route)
        except UnreachableError as gone:
            return _reason(str(gone))
        return "answer"

    def consent(self) -> str:
        consent = ConsentPageDriver(self._client.new_session())
        return _verdict(lambda: consent.approve(f"{self._base_url}/connect", "ada", "password"))

    def controls(self) -> str:
        # With connections of its own: a POST is not sent again where a server has closed an idle one.
        session = IsolatedSession(NetworkAdapter(self._route))
        controls = ControlsClient(f"{self._base_url}/_controls", session, self._route.timeout, _deaf)
        return _verdict(lambda: controls.clock(1))

    def upload(self) -> str:
        return _verdict(lambda: self._client.post("/tracks", content=bytes(64 * 2**20)))

    def raw_upload(self) -> str:
        return _verdict(lambda: self._client.send_raw("POST", "/tracks", body=bytes(64 * 2**20)))


def _deaf(_: str) -> None:
    """Nobody hears which hook is called."""


def _verdict(send: Callable[[], object]) -> str:
    try:
        send()
    except NoResponse as none:
        return none.found
    except (ExpectationFailed, AuthError, pytest.skip.Exception):
        return "answer"
    return "answer"


def _reason(told: str) -> str:
    """The reason of a probe's sentence, in the words of the other ways."""
    if "certificate" in told:
        return "a TLS connection with an untrusted certificate"
    if "HTML" in told:
        return "answer"
    return told.partition("no response: ")[2].partition("); ")[0]
