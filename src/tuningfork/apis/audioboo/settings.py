"""The table [targets.NAME.audioboo] of tuningfork.toml."""

from __future__ import annotations

from pydantic import SecretStr

from tuningfork.client.config import Settings


class AudiobooSettings(Settings):
    """The settings [targets.NAME.audioboo]; `service_key` belongs to the private signing scheme."""

    consumer_key: str
    consumer_secret: SecretStr
    service_key: str
    service_secret: SecretStr
