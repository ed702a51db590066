"""Masks the secrets of a run in its logs and in what it prints."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

from pydantic import BaseModel, SecretStr

from tuningfork.redaction import MIN_SECRET_LENGTH, Disclosure, KnownSecrets, SecretLocations

SECRET_NAME = re.compile("token|secret|password|key", re.IGNORECASE)
"""Names of settings and token properties whose values are secrets."""
LOCATION_NAMES = SecretLocations().parameters | SecretLocations().properties
"""A secret with such a value, for example the password "password", is masked by position only."""

CollectSecrets = Callable[[], None]
"""Adds the secrets that the target has issued since the last call to the known ones."""


class SecretMasker(KnownSecrets):
    """The secrets of the settings and of the issued tokens, to be masked wherever they occur."""

    def keep_from(self, settings: object) -> None:
        """Add every secret of the settings."""
        for name, secret in _maskable(settings):
            self.keep(name, secret)

    def add_from(self, tokens: object) -> None:
        """Add every secret of the tokens that a server has issued."""
        for name, secret in _maskable(tokens):
            self.add(name, secret)


def _maskable(source: object) -> Iterator[tuple[str, str]]:
    """Return the secrets of settings or tokens that may be masked wherever they occur."""
    return (found for found in find_secrets(source, "") if found[1].lower() not in LOCATION_NAMES)


class MaskingLogFactory:
    """Makes log records without secrets, from construction to `close`.

    Args:
        disclosure: masks the secrets of a text.
        collect_secrets: called before each record.
    """

    def __init__(self, disclosure: Disclosure, collect_secrets: CollectSecrets) -> None:
        self._disclosure = disclosure
        self._collect_secrets = collect_secrets
        self._original = logging.getLogRecordFactory()
        logging.setLogRecordFactory(self._make_record)

    def close(self) -> None:
        """Restore the previous log record factory."""
        logging.setLogRecordFactory(self._original)

    def _make_record(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        """Return a log record whose message and traceback have no secrets."""
        record = self._original(*args, **kwargs)
        self._collect_secrets()
        record.msg = self._disclosure.block(record.getMessage())
        record.args = None
        if record.exc_info and record.exc_info[0]:
            record.exc_text = self._disclosure.block(logging.Formatter().formatException(record.exc_info))
        return record


class MaskingStreams:
    """Masks secrets in standard output and standard error, from construction to `close`.

    These carry what pytest prints, and with `-s` also what tests print.

    Args:
        disclosure: masks the secrets of a text.
        collect_secrets: called before each write.
    """

    def __init__(self, disclosure: Disclosure, collect_secrets: CollectSecrets) -> None:
        self._masking = {
            name: _MaskingStream(getattr(sys, name), disclosure, collect_secrets)
            for name in ("stdout", "stderr")
        }
        for name, stream in self._masking.items():
            setattr(sys, name, stream)

    def close(self) -> None:
        """Restore the original streams; a stream that was replaced since then stays."""
        for name, stream in self._masking.items():
            if getattr(sys, name) is stream:
                setattr(sys, name, stream.original)


class _MaskingStream:
    """A text stream that masks secrets in what is written; it delegates all other calls."""

    def __init__(self, original: IO[str], disclosure: Disclosure, collect_secrets: CollectSecrets) -> None:
        self.original = original
        self._disclosure = disclosure
        self._collect_secrets = collect_secrets

    def write(self, text: str) -> int:
        """Write the text with its secrets masked; return the length of the original text."""
        self._collect_secrets()
        self.original.write(self._disclosure.text(text))
        return len(text)

    def writelines(self, lines: Iterator[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.original, name)


def find_secrets(value: object, name: str) -> Iterator[tuple[str, str]]:
    """Yield the secrets in settings or tokens, each with its key."""
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, Mapping):
        for key, nested in value.items():
            yield from find_secrets(nested, str(key))
    elif isinstance(value, SecretStr):
        yield from find_secrets(
            value.get_secret_value(), name if SECRET_NAME.search(name) else f"{name}_secret"
        )
    elif isinstance(value, str) and len(value) >= MIN_SECRET_LENGTH and SECRET_NAME.search(name):
        yield name, value
