"""The table of one API of a target, and of its users."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from tuningfork.client.config_types import ByteSize, HttpUrl, LoginHost, Proxy
from tuningfork.origin import origin

CONNECTION_FIELDS = frozenset(
    {"max_body", "patience", "max_lost", "ca", "proxy", "login_hosts", "mark_secret"}
)
"""Fields of Settings that describe how to reach and use an API, not which API it is."""


class User(BaseModel):
    """A user of the API: a name and password for a consent page, or tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    username: str | None = None
    password: SecretStr | None = None
    access_token: SecretStr | None = None
    access_token_secret: SecretStr | None = None
    refresh_token: SecretStr | None = None

    @property
    def can_log_in(self) -> bool:
        """Return whether the user has a name and password for a consent page."""
        return self.username is not None and self.password is not None


class Users(BaseModel):
    """The users that the target's owner provides for runs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: User | None = None
    second: User | None = None

    def names(self) -> list[str]:
        """Return the names of the configured users."""
        return [name for name, user in (("first", self.first), ("second", self.second)) if user is not None]


class Settings(BaseModel):
    """One API of a target; a profile adds its own fields.

    `max_body`, `patience`, `max_lost`, `ca` and `proxy` override the options of the target. `mark_secret`
    signs the marks in what runs create, or else the secrets of the app do (client/marks.py).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: HttpUrl
    controls: HttpUrl | None = None
    users: Users = Users()
    given: dict[str, Any] = {}
    mark_secret: SecretStr | None = None
    max_body: ByteSize | None = None
    patience: Annotated[float, Field(gt=0)] | None = None
    max_lost: Annotated[int, Field(ge=1, strict=True)] | None = None
    ca: Path | None = None
    proxy: Proxy | None = None
    login_hosts: tuple[LoginHost, ...] = ()

    @property
    def login_origins(self) -> frozenset[str]:
        """Return the origins, in addition to base_url's, where a password may be typed.

        A login host without a scheme has the scheme of base_url.
        """
        scheme = self.base_url.partition("://")[0]
        return frozenset(origin(host if "://" in host else f"{scheme}://{host}") for host in self.login_hosts)

    def all_base_urls(self) -> tuple[str, ...]:
        """Return the URLs below which the API has operations; an API's own settings may add to them."""
        return (self.base_url,)

    def app_secrets(self) -> list[SecretStr]:
        """Return the secrets of the table itself; those of its users may differ from job to job."""
        return [value for name, value in self if isinstance(value, SecretStr) and name != "mark_secret"]

    def reservation_keys(self) -> list[str]:
        """Return a key without secrets for each user at the base URL, or for the app if it has no users."""
        users = [user for user in (self.users.first, self.users.second) if user is not None]
        identities = [user.username or str(_reveal_secrets(user)) for user in users]
        public = {"base_url", "controls", "given", "users", "mark_secret"}
        identities = identities or [
            str(_reveal_secrets({name: value for name, value in dict(self).items() if name not in public}))
        ]
        base_url = self.base_url.rstrip("/").lower()
        return [hashlib.sha256(f"{base_url} {identity}".encode()).hexdigest()[:16] for identity in identities]

    def unmet(self, needs: Iterable[str], *, writes: bool) -> list[str]:
        """Return the needs that this target does not meet, sorted; a test hook also needs "write".

        Args:
            needs: of a test; "control:" stands for any test hook.
            writes: whether the run may write.
        """
        needs = list(needs)
        implied = ["write"] if any(need.startswith("control:") for need in needs) else []
        return [
            need
            for need in sorted({*needs, *implied})
            if (need == "write" and not writes) or self.lacks(need)
        ]

    def lacks(self, need: str) -> bool:
        """Return whether this target does not meet a need of claims/README.md ("write" is not checked)."""
        kind, _, name = need.partition(":")
        match kind:
            case "user":
                return self.users.first is None
            case "user2":
                return self.users.second is None
            case "login":
                return self.users.first is None or not self.users.first.can_log_in
            case "given":
                return self.given.get(name, getattr(self, name, None)) is None
            case "control":
                return self.controls is None
        return False


def _reveal_secrets(value: object) -> object:
    """Return a model as plain values, with its secrets in clear text."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, BaseModel | Mapping):
        return {name: _reveal_secrets(item) for name, item in dict(value).items()}
    return value
