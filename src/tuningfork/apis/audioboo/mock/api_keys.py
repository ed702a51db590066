"""Keys: those of consumers (OAuth), and those of services and of their sources (the private scheme)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuningfork.apis.audioboo.mock.models import User

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo


@dataclass(slots=True)
class ApiKey:
    """What signs; `kind` is consumer, service or source, `user` in whose name a linked source does it."""

    kind: str
    key: str
    secret: str
    user: User | None = None
    disabled: bool = False


CONSUMER = ("tuning-fork-consumer", "consumer-secret-7c1e")
SERVICE = ("tuning-fork-service", "service-secret-41d8")
REVOCABLE = ("revocable-service", "service-secret-b90f")


class ApiKeys:
    """Who may sign."""

    def __init__(self, mock: AudioBoo) -> None:
        self.mock = mock
        self._keys: dict[tuple[str, str], ApiKey] = {}

    def add(self, key: ApiKey) -> ApiKey:
        """One more."""
        self._keys[key.kind, key.key] = key
        return key

    def find(self, kind: str, key: str) -> ApiKey | None:
        """The key of this kind, disabled or not."""
        return self._keys.get((kind, key))

    def register_source(self) -> ApiKey:
        """The keys of a device that is new (AB-SIGN-08)."""
        return self.add(ApiKey("source", secrets.token_hex(16), secrets.token_hex(20)))

    def disable(self, kind: str, key: str) -> None:
        """It signs no more (AB-SIGN-09)."""
        if found := self.find(kind, key):
            found.disabled = True

    def reset(self) -> None:
        """Those of the first day."""
        self._keys.clear()
        self.add(ApiKey("consumer", *CONSUMER))
        self.add(ApiKey("service", *SERVICE))
        self.add(ApiKey("service", *REVOCABLE))
