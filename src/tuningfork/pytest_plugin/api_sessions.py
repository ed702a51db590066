"""Creates the session of each API: with a mock in this process or on a socket, a target, or cassettes."""

from __future__ import annotations

import contextlib
import functools
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tuningfork import apis
from tuningfork.audit import fault
from tuningfork.client.cassette import CassetteError, CassetteHeader, read_header
from tuningfork.client.config import ConfigurationError, validate_table
from tuningfork.client.inprocess import WsgiAdapter
from tuningfork.client.network import NetworkAdapter
from tuningfork.client.route import Route
from tuningfork.origin import origin
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.pytest_plugin.run_config import RunConfig

if TYPE_CHECKING:
    from tuningfork.mock.app import Mock  # Flask takes long to import
    from tuningfork.mock.server import Server

FIRST_RECORDING_PORT, MAX_RECORDING_PORTS = 8700, 300


def recording_port(name: str) -> int:
    """Return the port of an API's mock while it is recorded: the same in all recordings."""
    return FIRST_RECORDING_PORT + zlib.crc32(name.encode()) % MAX_RECORDING_PORTS


class ApiSessions:
    """The API sessions of a run, each created on first use.

    Args:
        run: the configuration of the run.
        new_mock: creates an API's mock in its initial state.
    """

    def __init__(self, run: RunConfig, new_mock: Callable[[str], Mock] = apis.mock) -> None:
        self.run = run
        self._new_mock = new_mock
        self.created: dict[str, ApiSession] = {}
        self._servers = contextlib.ExitStack()

    def __getitem__(self, name: str) -> ApiSession:
        """Return the session of an API; the first call creates it."""
        if name not in self.created:
            self.created[name] = self._create(name)
        return self.created[name]

    def replaying(self, name: str, cassette: Path) -> ApiSession:
        """Return the session that replays a cassette, with the settings and the seed of its header.

        If the cassette is missing or incomplete, the header of another one is used; the replay reports it.
        """
        header = _read_header(cassette) or self._read_any_header(name)
        key = f"{name} {json.dumps(header.settings, sort_keys=True)} {header.seed}"
        if key not in self.created:
            settings = validate_table(apis.profile(name).settings, header.settings, cassette, "settings")
            network = NetworkAdapter(self.run.target.route(settings, name))
            self.created[key] = ApiSession(name, self.run, None, settings, network, header.seed)
        return self.created[key]

    def collect_new_secrets(self) -> None:
        """Add the secrets that the targets have issued in the running test to the known ones."""
        for session in list(self.created.values()):
            session.collect_new_secrets()

    def close(self) -> None:
        """Delete what the tests created, and stop the mocks' servers."""
        for session in self.created.values():
            session.close()
        self._servers.close()

    def expect_ready(self) -> None:
        """Check, before any test, that a session of each API can be created.

        Raises:
            ConfigurationError: a fault does not exist, an API has no cassette, its settings are not valid,
                or the port of a recording is in use.
        """
        try:
            fault.require_known(self.run.faults, self._patches() if self.run.faults else ())
        except fault.UnknownPatch as error:
            raise ConfigurationError(f"--fault: {error}") from None
        for name in self.run.contracts:
            if self.run.is_replay:
                self._read_any_header(name)
            elif not self.run.is_mock:
                self.route(name)
            elif self.run.record:
                self[name]  # starts the server on its fixed port
            elif self.run.homes[name].has_own_mock:
                self._new_mock(name)  # an error in it is found before the first test

    def route(self, name: str) -> Route:
        """Return how an API of the target is reached; ConfigurationError if its settings are not valid."""
        return self.run.target.route(self.settings(name), name)

    def settings(self, name: str) -> Any:
        """Return an API's table of the target, and add its secrets; ConfigurationError if it is not valid."""
        target = self.run.target
        model = apis.profile(name).settings
        table = f"targets.{target.name}.{name}"
        return self._with_secrets_added(validate_table(model, target.tables[name], target.file, table))

    def _patches(self) -> list[fault.MockPatch]:
        """Return the faults and variants of all APIs of the run."""
        return [patch for name in self.run.contracts for patch in apis.patches(name)]

    def _create(self, name: str) -> ApiSession:
        """Return a new session of an API on the target, or on its mock with the faults of the run."""
        if not self.run.is_mock:
            return ApiSession(name, self.run, None, self.settings(name), NetworkAdapter(self.route(name)))
        profile = apis.profile(name)
        patches = apis.patches(name) if self.run.faults else ()
        mock = fault.apply_patches(self._new_mock(name), self.run.faults, patches)
        if not self.run.sockets:
            settings = self._mock_settings(name, mock, origin(profile.base_url))
            return ApiSession(name, self.run, mock, settings, WsgiAdapter(mock.wsgi))
        server = self._serve(mock, recording_port(name) if self.run.record else 0)
        settings = self._mock_settings(name, mock, server.base_url)
        return ApiSession(
            name, self.run, mock, settings, NetworkAdapter(self.run.target.route(settings, name))
        )

    def _mock_settings(self, name: str, mock: Mock, base_url: str) -> Any:
        """Return the settings for an API's mock at `base_url`, with their secrets added to the known ones."""
        model = apis.profile(name).settings
        table = mock.settings(base_url)  # it may have keys that only the API's own profile knows
        known = {key: value for key, value in table.items() if key in model.model_fields}
        settings = model.model_validate(known)
        return self._with_secrets_added(settings)

    def _serve(self, mock: Mock, port: int) -> Server:
        """Start the server of a mock, which `close` stops; raise ConfigurationError if the port is in use."""
        from tuningfork.mock.server import Server  # it takes long to import

        try:
            return self._servers.enter_context(Server(mock, port))
        except OSError:
            raise ConfigurationError(f"port {port} is in use; stop the process that uses it.") from None

    def _with_secrets_added(self, settings: Any) -> Any:
        """Add the secrets of settings to the known ones, and return the settings."""
        self.run.secrets.keep_from(settings)
        return settings

    def _read_any_header(self, name: str) -> CassetteHeader:
        """Return the header of the first complete cassette of an API, or raise ConfigurationError."""
        folder = self.run.cassettes(name)
        for cassette in sorted(folder.glob("*/*.yaml")):
            if header := _read_header(cassette):
                return header
        raise ConfigurationError(f"{folder}: there is no complete cassette; record one with --record.")


@functools.cache
def _read_header(cassette: Path) -> CassetteHeader | None:
    """Return the header of a cassette; None if the cassette is missing or incomplete."""
    try:
        return read_header(cassette)
    except CassetteError:
        return None
