"""The configuration file tuningfork.toml: targets, their APIs and how to reach them."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any, NoReturn

from tuningfork.client.config_table import ConfigurationError, did_you_mean, validate_table
from tuningfork.client.settings import CONNECTION_FIELDS, Settings, User, Users
from tuningfork.client.target import Options, Target

__all__ = [
    "BUILT_IN_TARGETS",
    "CONNECTION_FIELDS",
    "FILE_NAME",
    "TARGET_NAME",
    "ConfigurationError",
    "Options",
    "Settings",
    "Target",
    "User",
    "Users",
    "did_you_mean",
    "load_base_urls",
    "load_target",
    "read_targets",
    "validate_table",
]

FILE_NAME = "tuningfork.toml"
BUILT_IN_TARGETS = ("mock", "cassette")
"""Targets that always exist; a table of the file can't have their names."""
TARGET_NAME = re.compile(r"\w[\w.-]{0,59}")
"""Valid target names; a folder has the same name, which is limited to 255 bytes."""


def load_target(file: Path, name: str) -> Target:
    """Read one target of tuningfork.toml.

    Raises:
        ConfigurationError: the file or the target does not exist, the file is not valid TOML, a name or type
            is wrong, or an environment variable is not set.
    """
    table = _expand_variables(_read_target(file, name), file, f"targets.{name}")
    apis = {key: value for key, value in table.items() if isinstance(value, dict)}
    options = {key: value for key, value in table.items() if key not in apis}
    return Target(
        name=name, options=validate_table(Options, options, file, f"targets.{name}"), tables=apis, file=file
    )


def load_base_urls(file: Path, name: str) -> dict[str, str]:
    """Return the base URL of each API of a target; no other field or secret is needed.

    Raises:
        ConfigurationError: the file or the target does not exist, the file is not valid TOML, or no API has
            a base URL.
    """
    location, errors, base_urls = f"targets.{name}", [], {}
    for api, table in _read_target(file, name).items():
        if isinstance(table, dict) and isinstance(table.get("base_url"), str):
            try:
                base_url = _expand_variables(table["base_url"], file, f"{location}.{api}.base_url")
                base_urls[api] = validate_table(
                    Settings, {"base_url": base_url}, file, f"{location}.{api}"
                ).base_url
            except ConfigurationError as error:
                errors.append(error)
    if not base_urls:
        raise (errors or [ConfigurationError(f"{file}: {location}: no API has a base_url; add one.")])[0]
    return base_urls


def _read_target(file: Path, name: str) -> dict[str, Any]:
    """Return the table of a target, not validated yet; raise ConfigurationError if it does not exist."""
    _require_valid_name(name, "--target")
    if not file.exists():
        raise ConfigurationError(
            f"{file}: the file of target {name!r} does not exist; create it or use --target mock."
        )
    targets = read_targets(file)
    for each in targets:
        _require_valid_name(each, f"{file}: targets")
    if name not in targets:
        names = ", ".join([*sorted(targets), *BUILT_IN_TARGETS])
        raise ConfigurationError(
            f"{file}: target {name!r} is not defined{did_you_mean(name, targets)}; "
            f"add [targets.{name}] or choose one of: {names}."
        )
    table = targets[name]
    if not isinstance(table, dict):
        raise ConfigurationError(f"{file}: targets.{name} must be a table, [targets.{name}].")
    return table


def read_targets(file: Path) -> dict[str, Any]:
    """Return the tables [targets.NAME] of a file by name, not validated yet.

    Raises:
        ConfigurationError: the file can't be read, is not valid TOML, or has other tables.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(
            f"{file}: can't be read ({error.strerror}); fix its path or permissions."
        ) from None
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{file}: this is not valid TOML: {error}.") from None
    targets = content.pop("targets", {})
    for key, value in content.items():
        name = next(iter(value), "NAME") if key.lower().startswith("target") and value else key
        raise ConfigurationError(f"{file}: unknown table or field {key!r}; did you mean [targets.{name}]?")
    if not isinstance(targets, dict):
        raise ConfigurationError(f"{file}: targets must be tables, [targets.NAME].")
    return targets


def _require_valid_name(name: str, location: str) -> None:
    """Raise ConfigurationError if the name of a target is invalid or that of a built-in target."""
    if not TARGET_NAME.fullmatch(name):
        raise ConfigurationError(
            f"{location}: {name[:80]!r} is not a valid target name; "
            "use 1 to 60 letters, digits, '.', '-' and '_', starting with a letter or digit."
        )
    if name in BUILT_IN_TARGETS:
        raise ConfigurationError(f"{location}: {name!r} is a built-in target; choose another name.")


def _expand_variables(value: Any, file: Path, location: str) -> Any:
    """Return a value with every ${NAME} replaced by that environment variable, at any depth."""
    if isinstance(value, dict):
        return {key: _expand_variables(item, file, f"{location}.{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [_expand_variables(item, file, f"{location}[{index}]") for index, item in enumerate(value)]
    if not isinstance(value, str):
        return value
    return re.sub(
        r"\$\{(\w+)\}",
        lambda match: os.environ.get(match[1]) or _raise_unset(match[1], file, location),
        value,
    )


def _raise_unset(variable: str, file: Path, location: str) -> NoReturn:
    """Raise ConfigurationError: a variable that the file uses has no value."""
    raise ConfigurationError(
        f"{file}: {location}: the environment variable {variable} is not set or is empty; set it."
    )
