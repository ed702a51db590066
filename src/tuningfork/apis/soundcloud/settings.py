"""The table [targets.NAME.soundcloud] of tuningfork.toml."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr

from tuningfork.client.config import Settings
from tuningfork.client.config_types import HttpUrl


def _require_scheme(text: str) -> str:
    """Return the URI; raise ValueError if it does not begin with a scheme."""
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
        raise ValueError('a URI begins with its scheme, such as "https:" or "my-app:"')
    return text


Uri = Annotated[str, AfterValidator(_require_scheme)]


class SecondApp(BaseModel):
    """A second registered application, for claims about the separation of apps."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client_id: str
    client_secret: SecretStr
    redirect_uri: Uri


class SoundCloudSettings(Settings):
    """The settings of a SoundCloud target."""

    client_id: str
    client_secret: SecretStr
    redirect_uri: Uri
    custom_redirect_uri: Uri | None = None
    oembed_url: HttpUrl | None = None
    second_app: SecondApp | None = None

    def all_base_urls(self) -> tuple[str, ...]:
        """Return base_url, and oembed_url if it is configured."""
        return (self.base_url,) if self.oembed_url is None else (self.base_url, self.oembed_url)
