"""Proves each configured credential once before a run, so that a wrong one is not told as a broken server."""

from __future__ import annotations

import pytest

from tuningfork.auth.oauth2 import Refused, WrongCredentials
from tuningfork.model import Unmet
from tuningfork.plugin.stage import Stage
from tuningfork.target.config import ConfigurationError


def prove(stage: Stage) -> None:
    """Use every credential of an API's table of tuningfork.toml; what is `given` is left alone.

    Whatever else goes wrong here is the server's own fault, and the tests judge it.

    Raises:
        ConfigurationError: the target says that one is wrong; the sentence names its key.
    """
    target = stage.run.target
    for holder in stage.credentials.holders():
        try:
            stage.prove(holder)
        except WrongCredentials as wrong:
            key = stage.credentials.key(holder, wrong.kind)
            place = f"{target.file}: {key} of [targets.{target.name}.{stage.name}]"
            raise ConfigurationError(f"{place} is refused: {wrong}; correct it.") from None
        except (Refused, Unmet, pytest.skip.Exception):
            continue
