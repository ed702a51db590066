"""Proves each configured credential once before a run, so that a wrong one is not told as a broken server."""

from __future__ import annotations

import contextlib

import pytest

from tuningfork.apis import Provable
from tuningfork.auth.oauth2 import Refused, WrongCredentials
from tuningfork.client.config import ConfigurationError
from tuningfork.model import Unmet
from tuningfork.pytest_plugin.api_session import Stage


def prove(stage: Stage) -> None:
    """Use every credential of an API's table of tuningfork.toml; what is `given` is left alone.

    Whatever else goes wrong here is the server's own fault, and the tests judge it.

    Raises:
        ConfigurationError: the target says that one is wrong; the sentence names its key.
        UnreachableError: base_url leads to something else.
    """
    credentials = stage.credentials
    if not isinstance(credentials, Provable):
        return
    tried: list[str] = []
    is_accepted = False
    for holder in credentials.holders():
        try:
            is_accepted = stage.prove(holder, credentials.proofs(holder)) or is_accepted
        except WrongCredentials as wrong:
            if tried and not is_accepted:
                _need_paths(stage, tried[0])
            raise _refused(stage, credentials.key(holder, wrong.kind), wrong) from None
        except (Refused, Unmet, pytest.skip.Exception):
            pass
        tried.append(holder)
    if tried and not is_accepted:
        _need_paths(stage, tried[0])


def _need_paths(stage: Stage, holder: str) -> None:
    with contextlib.suppress(Unmet, pytest.skip.Exception):  # a server that does not answer is judged
        stage.need_paths(holder)


def _refused(stage: Stage, key: str, wrong: WrongCredentials) -> ConfigurationError:
    target = stage.run.target
    return ConfigurationError(
        f"{target.file}: {key} of [targets.{target.name}.{stage.name}] is refused: {wrong}; correct it."
    )
