"""The table [targets.NAME.audioboo] of tuningfork.toml."""

from __future__ import annotations

from pydantic import SecretStr

from tuningfork.client.config import Settings


class AudiobooSettings(Settings):
    """[targets.NAME.audioboo]; `service_key` is of the private scheme."""

    consumer_key: str
    consumer_secret: SecretStr
    service_key: str
    service_secret: SecretStr
