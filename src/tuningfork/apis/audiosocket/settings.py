"""The table [targets.NAME.audiosocket] of tuningfork.toml."""

from __future__ import annotations

from pydantic import SecretStr

from tuningfork.client.config import Settings


class AudiosocketSettings(Settings):
    """The settings [targets.NAME.audiosocket]."""

    token: SecretStr
