"""Keys of consumers (OAuth), and of services and their sources (the private scheme)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from tuningfork.apis.audioboo.mock.models import User


@dataclass(slots=True)
class ApiKey:
    """A key that signs requests.

    Attributes:
        kind: consumer, service or source.
        user: the user in whose name a linked source signs.
    """

    kind: str
    key: str
    secret: str
    user: User | None = None
    disabled: bool = False


CONSUMER = ("tuning-fork-consumer", "consumer-secret-7c1e")
SERVICE = ("tuning-fork-service", "service-secret-41d8")
REVOCABLE = ("revocable-service", "service-secret-b90f")


class ApiKeys:
    """Stores all keys."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, str], ApiKey] = {}

    def add(self, key: ApiKey) -> ApiKey:
        """Store a key and return it."""
        self._keys[key.kind, key.key] = key
        return key

    def find(self, kind: str, key: str) -> ApiKey | None:
        """Return the key of this kind, disabled or not, or None."""
        return self._keys.get((kind, key))

    def register_source(self) -> ApiKey:
        """Create the key of a new device (AB-SIGN-08)."""
        return self.add(ApiKey("source", secrets.token_hex(16), secrets.token_hex(20)))

    def disable(self, kind: str, key: str) -> None:
        """Disable a key, if it exists (AB-SIGN-09)."""
        if api_key := self.find(kind, key):
            api_key.disabled = True

    def reset(self) -> None:
        """Restore the initial keys."""
        self._keys.clear()
        self.add(ApiKey("consumer", *CONSUMER))
        self.add(ApiKey("service", *SERVICE))
        self.add(ApiKey("service", *REVOCABLE))
