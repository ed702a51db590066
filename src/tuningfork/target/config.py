"""tuningfork.toml: the targets that a run can be held against."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

FILE = "tuningfork.toml"


class ConfigurationError(Exception):
    """What is wrong with a configuration: one sentence with the file, the place and the remedy."""


def without_userinfo(url: str) -> str:
    """The URL, which reports and cassettes name, so that it may hold no credentials."""
    if "@" in url.partition("://")[2].partition("/")[0].partition("?")[0].partition("#")[0]:
        raise ValueError(
            "a URL here must not contain a user or password, which would stand in reports and cassettes; "
            "remove everything up to the @"
        )
    return url


def _requests_a_second(rate: object) -> object:
    if isinstance(rate, str) and (read := re.fullmatch(r"(\d+(?:\.\d+)?)/(s|m|h)", rate)):
        return float(read[1]) / {"s": 1, "m": 60, "h": 3600}[read[2]]
    raise ValueError('a rate reads like "10/s", "300/m" or "5000/h"')


class Options(BaseModel):
    """How a target may be treated; the defaults are those of a target that says nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    writes: Annotated[bool, Field(strict=True)] = False
    rate: Annotated[float, BeforeValidator(_requests_a_second), Field(gt=0)] = 5.0
    timeout: Annotated[float, Field(gt=0)] = 10.0
    settle: Annotated[float, Field(ge=0)] = 2.0


class User(BaseModel):
    """A user of the API: a name and password for a consent page, or tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    username: str | None = None
    password: SecretStr | None = None
    access_token: SecretStr | None = None
    access_token_secret: SecretStr | None = None
    refresh_token: SecretStr | None = None

    @property
    def logs_in(self) -> bool:
        """Whether a consent page can be driven for this user."""
        return self.username is not None and self.password is not None


class Users(BaseModel):
    """The users whom the target's owner lends to a run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: User | None = None
    second: User | None = None


class Settings(BaseModel):
    """One API of a target; a profile adds the fields of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: Annotated[str, Field(pattern=r"^https?://[^/?#]+[^?#]*$"), AfterValidator(without_userinfo)]
    controls: (
        Annotated[str, Field(pattern=r"^https?://[^/?#]+[^?#]*$"), AfterValidator(without_userinfo)] | None
    ) = None
    users: Users = Users()
    given: dict[str, Any] = {}

    def lacks(self, need: str) -> bool:
        """Whether this target is without a need of claims/README.md, "write" apart."""
        kind, _, name = need.partition(":")
        match kind:
            case "user":
                return self.users.first is None
            case "user2":
                return self.users.second is None
            case "login":
                return self.users.first is None or not self.users.first.logs_in
            case "given":
                return self.given.get(name, getattr(self, name, None)) is None
            case "control":
                return self.controls is None
        return False


class Target(BaseModel):
    """A target by its name: how it may be treated, and the tables of its APIs, not validated yet."""

    model_config = ConfigDict(frozen=True)

    name: str
    options: Options
    tables: dict[str, dict[str, Any]]
    file: Path


S = TypeVar("S", bound=BaseModel)


def load_target(file: Path, name: str) -> Target:
    """Read one target of tuningfork.toml.

    Raises:
        ConfigurationError: no file, no such target, no TOML, a wrong type, a variable that is not set.
    """
    targets = _targets(file, name)
    if name not in targets:
        known = ", ".join(sorted(targets)) or "none"
        raise ConfigurationError(
            f"{file}: there is no target {name!r}; add [targets.{name}] or choose one of: "
            f"{known}, mock, cassette."
        )
    raw = targets[name]
    if not isinstance(raw, dict):
        raise ConfigurationError(f"{file}: targets.{name} must be a table, [targets.{name}].")
    table = _filled_in(raw, file, f"targets.{name}")
    apis = {key: value for key, value in table.items() if isinstance(value, dict)}
    plain = {key: value for key, value in table.items() if key not in apis}
    return Target(
        name=name, options=read_table(Options, plain, file, f"targets.{name}"), tables=apis, file=file
    )


def read_table(model: type[S], table: Mapping[str, Any], file: Path, place: str) -> S:
    """Validate a table by its model.

    Raises:
        ConfigurationError: names the first field that is wrong, and why.
    """
    try:
        return model.model_validate(table)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join([place, *(str(part) for part in first["loc"])])
        raise ConfigurationError(f"{file}: {field}: {_in_words(first['type'], first['msg'])}.") from None


def _in_words(kind: str, message: str) -> str:
    match kind:
        case "missing":
            return "this field is needed and missing; add it"
        case "extra_forbidden":
            return "no such field is known; remove it or mend its spelling"
    return message.removeprefix("Value error, ")[:1].lower() + message.removeprefix("Value error, ")[1:]


def _targets(file: Path, name: str) -> dict[str, Any]:
    if not file.is_file():
        raise ConfigurationError(
            f"{file}: there is no such file, so no target {name!r}; write it, or use --target mock."
        )
    try:
        targets = tomllib.loads(file.read_text(encoding="utf-8")).get("targets", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise ConfigurationError(f"{file}: this is no TOML: {broken}.") from None
    if not isinstance(targets, dict):
        raise ConfigurationError(f"{file}: targets must be tables, [targets.NAME].")
    return targets


def _filled_in(value: Any, file: Path, place: str) -> Any:
    """The value with every ${NAME} replaced from the environment."""
    if isinstance(value, dict):
        return {key: _filled_in(item, file, f"{place}.{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [_filled_in(item, file, f"{place}[{index}]") for index, item in enumerate(value)]
    if not isinstance(value, str):
        return value
    return re.sub(
        r"\$\{(\w+)\}", lambda found: os.environ.get(found[1]) or _unset(found[1], file, place), value
    )


def _unset(variable: str, file: Path, place: str) -> NoReturn:
    raise ConfigurationError(f"{file}: {place}: the environment variable {variable} is not set; set it.")
