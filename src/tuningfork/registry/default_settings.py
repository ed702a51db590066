"""The table of an API without a profile in tuningfork.toml."""

from __future__ import annotations

from pydantic import SecretStr

from tuningfork.client.config import Settings


class DefaultSettings(Settings):
    """`[targets.TARGET.NAME]` of an API without a profile: its credentials, each optional."""

    token: SecretStr | None = None
    api_key: SecretStr | None = None
    username: str | None = None
    password: SecretStr | None = None
    client_id: SecretStr | None = None
    client_secret: SecretStr | None = None
    redirect_uri: str | None = None
    consumer_key: SecretStr | None = None
    consumer_secret: SecretStr | None = None
