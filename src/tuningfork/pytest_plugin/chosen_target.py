"""The target of a run: a built-in one, or a table of tuningfork.toml."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from tuningfork.client.config import (
    BUILT_IN_TARGETS,
    FILE_NAME,
    ConfigurationError,
    Options,
    Target,
    load_target,
    read_targets,
)
from tuningfork.pytest_plugin.session import working_folder

UNLIMITED = Options(writes=True, rate="1000000/s", timeout=30, settle=0)


def chosen_target(config: pytest.Config) -> Target:
    """Return the target of `--target`: a built-in one, or a table of tuningfork.toml."""
    name = config.option.target
    file = _file(config)
    if name not in BUILT_IN_TARGETS:
        return load_target(file, name)
    if name in _named(file):
        raise ConfigurationError(
            f"{file}: targets.{name}: {name!r} is built in; give your target another name."
        )
    return Target(name=name, options=UNLIMITED, tables={}, file=Path(FILE_NAME))


def named_targets(config: pytest.Config) -> Collection[str]:
    """Return the names of all targets of tuningfork.toml; empty if the file cannot be read."""
    return _named(_file(config))


def _named(file: Path) -> Collection[str]:
    """Return the names of all targets of tuningfork.toml; empty if the file cannot be read."""
    try:
        return read_targets(file).keys()
    except ConfigurationError:
        return ()


def _file(config: pytest.Config) -> Path:
    """Return tuningfork.toml of the folder where the command was started, else of the working folder."""
    started, folder = config.invocation_params.dir / FILE_NAME, working_folder(config) / FILE_NAME
    return folder if folder.is_file() and not started.exists() else started
