"""Makes the stage of each API: a mock in this process or on a socket, a target, or its cassettes."""

from __future__ import annotations

import contextlib
import functools
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tuningfork import apis
from tuningfork.audit import fault
from tuningfork.client.cassette import CassetteError, CassetteHeader, read_header
from tuningfork.client.config import ConfigurationError, validate_table
from tuningfork.client.inprocess import WsgiAdapter
from tuningfork.client.network import NetworkAdapter
from tuningfork.client.route import Route
from tuningfork.mock.app import Mock
from tuningfork.mock.server import Server
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.pytest_plugin.run_config import RunConfig

FIRST_RECORDING_PORT, RECORDING_PORTS = 8700, 300


def recording_port(name: str) -> int:
    """Where the mock of an API is served while it is recorded: cassettes of different times agree on it."""
    return FIRST_RECORDING_PORT + zlib.crc32(name.encode()) % RECORDING_PORTS


class ApiSessions:
    """The stages of a run, made when they are first asked for.

    Args:
        run: what they are made for.
        mock: gives an API's mock, in which nothing has happened yet.
    """

    def __init__(self, run: RunConfig, mock: Callable[[str], Mock] = apis.mock) -> None:
        self.run = run
        self._mock = mock
        self.made: dict[str, ApiSession] = {}
        self._servers = contextlib.ExitStack()

    def __getitem__(self, name: str) -> ApiSession:
        if name not in self.made:
            self.made[name] = self._make(name)
        return self.made[name]

    def replaying(self, name: str, cassette: Path) -> ApiSession:
        """The stage of an API for the replay of a test: with the settings and the seed of its cassette.

        A cassette that is missing or torn is told when the test runs; until then any other one serves.
        """
        header = _header(cassette) or self._any_header(name)
        key = f"{name} {json.dumps(header.settings, sort_keys=True)} {header.seed}"
        if key not in self.made:
            settings = validate_table(apis.profile(name).settings, header.settings, cassette, "settings")
            self.made[key] = ApiSession(
                name,
                self.run,
                None,
                settings,
                NetworkAdapter(self.run.target.route(settings, name)),
                header.seed,
            )
        return self.made[key]

    def _any_header(self, name: str) -> CassetteHeader:
        """The header of some cassette of an API; ConfigurationError if there is none."""
        folder = self.run.cassettes(name)
        for cassette in sorted(folder.glob("*/*.yaml")):
            if header := _header(cassette):
                return header
        raise ConfigurationError(f"{folder}: there is no whole cassette; record one with --record.")

    def learn(self) -> None:
        """Take in the secrets that the targets have shown in the running test."""
        for stage in list(self.made.values()):
            stage.learn()

    def close(self) -> None:
        """Remove what was created, stop what was started."""
        for stage in self.made.values():
            stage.close()
        self._servers.close()

    def check(self) -> None:
        """See before anything runs whether each API can be judged; ConfigurationError."""
        try:
            fault.require_known(self.run.faults, self.run.contracts)
        except fault.UnknownPatch as unknown:
            raise ConfigurationError(f"--fault: {unknown}") from None
        for name in self.run.contracts:
            if self.run.is_replay:
                self._any_header(name)
            elif not self.run.is_mock:
                self.route(name)
            elif self.run.record:
                self[name]  # its port is fixed, and may be taken

    def _make(self, name: str) -> ApiSession:
        if not self.run.is_mock:
            return ApiSession(name, self.run, None, self.settings(name), NetworkAdapter(self.route(name)))
        profile = apis.profile(name)
        mock = fault.apply_patches(self._mock(name), name, self.run.faults)
        if not self.run.sockets:
            settings = self._known(profile.settings.model_validate(mock.settings(profile.base_url)))
            return ApiSession(name, self.run, mock, settings, WsgiAdapter(mock.wsgi))
        server = self._served(mock, recording_port(name) if self.run.record else 0)
        settings = self._known(profile.settings.model_validate(mock.settings(server.base_url)))
        return ApiSession(
            name, self.run, mock, settings, NetworkAdapter(self.run.target.route(settings, name))
        )

    def _served(self, mock: Mock, port: int) -> Server:
        try:
            return self._servers.enter_context(Server(mock, port))
        except OSError:
            raise ConfigurationError(f"port {port} can't be used; stop what has it.") from None

    def route(self, name: str) -> Route:
        """How an API of the target is reached; ConfigurationError."""
        return self.run.target.route(self.settings(name), name)

    def settings(self, name: str) -> Any:
        """An API's table of the target, its secrets known from here on; ConfigurationError."""
        return self._known(self._read(name))

    def _known(self, settings: Any) -> Any:
        self.run.secrets.learn(settings)
        return settings

    def _read(self, name: str) -> Any:
        target = self.run.target
        model = apis.profile(name).settings
        return validate_table(model, target.tables[name], target.file, f"targets.{target.name}.{name}")


@functools.cache
def _header(cassette: Path) -> CassetteHeader | None:
    try:
        return read_header(cassette)
    except CassetteError:
        return None
