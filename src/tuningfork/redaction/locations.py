"""Where secrets are: the headers, parameters and properties of an API, and its declared locations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from tuningfork.model import Exchange
from tuningfork.redaction.secret_names import HEADERS, PARAMETERS, PROPERTIES, is_secret_name

Mask = Callable[[str, str], str]
"""Returns the replacement for the name of a secret and the secret; needs no escaping in a URL or JSON."""
DeclaredSecrets = Callable[[Exchange], Iterable[tuple[str, str]]]
"""Returns the name and the value of each secret of an exchange that no name shows."""
MIN_REPLAY_SECRET_LENGTH = 8
"""Minimum length of a value that is redacted in a cassette; a shorter one may be needed for its replay."""


@dataclass(frozen=True, slots=True)
class SecretLocations:
    """The names, in lower case, of headers, parameters and JSON properties that contain secrets.

    Args:
        headers: headers whose value is secret, or the part of it that follows the scheme.
        parameters: parameters of queries and fragments, and fields of forms.
        properties: properties of JSON objects.
        is_broad: whether short values, numbers and assignments in plain text are also secret if they have a
            common name of secrets; false in cassettes, where a replay needs such values.
        declared: return the secrets of an exchange that are at other declared locations.
    """

    headers: frozenset[str] = HEADERS
    parameters: frozenset[str] = PARAMETERS
    properties: frozenset[str] = PROPERTIES
    is_broad: bool = True
    declared: frozenset[DeclaredSecrets] = frozenset()

    def plus(
        self, headers: Iterable[str] = (), parameters: Iterable[str] = (), properties: Iterable[str] = ()
    ) -> SecretLocations:
        """Return these locations and additional ones."""
        return SecretLocations(
            self.headers | {name.lower() for name in headers},
            self.parameters | {name.lower() for name in parameters},
            self.properties | {name.lower() for name in properties},
            self.is_broad,
            self.declared,
        )

    def __or__(self, other: SecretLocations) -> SecretLocations:
        """Return the locations of both."""
        both = self.plus(other.headers, other.parameters, other.properties)
        return replace(both, declared=self.declared | other.declared)

    def narrowed(self) -> SecretLocations:
        """Return these locations for a cassette, in which a replay needs short values."""
        return replace(self, is_broad=False)

    def is_secret(self, name: str, value: str, listed: frozenset[str]) -> bool:
        """Return whether a value is secret: its name is in `listed` or is a common name of secrets."""
        if name.lower() in listed:
            return True
        return is_secret_name(name) and (self.is_broad or len(value) >= MIN_REPLAY_SECRET_LENGTH)
