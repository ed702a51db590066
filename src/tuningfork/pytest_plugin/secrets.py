"""The secrets that a run knows, and the ways on which they could leave it."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

from pydantic import BaseModel, SecretStr

from tuningfork.redaction import MIN_SECRET_LENGTH, Disclosure, KnownSecrets, SecretLocations

TELLING = re.compile("token|secret|password|key", re.IGNORECASE)
NAMES = SecretLocations().parameters | SecretLocations().properties
"""Names of places: a password that is the word "password" is found by its place alone."""


class SecretMasker(KnownSecrets):
    """What the target's owner gave and what the target issued."""

    def learn(self, holder: object, name: str = "") -> None:
        """Take in every secret of settings or tokens."""
        for field, secret in _found(holder, name):
            if secret.lower() not in NAMES:
                self.add(field, secret)


Learn = Callable[[], None]
"""Takes in the secrets that the target has shown by now."""


class MaskingLogFactory:
    """Has the records of every log written without secrets, until it is closed."""

    def __init__(self, disclosure: Disclosure, learn: Learn) -> None:
        self._disclosure = disclosure
        self._learn = learn
        self._made = logging.getLogRecordFactory()
        logging.setLogRecordFactory(self._record)

    def close(self) -> None:
        """Let logs be as they were."""
        logging.setLogRecordFactory(self._made)

    def _record(self, *args: Any, **rest: Any) -> logging.LogRecord:
        record = self._made(*args, **rest)
        self._learn()
        record.msg = self._disclosure.block(record.getMessage())
        record.args = None
        if record.exc_info and record.exc_info[0]:
            record.exc_text = self._disclosure.block(logging.Formatter().formatException(record.exc_info))
        return record


class MaskingStreams:
    """Writes standard output and standard error without secrets, until it is closed.

    What pytest prints goes this way, and what tests print where nothing captures it (`-s`).
    """

    def __init__(self, disclosure: Disclosure, learn: Learn) -> None:
        self._own = {name: _Stream(getattr(sys, name), disclosure, learn) for name in ("stdout", "stderr")}
        for name, stream in self._own.items():
            setattr(sys, name, stream)

    def close(self) -> None:
        """Let the streams be as they were."""
        for name, stream in self._own.items():
            if getattr(sys, name) is stream:
                setattr(sys, name, stream.stream)


class _Stream:
    """A text stream that writes no secret; all else is the stream's own."""

    def __init__(self, stream: IO[str], disclosure: Disclosure, learn: Learn) -> None:
        self.stream = stream
        self._disclosure = disclosure
        self._learn = learn

    def write(self, text: str) -> int:
        self._learn()
        self.stream.write(self._disclosure.text(text))
        return len(text)

    def writelines(self, lines: Iterator[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def _found(value: object, name: str) -> Iterator[tuple[str, str]]:
    """The secrets in settings or tokens, each with the name of its field."""
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from _found(member, str(key))
    elif isinstance(value, SecretStr):
        yield from _found(value.get_secret_value(), name if TELLING.search(name) else f"{name}_secret")
    elif isinstance(value, str) and len(value) >= MIN_SECRET_LENGTH and TELLING.search(name):
        yield name, value
