"""The secrets that a run knows: hidden by value where a server, a log or a traceback repeats them."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from pydantic import BaseModel, SecretStr

from tuningfork.report.curl import variable
from tuningfork.report.exchange import shown

SHORTEST = 8
"""Characters of a secret that can be told from a common word; a shorter one is found by its place alone."""
TELLING = re.compile("token|secret|password|key", re.IGNORECASE)


class Secrets:
    """What the target's owner gave and what the target issued, by value."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._pattern = re.compile("(?!)")

    def learn(self, holder: object, name: str = "") -> None:
        """Take in every secret of settings or tokens."""
        found = {written: field for field, secret in _found(holder, name) for written in _written(secret)}
        if found.keys() <= self._names.keys():
            return
        self._names = {written: f"${variable(field)}" for written, field in found.items()} | self._names
        longest_first = sorted(self._names, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def hide(self, text: str) -> str:
        """The text with the names of its secrets in their stead."""
        return self._pattern.sub(lambda found: self._names[found[0]], text)

    def hide_within(self, value: Any) -> Any:
        """The same for every text in what JSON can say."""
        match value:
            case str():
                return self.hide(value)
            case list():
                return [self.hide_within(item) for item in value]
            case dict():
                return {name: self.hide_within(member) for name, member in value.items()}
        return value


class Logs:
    """Has the records of every log written without secrets, until it is closed."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._made = logging.getLogRecordFactory()
        logging.setLogRecordFactory(self._record)

    def close(self) -> None:
        """Let logs be as they were."""
        logging.setLogRecordFactory(self._made)

    def _record(self, *args: Any, **rest: Any) -> logging.LogRecord:
        record = self._made(*args, **rest)
        record.msg = self._secrets.hide(shown().text(record.getMessage()))
        record.args = None
        return record


def _found(value: object, name: str) -> Iterator[tuple[str, str]]:
    """The secrets in settings or tokens, each with the name of its field."""
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from _found(member, str(key))
    elif isinstance(value, SecretStr):
        yield from _found(value.get_secret_value(), name if TELLING.search(name) else f"{name}_secret")
    elif isinstance(value, str) and len(value) >= SHORTEST and TELLING.search(name):
        yield name, value


def _written(secret: str) -> set[str]:
    """A secret as it stands in text, JSON, a URL and a form."""
    return {secret, json.dumps(secret)[1:-1], quote(secret, safe=""), quote_plus(secret)}
